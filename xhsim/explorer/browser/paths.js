// Quantities over time, linear between knots, with jumps: xhsim.engine.paths in JavaScript.
//
// A knot has a number for each element, or for each element and draw (the draws of an element lie
// side by side). The arithmetic is that of Python, in the same order, so that both give the same
// bits.

/** Return the last knot at or before a time; -1 before the first. */
function pieceAt(times, time) {
  let piece = times.length - 1;
  while (piece >= 0 && times[piece] > time) piece--;
  return piece;
}

/** Return sorted numbers, each once. */
function union(...lists) {
  return [...new Set(lists.flatMap((list) => [...list]))].sort((a, b) => a - b);
}

export class Path {
  /** `values` and `slopes` have one array for each knot. */
  constructor(times, values, slopes, elements = 1) {
    this.times = times;
    this.values = values;
    this.slopes = slopes ?? slopesOf(times, values);
    this.elements = elements;
  }

  /** Return the path with the same numbers, one for each element, at all times. */
  static constant(numbers) {
    return new Path([0], [numbers], [numbers.map(() => 0)], numbers.length);
  }

  /** The number of draws, or 1 if draws do not differ. */
  get width() {
    return this.values[0].length / this.elements;
  }

  /** Return the path of one element. */
  element(number) {
    const width = this.width;
    const [values, slopes] = [this.values, this.slopes].map((part) =>
      part.map((numbers) => numbers.slice(number * width, (number + 1) * width)));
    return new Path(this.times, values, slopes);
  }

  /** Return the numbers at a time. */
  at(time) {
    const piece = pieceAt(this.times, time);
    const after = piece >= 0 ? time - this.times[piece] : 0;
    const [values, slopes] = [this.values[Math.max(piece, 0)], this.slopes[Math.max(piece, 0)]];
    return values.map((value, place) => value + slopes[place] * after);
  }

  /** Return the numbers at a time of its own in each draw, by element and draw. */
  atEach(times) {
    const [draws, width] = [times.length, this.width];
    const found = new Float64Array(this.elements * draws);
    for (let draw = 0; draw < draws; draw++) {
      const piece = pieceAt(this.times, times[draw]);
      const after = piece >= 0 ? times[draw] - this.times[piece] : 0;
      const [values, slopes] = [this.values[Math.max(piece, 0)], this.slopes[Math.max(piece, 0)]];
      for (let element = 0; element < this.elements; element++) {
        const place = element * width + (width > 1 ? draw : 0);
        found[element * draws + draw] = values[place] + slopes[place] * after;
      }
    }
    return found;
  }

  slopeAt(time) {
    const piece = pieceAt(this.times, time);
    return piece >= 0 ? this.slopes[piece] : this.slopes[0].map(() => 0);
  }

  /** Return the path that follows this one before a date, and another from that date on. */
  splice(later, since) {
    const width = Math.max(this.width, later.width);
    const before = this.times.filter((time) => time < since).length;
    const after = later.times.filter((time) => time <= since).length;
    let [times, values, slopes] = [this.times, this.values, this.slopes]
      .map((part) => [...part.slice(0, before)]);
    if (before === 0) { // otherwise the level before the first knot would be lost
      [times, values, slopes] = [[since], [this.values[0]], [this.values[0].map(() => 0)]];
    }
    times.push(since, ...later.times.slice(after));
    values.push(later.at(since), ...later.values.slice(after));
    slopes.push(later.slopeAt(since), ...later.slopes.slice(after));
    const wide = (part) => part.map((numbers) => widen(numbers, this.elements, width));
    return new Path(times, wide(values), wide(slopes), this.elements);
  }

  /** Return the path that leaves this one at `start` for a line to `to`, reached at `until`. */
  ramp(start, until, to) {
    const foot = this.at(start);
    return this.splice(new Path([start, until], [foot, foot.map(() => to)]), start);
  }

  /** Return this path with one of its elements replaced. */
  withElement(number, path) {
    const parts = Array.from({ length: this.elements }, (_, each) => this.element(each));
    parts[number] = path;
    return stack(parts);
  }

  /** The times at which the value jumps or its slope changes. */
  get breakpoints() {
    const moves = this.slopes[0].some((slope) => slope !== 0);
    return union(moves ? this.times : this.times.slice(1));
  }

  /** Return times, values and slopes as the solver takes them. */
  get flat() {
    const [values, slopes] = [this.values, this.slopes].map((part) => {
      const found = new Float64Array(part.length * part[0].length);
      part.forEach((numbers, knot) => found.set(numbers, knot * numbers.length));
      return found;
    });
    return { times: Float64Array.from(this.times), values, slopes };
  }
}

/** Combine the paths of elements into one path. */
export function stack(paths) {
  if (paths.length === 1) return paths[0];
  let every = union(...paths.map((path) => path.breakpoints));
  if (!every.length) every = [paths[0].times[0]];
  const width = Math.max(...paths.map((path) => path.width));
  const times = [every[0], ...every]; // the first has the level before the first date
  const join = (parts) => {
    const found = new Float64Array(paths.length * width);
    parts.forEach((part, element) => found.set(widen(part, 1, width), element * width));
    return found;
  };
  const values = times.map((time, knot) =>
    join(paths.map((path) => (knot ? path.at(time) : path.values[0]))));
  const slopes = times.map((time, knot) =>
    join(paths.map((path) => (knot ? path.slopeAt(time) : new Float64Array(path.width)))));
  return new Path(times, values, slopes, paths.length);
}

const DATE_STEP = 1 / 16; // of a year: the resolution of a delayed change

/** Delay a change and deliver a share of it: xhsim.analysis.worlds.delivery in JavaScript. */
export function deliver(before, after, share, delay) {
  const [knots, draws] = [union(before.times, after.times), share.length];
  const level = (time, late) => {
    const shifted = late.map((each) => time - each);
    const [old, now, own] = [before.atEach(shifted), after.atEach(shifted), before.at(time)];
    return now.map((value, place) =>
      own[Math.floor(place / draws)] + share[place % draws] * (value - old[place]));
  };
  if (knots.length === 1) { // the change applies to the whole run: it has no date to delay
    const only = level(knots[0], delay);
    return new Path(knots, [only], [only.map(() => 0)], before.elements);
  }
  const first = knots[1]; // the first knot only gives the value before anything changes
  const last = knots.at(-1) + delay.reduce((most, each) => Math.max(most, each), 0);
  const count = Math.ceil((last + 2 * DATE_STEP - first) / DATE_STEP);
  const grid = Array.from({ length: count }, (_, number) => first + number * DATE_STEP);
  const times = union(knots.filter((knot) => knot >= first), grid);
  const wide = (part) => part.map((numbers) => widen(numbers, before.elements, draws));
  const own = new Path(before.times, wide(before.values), wide(before.slopes), before.elements);
  const levels = times.map((time) => level(time, delay));
  return own.splice(new Path(times, levels, undefined, before.elements), first);
}

function slopesOf(times, values) {
  return values.map((numbers, knot) => {
    const gap = knot + 1 < times.length ? times[knot + 1] - times[knot] : 0;
    return numbers.map((value, place) => (gap > 0 ? (values[knot + 1][place] - value) / gap : 0));
  });
}

/** Repeat the number of each element for all draws. */
function widen(numbers, elements, width) {
  if (numbers.length === elements * width) return numbers;
  const found = new Float64Array(elements * width);
  for (let element = 0; element < elements; element++) {
    found.fill(numbers[element], element * width, (element + 1) * width);
  }
  return found;
}
