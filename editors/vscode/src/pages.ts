/** Pages of Markdown that are shown rendered and belong to no file: rules, and the warm-up of a script. */

import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { order, plain, reason, warmup } from "./arguments";
import { ask, place } from "./command";
import { script } from "./documents";
import type { Window } from "./run";
import { page, type Warmup } from "./warmup_page";

const RULE = "signal-rule";
const WARMUP = "signal-warmup";

/** Serves both kinds of page, and keeps a warm-up up to date with its script. */
export function pages(window: Window): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(RULE, {
      provideTextDocumentContent: (uri) => ruleText(window, path.posix.basename(uri.path, ".md")),
    }),
    vscode.workspace.registerTextDocumentContentProvider(WARMUP, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => warmupText(window, uri.query),
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (document.languageId === "signal") {
        changed.fire(warmupUri(document.uri.fsPath));
      }
    }),
  );
}

export async function showWarmup(_window: Window, given: unknown): Promise<void> {
  const file = await script(order(given));
  if (file !== undefined) {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", warmupUri(file));
  }
}

function warmupUri(file: string): vscode.Uri {
  return vscode.Uri.from({ scheme: WARMUP, path: `/Warm-up of ${path.basename(file)}.md`, query: file });
}

async function warmupText(window: Window, file: string): Promise<string> {
  const dsl = window.dsl();
  if (dsl === undefined) {
    return "The command `dsl` was not found.";
  }
  const { cwd, name } = place(file);
  const answer = await ask(dsl, plain(warmup(name)), { cwd });
  try {
    const told = JSON.parse(answer.out) as Warmup & { error?: { message: string } };
    return told.error ? `# Warm-up of \`${name}\`\n\n${told.error.message}` : page(name, told);
  } catch {
    return `# Warm-up of \`${name}\`\n\n${reason(answer.err) ?? `dsl warmup ended with ${answer.code}.`}`;
  }
}

export async function explain(window: Window, given: unknown): Promise<void> {
  const rule = order(given).rule ?? (await chosenRule(window));
  if (rule !== undefined) {
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.from({ scheme: RULE, path: `/${rule}.md` }));
  }
}

async function chosenRule(window: Window): Promise<string | undefined> {
  const folder = await ruleFolder(window);
  if (folder === undefined) {
    return undefined;
  }
  const here = rulesHere();
  const names = (await readdir(folder)).filter((file) => file.endsWith(".md") && file !== "README.md").map((file) => file.slice(0, -3));
  const items = await Promise.all(
    names.sort().map(async (name) => {
      const text = await readFile(path.join(folder, `${name}.md`), "utf8");
      const detail = text.split("\n").find((line) => line.startsWith("Finds ")) ?? "";
      return { label: name, detail, ...(here.has(name) ? { description: "found on this line" } : {}) };
    }),
  );
  items.sort((a, b) => Number(here.has(b.label)) - Number(here.has(a.label)));
  const chosen = await vscode.window.showQuickPick(items, { title: "Explain a rule", placeHolder: "Which rule?", matchOnDetail: true });
  return chosen?.label;
}

/** Rules that have found something on the cursor's line. */
function rulesHere(): Set<string> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return new Set();
  }
  const line = editor.selection.active.line;
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(({ source, range }) => source === "dsl" && range.start.line <= line && line <= range.end.line);
  return new Set(found.map(({ code }) => String(typeof code === "object" ? code.value : code)));
}

async function ruleText(window: Window, rule: string): Promise<string> {
  const folder = await ruleFolder(window);
  if (folder === undefined) {
    return "The command `dsl` was not found.";
  }
  try {
    const text = await readFile(path.join(folder, `${rule}.md`), "utf8");
    return text.replace(/^<!--.*?-->\s*/, "");
  } catch {
    return `# ${rule}\n\nThis \`dsl\` has no such rule. [All rules](README.md)`;
  }
}

/** The folders with a page of each rule, as the commands themselves wrote them, once a window. */
const written = new Map<string, Promise<string | undefined>>();

function ruleFolder(window: Window): Promise<string | undefined> {
  const dsl = window.dsl();
  if (dsl === undefined) {
    return Promise.resolve(undefined);
  }
  const there = written.get(dsl) ?? write(window, dsl);
  written.set(dsl, there);
  return there;
}

async function write(window: Window, dsl: string): Promise<string | undefined> {
  const folder = vscode.Uri.joinPath(window.context.globalStorageUri, "rules");
  await vscode.workspace.fs.createDirectory(folder);
  const answer = await ask(dsl, plain(["explain", "--pages", folder.fsPath]));
  if (answer.code === 0) {
    return folder.fsPath;
  }
  written.delete(dsl);
  void vscode.window.showErrorMessage(`Signal: ${reason(answer.err) ?? "dsl explain failed."}`);
  return undefined;
}
