// Runs a compiled model in Node: the folder of model.wasm, and a file of inputs, to standard output.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, inputs] = process.argv.slice(2);
const { load } = await import(pathToFileURL(`${folder}/solver.js`));
const manifest = JSON.parse(readFileSync(`${folder}/model.json`, "utf-8"));
const model = await load(readFileSync(`${folder}/model.wasm`), manifest);
const given = JSON.parse(readFileSync(inputs, "utf-8"));
const began = performance.now();
const results = model.run(given.numbers, given.paths, given.draws);
const took = performance.now() - began;
const shown = (number) => (Number.isFinite(number) ? number : String(number));
const numbers = Object.fromEntries([...results].map(([key, array]) => [key, [...array].map(shown)]));
process.stdout.write(JSON.stringify({ took, numbers }));
