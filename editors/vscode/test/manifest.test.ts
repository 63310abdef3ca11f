import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) => readFileSync(path, "utf8");
const manifest = JSON.parse(read("package.json"));
const source = readdirSync("src").map((name) => read(`src/${name}`)).join("\n");
const commands: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);

test("every command of the manifest is carried out, and every one that is carried out is in the manifest", () => {
  const registered = [...source.matchAll(/ command\("(\w+)",/g)].map((found) => `signal.${found[1]}`);
  assert.deepEqual([...commands].sort(), registered.sort());
});

test("menus, keys, the walkthrough and the client's promises name commands that exist", () => {
  const { menus, keybindings, walkthroughs } = manifest.contributes;
  const texts = [JSON.stringify({ menus, keybindings, walkthroughs }), read("src/menu.ts"), read("src/client.ts"), read("src/status.ts")];
  const named = texts.join("\n").match(/(?<![\w.])signal\.(?!toml|trace|status|report|path|inlay|code)[a-z]\w*(?=["):])/g) ?? [];
  assert.ok(named.length > 30, String(named.length));
  assert.deepEqual([...new Set(named)].filter((name) => !commands.includes(name)), []);
});

test("every setting that is read is declared, and no setting takes a key", () => {
  const declared = Object.keys(manifest.contributes.configuration.properties);
  const read = [...source.matchAll(/getConfiguration\("signal"[^)]*\)\.(?:get|update)(?:<\w+>)?\("([\w.]+)"/g)].map((found) => `signal.${found[1]}`);
  assert.ok(read.length >= 4, String(read));
  assert.deepEqual(read.filter((name) => !declared.includes(name)), []);
  assert.deepEqual(declared.filter((name) => /key|token|secret/i.test(name)), []);
});

test("a workspace can't decide that runs cost quota, nor before it is trusted which program is started", () => {
  const { properties } = manifest.contributes.configuration;
  assert.equal(properties["signal.target"].scope, "machine");
  assert.equal(properties["signal.target"].default, "sandbox");
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["signal.path"]);
});

test("every file that the manifest names is there, or copied in by the build", () => {
  const named = [...JSON.stringify(manifest).matchAll(/"(?:\.\/)?((?:icons|snippets|syntaxes|walkthrough|language-configuration|toml-configuration)[\w/.-]*\.\w+)"/g)].map((found) => found[1]!);
  assert.ok(named.length >= 10, String(named));
  const copied = ["syntaxes/signal.tmLanguage.json"];
  assert.deepEqual(named.filter((path) => !existsSync(path) && !copied.includes(path)), []);
});

test("what readers are told of commands and settings exists", () => {
  const readme = read("README.md");
  const titles = manifest.contributes.commands.map(({ title }: { title: string }) => title);
  for (const [, told] of readme.matchAll(/^\| Signal: ([^|]+) \|/gm)) {
    for (const title of told!.split(", ")) {
      assert.ok(titles.includes(title.trim()), title);
    }
  }
  const declared = Object.keys(manifest.contributes.configuration.properties);
  const settings = [...readme.matchAll(/^\| `(signal\.[\w.]+)` \|/gm)].map((found) => found[1]);
  assert.deepEqual(settings, declared);
});
