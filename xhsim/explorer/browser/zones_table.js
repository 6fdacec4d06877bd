// What becomes of each zone: medians in the year of the deadline, and changes.

import { quantile } from "./judging.js";
import { make, numberText, signed } from "./elements.js";

export function zonesTable(app, run, other) {
  const { record, state } = app;
  const { zones, times } = record;
  if (!zones) return make("div");
  const place = times.indexOf(zones.year);
  const count = zones.labels.length;
  const median = ({ series, draws }, key, zone) => {
    const first = (place * count + zone) * draws;
    return quantile(series[key].slice(first, first + draws).filter(Number.isFinite).sort(), 0.5);
  };
  const widest = zones.variables.map(({ key }) =>
    Math.max(...zones.labels.map((_, zone) => median(run, key, zone)), 1e-9));
  const rows = zones.labels.map((label, zone) => make("tr", {},
    make("th", { scope: "row" }, label[state.lang]),
    ...zones.variables.map(({ key }, column) => {
      const [now, was] = [median(run, key, zone), median(other, key, zone)];
      const change = 100 * (now / was - 1);
      const told = Number.isFinite(change) && Math.abs(change) >= 0.05 ? ` ${app.say("percent", { number: signed(change, 1) })}` : "";
      return make("td", {}, make("span", {}, numberText(now, 3)), make("small", {}, told),
        make("div", { class: "bar" }, make("i", { style: { width: `${(100 * now) / widest[column]}%` } })));
    })));
  const heads = zones.variables.map(({ label, unit }) => make("th", { scope: "col" },
    label[state.lang], make("small", {}, ` ${unit[state.lang]}`)));
  return make("details", { open: app.zonesOpen, ontoggle: ({ target }) => { app.zonesOpen = target.open; } },
    make("summary", {}, app.say("zones", { year: zones.year })),
    make("table", { class: "zones" }, make("thead", {}, make("tr", {}, make("th"), ...heads)),
      make("tbody", {}, ...rows)));
}
