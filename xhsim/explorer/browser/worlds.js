// The inputs of a run from what the reader has chosen, for some of the draws.
//
// A choice is {start, since, over, levers, held, structure}: the scenario to start from; the year
// in which moved levers leave its path, and in how many years they reach their levels; the levels
// by lever; the unknowns that are held at a number, by name; and the number of the structure that
// holds in all draws, or null for each draw's own.

import { Path, deliver } from "./paths.js";

export class Worlds {
  /** `arrays` are the numbers of the draws that this worker has, by name. */
  constructor(record, arrays) {
    this.record = record;
    this.arrays = arrays;
  }

  /** Return numbers and paths for the solver. */
  inputs(choice) {
    const scenario = this.record.scenarios.find(({ name }) => name === choice.start);
    const [numbers, paths] = [{}, {}];
    for (const { key, kind, elements } of this.record.inputs) {
      const own = scenario.inputs[key] ?? this.record.common[key];
      if (kind === "lever") {
        paths[key] = this.#lever(key, own, scenario, choice).flat;
      } else if (kind === "number") {
        numbers[key] = this.#number(key, own, elements, choice);
      } else {
        paths[key] = this.#path(key, own, choice);
      }
    }
    return { numbers, paths };
  }

  #lever(key, own, scenario, choice) {
    let after = pathOf(own.after);
    const names = this.record.levers.filter((lever) => lever.key === key);
    for (const { name, element } of names) {
      if (!(name in choice.levers)) continue;
      const moved = after.element(element).ramp(
        choice.since, choice.since + choice.over, choice.levers[name]);
      after = after.withElement(element, moved);
    }
    if (!scenario.delivery) return after;
    const { share, delay } = scenario.delivery;
    return deliver(pathOf(own.before), after, this.arrays[share], this.arrays[delay]);
  }

  #number(key, own, elements, choice) {
    const drawn = typeof own === "string" ? this.arrays[own] : Float64Array.from(own);
    const found = this.#structured(key, drawn, elements, choice.structure);
    const unknowns = this.record.unknowns.filter((each) => each.key === key);
    for (const { name, element } of unknowns) {
      if (!(name in choice.held)) continue;
      const draws = found.length / elements;
      found.fill(choice.held[name], element * draws, (element + 1) * draws);
    }
    return found;
  }

  /** Put the settings of each draw's structure into the numbers that a structure sets. */
  #structured(key, drawn, elements, chosen) {
    const levels = this.record.structures?.levels[key];
    if (!levels) return drawn.slice();
    const pick = this.arrays[this.record.structures.pick];
    const [draws, width] = [pick.length, drawn.length / elements];
    const found = new Float64Array(elements * draws);
    for (let element = 0; element < elements; element++) {
      for (let draw = 0; draw < draws; draw++) {
        const level = levels[element][chosen ?? pick[draw]];
        found[element * draws + draw] = level ?? drawn[element * width + (width > 1 ? draw : 0)];
      }
    }
    return found;
  }

  #path(key, own, choice) {
    const { elements } = this.record.inputs.find((each) => each.key === key);
    const parts = [own.values, own.slopes].map((name) => this.#knots(name, own.times.length));
    if (own.slopes === "steps") parts[1] = parts[0].map((numbers) => new Float64Array(numbers.length));
    let path = new Path(own.times, ...parts, elements);
    const held = this.record.unknowns.filter((each) => each.key === key && each.name in choice.held);
    // A shock that is held has its level from its first year on, and its own path before.
    for (const { name, element, since } of held) {
      const level = Path.constant([choice.held[name]]);
      path = path.withElement(element, path.element(element).splice(level, since));
    }
    return path.flat;
  }

  /** Return the numbers at each knot; undefined if the record does not have them. */
  #knots(name, count) {
    const numbers = this.arrays[name];
    if (!numbers) return undefined;
    const size = numbers.length / count;
    return Array.from({ length: count }, (_, knot) => numbers.subarray(knot * size, (knot + 1) * size));
  }
}

/** Read the path of a lever, which does not differ between draws, from the record. */
function pathOf({ times, values, slopes }) {
  const parts = [values, slopes].map((part) => part.map((numbers) => Float64Array.from(numbers)));
  return new Path(times, ...parts, values[0].length);
}

