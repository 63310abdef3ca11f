/** The item of the status bar, beside scripts and their settings. */

import * as vscode from "vscode";
import { served } from "./client";
import type { Server } from "./server";
import { shown } from "./status";
import { target } from "./target";

export function statusBar(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("signal.status", vscode.StatusBarAlignment.Left, 10);
  item.name = "Signal";
  item.command = "signal.menu";

  let asked = 0;
  const refresh = async () => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document) {
      // A panel with results has the focus: what stands there still holds, if a script is to be seen at all.
      if (!vscode.window.visibleTextEditors.some((editor) => served(editor.document))) {
        item.hide();
      }
      return;
    }
    if (!served(document)) {
      item.hide();
      return;
    }
    const mine = ++asked;
    const status = await server.status(document);
    if (mine !== asked) {
      return;
    }
    const { text, tooltip, costs } = shown(status, target(), server.state);
    item.text = text;
    item.tooltip = new vscode.MarkdownString(tooltip);
    item.tooltip.isTrusted = { enabledCommands: ["signal.pickTarget", "signal.pullCatalog", "signal.menu"] };
    item.backgroundColor = costs ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.accessibilityInformation = { label: `Signal: ${text.replaceAll(/\$\([a-z~-]+\)/g, "").trim()}` };
    item.show();
  };

  void refresh();
  return vscode.Disposable.from(
    item,
    server.onDidChange(() => void refresh()),
    vscode.window.onDidChangeActiveTextEditor(() => void refresh()),
    vscode.window.onDidChangeVisibleTextEditors(() => void refresh()),
    vscode.workspace.onDidSaveTextDocument(() => void refresh()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("signal.target")) {
        void refresh();
      }
    }),
  );
}
