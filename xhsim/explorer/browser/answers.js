// What the draws of a run say about targets.

import { chance, measured, met, quantile, wordFor } from "./judging.js";

/**
 * Judge a run, {series, draws, worth}. Returns {targets: [{id, probability, low, high, word, met, values}],
 * mean, joint, counted}; draws with a number that is not finite do not count.
 */
export function judge({ series, draws, worth }, record) {
  const { targets, scale } = record;
  const sound = soundDraws(series, draws);
  const counted = sound.reduce((total, each) => total + each, 0);
  const together = new Uint8Array(draws).fill(1);
  let sum = 0;
  const judged = targets.map((target) => {
    const values = measuredIn({ series, draws }, target, record);
    const hits = met(target, values);
    let count = 0;
    for (let draw = 0; draw < draws; draw++) {
      hits[draw] &= sound[draw];
      together[draw] &= hits[draw];
      count += hits[draw];
    }
    sum += count;
    const { probability, low, high } = chance(count, counted, worth);
    return { id: target.id, probability, low, high, word: wordFor(low, high, scale), met: hits, count };
  });
  const all = together.reduce((total, each) => total + each, 0);
  return { targets: judged, mean: sum / counted, joint: chance(all, counted, worth), counted };
}

/** Return a target's measure in every draw of a run. */
export function measuredIn({ series, draws }, target, { times }) {
  return measured(target, seriesOf(series, target, times, draws), times, draws);
}

/** Return a target's variable, times x draws. */
export function seriesOf(series, { key, element, elements }, times, draws) {
  if (elements === 1) return series[key];
  const found = new Float64Array(times.length * draws);
  times.forEach((_, number) => {
    const place = (number * elements + element) * draws;
    found.set(series[key].subarray(place, place + draws), number * draws);
  });
  return found;
}

/** Return quantiles of a series by time: one array for each share. */
export function fan(series, times, draws, shares) {
  const found = shares.map(() => new Array(times.length));
  times.forEach((_, number) => {
    const row = series.slice(number * draws, (number + 1) * draws).filter(Number.isFinite).sort();
    shares.forEach((share, each) => { found[each][number] = quantile(row, share); });
  });
  return found;
}

function soundDraws(series, draws) {
  const sound = new Uint8Array(draws).fill(1);
  for (const array of Object.values(series)) {
    for (let place = 0; place < array.length; place++) {
      if (!Number.isFinite(array[place])) sound[place % draws] = 0;
    }
  }
  return sound;
}
