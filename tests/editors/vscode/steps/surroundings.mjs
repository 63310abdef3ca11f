// The status bar, settings, and what is said where something is missing.
import path from "node:path";
import { CLEAN } from "../scripts.mjs";
import { expect } from "../workbench.mjs";

async function statusBar(bench) {
  await bench.script("status.signal", CLEAN);
  await bench.ready();
  const item = await bench.sees(".statusbar-item", /Sandbox · bundled/);
  await item.hover();
  const tooltip = await bench.sees(".monaco-hover:visible", /synthetic bars, no key, no quota/);
  const text = await tooltip.innerText();
  expect("the tooltip tells the catalog", /\d+ names/.test(text), text);
  await bench.shot("status-bar");
  await bench.press("Escape");
  await item.click();
  await bench.sees(".quick-input-list .monaco-list-row", "Choose sandbox or remote");
  await bench.shot("menu");
  await bench.press("Escape");
}

async function target(bench) {
  const choose = async (detail) => {
    await bench.command("Signal: Choose Sandbox or Remote");
    await (await bench.sees(".quick-input-list .monaco-list-row", detail)).click();
  };
  await bench.script("target.signal", CLEAN);
  await bench.ready();
  await choose("Real bars");
  await bench.sees(".statusbar-item.warning-kind", "Remote");
  await bench.shot("remote");
  try {
    // Without a key nothing is sent, and the message leads on.
    await bench.command("Signal: Run Backtest and Show Report");
    const told = await bench.sees(".notification-toast", /key/i, 60_000);
    await told.locator(".monaco-button", { hasText: "Set Up a Key" }).waitFor();
    await told.locator(".monaco-button", { hasText: "Run in the Sandbox" }).click();
    await bench.sees(".tab", "Backtest · target.signal", 60_000);
  } finally {
    await choose("Synthetic bars");
  }
  await bench.sees(".statusbar-item", /Sandbox/);
}

async function settingsFile(bench) {
  const file = await bench.script("signal.toml", "[run]\ntimeframe = \"2h\"\n\n");
  await bench.sees(".squiggly-error");
  await bench.press("Control+End");
  await bench.type("[ch");
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "check");
  await bench.press("Enter");
  await bench.page.waitForTimeout(300);
  const text = await bench.saved(file, (text) => text.includes("[check"));
  expect("a table stands there", /\[check\]/.test(text), text);
  await bench.press("Control+End");
  await bench.press("Enter");
  await bench.type("fail");
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "fail_on");
  await bench.shot("signal-toml");
}

async function task(bench) {
  bench.server.write("closed.signal", CLEAN.replace("rsi(close, 14)", "rsi(close, 1)"));
  await bench.command("Tasks: Run Task");
  const input = bench.page.locator(".quick-input-widget:visible input[placeholder*='task to run']");
  await input.fill("signal");
  await bench.sees(".quick-input-list .monaco-list-row", /signal/);
  await bench.press("Enter");
  await bench.sees(".quick-input-list .monaco-list-row", "check all scripts", 30_000);
  await bench.page.locator(".quick-input-list .monaco-list-row", { hasText: "check all scripts" }).first().click();
  await bench.sees(".part.panel .badge-content", "1", 30_000);
  await bench.page.locator(".part.panel .action-label[aria-label^='Problems']").first().click();
  await bench.sees(".markers-panel .monaco-list-row", "period-out-of-bounds");
}

async function walkthrough(bench) {
  await bench.command("Welcome: Open Walkthrough...");
  const input = bench.page.locator(".quick-input-widget:visible input");
  await input.waitFor();
  await input.fill("Trade on purpose");
  await bench.sees(".quick-input-list .monaco-list-row", "Trade on purpose");
  await bench.press("Enter");
  await bench.sees(".gettingStartedContainer", "Write your first script");
  await bench.shot("walkthrough");
}

async function missing(bench) {
  bench.server.write(".vscode/settings.json", JSON.stringify({ "signal.path": "/nowhere/dsl" }));
  const told = await bench.sees(".notification-toast", "signal.path names no command: /nowhere/dsl");
  for (const button of ["Choose dsl…", "Open Settings", "Try Again"]) {
    await told.locator(".monaco-button", { hasText: button }).waitFor();
  }
  await bench.script("unserved.signal", CLEAN);
  await bench.sees(".statusbar-item", "no language server");
  // The grammar needs no server: statement, name, text, constructor and number differ.
  const colours = await bench.line("emit_signal(oversold").locator("span span").evaluateAll((spans) => [...new Set(spans.map((span) => getComputedStyle(span).color))]);
  expect("the grammar colours", colours.length >= 5, colours);
  await bench.shot("missing-server");
  // It comes back as soon as the setting is gone.
  bench.server.remove(".vscode/settings.json");
  await bench.ready();
}

