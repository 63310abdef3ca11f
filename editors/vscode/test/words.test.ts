import { strict as assert } from "node:assert";
import { test } from "node:test";
import { dressed, progress } from "../src/report_page";
import { shown, type Status } from "../src/status";
import { page, type Warmup } from "../src/warmup_page";

const STATUS: Status = {
  version: "0.1.0",
  catalog: { origin: "cache", date: "2026-01-05", hash: "0123456789abcdef", names: 237, age_days: 12 },
  quota: { hour_left: 7, hour_limit: 10, day_left: 22, day_limit: 30 },
  settings: "/code/signal.toml",
  service: "https://example.com/api/v1",
};

test("the bar tells target, catalog and, where a run costs it, the quota", () => {
  const text = (...given: Parameters<typeof shown>) => shown(...given).text;
  assert.equal(text(STATUS, "sandbox", "running"), "$(beaker) Sandbox · pulled catalog, 12 d");
  assert.equal(text(STATUS, "remote", "running"), "$(cloud-upload) Remote · pulled catalog, 12 d · 7 runs left");
  assert.equal(text({ ...STATUS, quota: { ...STATUS.quota!, day_left: 2 } }, "remote", "running"), "$(cloud-upload) Remote · pulled catalog, 12 d · 2 runs left");
  assert.equal(text({ ...STATUS, catalog: { ...STATUS.catalog, origin: "bundled", age_days: null } }, "sandbox", "running"), "$(beaker) Sandbox · bundled catalog");
  assert.equal(text(undefined, "sandbox", "starting"), "$(beaker) Sandbox · $(loading~spin)");
  assert.equal(text(undefined, "sandbox", "stopped"), "$(beaker) Sandbox · $(warning) no language server");
});

test("only a run that costs quota is shown in the colour of warnings", () => {
  assert.equal(shown(STATUS, "sandbox", "running").costs, false);
  assert.equal(shown(STATUS, "remote", "running").costs, true);
});

test("the tooltip tells all, and text of others stays text", () => {
  const tooltip = shown({ ...STATUS, settings: "/w/`](command:evil)|x" }, "remote", "running").tooltip;
  for (const part of ["`https://example.com/api/v1`: costs quota", "237 names, of 2026-01-05 (12 days old), hash `01234567`", "7 of 10 left this hour, 22 of 30 today"]) {
    assert.ok(tooltip.includes(part), `${part} in\n${tooltip}`);
  }
  assert.ok(tooltip.includes("`/w/'](command:evil)\\|x`"), tooltip);
  assert.ok(shown({ ...STATUS, quota: null, settings: null }, "sandbox", "running").tooltip.includes("no signal.toml"));
});

const WARMUP: Warmup = {
  names: [{ name: "slow", line: 2, warmup: 1199, settle: 461, because: ["ema(close, 200)", "a | b"] }],
  signals: [{ line: 7, warmup: null, settle: null, because: [] }],
  window: { timeframe: "1d", start_date: "2024-01-01", end_date: "2024-12-31", bars: { min: 365, max: 366 } },
  warmup: 213,
  usable: { min: 152, max: 153 },
  first_usable: "2024-08-01",
  verdict: "ok",
  start_date_for: { one_bar: "2024-06-01", same_window: "2023-06-01" },
};

test("the page of a warm-up has what dsl told, and a script's text breaks no table", () => {
  const text = page("a.signal", WARMUP);
  const parts = [
    "| `slow` | 2 | 1,199 bars | 461 bars | `ema(close, 200)` ← `a \\| b` |",
    "| 7 | not known |  |  |",
    "2024-01-01 to 2024-12-31, 365 to 366 bars of 1d",
    "| **First usable date** | 2024-08-01 |",
    "| **Start date for the whole range** | 2023-06-01 |",
  ];
  for (const part of parts) {
    assert.ok(text.includes(part), `${part} in\n${text}`);
  }
});

test("a script without dates still has a page", () => {
  const text = page("a.signal", { ...WARMUP, window: null, usable: null, first_usable: null, start_date_for: null, verdict: "unknown" });
  assert.ok(text.includes("no dates are set"), text);
});

test("a report is dressed for the editor's colours, once, and changed in nothing else", () => {
  const report = '<!DOCTYPE html><html lang="en"><head><style>html { }</style></head></html>';
  assert.equal(dressed(report, "dark"), report.replace("<html lang", '<html data-theme="dark" lang'));
  assert.equal(dressed(dressed(report, "dark"), "light"), dressed(report, "dark"));
});

test("progress is what a run says of itself, not its plan", () => {
  assert.equal(progress("running, 40 %"), "running, 40 %");
  assert.equal(progress("submitting"), "submitting");
  assert.equal(progress(" timeframe    4h    directive"), undefined);
  assert.equal(progress(""), undefined);
});
