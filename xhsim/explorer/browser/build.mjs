// Bundles the page's modules. Run it with: npm ci && npm run build
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const licence = readFileSync(`${here}/node_modules/uplot/LICENSE`, "utf-8").trim();
const banner = `/*! Contains uPlot, https://github.com/leeoniya/uPlot\n${licence}\n*/`;
for (const [name, options] of [
  ["page", { banner: { js: banner } }], ["worker", {}], ["widget", { format: "esm" }],
]) {
  await build({
    entryPoints: [`${here}/${name}.js`],
    outfile: `${here}/built/${name}.js`,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
}
const css = readFileSync(`${here}/node_modules/uplot/dist/uPlot.min.css`, "utf-8");
writeFileSync(`${here}/built/page.css`, `${readFileSync(`${here}/page.css`, "utf-8")}\n/* uPlot */ ${css}\n`);
