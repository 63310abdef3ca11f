// Backtests and what else `dsl` does from here.
import { CLEAN } from "../scripts.mjs";
import { expect } from "../workbench.mjs";

/** The page inside of the panel: a frame in a frame. */
async function report(bench) {
  const outer = bench.page.frameLocator("iframe.webview.ready").last();
  const inner = outer.frameLocator("iframe#active-frame");
  await inner.locator("#main").waitFor({ timeout: 30_000 });
  return inner;
}

async function lens(bench) {
  await bench.script("rsi reversion.signal", CLEAN);
  await bench.ready();
  const lens = await bench.sees(".codelens-decoration a", /Run backtest/);
  await bench.sees(".codelens-decoration a", /Warm-up/);
  await lens.click();
  await bench.sees(".tab", "Backtest · rsi reversion.signal", 60_000);
  const page = await report(bench);
  const text = await page.locator("body").innerText();
  for (const part of ["rsi reversion.signal", "Sharpe ratio", "synthetic"]) {
    expect(`the report has ${part}`, text.toLowerCase().includes(part.toLowerCase()), text.slice(0, 600));
  }
  expect("the report is dark as the editor is", (await page.locator("html").getAttribute("data-theme")) === "dark", await page.locator("html").getAttribute("class"));
  // Its own script runs: the chart can be pointed at, and the switch of colours is there.
  await page.locator("#tools button").waitFor();
  await page.locator("#chart .plots.live").waitFor({ state: "attached" });
  const background = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  expect("its style counts", background === "rgb(15, 19, 25)", background);
  await bench.command("View: Toggle Primary Side Bar Visibility");
  await bench.page.waitForTimeout(1200);
  await bench.shot("report");
  await bench.command("View: Toggle Primary Side Bar Visibility");
}

async function lastResult(bench) {
  await bench.script("rsi reversion.signal", CLEAN);
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
  ["the button in the title runs a backtest", fromTheTitle],
  ["a backtest runs in the terminal", inTheTerminal],
  ["a run that the check refuses tells so", refused],
  ["the warm-up is shown as a page", warmup],
  ["a rule is explained", explain],
];
