// A choice as a scenario file, and as Python: Choice in xhsim/explorer/choice.py in JavaScript.

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

/** The content of a scenario file. */
export function fileText({ state, record }) {
  const lines = [
    "label: {en: my-scenario, zh: my-scenario}",
    `description: Put together on a page, starting from ${state.start}.`,
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
