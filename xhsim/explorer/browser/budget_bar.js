// What the levers request, beside what the budget gives.

import { quantile } from "./judging.js";
import { make, say } from "./elements.js";

export function budgetBar(app, { series, draws }) {
  const { record, state } = app;
  if (!record.budget) return make("div");
  const { times, budget } = record;
  const place = times.indexOf(budget.year);
  const [given, asked, paid] = [budget.given, budget.asked, budget.paid].map((key) =>
    quantile(series[key].slice(place * draws, (place + 1) * draws).sort(), 0.5));
  const widest = 1.05 * Math.max(given, asked, 1e-9);
  const width = (value) => `${(100 * value) / widest}%`;
  const short = asked > 1.005 * paid;
  const text = say(record.words[short ? "budget_short" : "budget_enough"][state.lang], {
    asked: asked.toFixed(1), given: given.toFixed(1), share: app.percent(paid / asked),
  });
  return make("div", {},
    make("h3", {}, app.say("budget", { year: budget.year })),
    make("div", { class: "bar budget", role: "img", "aria-label": text },
      make("i", { class: "asked", style: { width: width(asked) } }),
      make("i", { class: "paid", style: { width: width(Math.min(asked, paid)) } }),
      make("b", { style: { left: width(given) } })),
    make("div", {}, text), make("p", {}, app.say("budget_unit")));
}
