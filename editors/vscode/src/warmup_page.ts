/** The warm-up of a script as a page of Markdown, from what `dsl warmup --output-format json` prints. */

interface Range {
  min: number;
  max: number;
}

interface Row {
  line: number;
  warmup: number | null;
  settle: number | null;
  because: string[];
  name?: string;
}

/** The part of the document that the page shows; the fields are those of its JSON Schema (`dsl schema warmup`). */
export interface Warmup {
  names: Row[];
  signals: Row[];
  window: { timeframe: string; start_date: string; end_date: string; bars: Range } | null;
  warmup: number | null;
  usable: Range | null;
  first_usable: string | null;
  first_settled?: string | null;
  verdict: "ok" | "uncertain" | "not-enough-bars" | "unknown";
  start_date_for: { one_bar: string | null; same_window: string | null } | null;
}

const VERDICTS: Record<Warmup["verdict"], string> = {
  ok: "**Enough.** The range holds enough bars.",
  uncertain: "**Uncertain.** The range holds enough bars only if the service counts its last day.",
  "not-enough-bars": "**Too few.** The range holds too few bars: the service would answer `TA_OUT_OF_RANGE`.",
  unknown: "**Unknown.** It can't be said whether the range holds enough bars.",
};

export function page(file: string, from: Warmup): string {
  const lines = [`# Warm-up of ${file}`, "", VERDICTS[from.verdict], ""];
  const facts: [string, string][] = [];
  if (from.window) {
    const { timeframe, start_date, end_date, bars } = from.window;
    facts.push(["Range", `${start_date} to ${end_date}, ${range(bars)} bars of ${timeframe}`]);
  } else {
    facts.push(["Range", "no dates are set: write `#! start_date` and `#! end_date`, or set them in `signal.toml`"]);
  }
  facts.push(["Warm-up", from.warmup === null ? "can't be predicted" : bars(from.warmup)]);
  if (from.usable) {
    facts.push(["Usable", `${range(from.usable)} bars`]);
  }
  if (from.first_usable) {
    facts.push(["First usable date", from.first_usable]);
  }
  if (from.first_settled && from.first_settled !== from.first_usable) {
    facts.push(["Settled from", from.first_settled]);
  }
  if (from.start_date_for?.same_window) {
    facts.push(["Start date for the whole range", from.start_date_for.same_window]);
  }
  lines.push(...table(["", ""], facts.map(([name, value]) => [`**${name}**`, value])));
  lines.push("", "## Signals", "", ...rows(["line", "warm-up", "settles after", "because of"], from.signals, false));
  lines.push("", "## Names", "", ...rows(["name", "line", "warm-up", "settles after", "because of"], from.names, true));
  lines.push("", "*Warm-up*: leading bars without a value. *Settles after*: further bars until the value no longer depends on where the range began.", "");
  return lines.join("\n");
}

function rows(heads: string[], of: Row[], named: boolean): string[] {
  if (of.length === 0) {
    return ["None."];
  }
  return table(
    heads,
    of.map((row) => [
      ...(named ? [text(row.name ?? "")] : []),
      String(row.line),
      row.warmup === null ? "not known" : bars(row.warmup),
      row.settle ? bars(row.settle) : "",
      row.because.map(text).join(" ← "),
    ]),
  );
}

function table(heads: string[], rows: string[][]): string[] {
  return [`| ${heads.join(" | ")} |`, `|${heads.map(() => "---|").join("")}`, ...rows.map((row) => `| ${row.join(" | ")} |`)];
}

function bars(count: number): string {
  return count === 0 ? "none" : count === 1 ? "1 bar" : `${count.toLocaleString("en")} bars`;
}

function range({ min, max }: Range): string {
  return min === max ? min.toLocaleString("en") : `${min.toLocaleString("en")} to ${max.toLocaleString("en")}`;
}

/** A piece of a script as code that ends neither its cell nor itself. */
function text(piece: string): string {
  return `\`${piece.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll(/\s+/g, " ")}\``;
}
