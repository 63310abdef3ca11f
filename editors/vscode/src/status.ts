/** What the status bar says: the server's answer to `signal/status`, as words. */

import type { Target } from "./arguments";

/** The result of the request `signal/status`. */
export interface Status {
  version: string;
  catalog: { origin: "bundled" | "project" | "cache"; date: string | null; hash: string; names: number; age_days: number | null };
  quota: { hour_left: number; hour_limit: number; day_left: number; day_limit: number } | null;
  settings: string | null;
  service: string;
}

export interface Shown {
  text: string;
  /** Markdown, with links to commands. */
  tooltip: string;
  /** Whether a click on "Run" costs quota: shown in the bar's colour of warnings. */
  costs: boolean;
}

const ORIGINS = { bundled: "bundled", project: "pinned", cache: "pulled" } as const;
const ORIGINS_AT_LENGTH = {
  bundled: "bundled with this dsl",
  project: "pinned in this project",
  cache: "pulled from the service",
} as const;

export function shown(status: Status | undefined, target: Target, state: "running" | "starting" | "stopped"): Shown {
  const parts = [target === "sandbox" ? "$(beaker) Sandbox" : "$(cloud-upload) Remote"];
  if (state === "starting") {
    parts.push("$(loading~spin)");
  } else if (state === "stopped") {
    parts.push("$(warning) no language server");
  } else if (status) {
    const age = status.catalog.age_days;
    parts.push(`${ORIGINS[status.catalog.origin]} catalog${age ? `, ${days(age, "short")}` : ""}`);
    if (status.quota && target === "remote") {
      parts.push(`${Math.min(status.quota.hour_left, status.quota.day_left)} runs left`);
    }
  }
  return { text: parts.join(" · "), tooltip: tooltip(status, target), costs: target === "remote" };
}

function tooltip(status: Status | undefined, target: Target): string {
  const rows: [string, string][] = [
    [
      "Runs go to",
      target === "sandbox" ? "the sandbox: synthetic bars, no key, no quota" : `${code(status?.service ?? "the service")}: costs quota`,
    ],
  ];
  if (status) {
    const { origin, date, hash, names, age_days } = status.catalog;
    const age = age_days === null ? "" : ` (${days(age_days, "long")})`;
    const of = [`${names} names`, date === null ? "" : `of ${date}${age}`, `hash ${code(hash.slice(0, 8))}`].filter(Boolean);
    rows.push(["Catalog", `${ORIGINS_AT_LENGTH[origin]}: ${of.join(", ")}`]);
    const quota = status.quota;
    rows.push([
      "Quota",
      quota
        ? `${quota.hour_left} of ${quota.hour_limit} left this hour, ${quota.day_left} of ${quota.day_limit} today`
        : "not known: there is no key yet",
    ]);
    rows.push(["Settings", status.settings === null ? "no signal.toml" : code(status.settings)]);
    rows.push(["dsl", status.version]);
  }
  const table = rows.map(([name, value]) => `| ${name} | ${value.replaceAll("|", "\\|")} |`);
  return ["| | |", "|:--|:--|", ...table, "", `[Change target](command:signal.pickTarget) · [Pull catalog](command:signal.pullCatalog) · [All commands](command:signal.menu)`].join("\n");
}

/** Text of others in a Markdown that may hold commands: nothing of it is a link. */
function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll(/[\r\n]/g, " ")}\``;
}

function days(count: number, form: "short" | "long"): string {
  if (form === "short") {
    return `${count} d`;
  }
  return count === 0 ? "today" : count === 1 ? "a day old" : `${count} days old`;
}
