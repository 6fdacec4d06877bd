// What the reader has chosen. It lives in the address after #, so that a link opens it again.

import { setsOf } from "./data.js";

/** The state of a page that nobody has touched. */
export function fresh(record) {
  return {
    start: record.start,
    since: record.since,
    over: 1,
    levers: {},
    held: {},
    structure: null,
    as_of: null, // the month up to which published figures are known; null before any release
    pins: [record.targets[0].id],
    lang: record.lang,
    other: null, // a kept choice, against which this one is compared
  };
}

/** The part of a state that decides the numbers. */
export function choiceOf({ start, since, over, levers, held, structure, as_of }) {
  return { start, since, over, levers, held, structure, as_of };
}

/**
 * The choice that a state is compared with: the kept one, or the first scenario. The same figures
 * are known to both, or the difference would be that of the figures as well. Only the first scenario
 * itself is compared with how it was before any figure.
 */
export function referenceOf(state, record) {
  const { as_of } = state;
  if (state.other) return { ...state.other, as_of };
  const start = choiceOf({ ...fresh(record), as_of });
  const same = ["start", "levers", "held", "structure"].every((key) =>
    JSON.stringify(state[key]) === JSON.stringify(start[key]));
  return same ? { ...start, as_of: null } : start;
}

/** Write a state as the part of an address after #; empty for an untouched page. */
export function toAddress(state, record) {
  const plain = fresh(record);
  const changed = Object.fromEntries(Object.entries(state).filter(([key, value]) =>
    JSON.stringify(value) !== JSON.stringify(plain[key])));
  if (!Object.keys(changed).length) return "";
  const bytes = new TextEncoder().encode(JSON.stringify(changed));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read a state from an address. What does not fit the record is left out. */
export function fromAddress(address, record) {
  const state = fresh(record);
  let read;
  try {
    const text = address.replace(/^#/, "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    read = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return state; // the address of another page, or one that was cut
  }
  if (typeof read !== "object" || read === null) return state;
  state.lang = ["en", "zh"].includes(read.lang) ? read.lang : state.lang;
  Object.assign(state, soundChoice(read, state, record));
  state.other = read.other ? choiceOf({ ...fresh(record), ...soundChoice(read.other, state, record) }) : null;
  const known = new Set(record.targets.map(({ id }) => id));
  const pins = Array.isArray(read.pins) ? read.pins.filter((id) => known.has(id)).slice(0, 2) : [];
  state.pins = pins.length ? pins : state.pins;
  return state;
}

/** Return the sound parts of a choice that somebody else has written. */
export function soundChoice(read, { start, since, over }, record) {
  const is = (value, list) => list.includes(value);
  const count = record.structures?.names.length ?? 0;
  return {
    start: is(read.start, record.scenarios.map(({ name }) => name)) ? read.start : start,
    since: is(read.since, record.years) ? read.since : since,
    over: is(read.over, record.speeds) ? read.over : over,
    levers: within(read.levers, record.levers),
    held: within(read.held, record.unknowns),
    structure: Number.isInteger(read.structure) && read.structure >= 0 && read.structure < count
      ? read.structure : null,
    as_of: setsOf(record).some(({ month }) => month === read.as_of) ? read.as_of : null,
  };
}

function within(read, known) {
  const found = {};
  for (const { name, low, high } of known) {
    const value = read?.[name];
    if (typeof value === "number" && Number.isFinite(value)) {
      found[name] = Math.min(Math.max(value, low), high);
    }
  }
  return found;
}

/** States to go back to. */
export class Past {
  constructor() {
    this.before = [];
    this.after = [];
  }

  keep(state) {
    this.before.push(structuredClone(state));
    this.after = [];
  }

  /** Return the state before `now`, or null. */
  back(now) {
    return this.#move(this.before, this.after, now);
  }

  forward(now) {
    return this.#move(this.after, this.before, now);
  }

  #move(from, to, now) {
    if (!from.length) return null;
    to.push(structuredClone(now));
    return from.pop();
  }
}
