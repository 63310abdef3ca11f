/** Where the command `dsl` is: the setting, else the one inside the extension, else the one on PATH. */

import * as path from "node:path";

/** What finding it depends on, so that tests can say. */
export interface Surroundings {
  /** `signal.path` as the user wrote it; empty where it is not set. */
  setting: string;
  /** The extension's own folder. */
  extension: string;
  /** The first folder of the workspace, for `${workspaceFolder}` and relative paths. */
  workspace: string | undefined;
  home: string;
  /** The environment's PATH. */
  search: string;
  /** The environment's PATHEXT, which Windows looks names up by. */
  extensions: string;
  windows: boolean;
  /** Whether a path is a file that can be run. */
  runnable: (path: string) => boolean;
}

export type Origin = "setting" | "bundled" | "path";

export type Found = { kind: "found"; path: string; origin: Origin } | { kind: "missing"; looked: string[]; setting: boolean };

/** A setting is the user's word: where it names no command, nothing else is taken in its place. */
export function find(from: Surroundings): Found {
  const paths = from.windows ? path.win32 : path.posix;
  const names = from.windows ? from.extensions.split(";").filter(Boolean).map((end) => `dsl${end.toLowerCase()}`) : ["dsl"];
  if (from.setting.trim() !== "") {
    const named = expand(from.setting.trim(), from, paths);
    // A folder that holds the command is what people mean by its path, too.
    const tried = [named, ...names.map((name) => paths.join(named, name))];
    const taken = tried.find(from.runnable);
    return taken ? { kind: "found", path: taken, origin: "setting" } : { kind: "missing", looked: [named], setting: true };
  }
  const bundled = paths.join(from.extension, "server", from.windows ? "dsl.exe" : "dsl");
  if (from.runnable(bundled)) {
    return { kind: "found", path: bundled, origin: "bundled" };
  }
  // An empty or relative entry would be the folder that somebody else's project lies in.
  const folders = from.search.split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
  for (const folder of folders) {
    const taken = names.map((name) => paths.join(folder, name)).find(from.runnable);
    if (taken) {
      return { kind: "found", path: taken, origin: "path" };
    }
  }
  return { kind: "missing", looked: folders, setting: false };
}

function expand(setting: string, from: Surroundings, paths: path.PlatformPath): string {
  let named = setting;
  if (named === "~" || /^~[/\\]/.test(named)) {
    named = paths.join(from.home, named.slice(1));
  }
  if (from.workspace !== undefined) {
    named = named.split("${workspaceFolder}").join(from.workspace);
    named = paths.isAbsolute(named) ? named : paths.join(from.workspace, named);
  }
  return named;
}
