// What is to be seen of a script without changing it.
import { CLEAN, FAULTY } from "../scripts.mjs";
import { expect } from "../workbench.mjs";

const strip = (text) => text.replaceAll(/[\u200b\u200c\u00a0]/g, " ").replaceAll(/\s+/g, " ").trim();

async function problems(bench) {
  await bench.script("trend.signal", FAULTY);
  await bench.sees(".squiggly-error");
  await bench.press("Control+Shift+M");
  await bench.sees(".markers-panel .monaco-list-row", "not-enough-bars");
  const rows = (await bench.page.locator(".markers-panel .monaco-list-row").allInnerTexts()).map(strip);
  for (const [rule, line] of [["unknown-function", 6], ["not-enough-bars", 7], ["self-comparison", 8]]) {
    expect(`${rule} in line ${line}`, rows.some((row) => row.includes(`dsl ${rule} [Ln ${line},`)), rows);
  }
  await bench.wideShot("problems");
}

async function hover(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  // Where the mouse is: over the call in `strength = rsi(close, 14)`.
  const word = bench.line("strength = rsi").locator("span span", { hasText: /^rsi$/ }).first();
  await bench.insist(() => word.hover(), ".monaco-hover:visible", "rsi");
  const text = strip(await bench.page.locator(".monaco-hover:visible").first().innerText());
  expect("the hover tells what the indicator is", /relative strength/i.test(text), text);
  expect("the hover tells its warm-up", /14 bars|warm-?up/i.test(text), text);
  await bench.shot("hover");
}

async function definition(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.goTo(9, 14);
  await bench.press("F12");
  await bench.sees(".statusbar-item", "Ln 6, Col 1");
}

async function outline(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.press("Control+Shift+O");
  await bench.sees(".quick-input-list .monaco-list-row", "oversold");
  const rows = (await bench.page.locator(".quick-input-list .monaco-list-row").allInnerTexts()).map(strip);
  for (const name of ["strength", "uptrend", "oversold", "recovered"]) {
    expect(`${name} in the outline`, rows.some((row) => row.startsWith(name)), rows);
  }
  await bench.press("Escape");
}

async function inlayHints(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.page.waitForFunction(() => /\d+ bars/.test(document.querySelector(".editor-instance .view-lines")?.innerText.replaceAll("\u00a0", " ") ?? ""));
  const text = (await bench.page.locator(".editor-instance .view-line").allInnerTexts()).map((line) => line.replaceAll(/[\u00a0\u200b\u200c]/g, " ").replaceAll(/[\u2068\u2069\u200d\ufeff]/g, ""));
  expect("199 bars of the average", text.some((line) => line.includes("sma(") && line.includes("199 bars")), text);
  expect("the first usable date of the entry", text.some((line) => line.includes("emit_signal(oversold") && line.includes("2023-02-03")), text);
  expect("names of parameters before numbers", text.some((line) => /rsi\(close, \w+[:=] ?14\)/.test(line)), text);
  await bench.shot("inlay-hints");
}

