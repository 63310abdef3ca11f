/** The language client: what it sends to `dsl lsp`, and what it promises to carry out for it. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type StaticFeature } from "vscode-languageclient/node";

/** Commands that the server may put into code lenses and code actions, since this extension carries them out. */
export const CARRIED_OUT = ["signal.run", "signal.warmup", "signal.lastResult", "signal.explain", "signal.pullCatalog"];

/** What the editor itself can do next, once a completion was chosen: show a call's parameters, complete half a ticker. */
const EDITORS_OWN = ["editor.action.triggerParameterHints", "editor.action.triggerSuggest"];

const SELECTOR = [
  { language: "signal", scheme: "file" },
  { language: "signal", scheme: "untitled" },
  { pattern: "**/signal.toml", scheme: "file" },
];

/** `current` tells whether this client is still the one that is wanted, while settings change. */
export function create(dsl: string, channel: vscode.LogOutputChannel, current: () => boolean): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    outputChannel: channel,
    initializationOptions: settings,
    synchronize: { configurationSection: "signal" },
    middleware: {
      workspace: {
        // A client that is about to be replaced is told nothing any more: it would fail, and say so.
        didChangeConfiguration: async (sections, next) => {
          if (current()) {
            await next(sections);
          }
        },
      },
    },
    // A hover may link to a rule's page, and to nothing else that runs.
    markdown: { isTrusted: { enabledCommands: ["signal.explain"] } },
  };
  const client = new LanguageClient("signal", "Signal", { command: dsl, args: ["lsp"] }, options);
  client.registerFeature(promises);
  return client;
}

/** Whether the server has something to say of a document. */
export function served(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

function settings(): unknown {
  const { inlayHints, codeLens } = vscode.workspace.getConfiguration().get<Record<string, unknown>>("signal", {});
  return { inlayHints, codeLens };
}

const promises: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: [...CARRIED_OUT, ...EDITORS_OWN] } };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};
