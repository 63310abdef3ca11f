/** Panels with the pages of runs, one a script, beside the editor. */

import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { dressed } from "./report_page";

export const VIEW = "signal.report";

interface Shown {
  panel: vscode.WebviewPanel;
  /** The page's own file, which goes with the panel. */
  page: string;
  /** The script that was run, where that is known. */
  script: string | undefined;
}

export interface Panels extends vscode.Disposable {
  show: (page: string, script: string | undefined) => Promise<void>;
  /** What the panel that is looked at shows. */
  current: () => Pick<Shown, "page" | "script"> | undefined;
}

export function panels(context: vscode.ExtensionContext): Panels {
  const open = new Map<string | undefined, Shown>();
  const icon = vscode.Uri.joinPath(context.extensionUri, "icons", "signal-file.svg");

  const fill = async ({ panel, page }: Shown) => {
    panel.webview.html = dressed(await readFile(page, "utf8"), theme());
  };
  const show = async (page: string, script: string | undefined) => {
    const there = open.get(script);
    if (there) {
      void rm(there.page, { force: true });
      there.page = page;
      await fill(there);
      there.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      VIEW,
      `Backtest · ${script === undefined ? "the last run" : path.basename(script)}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      // The page brings a policy that lets no script run but its own; it loads nothing.
      { enableScripts: true, enableFindWidget: true, retainContextWhenHidden: true, localResourceRoots: [] },
    );
    panel.iconPath = icon;
    const shown = { panel, page, script };
    open.set(script, shown);
    panel.onDidDispose(() => {
      open.delete(script);
      void rm(shown.page, { force: true });
    });
    await fill(shown);
  };

  const recolour = vscode.window.onDidChangeActiveColorTheme(() => open.forEach((shown) => void fill(shown)));
  return {
    show,
    current: () => [...open.values()].find(({ panel }) => panel.active),
    dispose() {
      recolour.dispose();
      open.forEach(({ panel }) => panel.dispose());
    },
  };
}

function theme(): "light" | "dark" {
  const { kind } = vscode.window.activeColorTheme;
  return kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight ? "light" : "dark";
}

export async function openInBrowser(panels: Panels): Promise<void> {
  const shown = panels.current();
  if (shown) {
    await vscode.env.openExternal(vscode.Uri.file(shown.page));
  }
}

export async function saveAs(panels: Panels): Promise<void> {
  const shown = panels.current();
  if (!shown) {
    return;
  }
  const { page, script } = shown;
  const to = await vscode.window.showSaveDialog({
    filters: { "Web page": ["html"] },
    saveLabel: "Save Report",
    ...(script === undefined ? {} : { defaultUri: vscode.Uri.file(script.replace(/(\.signal)?$/, ".html")) }),
  });
  if (to) {
    await vscode.workspace.fs.copy(vscode.Uri.file(page), to, { overwrite: true });
  }
}
