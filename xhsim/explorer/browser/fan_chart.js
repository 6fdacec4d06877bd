// A fan chart: quantiles of the draws, history, the target, and the median it is compared with.

import uPlot from "uplot";

import { fan, seriesOf } from "./answers.js";
import { make, numberText } from "./elements.js";

const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];

export class FanChart {
  constructor(app, id) {
    Object.assign(this, { app, id });
    this.place = make("figure", { class: "fan" });
  }

  /** Draw the fan of a run beside the median of another. */
  draw(run, other, against) {
    const { record, state } = this.app;
    const { times } = record;
    const target = record.targets.find(({ id }) => id === this.id);
    const fanOf = ({ series, draws }, shares) =>
      fan(seriesOf(series, target, times, draws), times, draws, shares);
    const own = fanOf(run, SHARES);
    const [median] = fanOf(other, [0.5]);
    const history = times.map((time) => target.history[time] ?? null);
    const aim = times.map((time) => target.path[time] ?? null);
    const data = [times, ...own, median, history, aim];
    this.#tell(own, against, target);
    if (this.plot && this.lang === state.lang) {
      this.plot.setData(data);
      return;
    }
    this.plot?.destroy();
    this.lang = state.lang;
    const said = target.variable[state.lang];
    const unit = target.variable_unit[state.lang];
    this.place.replaceChildren(make("figcaption", {}, said, make("small", {}, ` ${unit}`)));
    this.plot = new uPlot(this.#options(), data, this.place);
    this.place.append(this.legend);
    this.#watch();
  }

  /** Say what the lines are, and for whoever cannot see them where they end. */
  #tell(own, against, target) {
    const { app } = this;
    const { record, state } = app;
    const year = String(record.times.at(-1));
    const [low, , median, , high] = own.map((line) => numberText(line.at(-1)));
    this.place.setAttribute("role", "img");
    this.place.setAttribute("aria-label", app.say("chart_told", {
      name: target.variable[state.lang], unit: target.variable_unit[state.lang], year, low, median, high,
    }));
    const key = (kind, text) => make("span", { class: `key ${kind}` }, text);
    this.legend ??= make("p", { class: "legend" });
    this.legend.replaceChildren(key("median", app.say("key_median")), key("band", app.say("key_band")),
      key("other", against), key("seen", app.say("key_seen")), key("aim", app.say("key_aim")));
  }

  #options() {
    const line = (stroke, width, more = {}) => ({ stroke, width, points: { show: false }, ...more });
    const ink = "#5a5a5a";
    const axis = { stroke: ink, grid: { stroke: "#e8e8e8", width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : "")) },
        { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => numberText(tick)) },
      ],
      series: [{},
        line("transparent", 0), line("transparent", 0), line("#0072b2", 2.5), line("transparent", 0), line("transparent", 0),
        line("#5a5a5a", 1.5, { dash: [5, 3] }),
        { stroke: "#1a1a1a", width: 0, paths: () => null, points: { show: true, size: 6, fill: "#1a1a1a" } },
        line("#c44e00", 1.5, { dash: [4, 3], spanGaps: true, points: { show: true, size: 7, fill: "#c44e00" } }),
      ],
      bands: [
        { series: [5, 1], fill: "rgba(0,114,178,0.18)" },
        { series: [4, 2], fill: "rgba(0,114,178,0.32)" },
      ],
    };
  }

  #size() {
    const width = Math.max(240, this.place.clientWidth || 420);
    return { width, height: Math.max(150, Math.min(260, Math.round(width * 0.5))) };
  }

  #watch() {
    this.watcher ??= new ResizeObserver(() => this.plot?.setSize(this.#size()));
    this.watcher.observe(this.place);
  }
}
