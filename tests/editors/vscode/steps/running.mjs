// Backtests and what else `dsl` does from here.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CLEAN } from "../scripts.mjs";
import { expect } from "../workbench.mjs";

const EXAMPLE = readFileSync(new URL("../../../../examples/atr_filter.signal", import.meta.url), "utf8");

/** The page inside of the panel: a frame in a frame. */
async function report(bench) {
  const outer = bench.page.frameLocator("iframe.webview.ready").last();
  const inner = outer.frameLocator("iframe#active-frame");
  await inner.locator("#main").waitFor({ timeout: 30_000 });
  return inner;
}

async function lens(bench) {
  await bench.script("atr filter.signal", EXAMPLE);
  await bench.ready();
  const lens = await bench.sees(".codelens-decoration a", /Run backtest/);
  await bench.sees(".codelens-decoration a", /Warm-up/);
  await lens.click();
  await bench.sees(".tab", "Backtest · atr filter.signal", 60_000);
  const page = await report(bench);
  const text = await page.locator("body").innerText();
  for (const part of ["atr filter.signal", "Sharpe ratio", "synthetic"]) {
    expect(`the report has ${part}`, text.toLowerCase().includes(part.toLowerCase()), text.slice(0, 600));
  }
  expect("its style counts and is dark as the editor is", (await background(page)) === DARK, await background(page));
  // Its own script runs: the chart can be pointed at.
  await page.locator("#tools button").waitFor();
  await page.locator("#chart .plots.live").waitFor({ state: "attached" });
  await bench.wideShot("report");
  await bench.wideShot("report-chart", async () => {
    await page.locator("#chart .plots").hover();
    const told = await page.locator("#chart .readout").innerText();
    expect("the chart tells the value under the pointer", /\d{4}-\d\d-\d\d .*drawdown/.test(told), told);
    expect("and marks it", await page.locator("#chart .hair").isVisible(), told);
  });
}

const DARK = "rgb(15, 19, 25)";
const LIGHT = "rgb(246, 247, 249)";
const background = (page) => page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);

async function themes(bench) {
  await bench.script("themed.signal", EXAMPLE);
  await bench.command("Signal: Run Backtest and Show Report");
  await bench.sees(".tab", "Backtest · themed.signal", 60_000);
  await report(bench);
  await bench.command("Preferences: Toggle between Light/Dark Themes");
  try {
    await bench.page.locator(".monaco-workbench.vs:not(.vs-dark)").waitFor();
    await bench.page.waitForTimeout(1000);
    const page = await report(bench);
    expect("the report is light as the editor is", (await background(page)) === LIGHT, await background(page));
    await bench.shot("report-light");
  } finally {
    await bench.command("Preferences: Toggle between Light/Dark Themes");
    await bench.page.locator(".monaco-workbench.vs-dark").waitFor();
  }
}

async function kept(bench) {
  await bench.script("kept.signal", EXAMPLE);
  await bench.command("Signal: Run Backtest and Show Report");
  await bench.sees(".tab", "Backtest · kept.signal", 60_000);
  const page = await report(bench);
  await page.locator("h1").click();
  await bench.page.locator(".editor-actions .action-label[aria-label*='Save Report As']").click();
  const input = bench.page.locator(".quick-input-widget:visible input");
  await input.waitFor();
  // It is offered beside the script, under its name.
  const to = path.join(bench.server.folder, "kept.html");
  await bench.page.waitForFunction((to) => document.querySelector(".quick-input-widget input")?.value === to, to);
  for (let tries = 0; tries < 20 && !existsSync(to); tries += 1) {
    await bench.page.waitForTimeout(500);
    await bench.press("Enter");
  }
  const text = readFileSync(to, "utf8");
  expect("the page is the one that dsl wrote", text.startsWith("<!DOCTYPE html>") && text.includes("kept.signal") && !text.includes("data-theme=\"dark\" lang"), text.slice(0, 300));
}

async function lastResult(bench) {
  await bench.script("atr filter.signal", EXAMPLE);
  await bench.ready();
  const lens = await bench.sees(".codelens-decoration a", /Last result/);
  expect("it tells the return", /[-+]?\d+(\.\d+)? ?%/.test(await lens.innerText()), await lens.innerText());
  await lens.click();
  await bench.sees(".tab", /Backtest · /, 30_000);
  await report(bench);
}

