// On which unknowns a result depends: xhsim.analysis.uncertainty.importance in JavaScript.

const TIED = 1e-6; // the share of a number's variance below which the accepted numbers are all of it

/**
 * Return the unknowns that differ between draws, as [{place, values}]: `inputs` are those of
 * `Worlds.inputs`, and a yearly shock is its mean over the years up to the last deadline.
 */
export function uncertainNumbers({ numbers, last }, inputs, elements, draws) {
  const found = [];
  numbers.forEach(({ key, element }, place) => {
    const given = inputs.numbers[key];
    const path = inputs.paths[key];
    let values;
    if (given) values = given.length > elements.get(key) ? given.subarray(element * draws, (element + 1) * draws) : null;
    else if (path) values = averaged(path, element, elements.get(key), draws, last);
    if (values && values.some((value) => value !== values[0])) found.push({ place, values });
  });
  return found;
}

/** The mean over the knots at which draws differ, up to the last year. */
function averaged({ times, values, slopes }, element, elements, draws, last) {
  if (values.length === times.length * elements) return null; // draws do not differ
  const moves = slopes.some((slope) => slope !== 0);
  const size = elements * draws;
  const kept = [...times.keys()].filter((knot) => {
    // A step at the last year belongs to the time after it.
    if (moves ? times[knot] > last : times[knot] >= last) return false;
    for (let each = 0; each < elements; each++) {
      const first = knot * size + each * draws;
      for (let draw = 1; draw < draws; draw++) if (values[first + draw] !== values[first]) return true;
    }
    return false;
  });
  if (!kept.length) return null;
  const found = new Float64Array(draws);
  for (const knot of kept) {
    for (let draw = 0; draw < draws; draw++) found[draw] += values[knot * size + element * draws + draw];
  }
  return found.map((total) => total / kept.length);
}

/** Ranks of the draws that count, with mean 0 and variance 1; null if all are equal. */
export function standardRanks(values, counts) {
  const kept = values.filter((_, draw) => counts[draw]);
  const sorted = kept.slice().sort();
  const ranks = new Map();
  for (let first = 0; first < sorted.length;) {
    let end = first + 1;
    while (end < sorted.length && sorted[end] === sorted[first]) end++;
    ranks.set(sorted[first], (first + end - 1) / 2);
    first = end;
  }
  if (ranks.size < 2) return null;
  const mean = (kept.length - 1) / 2;
  const found = kept.map((value) => ranks.get(value) - mean);
  const scale = Math.sqrt(dot(found, found) / found.length);
  return found.map((rank) => rank / scale);
}

/**
 * Find the numbers on which a result depends beyond chance, in the order of acceptance: each is
 * judged without what it shares with those accepted before. `worth`: how many independent draws
 * there are; `limit`: what the largest of as many irrelevant numbers seldom exceeds.
 */
export function aboveChance(inputs, result, worth, limit) {
  const left = inputs.map((row) => row.slice());
  const rest = result.slice();
  const whole = left.map((row) => dot(row, row));
  const accepted = [];
  while (worth - 1 - accepted.length > limit ** 2) {
    const size = Math.max(dot(rest, rest), 1e-300);
    let [best, most] = [-1, 0];
    left.forEach((row, place) => {
      const own = dot(row, row);
      const partial = own > TIED * whole[place] ? Math.abs(dot(row, rest)) / Math.sqrt(own * size) : 0;
      if (partial > most) [best, most] = [place, partial];
    });
    if (best < 0 || most <= limit / Math.sqrt(worth - 1 - accepted.length)) break;
    accepted.push(best);
    const scale = Math.sqrt(dot(left[best], left[best]));
    const direction = left[best].map((value) => value / scale);
    left.forEach((row) => takeOut(row, direction));
    takeOut(rest, direction);
  }
  return accepted;
}

/** The rank correlation of two rows of standard ranks. */
export const correlation = (one, other) => dot(one, other) / one.length;

function dot(one, other) {
  let total = 0;
  for (let place = 0; place < one.length; place++) total += one[place] * other[place];
  return total;
}

function takeOut(row, direction) {
  const share = dot(row, direction);
  for (let place = 0; place < row.length; place++) row[place] -= share * direction[place];
}
