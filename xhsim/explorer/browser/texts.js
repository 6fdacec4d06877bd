// A choice as a scenario file, and as Python: Choice in xhsim/explorer/choice.py in JavaScript.

import { percentText, say } from "./elements.js";

const DIGITS = 10; // decimals of a value; a slider accumulates rounding errors of its steps

function quoted(text) {
  return /^[A-Za-z][\w .%&+-]*(\[[\w .-]+\])?$/.test(text) ? text : JSON.stringify(text);
}

/** Write a number in full: to YAML, "1e-7" would be a text. */
function value(number) {
  const text = number.toFixed(DIGITS).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** The lines of `set`, as pairs of a name and a shape. */
function changes({ state, record }) {
  const until = state.since + state.over;
  const levers = Object.entries(state.levers).map(([name, to]) =>
    [name, { ramp: { from: state.since, until, to: value(to) } }]);
  const held = Object.entries(state.held).map(([name, to]) => {
    const unknown = record.unknowns.find((each) => each.name === name);
    return [name, unknown.since === null ? value(to) : { step: { year: unknown.since, to: value(to) } }];
  });
  return [...levers, ...held];
}

function written(shape, quote) {
  if (typeof shape !== "object") return String(shape);
  const inner = Object.entries(shape).map(([key, part]) => `${quote(key)}: ${written(part, quote)}`);
  return `{${inner.join(", ")}}`;
}

/** Say how far levers get, if the run ends before they reach their levels; else nothing. */
export function unreached({ state, record }) {
  const [{ since, over, lang }, year] = [state, record.times.at(-1)];
  if (since + over <= year) return "";
  const share = say(record.words.percent[lang], { number: percentText((year - since) / over) });
  return say(record.words.unreached[lang], { year, share });
}

function description({ state, record }) {
  const { start, lang, levers } = state;
  const late = Object.keys(levers).length ? unreached({ state, record }) : "";
  const gap = late && lang === "en" ? " " : "";
  return say(record.words.made[lang], { start }) + gap + late;
}

/** The content of a scenario file. */
export function fileText({ state, record }) {
  const lines = [
    "label: {en: my-scenario, zh: my-scenario}",
    `description: ${JSON.stringify(description({ state, record }))}`,
    `extends: ${state.start}`,
  ];
  const found = changes({ state, record });
  if (found.length) {
    lines.push("set:", ...found.map(([name, shape]) => `  ${quoted(name)}: ${written(shape, (key) => key)}`));
  }
  if (state.structure !== null) {
    lines.push(`run: {structure: ${quoted(record.structures.names[state.structure])}}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Python code that gives the same probabilities. */
export function codeText({ state, record }) {
  const rows = changes({ state, record }).map(([name, shape]) =>
    `    ${JSON.stringify(name)}: ${written(shape, JSON.stringify)},\n`);
  const body = rows.length ? `{\n${rows.join("")}}` : "{}";
  const structure = state.structure === null ? ""
    : `, run={"structure": ${JSON.stringify(record.structures.names[state.structure])}}`;
  return `import xhsim\n\nstudy = xhsim.open_study()\n` +
    `study = study.with_scenario("mine", ${body}, extends=${JSON.stringify(state.start)}${structure})\n` +
    ensembleText({ state, record }) +
    `study.attainment(ensemble, study.indicators)\n`;
}

function ensembleText({ state, record }) {
  const draws = `draws=${record.draws}, seed=${record.seed}`;
  const known = record.months.find(({ month }) => month === state.as_of);
  if (!known) return `ensemble = study.ensemble("mine", ${draws})\n`;
  const policy = JSON.stringify(known.scenario);
  return `monitoring = study.monitor(${JSON.stringify(known.month)}, scenario=${policy}, ${draws})\n` +
    `ensemble = monitoring.ensemble(scenario="mine", every=${known.every})\n`;
}
