// Runs choices as the page does, but in Node: reads a JSON of record, numbers and choices from a
// folder, and writes series and judged targets of each choice.
import { readFileSync } from "node:fs";

import { judge } from "../../xhsim/explorer/browser/answers.js";
import { arraysOf, columnsOf, setsOf, unshuffled } from "../../xhsim/explorer/browser/data.js";
import { Worlds } from "../../xhsim/explorer/browser/worlds.js";
import { uncertainNumbers } from "../../xhsim/explorer/browser/dependence.js";
import { load } from "../../xhsim/engine/web/solver.js";

const folder = process.argv[2];
const { record, choices } = JSON.parse(readFileSync(`${folder}/asked.json`, "utf-8"));
const arrays = arraysOf(unshuffled(readFileSync(`${folder}/numbers`)), record.places, record.columns);
const model = await load(readFileSync(`${folder}/module`), record.manifest);
const sets = new Map(setsOf(record).map(({ month, first, draws, worth }) => {
  const own = columnsOf(arrays, record.columns, first, draws);
  return [month, { worlds: new Worlds(record.run, own), draws, worth }];
}));
const elements = new Map(record.run.inputs.map((input) => [input.key, input.elements]));
const shown = (number) => (Number.isFinite(number) ? number : String(number));
const found = choices.map((choice) => {
  const { start, since, held, structure, as_of } = choice;
  const { worlds, draws, worth } = sets.get(as_of);
  const { numbers, paths } = worlds.inputs(choice);
  const same = { key: JSON.stringify([start, since, held, structure, as_of]), until: since };
  const series = Object.fromEntries(model.run(numbers, paths, draws, same));
  const { targets, mean, joint } = judge({ series, draws, worth }, record);
  return {
    series: Object.fromEntries(Object.entries(series).map(([key, row]) => [key, [...row].map(shown)])),
    targets: targets.map(({ id, probability, low, high, word }) => ({ id, probability, low, high, word: word.en })),
    mean,
    joint,
    unknowns: uncertainNumbers(record.depends, { numbers, paths }, elements, draws)
      .map(({ place, values }) => ({ ...record.depends.numbers[place], values: [...values] })),
  };
});
process.stdout.write(JSON.stringify(found));
