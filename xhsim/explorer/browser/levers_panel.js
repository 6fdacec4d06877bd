// The sliders: policy levers, the year in which they move, and what nobody knows.

import { make, monthText, numberText } from "./elements.js";
import { unreached } from "./texts.js";

/**
 * Draw the panel into `place`. `act(change)` is called with a function that changes the state, and
 * with whether the reader is still dragging.
 */
export class LeversPanel {
  constructor(place, app) {
    Object.assign(this, { place, app });
    this.told = new Set(); // whose explanations are open
  }

  /** Draw everything anew: after another language or another scenario. */
  draw() {
    const { app } = this;
    const { record, state } = app;
    this.rows = new Map();
    const sectors = Map.groupBy
      ? Map.groupBy(record.levers, ({ sector }) => sector.en) : grouped(record.levers);
    const parts = [this.#scenario(), this.#moved(), this.#timing(), ...this.#knownFigures()];
    for (const [, levers] of sectors) {
      const sector = levers[0].sector[state.lang];
      const unit = mostFrequent(levers.map((lever) => lever.unit[state.lang]));
      const heading = sector && unit ? app.say("unit_of", { sector, unit }) : sector || unit;
      if (heading) parts.push(make("h3", {}, heading));
      parts.push(...levers.map((lever) => this.#lever(lever, unit)));
    }
    parts.push(this.#unknowns());
    const focused = this.place.contains(document.activeElement) ? document.activeElement.id : "";
    this.place.replaceChildren(...parts);
    this.refresh();
    if (focused) document.getElementById(focused)?.focus(); // whoever uses the keyboard stays where they are
  }

  /** Show the values of the state, without drawing anew. */
  refresh() {
    const { state, record } = this.app;
    const start = record.scenarios.find(({ name }) => name === state.start);
    const count = Object.keys(state.levers).length;
    this.count.textContent = this.app.say("levers_moved", { count });
    this.resetAll.hidden = count === 0;
    this.late.textContent = unreached(this.app);
    for (const [name, { row, slider, shown, reset, lever }] of this.rows) {
      const own = start.levels[name] ?? lever.history;
      const value = state.levers[name] ?? own;
      const moved = name in state.levers;
      row.classList.toggle("moved", moved);
      if (document.activeElement !== slider) slider.value = value;
      shown.textContent = numberText(value);
      reset.hidden = !moved;
      slider.setAttribute("aria-valuetext", `${numberText(value)} ${lever.unit[state.lang]}`);
    }
  }

  #scenario() {
    const { app } = this;
    const { record, state } = app;
    const options = record.scenarios.map(({ name, label }) =>
      make("option", { value: name, selected: name === state.start }, label[state.lang]));
    const { rules } = record.scenarios.find(({ name }) => name === state.start);
    const names = rules.map((rule) => rule[state.lang]).join(state.lang === "zh" ? "、" : ", ");
    return make("div", {}, make("label", { class: "field" }, app.say("start"),
      make("select", {
        id: "start",
        onchange: ({ target }) => app.change((next) => { next.start = target.value; }, false, true),
      }, ...options)), rules.length ? make("p", {}, app.say("rules", { names })) : null);
  }

  /** How many levers are moved, which stay so in another scenario, and a way to take them all back. */
  #moved() {
    const { app } = this;
    this.count = make("span");
    this.resetAll = make("button", {
      type: "button", id: "reset-levers", onclick: () => app.change((next) => { next.levers = {}; }),
    }, app.say("reset_levers"));
    return make("div", { class: "field" }, this.count, this.resetAll);
  }

  #timing() {
    const { app } = this;
    const { record, state } = app;
    const choose = (key, values, text) => make("select", {
      "aria-label": app.say(key),
      id: key,
      onchange: ({ target }) => app.change((next) => { next[key] = Number(target.value); }),
    }, ...values.map((value) =>
      make("option", { value, selected: value === state[key] }, text(value))));
    this.late = make("p", { class: "late", role: "status" });
    return make("div", {}, make("div", { class: "field" }, app.say("since"),
      choose("since", record.years, String), app.say("over"),
      choose("over", record.speeds, (years) => app.say(years === 1 ? "in_one_year" : "in_years", { years }))), this.late);
  }

  /** The month up to which published figures are known, and what is known then. */
  #knownFigures() {
    const { app } = this;
    const { record, state } = app;
    if (!record.months.length) return [];
    const option = ({ month, first }) => make("option", {
      value: month, selected: month === state.as_of, disabled: first === null,
    }, app.say(first === null ? "as_of_few" : "as_of_month", { month: monthText(month, state.lang) }));
    const parts = [make("label", { class: "field" }, app.say("as_of"), make("select", {
      id: "as-of",
      onchange: ({ target }) => app.change((next) => { next.as_of = target.value || null; }, false, true),
    }, make("option", { value: "" }, app.say("as_of_none")), ...record.months.map(option)))];
    const known = record.months.find(({ month }) => month === state.as_of);
    if (known) {
      const told = app.say("as_of_told", {
        policy: known.policy[state.lang], draws: known.draws, worth: Math.round(known.draws * known.worth),
      });
      parts.push(make("div", { class: "known" }, make("p", {}, told),
        make("ul", {}, ...known.figures.map((figure) => make("li", {}, figure[state.lang])))));
    }
    return parts;
  }