async function tooOld(bench) {
  const old = bench.server.write("old/dsl", '#!/bin/sh\n[ "$1" = --version ] && { echo "dsl 0.0.9"; exit 0; }\nexit 2\n');
  bench.server.runnable(old);
  bench.server.write(".vscode/settings.json", JSON.stringify({ "signal.path": old }));
  await bench.sees(".notification-toast", "dsl 0.0.9, which has no language server yet");
  bench.server.remove(".vscode/settings.json");
  await bench.script("coloured.signal", CLEAN);
  await bench.ready();
}

async function keys(bench) {
  await bench.script("keyless.signal", CLEAN);
  await bench.command("Signal: Pull Catalog");
  const told = await bench.sees(".notification-toast", /key/i, 60_000);
  await told.locator(".monaco-button", { hasText: "Set Up a Key" }).click();
  for (const way of ["Fetch a key", "Hand in a key that I have", "Forget the key"]) {
    await bench.sees(".quick-input-list .monaco-list-row", way);
  }
  await bench.shot("keys");
  await (await bench.sees(".quick-input-list .monaco-list-row", "Which key is used?")).click();
  await bench.sees(".terminal-tabs-entry, .single-terminal-tab", /auth status/, 30_000);
}

async function newScript(bench) {
  await bench.command("Signal: New Script");
  await bench.sees(".editor-instance .view-line", /strength.=.rsi/);
  await bench.sees(".tab.active", /Untitled/);
  await bench.sees(".codelens-decoration a", /3,276 to 3,282 bars/);
}

async function severalFolders(bench) {
  const settings = (timeframe) => `[run]\ntimeframe = "${timeframe}"\nuniverse = ["BINANCE:BTC/USDT"]\nstart_date = "2023-01-01"\nend_date = "2024-06-30"\n`;
  const script = CLEAN.replaceAll(/^#!.*\n/gm, "");
  for (const [folder, timeframe] of [["one", "1d"], ["two", "15m"]]) {
    bench.server.write(`${folder}/signal.toml`, settings(timeframe));
    bench.server.write(`${folder}/${folder}.signal`, script);
  }
  const workspace = bench.server.write("both.code-workspace", JSON.stringify({ folders: ["one", "two"].map((folder) => ({ path: path.join(bench.server.folder, folder) })) }));
  await bench.visit(`workspace=${encodeURIComponent(workspace)}`);
  for (const [folder, timeframe] of [["one", "1d"], ["two", "15m"]]) {
    const root = bench.page.locator(".explorer-folders-view .monaco-list-row[aria-level='1']", { hasText: folder });
    await root.waitFor();
    if ((await root.getAttribute("aria-expanded")) !== "true") {
      await root.click();
    }
    await bench.openFile(`${folder}.signal`);
    await bench.sees(".codelens-decoration a", `Run backtest · ${timeframe} `);
  }
}

async function untrusted(bench) {
  bench.server.set({ "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" });
  // Were it taken, there would be no server.
  bench.server.write(".vscode/settings.json", JSON.stringify({ "signal.path": "/nowhere/dsl", "signal.target": "remote" }));
  await bench.visit(`folder=${encodeURIComponent(bench.server.folder)}`);
  await bench.sees(".statusbar-item", "Restricted Mode");
  await bench.script("untrusted.signal", CLEAN);
  await bench.ready();
  await bench.sees(".codelens-decoration a", /Run backtest/);
  await bench.shot("untrusted");
}

export const surroundings = [
  ["the status bar tells target and catalog, and a click opens the menu", statusBar],
  ["remote is chosen on purpose, shown, and asks for a key", target],
  ["signal.toml is checked and completed", settingsFile],
  ["the task checks all scripts into the Problems panel", task],
  ["the walkthrough opens", walkthrough],
  ["without a key the way to one is shown", keys],
  ["a new script has a strategy to begin with", newScript],
  ["a server that is missing is told, and found again", missing],
  ["a dsl without a language server is told", tooOld],
  ["folders of one workspace have settings of their own", severalFolders],
  ["a folder that is not trusted decides nothing", untrusted],
];
