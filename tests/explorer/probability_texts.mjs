// Writes probabilities as the page does: reads counts as JSON, and answers with sentences.
import { readFileSync } from "node:fs";

import { chance, wordFor } from "../../xhsim/explorer/browser/judging.js";
import { probabilitySentence, probabilityText, wordText } from "../../xhsim/explorer/browser/probability.js";

const { scale, cases } = JSON.parse(readFileSync(0, "utf-8"));
const found = cases.map(([count, draws, worth]) => {
  const answer = chance(count, draws, worth);
  answer.word = wordFor(answer.low, answer.high, scale);
  return [probabilityText(answer), ...["en", "zh"].map((lang) =>
    probabilitySentence(answer, wordText(answer, lang), lang))];
});
process.stdout.write(JSON.stringify(found));
