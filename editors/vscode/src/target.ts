/** Where runs go: the sandbox of this machine, or the service, which costs quota. */

import * as vscode from "vscode";
import type { Target } from "./arguments";

/** The setting is one of the user and the machine: no repository that somebody opens can make a run cost quota. */
export function target(): Target {
  return vscode.workspace.getConfiguration("signal").get<string>("target") === "remote" ? "remote" : "sandbox";
}

export async function pickTarget(): Promise<void> {
  const now = target();
  const choices = [
    { target: "sandbox" as const, label: "$(beaker) Sandbox", description: "this machine", detail: "Synthetic bars or your own, no key, no quota." },
    { target: "remote" as const, label: "$(cloud-upload) Remote", description: "the HeyTraders service", detail: "Real bars. Needs a key, and each run costs quota." },
  ].map((choice) => ({ ...choice, description: choice.description + (choice.target === now ? " · current" : "") }));
  const chosen = await vscode.window.showQuickPick(choices, { title: "Run backtests on", placeHolder: "Where do runs go from now on?" });
  if (chosen) {
    await vscode.workspace.getConfiguration("signal").update("target", chosen.target, vscode.ConfigurationTarget.Global);
  }
}
