/** The service's own list of names: fetched for oneself, or pinned in the project. */

import * as path from "node:path";
import * as vscode from "vscode";
import { order, plain, pull, reason } from "./arguments";
import { ask } from "./command";
import type { Window } from "./run";

export async function pullCatalog(window: Window, given: unknown, locked?: boolean): Promise<void> {
  const ordered = order(given);
  const lock = locked ?? ordered.lock ?? false;
  const dsl = window.dsl();
  const cwd = folder(ordered.uri);
  if (dsl === undefined) {
    return;
  }
  if (lock && cwd === undefined) {
    void vscode.window.showInformationMessage("Signal: open a project first; signal.catalog.json is written beside its signal.toml.");
    return;
  }
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Fetching the service's catalog", cancellable: true },
    (_progress, cancel) => ask(dsl, plain(pull(lock)), { cwd, cancel }),
  );
  window.channel.info([`dsl ${pull(lock).join(" ")} ended with ${answer.code}`, answer.err, answer.out].join("\n").trim());
  if (answer.code === 0) {
    const told = lock ? "pinned in signal.catalog.json, to be committed" : "fetched, for all your scripts";
    const chosen = await vscode.window.showInformationMessage(`Signal: the service's catalog is ${told}.`, "Show Output");
    if (chosen !== undefined) {
      window.channel.show(true);
    }
    return;
  }
  const key = answer.code === 4;
  const chosen = await vscode.window.showErrorMessage(
    `Signal: ${reason(answer.err) ?? "The catalog could not be fetched."}`,
    key ? "Set Up a Key" : "Show Output",
  );
  if (chosen !== undefined) {
    await (key ? vscode.commands.executeCommand("signal.key") : window.channel.show(true));
  }
}

/** The folder from which `dsl` looks for the project. */
function folder(uri: string | undefined): string | undefined {
  const about = uri === undefined ? vscode.window.activeTextEditor?.document.uri : vscode.Uri.parse(uri);
  if (about?.scheme === "file") {
    return path.dirname(about.fsPath);
  }
  return vscode.workspace.workspaceFolders?.find((each) => each.uri.scheme === "file")?.uri.fsPath;
}
