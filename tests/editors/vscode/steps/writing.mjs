// What is typed, completed, renamed, laid out and mended.
import { CLEAN, FAULTY, HEAD, UGLY } from "../scripts.mjs";
import { expect } from "../workbench.mjs";

const rows = (bench) =>
  bench.page.locator(".suggest-widget.visible .monaco-list-row").evaluateAll((all) => all.map((row) => row.getAttribute("aria-label")));

async function completion(bench) {
  const file = await bench.script("completion.signal", HEAD);
  await bench.ready();
  await bench.press("Control+End");
  await bench.type("average = ");
  await bench.press("Escape");
  await bench.type("sm");
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "sma");
  const there = await rows(bench);
  expect("sma is offered first", /^sma\b/.test(there[0]), there);
  if (!(await bench.page.locator(".suggest-details:visible").isVisible())) {
    await bench.press("Control+Space");
  }
  await bench.sees(".suggest-details:visible", /moving average/i);
  await bench.shot("completion");
  await bench.press("Enter");
  // The server's snippet stands there with its first place selected: the series, then the period.
  const text = await bench.saved(file, (text) => /average = sma\(.+\)/.test(text));
  expect("a call with its arguments stands there", /average = sma\(\w*, ?\w+\)/.test(text), text);
}

async function strings(bench) {
  const file = await bench.script("tickers.signal", `${HEAD}emit_signal(close > 5, entry("", "LONG", Weight(0.5)))\n`);
  await bench.ready();
  await bench.goTo(5, 31);
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "BINANCE:BTC/USDT");
  await bench.press("Enter");
  await bench.saved(file, (text) => text.includes('entry("BINANCE:BTC/USDT", "LONG"'));
}

async function directives(bench) {
  const file = await bench.script("directives.signal", "#! universe = BINANCE:BTC/USDT\n");
  await bench.ready();
  await bench.press("Control+End");
  await bench.type("#! timef");
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "timeframe");
  await bench.press("Enter");
  const text = await bench.saved(file, (text) => text.includes("#! timeframe"));
  expect("its default stands there, selected", /^#! timeframe\s*= 1h$/m.test(text), text);
  await bench.press("Backspace");
  await (await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "4h")).click();
  await bench.saved(file, (text) => /^#! timeframe\s*= 4h$/m.test(text));
}

async function snippet(bench) {
  const file = await bench.script("snippet.signal", "");
  await bench.ready();
  await bench.type("strategy-break");
  await bench.insist(() => bench.press("Control+Space"), ".suggest-widget.visible .monaco-list-row", "strategy-breakout");
  await bench.shot("snippets");
  await bench.press("Enter");
  await bench.page.waitForTimeout(300);
  // The first place is the universe; what is typed goes into the signals, too.
  await bench.type("BINANCE:SOL/USDT");
  await bench.press("Escape");
  await bench.press("Escape");
  const text = await bench.saved(file, (text) => text.includes("SOL/USDT"));
  expect("the universe", text.startsWith("#! universe   = BINANCE:SOL/USDT\n"), text);
  expect("both signals trade it", text.includes('entry("BINANCE:SOL/USDT"') && text.includes('exit("BINANCE:SOL/USDT"'), text);
}

async function rename(bench) {
  const file = await bench.script("rename.signal", CLEAN);
  await bench.ready();
  await bench.goTo(6, 3);
  await bench.press("F2");
  const box = bench.page.locator(".rename-box input:visible");
  await box.waitFor();
  await bench.page.waitForTimeout(300);
  await bench.press("Control+A");
  await bench.type("gauge");
  await bench.shot("rename");
  await bench.press("Enter");
  await box.waitFor({ state: "hidden" });
  const text = await bench.saved(file, (text) => text.includes("gauge = rsi"));
  expect("every use is renamed", !text.includes("strength") && text.includes("recovered = gauge > 55"), text);
}

async function format(bench) {
  const file = await bench.script("ugly.signal", UGLY);
  await bench.ready();
  await bench.press("Control+Shift+I");
  await bench.saved(file, (text) => text === CLEAN);
}

async function formatLines(bench) {
  const ugly = UGLY.replace("recovered = strength > 55", "recovered=strength>55");
  const file = await bench.script("lines.signal", ugly);
  await bench.ready();
  await bench.goTo(12, 1);
  await bench.press("Shift+End");
  await bench.command("Format Selection");
  const text = await bench.saved(file, (text) => text.includes("recovered = strength > 55"));
  expect("other lines stay", text.includes("strength=rsi( close,14 )"), text);
}

async function whileTyping(bench) {
  const file = await bench.script("ontype.signal", HEAD);
  await bench.ready();
  await bench.press("Control+End");
  await bench.type("average=sma( close,20 )");
  await bench.press("Escape");
  await bench.press("Enter");
  await bench.saved(file, (text) => text.includes("average = sma(close, 20)\n"));
}

async function linked(bench) {
  const file = await bench.script("linked.signal", CLEAN);
  await bench.ready();
  await bench.goTo(6, 9);
  await bench.page.locator(".editor-instance .linked-editing-decoration").first().waitFor({ state: "attached" });
  await bench.type("s");
  await bench.saved(file, (text) => text.includes("strengths = rsi") && text.includes("strengths < 30") && text.includes("strengths > 55"));
}

async function quickFix(bench) {
  const file = await bench.script("mend.signal", FAULTY);
  await bench.sees(".squiggly-error");
  await bench.goTo(7, 19);
  await bench.insist(() => bench.press("Control+."), ".action-widget .monaco-list-row", "2023-06-16");
  await bench.shot("quick-fix");
  await bench.page.locator(".action-widget .monaco-list-row", { hasText: "2023-06-16" }).first().click();
  await bench.saved(file, (text) => text.includes("#! start_date = 2023-06-16"));
  await bench.page.locator(".squiggly-error").first().waitFor({ state: "detached" });
}

async function misspelt(bench) {
  const file = await bench.script("misspelt.signal", FAULTY.replace("ema(close, 200)", "ema(close, 20)").replace("close[-1]", "close[-2]"));
  await bench.sees(".squiggly-warning");
  await bench.goTo(6, 13);
  await (await bench.insist(() => bench.press("Control+."), ".action-widget .monaco-list-row", "rsi")).click();
  await bench.saved(file, (text) => text.includes("strength = rsi(close, 14)"));
  await bench.page.locator(".squiggly-warning").first().waitFor({ state: "detached" });
}

async function brackets(bench) {
  const file = await bench.script("typing.signal", "");
  await bench.type('x = (a["');
  const text = await bench.saved(file, (text) => text !== "");
  expect("what was opened is closed", text === 'x = (a[""])', text);
  await bench.press("Control+/");
  await bench.saved(file, (text) => text.startsWith("# x = ("));
}

export const writing = [
  ["completion offers indicators and writes the call", completion],
  ["completion offers the tickers of the universe inside quotes", strings],
  ["completion offers directives and their values", directives],
  ["a snippet is accepted and filled in", snippet],
  ["F2 renames a name everywhere", rename],
  ["formatting lays the script out", format],
  ["a selection is laid out by itself", formatLines],
  ["a line is laid out when it ends", whileTyping],
  ["all places of a name change while it is typed", linked],
  ["a quick fix sets the start date", quickFix],
  ["a quick fix mends a misspelt function", misspelt],
  ["brackets and quotes close themselves, and lines are commented", brackets],
];
