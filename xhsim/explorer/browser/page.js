// The page: what a reader has chosen, and the answers of the draws to it.

import { judge } from "./answers.js";
import { budgetBar } from "./budget_bar.js";
import { arraysOf, readBytes, readRecord, setsOf, unshuffled } from "./data.js";
import { grouped, make, monthText, percentText, say, signed } from "./elements.js";
import { DependsOn } from "./depends_on.js";
import { FanChart } from "./fan_chart.js";
import { LeversPanel } from "./levers_panel.js";
import { MovedBy } from "./moved_by.js";
import { probabilitySentence, wordText } from "./probability.js";
import { Runner } from "./runner.js";
import { Past, choiceOf, fresh, fromAddress, referenceOf, soundChoice, toAddress } from "./state.js";
import { TargetsTable } from "./targets_table.js";
import { codeText, fileText } from "./texts.js";
import { zonesTable } from "./zones_table.js";

const SETTLE = 400; // milliseconds
const NARROW = window.matchMedia("(max-width: 1000px)");

class App {
  constructor(record, runner, arrays) {
    this.record = record;
    this.runner = runner;
    this.state = fromAddress(location.hash, record);
    this.past = new Past();
    this.known = new Map(); // answers of choices that others are compared with
    this.part = (id) => document.getElementById(id);
    this.levers = new LeversPanel(this.part("levers"), this);
    this.table = new TargetsTable(this.part("table"), this);
    this.charts = new Map();
    this.movedBy = new MovedBy(this.part("moved"), this);
    this.dependsOn = new DependsOn(this.part("depends"), this, arrays);
    this.version = 0; // counts choices, so that late answers about an older one are dropped
    this.zonesOpen = false;
  }

  say(key, values) {
    return say(this.record.words[key][this.state.lang], values);
  }

  percent(share) {
    return this.say("percent", { number: percentText(share) });
  }

  /** Change the state. `dragging`: more changes follow at once. `redraw`: controls change, too. */
  change(act, dragging = false, redraw = false) {
    if (!this.dragged) this.past.keep(this.state);
    this.dragged = dragging;
    this.version += 1;
    act(this.state);
    if (redraw) this.levers.draw();
    else this.levers.refresh();
    this.write();
    this.answer();
  }

  /** Tell the page around this one, if there is one: the cell of a notebook. */
  tell(message) {
    if (window.parent !== window) window.parent.postMessage({ xhsim: message }, "*");
  }

  /** Take a choice from the page around this one. */
  hear({ source, data }) {
    if (source !== window.parent || source === window || typeof data?.xhsim !== "object") return;
    const { state, record } = this;
    const choice = { ...choiceOf(state), ...data.xhsim };
    if (JSON.stringify(choice) === JSON.stringify(choiceOf(state))) return;
    this.show({ ...state, ...soundChoice(choice, state, record) });
  }

  /** Show a state that was kept, or read from an address. */
  show(state) {
    if (!state) return;
    this.state = state;
    this.version += 1;
    this.draw();
    this.write();
    this.answer();
  }

  pin(id, both) {
    this.change((next) => {
      const others = next.pins.filter((each) => each !== id);
      next.pins = both || next.pins.length > 1 ? [...others.slice(-1), id] : [id];
    });
    this.goTo(this.part("charts"));
  }

  /** On a phone, go to what has been opened far below, with a way back. */
  goTo(part) {
    if (!NARROW.matches) return;
    const from = window.scrollY;
    part.scrollIntoView({ block: "center" });
    const back = make("button", {
      type: "button", id: "back",
      onclick: () => { window.scrollTo(0, from); back.remove(); },
    }, this.say("back"));
    this.part("back")?.remove();
    this.part("page").append(back);
  }

  /** Show two charts, or only the newest one. */
  showTwo(two) {
    this.change((next) => {
      const other = this.record.targets.find(({ id }) => id !== next.pins[0])?.id;
      next.pins = two && other ? [other, ...next.pins] : next.pins.slice(-1);
    });
  }

