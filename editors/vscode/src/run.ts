/** Backtests: in the terminal, or with their page in a panel. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Cure, ending, type Order, order, plain, report, run, type Target } from "./arguments";
import { ask, inTerminal, place } from "./command";
import { script } from "./documents";
import { type Panels } from "./panels";
import { progress } from "./report_page";
import { target } from "./target";

/** What the commands need of the window they are given in. */
export interface Window {
  context: vscode.ExtensionContext;
  channel: vscode.LogOutputChannel;
  panels: Panels;
  /** The path of `dsl`; where there is none the user has been told. */
  dsl: () => string | undefined;
}

export async function runInTerminal(window: Window, given: unknown): Promise<void> {
  const ordered = order(given);
  const file = await script(ordered);
  const dsl = window.dsl();
  if (file === undefined || dsl === undefined) {
    return;
  }
  const { cwd, name } = place(file);
  await inTerminal(dsl, run({ file: name, target: where(ordered), data: data(file) }), `backtest ${path.basename(file)}`, cwd);
}

export async function runAndShow(window: Window, given: unknown): Promise<void> {
  const ordered = order(given);
  const file = await script(ordered);
  const dsl = window.dsl();
  if (file === undefined || dsl === undefined) {
    return;
  }
  const { cwd, name } = place(file);
  const on = where(ordered);
  const page = await freshPage(window.context, file);
  const answer = await showing(`Backtest of ${path.basename(file)} on the ${on === "sandbox" ? "sandbox" : "service"}`, (say, cancel) =>
    ask(dsl, plain(run({ file: name, target: on, data: data(file), report: page })), {
      cwd,
      cancel,
      line: (line) => {
        const step = progress(line);
        if (step !== undefined) {
          say(step);
        }
      },
    }),
  );
  window.channel.info([`dsl run ${name} (${on}) ended with ${answer.code}`, answer.err, answer.out].join("\n").trim());
  if (existsSync(page)) {
    await window.panels.show(page, file);
  }
  if (answer.code !== 0) {
    await tell(window, ordered, file, answer.code, answer.err, existsSync(page));
  }
}

export async function lastResult(window: Window, given: unknown): Promise<void> {
  const ordered = order(given);
  const dsl = window.dsl();
  if (dsl === undefined) {
    return;
  }
  const file = ordered.uri === undefined ? undefined : vscode.Uri.parse(ordered.uri).fsPath;
  const page = await freshPage(window.context, file ?? "latest");
  const answer = await ask(dsl, plain(report(ordered.run ?? "latest", page)));
  if (existsSync(page)) {
    await window.panels.show(page, file);
  } else {
    await tell(window, ordered, file, answer.code === 1 ? null : answer.code, answer.err, false);
  }
}

function where(ordered: Order): Target {
  return ordered.sandbox === undefined ? target() : ordered.sandbox ? "sandbox" : "remote";
}

function data(file: string): string {
  const given = vscode.workspace.getConfiguration("signal", vscode.Uri.file(file)).get<string>("sandbox.data", "").trim();
  if (given === "" || path.isAbsolute(given)) {
    return given;
  }
  return path.join(place(file).cwd, given);
}

let pages = 0;

/** Where a page of results goes: a file that is not there yet. */
async function freshPage(context: vscode.ExtensionContext, file: string): Promise<string> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "reports");
  await vscode.workspace.fs.createDirectory(folder);
  const stem = path.basename(file, path.extname(file));
  return vscode.Uri.joinPath(folder, `${stem}-${Date.now()}-${++pages}.html`).fsPath;
}

function showing<T>(title: string, work: (say: (step: string) => void, cancel: vscode.CancellationToken) => Promise<T>): Promise<T> {
  return Promise.resolve(
    vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, cancel) =>
      work((message) => progress.report({ message }), cancel),
    ),
  );
}

const CURES: Record<Cure, string> = {
  problems: "Show Problems",
  key: "Set Up a Key",
  sandbox: "Run in the Sandbox",
  output: "Show Output",
  attach: "Come Back to It",
};

async function tell(
  window: Window,
  ordered: Order,
  file: string | undefined,
  code: number | null,
  said: string,
  shown: boolean,
): Promise<void> {
  const { message, cures, harmless } = ending(code, said);
  const words = cures.map((cure) => CURES[cure]);
  const show = harmless || shown ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
  const chosen = await show(`Signal: ${message}`, ...words);
  switch (cures.find((cure) => CURES[cure] === chosen)) {
    case "problems":
      await vscode.commands.executeCommand("workbench.actions.view.problems");
      return;
    case "key":
      await vscode.commands.executeCommand("signal.key");
      return;
    case "sandbox":
      await runAndShow(window, { ...ordered, ...(file === undefined ? {} : { uri: vscode.Uri.file(file).toString() }), sandbox: true });
      return;
    case "attach": {
      const dsl = window.dsl();
      if (dsl !== undefined) {
        await inTerminal(dsl, ["runs", "attach", "latest"], "latest backtest", undefined);
      }
      return;
    }
    case "output":
      window.channel.show(true);
      return;
    default:
  }
}
