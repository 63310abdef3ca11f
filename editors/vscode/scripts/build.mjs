// Bundles the extension into dist/, and fetches what lives elsewhere in the repository.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL("..", import.meta.url));

export async function bundle() {
  mkdirSync(`${here}syntaxes`, { recursive: true });
  copyFileSync(`${here}../../grammar/textmate/signal.tmLanguage.json`, `${here}syntaxes/signal.tmLanguage.json`);
  copyFileSync(`${here}../../LICENSE`, `${here}LICENSE`);
  await build({
    entryPoints: [`${here}src/extension.ts`],
    outfile: `${here}dist/extension.js`,
    bundle: true,
    minify: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["vscode"],
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle();
}
