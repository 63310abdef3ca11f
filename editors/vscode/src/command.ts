/** Starting `dsl`: where it is on this machine, asking it something, and running it in a terminal. */

import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { find, type Found } from "./binary";

const WINDOWS = process.platform === "win32";

/** The workspace's value of `signal.path` counts only where the workspace is trusted, which VS Code sees to. */
export function locate(context: vscode.ExtensionContext): Found {
  return find({
    setting: vscode.workspace.getConfiguration("signal").get<string>("path", ""),
    extension: context.extensionPath,
    workspace: vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file")?.uri.fsPath,
    home: homedir(),
    search: process.env["PATH"] ?? "",
    extensions: process.env["PATHEXT"] ?? ".EXE",
    windows: WINDOWS,
    runnable,
  });
}

function runnable(file: string): boolean {
  try {
    accessSync(file, WINDOWS ? constants.F_OK : constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface Answer {
  /** `null` where it could not be started, or was ended by a signal. */
  code: number | null;
  out: string;
  err: string;
}

export interface Asking {
  cwd?: string | undefined;
  /** Hears every line of stderr as it comes. */
  line?: (line: string) => void;
  cancel?: vscode.CancellationToken;
}

/** Runs `dsl` to its end. Cancelling is Ctrl-C, after which `dsl` says how to come back to a run. */
export function ask(dsl: string, args: string[], { cwd, line, cancel }: Asking = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const answer: Answer = { code: null, out: "", err: "" };
    const child = spawn(dsl, args, { cwd, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const cancelling = cancel?.onCancellationRequested(() => child.kill("SIGINT"));
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (answer.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      answer.err += text;
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      lines.forEach((each) => line?.(each));
    });
    child.on("error", (error) => (answer.err += `error: ${error.message}\n`));
    child.on("close", (code) => {
      cancelling?.dispose();
      resolve({ ...answer, code });
    });
  });
}

/** Runs `dsl` where people can read along and answer. */
export async function inTerminal(dsl: string, args: string[], name: string, cwd: string | undefined): Promise<void> {
  const task = new vscode.Task(
    { type: "signal", args },
    vscode.TaskScope.Workspace,
    name,
    "Signal",
    new vscode.ProcessExecution(dsl, args, cwd === undefined ? {} : { cwd }),
    [],
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Shared,
    clear: true,
    showReuseMessage: false,
    focus: true,
  };
  await vscode.tasks.executeTask(task);
}

/** The folder that a command about a file runs in, and the file as seen from there. */
export function place(file: string): { cwd: string; name: string } {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
  const cwd = folder ?? path.dirname(file);
  return { cwd, name: path.relative(cwd, file) };
}