async function fromTheTitle(bench) {
  await bench.script("titled.signal", CLEAN);
  await bench.page.locator(".editor-actions .action-label[aria-label*='Run Backtest']").first().click();
  await bench.sees(".tab", "Backtest · titled.signal", 60_000);
  await report(bench);
}

async function inTheTerminal(bench) {
  await bench.script("terminal.signal", CLEAN);
  await bench.command("Signal: Run Backtest in Terminal");
  await bench.sees(".terminal-wrapper.active .xterm-screen", undefined, 30_000);
  await bench.page.waitForTimeout(2500);
  await bench.command("Terminal: Select All");
  await bench.command("Terminal: Copy Selection");
  const text = await bench.page.evaluate(() => navigator.clipboard.readText());
  for (const part of ["Plan for terminal.signal on the sandbox", "Results of terminal.signal"]) {
    expect(`the terminal has ${part}`, text.includes(part), text.slice(0, 800));
  }
  await bench.shot("terminal");
}

async function byItsName(bench) {
  await bench.command("Terminal: Create New Terminal");
  await bench.sees(".terminal-wrapper.active .xterm-screen");
  await bench.page.waitForTimeout(1500);
  await bench.type("dsl --version; command -v dsl\n");
  await bench.page.waitForTimeout(1500);
  await bench.command("Terminal: Select All");
  await bench.command("Terminal: Copy Selection");
  const text = await bench.page.evaluate(() => navigator.clipboard.readText());
  expect("the dsl of the extension answers", /dsl \d+\.\d+\.\d+\s+\S*signal-dsl\S*\/server\/dsl/.test(text), text.slice(0, 600));
}

async function refused(bench) {
  await bench.script("refused.signal", CLEAN.replace("rsi(close, 14)", "rsi(close, 1)"));
  await bench.command("Signal: Run Backtest and Show Report");
  const told = await bench.sees(".notification-toast", "the check found 1 error");
  await told.locator(".monaco-button", { hasText: "Show Problems" }).click();
  await bench.sees(".markers-panel .monaco-list-row", "period-out-of-bounds");
}

async function warmup(bench) {
  await bench.script("warm.signal", CLEAN);
  await bench.command("Signal: Show Warm-up");
  await bench.sees(".tab", /Warm-up of warm\.signal/, 30_000);
  const page = bench.page.frameLocator("iframe.webview.ready").last().frameLocator("iframe#active-frame");
  await page.locator("h1", { hasText: "Warm-up of warm.signal" }).waitFor({ timeout: 30_000 });
  const text = await page.locator("body").innerText();
  for (const part of ["199 bars", "sma(close, 200)", "2023-02-03"]) {
    expect(`the page has ${part}`, text.includes(part), text.slice(0, 800));
  }
  await bench.shot("warm-up");
}

async function explain(bench) {
  await bench.command("Signal: Explain Rule");
  const input = bench.page.locator(".quick-input-widget:visible input");
  await bench.sees(".quick-input-list .monaco-list-row", "bad-setting", 30_000);
  await input.fill("not-enough-bars");
  await bench.sees(".quick-input-list .monaco-list-row", "not-enough-bars");
  await bench.press("Enter");
  const page = bench.page.frameLocator("iframe.webview.ready").last().frameLocator("iframe#active-frame");
  await page.locator("h1", { hasText: "not-enough-bars" }).waitFor({ timeout: 30_000 });
  expect("it says why", (await page.locator("body").innerText()).includes("TA_OUT_OF_RANGE"), await page.locator("body").innerText());
  await bench.shot("rule");
}

export const running = [
  ["the lens runs a backtest in the sandbox and shows its report", lens],
  ["the lens shows the last result", lastResult],
  ["the report follows the editor's colours", themes],
  ["the report is saved as a file", kept],
  ["the button in the title runs a backtest", fromTheTitle],
  ["a backtest runs in the terminal", inTheTerminal],
  ["the dsl inside is known by its name in terminals", byItsName],
  ["a run that the check refuses tells so", refused],
  ["the warm-up is shown as a page", warmup],
  ["a rule is explained", explain],
];
