/** Which script a command is about, on disk and saved. */

import * as vscode from "vscode";
import type { Order } from "./arguments";

let lately: vscode.Uri | undefined;

/** Remembers the script that was looked at last, for commands given from a panel beside it. */
export function remember(): vscode.Disposable {
  const note = (editor: vscode.TextEditor | undefined) => {
    if (editor?.document.languageId === "signal") {
      lately = editor.document.uri;
    }
  };
  note(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(note);
}

/** The path of the script that an order names, else of the one that is edited; saved, since `dsl` reads the disk. */
export async function script(order: Order): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const uri = order.uri === undefined ? (editor?.document.languageId === "signal" ? editor.document.uri : lately) : vscode.Uri.parse(order.uri, true);
  if (!uri) {
    void vscode.window.showInformationMessage("Signal: open a script (*.signal) first.");
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isUntitled) {
    const saved = await vscode.workspace.save(uri);
    return saved?.scheme === "file" ? saved.fsPath : undefined;
  }
  if (uri.scheme !== "file") {
    void vscode.window.showWarningMessage("Signal: dsl runs scripts on this machine's disk; this one is elsewhere.");
    return undefined;
  }
  if (document.isDirty && !(await document.save())) {
    return undefined;
  }
  return uri.fsPath;
}
