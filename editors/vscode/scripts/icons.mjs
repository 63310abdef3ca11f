// Draws icons/signal.png, the marketplace's icon, from icons/signal.svg: the same bytes on every machine.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

const icons = fileURLToPath(new URL("../icons/", import.meta.url));
const drawn = new Resvg(readFileSync(`${icons}signal.svg`, "utf8"), { font: { loadSystemFonts: false } });
writeFileSync(`${icons}signal.png`, drawn.render().asPng());
