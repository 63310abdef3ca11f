// Colours texts as VS Code does: a JSON array of texts on stdin, for each its lines with [from, to, scopes] on stdout.
// node textmate.mjs GRAMMAR FOLDER, where FOLDER holds node_modules with vscode-textmate and vscode-oniguruma.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [grammarPath, folder] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(folder), "package.json"));
const textmate = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

await oniguruma.loadWASM(fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, "utf8"), grammarPath),
});
const grammar = await registry.loadGrammar("source.signal");
const coloured = JSON.parse(fs.readFileSync(0, "utf8")).map((text) => {
  let state = textmate.INITIAL;
  return text.split(/\r\n|\n|\r/).map((line) => {
    const found = grammar.tokenizeLine(line, state);
    state = found.ruleStack;
    return found.tokens.map((token) => [token.startIndex, token.endIndex, token.scopes.slice(1)]);
  });
});
fs.writeSync(1, JSON.stringify(coloured));
