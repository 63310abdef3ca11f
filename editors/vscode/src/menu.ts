/** What a click on the status bar offers. */

import * as vscode from "vscode";

const ENTRIES: [label: string, command: string][] = [
  ["$(play) Run backtest and show report", "signal.run"],
  ["$(terminal) Run backtest in terminal", "signal.runInTerminal"],
  ["$(graph) Show last result", "signal.lastResult"],
  ["$(watch) Show warm-up", "signal.warmup"],
  ["", ""],
  ["$(arrow-swap) Choose sandbox or remote", "signal.pickTarget"],
  ["$(key) Set up a key", "signal.key"],
  ["$(cloud-download) Pull catalog", "signal.pullCatalog"],
  ["$(pin) Pull catalog and pin it in this project", "signal.pinCatalog"],
  ["$(book) Explain a rule", "signal.explain"],
  ["", ""],
  ["$(debug-restart) Restart language server", "signal.restart"],
  ["$(output) Show output", "signal.showOutput"],
];

export async function menu(): Promise<void> {
  const items = ENTRIES.map(([label, command]) =>
    command === "" ? { label, command, kind: vscode.QuickPickItemKind.Separator } : { label, command },
  );
  const chosen = await vscode.window.showQuickPick(items, { title: "Signal DSL", placeHolder: "What next?" });
  if (chosen && chosen.command !== "") {
    await vscode.commands.executeCommand(chosen.command);
  }
}
