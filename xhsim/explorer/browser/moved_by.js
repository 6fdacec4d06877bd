// Which of the moved levers changed a probability, and by how much.

import { judge } from "./answers.js";
import { make, signed } from "./elements.js";
import { choiceOf } from "./state.js";

const EXACT = 6; // levers: with more, their orders are sampled
const ORDERS = 24; // sampled, each with its reverse

/** The panel for one target; it is drawn anew whenever the choice changes. */
export class MovedBy {
  constructor(place, app) {
    Object.assign(this, { place, app });
  }

  /** Show what each moved lever does alone, as far as that is known without being asked. */
  async draw(judged) {
    const { app } = this;
    const { record, state } = app;
    const moved = Object.keys(state.levers);
    const target = record.targets.find(({ id }) => id === state.pins.at(-1));
    if (!moved.length) {
      this.place.replaceChildren();
      return;
    }
    const now = probabilityOf(judged, target);
    const label = (name) => record.levers.find((each) => each.name === name).label[state.lang];
    this.button = make("button", { type: "button", onclick: () => this.#share(target, moved) },
      app.say("share_out"));
    this.cells = new Map(moved.map((name) => [name, make("td", { class: "number" }, "…")]));
    this.error = make("p");
    this.place.replaceChildren(
      make("h3", {}, app.say("moved_by", { target: target.label[state.lang] })),
      make("table", { class: "moved-by" }, make("tbody", {}, ...moved.map((name) =>
        make("tr", {}, make("th", { scope: "row" }, label(name)), this.cells.get(name))))),
      this.button, this.error);
    await this.#alone(target, moved, now);
  }

  /** The change when a lever alone goes back to the scenario's value. */
  async #alone(target, moved, now) {
    const { app } = this;
    const version = app.version;
    this.error.textContent = app.say("without_it");
    for (const name of moved) {
      const { [name]: _, ...others } = app.state.levers;
      const without = await this.#chance(target, others);
      if (version !== app.version) return;
      this.cells.get(name).textContent = signed(100 * (now - without), 1);
    }
  }

  /** Shapley's shares: the mean over all orders in which the levers can be moved. */
  async #share(target, moved) {
    const { app } = this;
    const version = app.version;
    this.button.disabled = true;
    const known = new Map();
    const chance = async (names) => {
      const key = [...names].sort().join("\n");
      if (!known.has(key)) {
        const levers = Object.fromEntries(names.map((name) => [name, app.state.levers[name]]));
        known.set(key, await this.#chance(target, levers));
      }
      return known.get(key);
    };
    const orders = moved.length <= EXACT ? permutations(moved) : sampled(moved);
    const gains = new Map(moved.map((name) => [name, []]));
    let done = 0;
    for (const order of orders) {
      for (let place = 0; place < order.length; place++) {
        const [before, after] = [await chance(order.slice(0, place)), await chance(order.slice(0, place + 1))];
        if (version !== app.version) return;
        gains.get(order[place]).push(after - before);
      }
      done += 1;
      this.error.textContent = `${Math.round((100 * done) / orders.length)} %`;
    }
    for (const [name, found] of gains) {
      this.cells.get(name).textContent = signed((100 * sum(found)) / found.length, 1);
    }
    const spread = moved.length <= EXACT ? 0 : Math.max(...[...gains.values()].map(standardError));
    this.error.textContent = spread
      ? app.say("shared_sampled", { error: (100 * spread).toFixed(1) }) : app.say("shared_exact");
  }

  async #chance(target, levers) {
    const { app } = this;
    const run = await app.runner.quietly(choiceOf({ ...app.state, levers }));
    return probabilityOf(judge(run, app.record), target);
  }
}

function probabilityOf(judged, { id }) {
  return judged.targets.find((answer) => answer.id === id).probability;
}

function permutations(names) {
  if (names.length < 2) return [names];
  return names.flatMap((name, place) =>
    permutations([...names.slice(0, place), ...names.slice(place + 1)]).map((rest) => [name, ...rest]));
}

/** Orders and their reverses, the same ones each time. */
function sampled(names) {
  let seed = 1;
  const random = () => { // a linear congruential generator: the orders need no better one
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: ORDERS }, () => {
    const order = [...names];
    for (let place = order.length - 1; place > 0; place--) {
      const other = Math.floor(random() * (place + 1));
      [order[place], order[other]] = [order[other], order[place]];
    }
    return order;
  }).flatMap((order) => [order, [...order].reverse()]);
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/** The standard error of a mean over pairs of an order and its reverse. */
function standardError(numbers) {
  const pairs = Array.from({ length: numbers.length / 2 }, (_, number) =>
    (numbers[2 * number] + numbers[2 * number + 1]) / 2);
  const mean = sum(pairs) / pairs.length;
  const variance = sum(pairs.map((each) => (each - mean) ** 2)) / (pairs.length - 1);
  return Math.sqrt(variance / pairs.length);
}
