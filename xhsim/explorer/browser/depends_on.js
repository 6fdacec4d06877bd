// What an indicator depends on: unknowns by their share of its spread, and levers over their range.

import { judge, measuredIn } from "./answers.js";
import { columnsOf, setsOf } from "./data.js";
import { aboveChance, correlation, standardRanks, uncertainNumbers } from "./dependence.js";
import { make, signed } from "./elements.js";
import { choiceOf } from "./state.js";
import { Worlds } from "./worlds.js";

const MOST = 8; // unknowns shown

/** The panel for one target; it is drawn anew whenever the choice changes. */
export class DependsOn {
  constructor(place, app, arrays) {
    Object.assign(this, { place, app });
    const { record } = app;
    this.sets = new Map(setsOf(record).map((set) =>
      [set.month, { ...set, arrays: () => columnsOf(arrays, record.columns, set.first, set.draws) }]));
    this.elements = new Map(record.run.inputs.map(({ key, elements }) => [key, elements]));
    this.open = true;
    this.tried = null; // what the levers do, once the reader has asked
  }

  draw(run) {
    const { app } = this;
    const { record, state } = app;
    const target = record.targets.find(({ id }) => id === state.pins.at(-1));
    const { levers, numbers } = record.depends.reach[target.id];
    const rows = this.#shares(run, target);
    const shown = rows.slice(0, MOST);
    const widest = shown.length ? shown[0].share : 1;
    const body = shown.map(({ number, share, sign }) => make("tr", {},
      make("th", { scope: "row" }, number.label[state.lang]),
      make("td", { class: "number" }, app.percent(share)),
      make("td", { class: "sign" }, app.say(sign > 0 ? "raises" : "lowers")),
      make("td", {}, make("div", { class: "bar" }, make("i", { style: { width: `${(100 * share) / widest}%` } })))));
    const more = rows.length - shown.length;
    const told = rows.length
      ? app.say("spread_told") + (more ? app.say("spread_more", { more }) : "") : app.say("spread_none");
    this.button = make("button", { type: "button", id: "try-levers", onclick: () => this.#try(target, levers) }, app.say("try_levers"));
    this.progress = make("p", { role: "status" });
    this.table = make("div");
    const focused = document.activeElement?.id;
    this.place.replaceChildren(make("details", { open: this.open, ontoggle: ({ target: { open } }) => { this.open = open; } },
      make("summary", {}, app.say("depends_on", { target: target.label[state.lang] })),
      make("p", {}, app.say("reach_told", {
        levers: levers.length, all: record.levers.length, numbers: numbers.length, every: record.depends.numbers.length,
      })),
      make("table", { class: "moved-by depends" }, make("tbody", {}, ...body)),
      make("p", {}, told), this.button, this.progress, this.table));
    if (focused && this.place.contains(document.getElementById(focused))) document.getElementById(focused).focus();
    if (this.tried?.key === this.#key(target)) this.#showLevers();
  }

  /** The unknowns above chance that reach the target, with their share of its spread. */
  #shares(run, target) {
    const { app } = this;
    const { record } = app;
    const { depends } = record;
    const values = measuredIn(run, target, record);
    const counts = Uint8Array.from(values, (value) => Number(Number.isFinite(value)));
    const result = standardRanks(values, counts);
    if (!result) return [];
    const inputs = this.#inputs(counts);
    const reaching = new Set(depends.reach[target.id].numbers);
    const limit = depends.limits[inputs.length - 1];
    return aboveChance(inputs.map(({ ranks }) => ranks), result, result.length * run.worth, limit)
      .map((each) => inputs[each])
      .filter(({ place }) => reaching.has(place))
      .map(({ place, ranks }) => {
        const found = correlation(ranks, result);
        return { number: depends.numbers[place], share: found ** 2, sign: Math.sign(found) };
      })
      .sort((one, other) => other.share - one.share);
  }

  /** The ranks of the unknowns, which the levers do not change. */
  #inputs(counts) {
    const { app } = this;
    const { record, state } = app;
    const { start, since, held, structure, as_of } = state;
    const key = JSON.stringify([start, since, held, structure, as_of, [...counts].join("")]);
    if (this.known?.key === key) return this.known.ranks;
    const set = this.sets.get(as_of);
    const inputs = new Worlds(record.run, set.arrays()).inputs(choiceOf(state));
    const ranks = uncertainNumbers(record.depends, inputs, this.elements, set.draws)
      .map(({ place, values }) => ({ place, ranks: standardRanks(values, counts) }))
      .filter((each) => each.ranks);
    this.known = { key, ranks };
    return ranks;
  }

  #key(target) {
    return JSON.stringify([target.id, choiceOf(this.app.state)]);
  }

  /** Each lever alone at the ends of its range, from the choice as it is. */
  async #try(target, places) {
    const { app } = this;
    const { record, state, version } = app;
    const chance = async (levers) => {
      const run = await app.runner.quietly(choiceOf({ ...state, levers }));
      return judge(run, record).targets.find(({ id }) => id === target.id).probability;
    };
    this.button.disabled = true;
    const key = this.#key(target);
    const now = await chance(state.levers);
    const rows = [];
    for (const [done, place] of places.entries()) {
      const lever = record.levers[place];
      const ends = [];
      for (const level of [lever.low, lever.high]) {
        ends.push(100 * (await chance({ ...state.levers, [lever.name]: level }) - now));
        if (version !== app.version) return;
      }
      rows.push({ lever, ends });
      this.progress.textContent = `${Math.round((100 * (done + 1)) / places.length)} %`;
    }
    rows.sort((one, other) => span(other) - span(one));
    this.tried = { key, rows };
    this.#showLevers();
  }

  #showLevers() {
    const { app } = this;
    const { lang } = app.state;
    this.button.disabled = false;
    this.progress.textContent = app.say("tried_told");
    this.table.replaceChildren(make("table", { class: "moved-by" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, app.say("levers")),
        make("th", { scope: "col", class: "number" }, app.say("at_least")),
        make("th", { scope: "col", class: "number" }, app.say("at_most")))),
      make("tbody", {}, ...this.tried.rows.map(({ lever, ends }) => make("tr", {},
        make("th", { scope: "row" }, lever.label[lang]),
        ...ends.map((change) => make("td", { class: "number" }, signed(change, 1))))))));
  }
}

const span = ({ ends: [low, high] }) => Math.max(Math.abs(low), Math.abs(high));
