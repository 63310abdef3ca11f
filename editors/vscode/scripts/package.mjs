// Makes a .vsix for this platform with `dsl` inside.
//
//   npm run package                           takes target/release/dsl of this checkout
//   npm run package -- --binary PATH          another one
//   npm run package -- --without-binary       for all platforms: dsl is looked for on PATH
//   npm run package -- --out FOLDER           where the .vsix goes; else this folder
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { bundle } from "./build.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { binary: { type: "string" }, "without-binary": { type: "boolean" }, out: { type: "string" } },
});

const windows = process.platform === "win32";
const musl = process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
const target = `${musl ? "alpine" : process.platform}-${process.arch === "arm" ? "armhf" : process.arch}`;

rmSync(`${here}server`, { recursive: true, force: true });
if (!values["without-binary"]) {
  const name = windows ? "dsl.exe" : "dsl";
  const binary = path.resolve(values.binary ?? `${here}../../target/release/${name}`);
  if (!existsSync(binary)) {
    console.error(`There is no ${binary}: build it (cargo build --release -p dsl), or name another with --binary PATH.`);
    process.exit(1);
  }
  mkdirSync(`${here}server`);
  copyFileSync(binary, `${here}server/${name}`);
  chmodSync(`${here}server/${name}`, 0o755);
}

const { name, version } = JSON.parse(readFileSync(`${here}package.json`, "utf8"));
const folder = path.resolve(values.out ?? here);
mkdirSync(folder, { recursive: true });
const vsix = path.join(folder, `${name}-${version}${values["without-binary"] ? "" : `-${target}`}.vsix`);

await bundle();
await createVSIX({
  cwd: here,
  packagePath: vsix,
  ...(values["without-binary"] ? {} : { target }),
  // Everything is in the bundle.
  dependencies: false,
  allowMissingRepository: true,
});
console.log(vsix);