  write() {
    this.follow?.();
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      this.tell(choiceOf(this.state));
      if (window.parent !== window) return; // a page in a cell has no address of its own
      const address = toAddress(this.state, this.record);
      history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
    }, 100);
  }

  /** Run the choice, and show the answers unless a newer choice has overtaken it. */
  async answer() {
    const began = performance.now();
    try {
      const reference = await this.reference();
      const choice = JSON.stringify(choiceOf(this.state)); // dragging goes on while the draws run
      const run = await this.runner.run(choiceOf(this.state));
      if (!run) return;
      this.found = { choice, run, judged: judge(run, this.record) };
      this.render(this.found, reference);
      const took = Math.round(performance.now() - began);
      this.part("page").dataset.took = String(took);
      this.part("page").dataset.answered = String(Number(this.part("page").dataset.answered ?? 0) + 1);
    } catch (error) {
      this.part("status").textContent = this.say("failed", { why: error.message });
    }
  }

  /** The answers with which those of the reader are compared: a kept choice, or the first scenario. */
  async reference() {
    const choice = referenceOf(this.state, this.record);
    const key = JSON.stringify(choice);
    if (!this.known.has(key)) {
      const run = await this.runner.quietly(choice);
      this.known.clear();
      this.known.set(key, { run, judged: judge(run, this.record) });
    }
    return this.known.get(key);
  }

  /** What the answers are compared with, in words. */
  against() {
    const { record, state } = this;
    if (state.other) return this.say("choice_b");
    if (referenceOf(state, record).as_of !== state.as_of) return this.say("no_figures");
    return record.scenarios.find((each) => each.name === record.start).label[state.lang];
  }

  /** The likelihood word of an answer. */
  word(answer) {
    const { unassessable } = this.record.targets.find(({ id }) => id === answer.id);
    return unassessable ? this.say("no_word") : wordText(answer, this.state.lang);
  }

  /** The probabilities of the chosen indicators in a line each, for where the table is out of sight. */
  pinned(judged, reference) {
    const { record, state } = this;
    return state.pins.map((id) => {
      const place = record.targets.findIndex((target) => target.id === id);
      const [answer, was] = [judged.targets[place], reference.targets[place]];
      return make("span", { class: "pinned" }, this.say("pinned", {
        name: record.targets[place].label[state.lang],
        chance: probabilitySentence(answer, this.word(answer), state.lang),
        change: signed(100 * (answer.probability - was.probability)),
      }));
    });
  }

  render({ judged, run }, reference) {
    const { record, state } = this;
    const name = this.against();
    this.part("conditions").textContent = this.say("conditions", {
      draws: grouped(run.draws), seed: record.seed, beliefs: record.beliefs[state.lang],
    }) + (record.targets.some(({ unassessable }) => unassessable) ? this.say("no_base") : "");
    this.table.refresh(judged, reference.judged, name);
    const { joint } = judged;
    const known = state.as_of ? `${this.say("as_of_status", { month: monthText(state.as_of, state.lang) })} ` : "";
    this.part("status").replaceChildren(known + this.say("met", {
      count: Number.isFinite(judged.mean) ? judged.mean.toFixed(1) : "–", all: judged.targets.length,
      change: signed(judged.mean - reference.judged.mean, 1), name,
      joint: probabilitySentence(joint, "", state.lang),
    }), ...this.pinned(judged, reference.judged));
    this.part("two").checked = state.pins.length > 1;
    for (const [id, chart] of this.charts) {
      if (!state.pins.includes(id)) {
        chart.place.remove();
        this.charts.delete(id);
      }
    }
    for (const id of state.pins) {
      if (!this.charts.has(id)) {
        this.charts.set(id, new FanChart(this, id));
        this.part("charts").append(this.charts.get(id).place);
      }
      this.charts.get(id).draw(run, reference.run, name);
    }
    this.part("budget").replaceChildren(budgetBar(this, run));
    this.part("zones").replaceChildren(zonesTable(this, run, reference.run));
    clearTimeout(this.asking);
    // Runs that nobody has asked for wait until the reader lets go.
    this.asking = setTimeout(() => this.explain(), SETTLE);
  }

  /** Say what moved the newest answer, and what it depends on. */
  explain() {
    if (this.found?.choice !== JSON.stringify(choiceOf(this.state))) return; // a newer one comes
    this.movedBy.draw(this.found.judged);
    this.dependsOn.draw(this.found.run);
  }

  /** Draw what depends on the language. */
  draw() {
    const { record, state } = this;
    document.documentElement.lang = state.lang === "zh" ? "zh-Hans" : "en";
    this.part("title").textContent = record.title ?? this.say("title");
    document.title = this.part("title").textContent;
    this.part("lang").textContent = state.lang === "en" ? "中文" : "English";
    this.part("lang").lang = state.lang === "en" ? "zh-Hans" : "en";
    this.part("hint").textContent = this.say("hint");
    this.part("two-told").textContent = this.say("two");
    this.part("charts").setAttribute("aria-label", this.say("charts"));
    for (const key of ["undo", "redo", "reset", "keep", "save", "code", "print"]) {
      this.part(key).textContent = this.say(key === "save" ? "save" : key);
    }
    this.part("keep").textContent = this.say(state.other ? "compare_off" : "compare_on");
    this.part("levers").setAttribute("aria-label", this.say("levers"));
    this.levers.draw();
    this.table.draw();
    if (this.found) this.answer();
  }

  listen() {
    const on = (id, act) => this.part(id).addEventListener("click", act);
    this.part("two").addEventListener("change", ({ target }) => this.showTwo(target.checked));
    on("undo", () => this.show(this.past.back(this.state)));
    on("redo", () => this.show(this.past.forward(this.state)));
    on("reset", () => {
      this.past.keep(this.state);
      this.show({ ...fresh(this.record), lang: this.state.lang, pins: this.state.pins });
    });
    on("lang", () => {
      this.show({ ...this.state, lang: this.state.lang === "en" ? "zh" : "en" });
      this.explain();
      if (this.offered) this.offer(...this.offered); // its buttons have words, too
    });
    on("keep", () => {
      this.past.keep(this.state);
      this.show({ ...this.state, other: this.state.other ? null : structuredClone(choiceOf(this.state)) });
    });
    on("print", () => window.print());
    on("save", () => this.open("my-scenario.yaml", fileText));
    on("code", () => this.open(null, codeText));
    window.addEventListener("message", (event) => this.hear(event));
    window.addEventListener("hashchange", () => this.show(fromAddress(location.hash, this.record)));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target.matches("textarea")) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) this.show(this.past.back(this.state));
      else if (key === "y" || key === "z") this.show(this.past.forward(this.state));
      else return;
      event.preventDefault();
    });
  }

  /** A name and a button that save the choice into the study, through the page's own server. */
  saving() {
    const name = make("input", { value: "my-scenario", "aria-label": this.say("name"), size: 18 });
    const told = make("small", { role: "status" });
    const save = async () => {
      const token = new URLSearchParams(location.search).get("token");
      try {
        const answer = await fetch("/scenarios", {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-Xhsim-Token": token },
          body: JSON.stringify({ name: name.value, choice: { ...choiceOf(this.state), lang: this.state.lang } }),
        });
        const { file, error } = await answer.json();
        told.textContent = file ? this.say("saved_as", { file }) : error;
      } catch (error) {
        told.textContent = String(error.message ?? error); // the server has stopped
      }
    };
    return [name, make("button", { type: "button", onclick: save }, this.say("save_here")), told];
  }

  /** Show a text of the choice, and lead the reader to it. */
  open(file, write) {
    this.offer(file, write);
    this.offered = [file, write];
    this.part("text").querySelector("textarea").focus({ preventScroll: NARROW.matches });
    this.goTo(this.part("text"));
  }

  /** Put up a text of the choice to copy, and to save if it has a file name. It follows the choice. */
  offer(file, write) {
    const area = make("textarea", { readonly: true, rows: 12, "aria-label": this.say(file ? "save" : "code") });
    const link = make("a", { class: "button", download: file }, this.say("download"));
    const told = make("p");
    this.follow = () => {
      area.value = write(this);
      const { as_of, lang } = this.state;
      told.textContent = file && as_of ? this.say("without_month", { month: monthText(as_of, lang) }) : "";
      URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(new Blob([area.value], { type: "text/yaml" }));
    };
    this.follow();
    const buttons = [make("button", {
      type: "button",
      onclick: () => { area.select(); navigator.clipboard?.writeText(area.value); },
    }, this.say("copy"))];
    if (file && this.part("page").dataset.saves !== undefined) buttons.push(...this.saving());
    else if (file) {
      buttons.push(link, make("small", {}, this.say("saved")));
    }
    this.part("text").replaceChildren(area, told, make("div", { class: "field" }, ...buttons));
    this.part("text").hidden = false;
  }
}

async function open() {
  const record = readRecord("record");
  const [module, numbers] = await Promise.all([readBytes("module"), readBytes("numbers")]);
  const arrays = arraysOf(unshuffled(numbers), record.places, record.columns);
  const source = document.getElementById("worker").textContent;
  const { manifest, run, columns } = record;
  const runner = new Runner(source, { module, manifest, record: run, arrays, sets: setsOf(record), columns });
  const app = new App(record, runner, arrays);
  app.draw();
  app.listen();
  app.tell("open");
  await app.answer();
}

open();
