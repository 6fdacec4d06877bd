// Probabilities as text: xhsim.wording.numbers in JavaScript.

const PERCENT = { en: " %", zh: "%" };
const NO_DATA = { en: "no data", zh: "无数据" };
const COMMA = { en: ", ", zh: "，" };
const BRACKETS = { en: (text) => ` (${text})`, zh: (text) => `（${text}）` };

/** Write a probability in whole percent, without the sign; empty for NaN. */
export function probabilityText({ probability, low, high }) {
  if (Number.isNaN(probability)) return "";
  // If no draw or every draw met the target, the draws only support a bound.
  if (probability <= 0 && Number.isFinite(high)) return `<${Math.max(1, Math.ceil(100 * high))}`;
  if (probability >= 1 && Number.isFinite(low)) return `>${Math.min(99, Math.floor(100 * low))}`;
  if (probability < 0.01) return "<1";
  if (probability > 0.99) return ">99";
  // The tiny addition corrects for binary fractions (0.565 * 100).
  return String(Math.floor(100 * probability + 0.5 + 1e-9));
}

/** Write the interval, rounded outwards; empty beside a probability that is itself a bound. */
export function intervalText({ probability, low, high }) {
  const text = probabilityText({ probability, low, high });
  if (!/^\d/.test(text) || ![low, high].every(Number.isFinite)) return "";
  return `${Math.floor(100 * low + 1e-9)}–${Math.ceil(100 * high - 1e-9)}`;
}

/** The word of an answer; there is none where no draw has a number. */
export function wordText({ probability, word }, lang) {
  return Number.isNaN(probability) ? NO_DATA[lang] : word[lang];
}

/** Write a probability with its interval and, if there is one, its word. */
export function probabilitySentence(chance, word, lang) {
  if (Number.isNaN(chance.probability)) return NO_DATA[lang];
  const interval = intervalText(chance);
  return probabilityText(chance) + PERCENT[lang] + (interval && BRACKETS[lang](interval)) +
    (word && COMMA[lang] + word);
}
