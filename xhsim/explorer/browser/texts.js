// A choice as a scenario file, and as Python.


const DIGITS = 10; // decimals of a value; a slider accumulates rounding errors of its steps

function quoted(text) {
  return /^[A-Za-z][\w .%&+-]*(\[[\w .-]+\])?$/.test(text) ? text : JSON.stringify(text);
}

function value(number) {
  return String(Number(number.toFixed(DIGITS)));
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
    lines.push(`run: {structure: ${record.structures.names[state.structure]}}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Python code that gives the same probabilities. */
export function codeText({ state, record }) {
  const rows = changes({ state, record }).map(([name, shape]) =>
    `    ${JSON.stringify(name)}: ${written(shape, JSON.stringify)},\n`);
  const body = rows.length ? `{\n${rows.join("")}}` : "{}";
  const structure = state.structure === null ? "" : `, structure=${JSON.stringify(record.structures.names[state.structure])}`;
  return `import xhsim\n\nstudy = xhsim.open_study()\n` +
    `study = study.with_scenario("mine", ${body}, extends=${JSON.stringify(state.start)})\n` +
    `ensemble = study.ensemble("mine", draws=${record.draws}, seed=${record.seed}${structure})\n` +
    `study.attainment(ensemble, study.indicators)\n`;
}
