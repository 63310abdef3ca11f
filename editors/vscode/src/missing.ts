/** What is said where there is no `dsl`, or one without a language server, and the ways on from there. */

import * as vscode from "vscode";
import type { Found } from "./binary";
import { ask } from "./command";

const CHOOSE = "Choose dsl…";
const SETTINGS = "Open Settings";
const HELP = "How to Install";
const AGAIN = "Try Again";

export type Server = { path: string; version: string };

/** The command with its version if it can serve, else the user is told. */
export async function serving(context: vscode.ExtensionContext, found: Found): Promise<Server | undefined> {
  if (found.kind === "missing") {
    void offer(
      context,
      found.setting
        ? `Signal: the setting signal.path names no command: ${found.looked.join(", ")}. Scripts are coloured, but not checked.`
        : "Signal: the command dsl is neither part of this extension nor on your PATH. Scripts are coloured, but not checked.",
      found.setting ? SETTINGS : HELP,
    );
    return undefined;
  }
  const [version, lsp] = await Promise.all([ask(found.path, ["--version"]), ask(found.path, ["lsp", "--help"])]);
  if (lsp.code !== 0) {
    const told = /^dsl (\S+)/.exec(version.out)?.[1];
    void offer(
      context,
      told === undefined
        ? `Signal: ${found.path} can't be run, or is not the dsl of Signal DSL. Scripts are coloured, but not checked.`
        : `Signal: ${found.path} is dsl ${told}, which has no language server yet. Scripts are coloured, but not checked. Install a newer one.`,
      found.origin === "setting" ? SETTINGS : HELP,
    );
    return undefined;
  }
  return { path: found.path, version: /^dsl (\S+)/.exec(version.out)?.[1] ?? "" };
}

/** Three ways on, which is what fits below a message; one depends on what is the matter. */
async function offer(context: vscode.ExtensionContext, message: string, cure: typeof SETTINGS | typeof HELP): Promise<void> {
  switch (await vscode.window.showErrorMessage(message, CHOOSE, cure, AGAIN)) {
    case CHOOSE: {
      const chosen = await vscode.window.showOpenDialog({ title: "The command dsl", openLabel: "Use This", canSelectMany: false });
      if (chosen?.[0]) {
        // Changing the setting starts the server anew.
        await vscode.workspace.getConfiguration("signal").update("path", chosen[0].fsPath, vscode.ConfigurationTarget.Global);
      }
      return;
    }
    case HELP:
      await vscode.commands.executeCommand("extension.open", context.extension.id);
      return;
    case SETTINGS:
      await vscode.commands.executeCommand("workbench.action.openSettings", "signal.path");
      return;
    case AGAIN:
      await vscode.commands.executeCommand("signal.restart");
      return;
    default:
  }
}
