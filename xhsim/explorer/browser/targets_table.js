// The table of probabilities: one row for each indicator.

import { make, signed } from "./elements.js";
import { intervalText, probabilityText } from "./probability.js";

export class TargetsTable {
  constructor(place, app) {
    Object.assign(this, { place, app });
  }

  draw() {
    const { app } = this;
    const { record, state } = app;
    this.rows = new Map();
    const body = record.targets.map((target) => {
      const pin = make("button", {
        type: "button", class: "pin", "aria-pressed": "false",
        title: app.say("pin_told"),
        onclick: (event) => app.pin(target.id, event.shiftKey || event.ctrlKey || event.metaKey),
      }, make("span", { class: "name" }, target.label[state.lang]),
      make("small", {}, target.aim[state.lang] + (target.unassessable ? " †" : "")));
      const bar = make("div", { class: "bar" }, make("i"), make("b"));
      const cells = { chance: make("td", { class: "told" }), change: make("td", { class: "number" }) };
      const row = make("tr", { "data-target": target.id },
        make("th", { scope: "row" }, pin), cells.chance, make("td", {}, bar), cells.change);
      this.rows.set(target.id, { row, pin, bar, ...cells });
      return row;
    });
    this.mark = make("span", { class: "mark" });
    this.against = make("th", { scope: "col", class: "number" }, app.say("change"));
    const columns = ["name", "chance", "wide", "change"].map((name) => make("col", { class: name }));
    this.place.replaceChildren(make("table", { "aria-label": app.say("answers") }, make("colgroup", {}, ...columns),
      make("thead", {}, make("tr", {},
        ...["indicator", "probability"].map((key) => make("th", { scope: "col" }, app.say(key))),
        make("th", { scope: "col" }, this.mark), this.against)),
      make("tbody", {}, ...body)));
  }

  /** Show answers, beside those they are compared with. */
  refresh(now, before, against) {
    const { record, state } = this.app;
    this.against.title = this.app.say("against", { name: against });
    this.mark.textContent = this.app.say("mark", { name: against });
    this.mark.title = this.mark.textContent;
    now.targets.forEach((answer, number) => {
      const { row, pin, bar, chance, change } = this.rows.get(answer.id);
      const was = before.targets[number].probability;
      chance.replaceChildren(
        make("strong", {}, this.app.say("percent", { number: probabilityText(answer) || "–" })),
        make("small", {}, ` ${intervalText(answer)}`),
        make("small", { class: "word" }, this.app.word(answer)));
      const [fill, mark] = bar.children;
      fill.style.width = `${100 * answer.probability}%`;
      fill.style.background = record.colours[Math.round(100 * answer.probability)];
      mark.style.left = `${100 * was}%`;
      const points = 100 * (answer.probability - was);
      change.textContent = signed(points);
      change.className = `number ${Math.round(points) > 0 ? "up" : Math.round(points) < 0 ? "down" : ""}`;
      const pinned = state.pins.includes(answer.id);
      row.classList.toggle("chosen", pinned);
      row.dataset.probability = String(answer.probability);
      pin.setAttribute("aria-pressed", String(pinned));
    });
  }
}