/** The kind of a token by meaning, and its colour, as the editor's own inspector tells them. */
async function inspect(bench, line, column) {
  await bench.goTo(line, column);
  await bench.command("Developer: Inspect Editor Tokens and Scopes");
  const widget = bench.page.locator(".token-inspect-widget");
  await widget.waitFor();
  await bench.page.waitForTimeout(300);
  const text = strip(await widget.innerText());
  await bench.press("Escape");
  await widget.waitFor({ state: "detached" });
  return { text, kind: /semantic token type (\S+)/.exec(text)?.[1], colour: /foreground (#[0-9a-fA-F]{6,8})/.exec(text)?.[1] };
}

async function semanticTokens(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.page.waitForTimeout(1000);
  const call = await inspect(bench, 6, 13);
  expect("rsi is a token by meaning", call.kind !== undefined, call.text);
  // A use of a name: the TextMate grammar can't tell what it was defined as.
  const meaning = await inspect(bench, 9, 13);
  expect("strength is a token by meaning", meaning.kind !== undefined, meaning.text);
  expect("a function and a name are of different kinds", call.kind !== meaning.kind, [call, meaning]);
  // Data of the bars is no name of the script, and does not look like one.
  const data = await inspect(bench, 6, 18);
  expect("close is coloured apart from strength", data.colour !== undefined && data.colour !== meaning.colour, [data, meaning]);
  const colours = () => bench.line("emit_signal(oversold").locator("span span").evaluateAll((spans) => spans.map((span) => [span.textContent, getComputedStyle(span).color]));
  const meant = await colours();
  bench.server.write(".vscode/settings.json", JSON.stringify({ "editor.semanticHighlighting.enabled": false }));
  try {
    await bench.page.waitForFunction((before) => {
      const line = [...document.querySelectorAll(".editor-instance .view-line")].find((each) => each.textContent.includes("emit_signal(oversold"));
      return line && JSON.stringify([...line.querySelectorAll("span span")].map((span) => [span.textContent, getComputedStyle(span).color])) !== before;
    }, JSON.stringify(meant));
  } finally {
    bench.server.remove(".vscode/settings.json");
  }
}

async function signature(bench) {
  await bench.script("signature.signal", `${CLEAN}x = `);
  await bench.ready();
  await bench.press("Control+End");
  await bench.type("macd(close, ");
  await bench.press("Escape");
  await bench.insist(() => bench.press("Control+Shift+Space"), ".parameter-hints-widget.visible", "macd");
  const widget = bench.page.locator(".parameter-hints-widget.visible");
  const text = strip(await widget.innerText());
  expect("the signature names its parameters", /fast\w*period/i.test(text), text);
  const active = strip(await widget.locator(".parameter.active").first().innerText());
  expect("the second parameter is the active one", /fast/i.test(active), active);
  await bench.shot("signature");
}

async function references(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.goTo(6, 3);
  // Wherever it is read or written, it is marked.
  await bench.page.waitForFunction(() => document.querySelectorAll(".editor-instance .wordHighlight, .editor-instance .wordHighlightStrong").length >= 3);
  await bench.press("Shift+F12");
  await bench.sees(".reference-zone-widget .monaco-list-row", "strength < 30");
  const rows = (await bench.page.locator(".reference-zone-widget .monaco-list-row").allInnerTexts()).map(strip);
  expect("both uses are listed", rows.some((row) => row.includes("strength > 55")), rows);
  await bench.press("Escape");
}

async function hierarchy(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.goTo(6, 3);
  await bench.command("Peek Call Hierarchy");
  await bench.sees(".call-hierarchy .monaco-list-row", "strength");
  await bench.sees(".call-hierarchy .monaco-list-row", "oversold");
  await bench.sees(".call-hierarchy .monaco-list-row", "recovered");
  await bench.press("Escape");
}

async function workspaceSymbols(bench) {
  bench.server.write("elsewhere.signal", CLEAN.replaceAll("uptrend", "far_away_trend"));
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.press("Control+T");
  const input = bench.page.locator(".quick-input-widget:visible input");
  await input.waitFor();
  await input.fill("#far_away");
  await bench.sees(".quick-input-list .monaco-list-row", "far_away_trend");
  await bench.press("Enter");
  await bench.page.locator('.tab.active[data-resource-name="elsewhere.signal"]').waitFor();
}

async function selection(bench) {
  await bench.script("clean.signal", CLEAN);
  await bench.ready();
  await bench.goTo(7, 19);
  const sizes = [];
  for (let times = 0; times < 4; times += 1) {
    await bench.press("Shift+Alt+ArrowRight");
    await bench.page.waitForTimeout(400);
    const text = await (await bench.sees(".statusbar-item", /selected\)/)).innerText();
    sizes.push(Number(/\((\d+) selected/.exec(text)?.[1]));
  }
  // sma; sma(close, 200); the comparison; the statement.
  expect("the selection grows by what belongs together", String(sizes) === "3,15,23,33", sizes);
}

async function folding(bench) {
  await bench.script("folds.signal", CLEAN.replace("emit_signal(oversold, entry", "emit_signal(\n    oversold,\n    entry").replace("Weight(0.5)))", "Weight(0.5))\n)"));
  await bench.ready();
  await bench.press("Control+K");
  await bench.press("Control+0");
  // Directives are not indented: only the server knows that they belong together.
  await bench.page.waitForFunction(() => {
    const text = document.querySelector(".editor-instance .view-lines").innerText.replaceAll("\u00a0", " ");
    return !text.includes("    oversold,") && !text.includes("timeframe") && text.includes("universe");
  });
}

export const reading = [
  ["problems are listed with their rules", problems],
  ["hover explains an indicator", hover],
  ["F12 goes to the definition", definition],
  ["the outline lists the names", outline],
  ["inlay hints tell warm-up, parameters and the first usable date", inlayHints],
  ["names are coloured by their meaning", semanticTokens],
  ["the signature shows while a call is typed", signature],
  ["every place of a name lights up and is listed", references],
  ["it shows which names depend on a name", hierarchy],
  ["names of other scripts are found", workspaceSymbols],
  ["the selection grows by meaning", selection],
  ["calls over several lines and directives fold", folding],
];
