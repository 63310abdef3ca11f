/** Keys are fetched, stored and forgotten by `dsl auth`, in the terminal: none passes through the editor or its settings. */

import * as vscode from "vscode";
import { inTerminal } from "./command";
import type { Window } from "./run";

const STEPS = [
  { label: "$(key) Fetch a key", detail: "Free and at once, valid for 24 hours: dsl auth register", args: ["auth", "register", "--name"] },
  { label: "$(verified) Claim it", detail: "Makes the key last, by a code on the dashboard: dsl auth claim", args: ["auth", "claim"] },
  { label: "$(sign-in) Hand in a key that I have", detail: "Asked for without echo in the terminal: dsl auth login", args: ["auth", "login"] },
  { label: "$(info) Which key is used?", detail: "And what it may use up: dsl auth status", args: ["auth", "status"] },
  { label: "$(sign-out) Forget the key", detail: "dsl auth logout", args: ["auth", "logout"] },
];

export async function setUpKey(window: Window): Promise<void> {
  const dsl = window.dsl();
  if (dsl === undefined) {
    return;
  }
  const step = await vscode.window.showQuickPick(STEPS, {
    title: "API key of HeyTraders",
    placeHolder: "Kept in the system's keyring, or in a file that only you can read; never in settings",
    matchOnDetail: true,
  });
  if (!step) {
    return;
  }
  const args = [...step.args];
  if (args.at(-1) === "--name") {
    const name = await vscode.window.showInputBox({
      title: "Name of your agent",
      prompt: "1 to 50 characters; the service shows it beside your results.",
      validateInput: (name) => (name.trim() !== "" && [...name.trim()].length <= 50 ? undefined : "1 to 50 characters"),
    });
    if (name === undefined) {
      return;
    }
    args.push(name.trim());
  }
  await inTerminal(dsl, args, `dsl ${step.args.slice(0, 2).join(" ")}`, undefined);
}