  #lever(lever, usual) {
    const { app } = this;
    const { lang } = app.state;
    const { name, low, high, step } = lever;
    const id = `lever-${name}`;
    const set = (value, dragging) => app.change((next) => {
      next.levers[name] = Number(value);
    }, dragging);
    const slider = make("input", {
      type: "range", id, min: low, max: high, step,
      oninput: ({ target }) => set(target.value, true),
      onchange: ({ target }) => set(target.value, false),
    });
    const shown = make("output", { for: id });
    const reset = make("button", {
      class: "reset", type: "button", title: app.say("reset_one"), "aria-label": `${app.say("reset_one")}: ${lever.label[lang]}`,
      onclick: () => app.change((next) => { delete next.levers[name]; }),
    }, "↺");
    const marks = [app.say("history", { value: numberText(lever.history) })];
    if (lever.planned !== null) marks.push(app.say("planned", { value: numberText(lever.planned) }));
    if (lever.unit[lang] !== usual) marks.push(lever.unit[lang] || app.say("share"));
    const [about, told] = this.#about(name, lever, 2);
    const row = make("div", { class: "lever" },
      make("label", { for: id }, lever.label[lang]), shown, about, reset, slider,
      make("small", {}, marks.join(" · ")), told);
    this.rows.set(name, { row, slider, shown, reset, lever });
    return row;
  }

  /** A button, and the text that it shows: unit, range, cost and source, without `known` lines. */
  #about(name, { label, told }, known) {
    const { app } = this;
    const { lang } = app.state;
    const id = `about-${name}`;
    const text = make("p", { id, class: "about", hidden: !this.told.has(name) }, told[lang].split("\n").slice(known).join("\n"));
    const button = make("button", {
      class: "reset", type: "button", id: `ask-${name}`, "aria-controls": id, "aria-expanded": String(this.told.has(name)),
      title: told[lang], "aria-label": app.say("about", { name: label[lang] }),
      onclick: () => {
        text.hidden = !text.hidden;
        this.told[text.hidden ? "delete" : "add"](name);
        button.setAttribute("aria-expanded", String(!text.hidden));
      },
    }, "ⓘ");
    return [button, text];
  }

  /** The big unknowns: each as drawn, or held at a number. */
  #unknowns() {
    const { app } = this;
    const { record, state } = app;
    const rows = record.unknowns.map((unknown) => {
      const held = state.held[unknown.name];
      const slider = make("input", {
        "aria-valuetext": held === undefined ? app.say("as_drawn") : numberText(held),
        type: "range", id: `unknown-${unknown.name}`, min: unknown.low, max: unknown.high, step: unknown.step,
        value: held ?? unknown.middle, disabled: held === undefined, "aria-label": unknown.label[state.lang],
        oninput: ({ target }) => {
          shown.textContent = numberText(Number(target.value));
          target.setAttribute("aria-valuetext", shown.textContent);
          app.change((next) => { next.held[unknown.name] = Number(target.value); }, true);
        },
        onchange: ({ target }) => app.change((next) => { next.held[unknown.name] = Number(target.value); }),
      });
      const shown = make("output", {}, held === undefined ? app.say("as_drawn") : numberText(held));
      const check = make("input", {
        type: "checkbox", id: `hold-${unknown.name}`, checked: held !== undefined, "aria-label": `${app.say("hold")}: ${unknown.label[state.lang]}`,
        onchange: ({ target }) => app.change((next) => {
          if (target.checked) next.held[unknown.name] = unknown.middle;
          else delete next.held[unknown.name];
        }, false, true),
      });
      const [about, told] = this.#about(unknown.name, unknown, 1);
      return make("div", { class: "lever unknown" },
        make("label", {}, check, unknown.label[state.lang]), shown, about, make("span"), slider,
        make("small", {}, [
          app.say("drawn", { low: numberText(unknown.low), high: numberText(unknown.high) }),
          unknown.unit[state.lang],
        ].filter(Boolean).join(" · ")), told);
    });
    const structures = record.structures === null ? [] : [make("label", { class: "field" },
      app.say("structure"),
      make("select", {
        id: "structure",
        onchange: ({ target }) => app.change((next) => {
          next.structure = target.value === "" ? null : Number(target.value);
        }),
      }, make("option", { value: "" }, app.say("as_drawn")),
      ...record.structures.names.map((_, number) => make("option", {
        value: number, selected: state.structure === number,
      }, record.structures.labels[number][state.lang]))))];
    this.worldOpen ||= Object.keys(state.held).length > 0 || state.structure !== null;
    return make("details", { open: this.worldOpen, ontoggle: ({ target }) => { this.worldOpen = target.open; } },
      make("summary", {}, app.say("world")), make("p", {}, app.say("world_told")), ...structures, ...rows);
  }
}

function mostFrequent(texts) {
  const count = (text) => texts.filter((each) => each === text).length;
  return texts.reduce((best, text) => (count(text) > count(best) ? text : best), texts[0]);
}

function grouped(levers) {
  const found = new Map();
  for (const lever of levers) found.set(lever.sector.en, [...(found.get(lever.sector.en) ?? []), lever]);
  return found;
}
