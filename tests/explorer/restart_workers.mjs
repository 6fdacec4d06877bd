// Runs the page's Runner with workers of which the first are stuck: reads how many times they are, and
// answers with the workers made and ended, how long each question was waited for, and the answers.
import { readFileSync } from "node:fs";

import { Runner } from "../../xhsim/explorer/browser/runner.js";

const { stuck, questions } = JSON.parse(readFileSync(0, "utf-8"));
const told = { made: 0, ended: 0, waited: [], answers: [] };
const WORKERS = 2;
let generation = 0; // of workers: those before `stuck` never answer a run

globalThis.Worker = class {
  constructor() {
    this.generation = Math.floor(told.made++ / WORKERS);
    generation = this.generation;
  }

  postMessage({ id, action, set }) {
    if (action === "run" && this.generation < stuck) return;
    const series = { level: Float64Array.from([action === "run" ? this.generation : set]) };
    setImmediate(() => this.onmessage({ data: { id, answer: { series } } }));
  }

  terminate() {
    told.ended++;
  }
};
// Time passes only where somebody is stuck.
globalThis.setTimeout = (act, milliseconds, value) => {
  told.waited.push(milliseconds);
  if (generation < stuck) setImmediate(() => setImmediate(() => act(value)));
};
globalThis.clearTimeout = () => {};
Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: WORKERS } });
performance.now = () => 0;

const runner = new Runner("", {
  module: new Uint8Array(), manifest: {}, record: {}, arrays: {}, columns: 2,
  sets: [{ month: null, first: 0, draws: 2, worth: 1 }],
});
for (let number = 0; number < questions; number++) {
  const { series } = await runner.run({ as_of: null });
  told.answers.push([...series.level]);
}
process.stdout.write(JSON.stringify(told));
