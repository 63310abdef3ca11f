// VS Code as a server on loopback, with the packaged extension, in folders of its own that every start finds empty.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";

/** What keeps the window still: no welcome, no telemetry, no updates, nothing that asks a network. */
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Dark Modern",
  "workbench.preferredDarkColorTheme": "Dark Modern",
  "workbench.preferredLightColorTheme": "Light Modern",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  "git.enabled": false,
  // A terminal of an earlier step would ask for trust in a window that has none.
  "terminal.integrated.enablePersistentSessions": false,
  // Not on by default, and tried by steps.
  "editor.formatOnType": true,
  "editor.linkedEditing": true,
};

export async function serve(tools) {
  const state = path.join(tools, "state");
  rmSync(state, { recursive: true, force: true });
  const folder = path.join(state, "strategies");
  const home = path.join(state, "home");
  const user = path.join(state, "data", "User");
  [folder, home, user].forEach((each) => mkdirSync(each, { recursive: true }));
  writeFileSync(path.join(user, "settings.json"), JSON.stringify(SETTINGS));

  const environment = {
    // The shell's own, so that nobody's keys, journal and settings are touched or count.
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    SHELL: "/bin/bash",
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local", "share"),
    XDG_STATE_HOME: path.join(home, ".local", "state"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    SIGNAL_KEYRING: "off",
    // What would be asked about extensions goes nowhere.
    EXTENSIONS_GALLERY: '{"serviceUrl":"http://127.0.0.1:9/none"}',
  };
  const port = await freePort();
  writeFileSync(path.join(state, "config.yaml"), `auth: none\nbind-addr: 127.0.0.1:${port}\ncert: false\n`);
  const entry = path.join(process.env.SIGNAL_EDITORS, "code-server", "node_modules", "code-server", "out", "node", "entry.js");
  const common = [entry, "--config", `${state}/config.yaml`, "--user-data-dir", `${state}/data`, "--extensions-dir", `${state}/extensions`];

  const vsix = readdirSync(path.join(tools, "vsix")).filter((name) => name.endsWith(".vsix"));
  for (const name of vsix) {
    const installed = spawnSync(process.execPath, [...common, "--install-extension", path.join(tools, "vsix", name)], {
      env: environment,
      encoding: "utf8",
    });
    if (installed.status !== 0) {
      throw new Error(`the extension could not be installed: ${installed.stdout}${installed.stderr}`);
    }
  }

  const log = path.join(state, "code-server.log");
  const child = spawn(
    process.execPath,
    [...common, "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", folder],
    // A group of its own, which is ended as one.
    { env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  const lines = createWriteStream(log);
  child.stdout.pipe(lines);
  child.stderr.pipe(lines);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/healthz`, child);

  return {
    url,
    folder,
    state,
    log,
    /** Puts a file into the project. */
    write(name, text) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove(name) {
      rmSync(path.join(folder, name), { force: true });
    },
    /** Takes everything out of the project. */
    clear() {
      readdirSync(folder).forEach((name) => rmSync(path.join(folder, name), { recursive: true }));
    },
    /** Changes the user's settings, for good. */
    set(changes) {
      Object.assign(SETTINGS, changes);
      writeFileSync(path.join(user, "settings.json"), JSON.stringify(SETTINGS));
    },
    runnable(file) {
      chmodSync(file, 0o755);
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("close", resolve));
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch {
        return;
      }
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It went by itself.
      }
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(url, child) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) {
      throw new Error(`code-server ended with ${child.exitCode}`);
    }
    const up = await fetch(url).then((answer) => answer.ok, () => false);
    if (up) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("code-server did not come up within a minute");
}
