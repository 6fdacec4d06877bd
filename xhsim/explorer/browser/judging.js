// How far draws meet targets: xhsim.study.measures and xhsim.analysis.judging in JavaScript.

const MEASURES = {
  level: (at, base, deadline) => at(deadline),
  average_growth(at, base, deadline) {
    const left = Math.max(share(at, base, deadline), 0);
    return 100 * (left ** (1 / (deadline - base)) - 1);
  },
  cumulative_increase: (at, base, deadline) => at(deadline) - at(base),
  cumulative_change: (at, base, deadline) => 100 * (share(at, base, deadline) - 1),
  average_flow(at, base, deadline) {
    let total = 0;
    for (let year = base + 1; year <= deadline; year++) total += at(year);
    return total / (deadline - base);
  },
};

const COMPARISONS = {
  ">=": (value, aim) => value >= aim,
  ">": (value, aim) => value > aim,
  "<=": (value, aim) => value <= aim,
};

function share(at, base, deadline) {
  return at(base) > 0 ? at(deadline) / at(base) : NaN;
}

/** Whether a page can compute a measure and a direction. */
export const knows = ({ measure, direction }) => measure in MEASURES && direction in COMPARISONS;

/** Compute a target's measure in every draw from its variable, an array of times x draws. */
export function measured(target, series, times, draws) {
  const place = new Map(times.map((time, number) => [time, number]));
  const found = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const at = (year) => series[place.get(year) * draws + draw];
    found[draw] = MEASURES[target.measure](at, target.base, target.deadline);
  }
  return found;
}

/** Mark the draws that meet a target; a number that is not finite meets none. */
export function met(target, values) {
  return Uint8Array.from(values, (value) =>
    Number(Number.isFinite(value) && COMPARISONS[target.direction](value, target.value)));
}

const Z = 1.959963984540054; // 97.5 % point of the standard normal distribution

/** The share of draws, with Wilson's 95 % interval for as many independent draws as they are worth. */
export function chance(count, draws, worth) {
  if (!draws) return { probability: NaN, low: NaN, high: NaN };
  const probability = count / draws;
  const size = draws * worth;
  const widened = 1 + (Z * Z) / size;
  const centre = (probability + (Z * Z) / (2 * size)) / widened;
  const reach = (Z / widened) *
    Math.sqrt((probability * (1 - probability)) / size + (Z / (2 * size)) ** 2);
  return {
    probability,
    low: count === 0 ? 0 : Math.max(0, centre - reach),
    high: count === draws ? 1 : Math.min(1, centre + reach),
  };
}

/** The likelihood word for an interval, of a scale from the most to the least likely. */
export function wordFor(low, high, scale) {
  const nearest = Math.min(Math.max(0.5, low), high);
  for (let number = 0; number + 1 < scale.length; number++) {
    const least = scale[number].low || scale[number + 1].high;
    if (nearest > least || (nearest === least && least < 0.5)) return scale[number];
  }
  return scale.at(-1);
}

/** A quantile of numbers, linear between neighbours, as in NumPy. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  const [one, two] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  return one + (two - one) * part;
}
