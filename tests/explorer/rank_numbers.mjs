// Ranks numbers as the page does: reads cases as JSON, and answers with what is above chance.
import { readFileSync } from "node:fs";

import { aboveChance, correlation, standardRanks } from "../../xhsim/explorer/browser/dependence.js";

const found = JSON.parse(readFileSync(0, "utf-8")).map(({ inputs, result, counts, worth, limit }) => {
  const marks = Uint8Array.from(counts);
  const rows = inputs.map((values) => standardRanks(Float64Array.from(values), marks));
  const ranks = standardRanks(Float64Array.from(result), marks);
  return {
    ranks: [...ranks],
    accepted: aboveChance(rows, ranks, worth, limit),
    correlations: rows.map((row) => correlation(row, ranks)),
  };
});
process.stdout.write(JSON.stringify(found));
