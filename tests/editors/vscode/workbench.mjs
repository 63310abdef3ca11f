// The window as a person handles it: keys, clicks, and what is to be seen.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
];

export async function open(server, shots) {
  const { chromium } = createRequire(path.join(process.env.SIGNAL_EDITORS, "playwright", "package.json"))("playwright-core");
  const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const opened = bench(page, server, shots, browser);
  await opened.visit(home(server));
  return opened;
}

const home = (server) => `folder=${encodeURIComponent(server.folder)}`;

function bench(page, server, shots, browser) {
  let away = false;
  const line = (text) => page.locator(".editor-instance .view-line", { hasText: text }).first();
  const self = {
    page,
    server,
    line,
    press: (keys) => page.keyboard.press(keys),
    type: (text) => page.keyboard.type(text, { delay: 15 }),

    /** Opens a window on a folder or workspace. */
    async visit(query) {
      away = query !== home(server);
      await page.goto(`${server.url}/?${query}`);
      await page.waitForSelector(".monaco-workbench .explorer-folders-view", { timeout: 60_000 });
    },

    /** Writes a script into the project and opens it; the cursor stands at its beginning. */
    async script(name, text) {
      const file = server.write(name, text);
      await self.openFile(name);
      return file;
    },

    async openFile(name) {
      const row = page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first();
      // The watcher of a window that has just opened, or of a busy machine, may miss a file.
      for (let tries = 0; tries < 10 && !(await row.waitFor({ timeout: 2000 }).then(() => true, () => false)); tries += 1) {
        await page.locator(".explorer-folders-view").hover();
        await page.locator(".action-label[aria-label='Refresh Explorer']").click({ timeout: 2000 }).catch(() => {});
      }
      await row.dblclick();
      await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
      await page.locator(".editor-instance .view-line").first().waitFor();
      await self.focus();
    },

    /** The keys go to the text again. */
    async focus() {
      await self.press("Control+1");
      await page.waitForFunction(() => document.activeElement?.closest(".monaco-editor") !== null);
    },

    /** Puts the cursor at a line and column, both from 1. */
    async goTo(at, column = 1) {
      await self.press("Control+G");
      const input = page.locator(".quick-input-widget:visible input");
      await input.waitFor();
      await input.fill(`:${at}:${column}`);
      await self.press("Enter");
      await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    },

    async command(title) {
      await self.press("F1");
      const input = page.locator(".quick-input-widget:visible input");
      await input.waitFor();
      await input.fill(`>${title}`);
      // The one that is called so, which need not be the first.
      const name = page.locator(".label-name", { hasText: new RegExp(`^\\s*${title.replaceAll(/[.()]/g, "\\$&")}\\s*$`) });
      await page.locator(".quick-input-list .monaco-list-row").filter({ has: name }).first().click();
    },

    /** The text that is on the disk once it was saved: what the editor shows may have hints in between. */
    async saved(file, until) {
      const began = Date.now();
      for (;;) {
        await self.press("Control+S");
        await page.waitForTimeout(150);
        const text = readFileSync(file, "utf8");
        if (until === undefined || until(text)) {
          return text;
        }
        if (Date.now() - began > 10_000) {
          throw new Error(`the file is\n${text}`);
        }
      }
    },

    /** Waits until a selector has a text, and hands it over. */
    async sees(selector, text, timeout = 20_000) {
      const found = page.locator(selector, text === undefined ? {} : { hasText: text }).first();
      try {
        await found.waitFor({ timeout });
      } catch {
        const there = await page.locator(selector).allInnerTexts().catch(() => []);
        throw new Error(`no ${selector} with ${text}; there is: ${JSON.stringify(there).slice(0, 1500)}`);
      }
      return found;
    },

    /** Does something until it shows, as one does when the window was not ready: on a busy machine it often isn't. */
    async insist(action, selector, text) {
      for (let tries = 0; tries < 5; tries += 1) {
        await action();
        const shown = page.locator(selector, { hasText: text }).first();
        if (await shown.waitFor({ timeout: 4000 }).then(() => true, () => false)) {
          return shown;
        }
        await self.press("Escape");
        await page.mouse.move(600, 600);
      }
      await action();
      return self.sees(selector, text);
    },

    /** A picture with more room for the text. `look` comes last before it; else the mouse goes where nothing shows because of it. */
    async wideShot(name, look = () => page.mouse.move(300, 480)) {
      // Lenses that came late stand above the first line, out of sight.
      await page.mouse.move(600, 300);
      await page.mouse.wheel(0, -500);
      await self.command("View: Toggle Primary Side Bar Visibility");
      await page.waitForTimeout(1000);
      await look();
      await page.waitForTimeout(500);
      await self.shot(name);
      await self.command("View: Toggle Primary Side Bar Visibility");
    },

    async shot(name) {
      await page.waitForTimeout(300);
      await page.screenshot({ path: path.join(shots, `${name}.png`) });
    },

    /** The server has read the script: it has something underlined, or its lenses are there. */
    async ready() {
      await self.sees(".statusbar-item", /Sandbox · (bundled|pulled|pinned)/, 15_000);
    },

    /** Nothing is left open from the step before. */
    async tidy() {
      if (away) {
        await self.visit(home(server));
      }
      const dialog = page.locator(".monaco-dialog-box:visible");
      if (await dialog.isVisible()) {
        await self.press("Escape");
      }
      await self.press("Escape");
      await self.press("Escape");
      await self.command("Notifications: Clear All Notifications");
      await self.command("View: Close All Editors");
      if (await dialog.isVisible()) {
        await dialog.locator(".monaco-button", { hasText: "Don't Save" }).click();
      }
      await page.locator(".part.editor .tab").first().waitFor({ state: "detached" }).catch(() => {});
      if (await page.locator(".part.panel").isVisible()) {
        await self.command("View: Hide Panel");
      }
      server.clear();
    },

    close: () => browser.close(),
  };
  return self;
}

/** Fails with what there is, where it is not what was expected. */
export function expect(what, holds, there) {
  if (!holds) {
    throw new Error(`${what}; there is: ${typeof there === "string" ? there : JSON.stringify(there)}`);
  }
}
