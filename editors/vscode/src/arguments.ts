/** The arguments that `dsl` is started with, and what its exit codes mean to whoever started it here. */

export type Target = "sandbox" | "remote";

/** The one argument of every command that a code lens or code action carries. */
export interface Order {
  uri?: string;
  sandbox?: boolean;
  run?: string;
  rule?: string;
  lock?: boolean;
}

export interface Run {
  file: string;
  target: Target;
  /** Folder with bars of one's own for the sandbox; empty for synthetic ones. */
  data: string;
  /** Where the page goes; left out where the terminal is enough. */
  report?: string;
}

export function run({ file, target, data, report }: Run): string[] {
  const args = ["run"];
  if (target === "sandbox") {
    args.push("--sandbox");
    if (data !== "") {
      args.push("--data", data);
    }
  }
  if (report !== undefined) {
    args.push("--report", report);
  }
  return [...args, ...last(file)];
}

export function report(id: string, page: string): string[] {
  return ["runs", "report", "--output", page, ...last(id)];
}

export function warmup(file: string): string[] {
  return ["warmup", "--output-format", "json", ...last(file)];
}

/** `--color never`: what is read here is text, whatever the environment says of colours. */
export function plain(args: string[]): string[] {
  return ["--color", "never", ...args];
}

export function pull(lock: boolean): string[] {
  return lock ? ["catalog", "pull", "--lock"] : ["catalog", "pull"];
}

/** A name that begins with a dash is no option. */
function last(name: string): string[] {
  return name.startsWith("-") ? ["--", name] : [name];
}

/** What a command or menu hands over: our one object, the URI of an explorer's entry, or nothing. */
export function order(given: unknown): Order {
  if (typeof given !== "object" || given === null) {
    return {};
  }
  const from = given as Record<string, unknown>;
  if (typeof from["scheme"] === "string") {
    return { uri: String(given) };
  }
  const order: Order = {};
  for (const key of ["uri", "run", "rule"] as const) {
    if (typeof from[key] === "string") {
      order[key] = from[key];
    }
  }
  for (const key of ["sandbox", "lock"] as const) {
    if (typeof from[key] === "boolean") {
      order[key] = from[key];
    }
  }
  return order;
}

export type Cure = "problems" | "key" | "sandbox" | "output" | "attach";

/** How a run that brought no page ended: a sentence, and the ways on from there. */
export function ending(code: number | null, said: string): { message: string; cures: Cure[]; harmless: boolean } {
  const told = (otherwise: string) => reason(said) ?? otherwise;
  switch (code) {
    case 1:
      return { message: told("The check found errors, so nothing was run."), cures: ["problems", "output"], harmless: false };
    case 2:
      return { message: told("A setting can't be used, so nothing was run."), cures: ["problems", "output"], harmless: false };
    case 4:
      return { message: told("There is no key that the service takes."), cures: ["key", "sandbox"], harmless: false };
    case 5:
      return { message: told("The quota is used up."), cures: ["sandbox", "output"], harmless: false };
    case 8:
      return { message: "The backtest goes on at the server.", cures: ["attach"], harmless: true };
    default:
      return { message: told("The backtest brought no results."), cures: ["output"], harmless: false };
  }
}

/** What `dsl` gave as its reason, as a sentence: its own last word rather than a finding about a line. */
export function reason(said: string): string | undefined {
  const errors = said.split(/\r?\n/).flatMap((line) => /^error(?:\[[a-z-]+\])?: (.+)$/.exec(line) ?? []).filter((line) => line !== "");
  const whole = errors.filter((line) => line.startsWith("error: "));
  const line = (whole.at(-1) ?? errors[0])?.replace(/^error(?:\[[a-z-]+\])?: /, "").trim();
  return line ? line.charAt(0).toUpperCase() + line.slice(1) + (/[.!?]$/.test(line) ? "" : ".") : undefined;
}
