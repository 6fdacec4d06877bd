// A web worker: runs the model on its share of the draws.

import { load } from "../../engine/web/solver.js";
import { Worlds } from "./worlds.js";

let model, worlds;

const actions = {
  async open({ module, manifest, record, sets }) {
    model = await load(module, manifest);
    worlds = sets.map(({ arrays, draws }) => ({ world: new Worlds(record, arrays), draws }));
    return {};
  },

  run({ choice, set }) {
    const { world, draws } = worlds[set];
    const { numbers, paths } = world.inputs(choice);
    // What decides the years before the levers move: while it stays the same, they are not run.
    const { start, since, held, structure } = choice;
    const same = { key: JSON.stringify([set, start, since, held, structure]), until: since };
    return { series: Object.fromEntries(model.run(numbers, paths, draws, same)) };
  },
};

self.onmessage = async ({ data }) => {
  try {
    const answer = await actions[data.action](data);
    const buffers = Object.values(answer.series ?? {}).map((array) => array.buffer);
    self.postMessage({ id: data.id, answer }, buffers);
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error.message ?? error) });
  }
};
