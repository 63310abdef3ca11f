// Takes the steps one after the other in the real editor, and tells which failed. Started by run.sh.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { serve } from "./code_server.mjs";
import { open } from "./workbench.mjs";
import { steps } from "./steps.mjs";

const [tools, ...wanted] = process.argv.slice(2);
const shots = path.join(tools, "screenshots");
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

const server = await serve(tools);
const interrupted = () => server.stop().finally(() => process.exit(130));
process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
const failed = [];
let taken = 0;
try {
  const bench = await open(server, shots);
  for (const [name, step] of steps) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) {
      continue;
    }
    taken += 1;
    const began = Date.now();
    try {
      await bench.tidy();
      await step(bench, server);
      console.log(`ok: ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed.push(name);
      const shot = path.join(shots, `failed-${name.replaceAll(/\W+/g, "-")}.png`);
      await bench.page.screenshot({ path: shot }).catch(() => {});
      console.log(`FAILED: ${name}\n  ${String(error.message ?? error).replaceAll("\n", "\n  ")}\n  see ${shot}`);
    }
  }
  await bench.close();
} finally {
  await server.stop();
}
// A server that writes errors has more to say than the steps asked for.
copyFileSync(server.log, path.join(tools, "code-server.log"));
console.log(failed.length === 0 ? `all ${taken} steps passed` : `${failed.length} of ${taken} steps failed: ${failed.join("; ")}`);
process.exit(failed.length === 0 && taken > 0 ? 0 : 1);
