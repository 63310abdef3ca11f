/** Signal DSL in VS Code: starts the language server and carries out the commands. */

import * as path from "node:path";
import * as vscode from "vscode";
import { pullCatalog } from "./catalog";
import { locate } from "./command";
import { remember } from "./documents";
import { setUpKey } from "./key";
import { menu } from "./menu";
import { explain, pages, showWarmup } from "./pages";
import { openInBrowser, panels, saveAs } from "./panels";
import { lastResult, runAndShow, runInTerminal, type Window } from "./run";
import { Server } from "./server";
import { statusBar } from "./status_bar";
import { pickTarget } from "./target";
import { tasks } from "./tasks";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel("Signal", { log: true });
  const serving = (server = new Server(context, channel));
  const window: Window = {
    context,
    channel,
    panels: panels(context),
    dsl: () => {
      const found = locate(context);
      if (found.kind === "missing") {
        // Says what is missing, with the ways on from there.
        void serving.restart();
        return undefined;
      }
      return found.path;
    },
  };
  const command = (name: string, run: (given: unknown) => unknown) => vscode.commands.registerCommand(`signal.${name}`, run);

  context.subscriptions.push(
    channel,
    window.panels,
    remember(),
    pages(window),
    tasks(context),
    statusBar(serving),
    command("run", (given) => runAndShow(window, given)),
    command("runInTerminal", (given) => runInTerminal(window, given)),
    command("lastResult", (given) => lastResult(window, given)),
    command("warmup", (given) => showWarmup(window, given)),
    command("explain", (given) => explain(window, given)),
    command("pullCatalog", (given) => pullCatalog(window, given)),
    command("pinCatalog", (given) => pullCatalog(window, given, true)),
    command("pickTarget", pickTarget),
    command("key", () => setUpKey(window)),
    command("menu", menu),
    command("restart", () => serving.restart()),
    command("showOutput", () => channel.show()),
    command("newScript", newScript),
    command("openReport", () => openInBrowser(window.panels)),
    command("saveReport", () => saveAs(window.panels)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("signal.path")) {
        void serving.restart();
      }
    }),
    // Only now does a `signal.path` of the workspace count.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void serving.restart()),
  );
  reachInTerminals(context);
  void serving.restart();
}

/** The dsl inside the extension can be called by its name in the editor's terminals, behind one that is on PATH already. */
function reachInTerminals(context: vscode.ExtensionContext): void {
  const environment = context.environmentVariableCollection;
  environment.clear();
  const found = locate(context);
  if (found.kind === "found" && found.origin === "bundled") {
    environment.description = "Makes `dsl` known by its name.";
    environment.append("PATH", path.delimiter + path.dirname(found.path));
  }
}

/** An empty script, with the snippet of a whole strategy at hand. */
async function newScript(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "signal" });
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("editor.action.insertSnippet", { langId: "signal", name: "RSI reversion strategy" });
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
