// Workers that share the draws. Only the newest question is answered; older ones are dropped.
//
// In some starts of Firefox, WebAssembly was a hundred times slower in a worker than in others, for as
// long as the worker lived (docs/decisions/explorer.md). Workers that take far longer than they
// should are therefore replaced by new ones, twice for a question.

import { columnsOf } from "./data.js";

const MOST = 4; // workers: with more, passing numbers costs more than it saves
const FIRST = 6000; // milliseconds for the first answer; then twice as many, then any number
const LEAST = 4000; // for later answers, if the quickest so far was quick
const TIMES = 15; // the quickest answer so far
const RESTARTS = 2;
const STUCK = Symbol("stuck");

export class Runner {
  /** `source` is the worker's code as text; `sets` are those of `setsOf`. */
  constructor(source, { module, manifest, record, arrays, sets, columns }) {
    this.sets = sets;
    this.compiled = WebAssembly.compile(module).catch(() => module); // once, for all workers
    const most = Math.max(...sets.map(({ draws }) => draws));
    const count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency || 2, most));
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.begin = () => {
      this.workers = Array.from({ length: count }, () => new Asked(new Worker(url)));
      this.ready = this.compiled.then((shared) => Promise.all(this.workers.map((worker, number) => {
        const own = sets.map((set) => {
          const { first, end } = this.#share(set, number);
          return { arrays: columnsOf(arrays, columns, set.first + first, end - first), draws: end - first };
        });
        return worker.ask({ action: "open", module: shared, manifest, record, sets: own });
      })));
    };
    this.begin();
    this.quickest = Infinity; // milliseconds of an answer
    this.newest = 0;
    this.busy = Promise.resolve();
  }

  /**
   * Return {series, draws, worth}: all outputs by key (times x elements x draws), their number of
   * draws and what one is worth; or null if overtaken.
   */
  async run(choice) {
    const mine = ++this.newest;
    return this.#inTurn(choice, () => mine !== this.newest);
  }

  /** Return the same, whatever is asked meanwhile. */
  async quietly(choice) {
    return this.#inTurn(choice, () => false);
  }

  async #inTurn(choice, overtaken) {
    const before = this.busy;
    let done;
    this.busy = new Promise((resolve) => { done = resolve; });
    await before;
    try {
      if (overtaken()) return null;
      const number = Math.max(0, this.sets.findIndex(({ month }) => month === choice.as_of));
      const found = await this.#answers({ action: "run", choice, set: number });
      const set = this.sets[number];
      return { series: this.#joined(found.map(({ series }) => series), set), draws: set.draws, worth: set.worth };
    } finally {
      done();
    }
  }

  /** Ask all workers; replace them if they take too long. */
  async #answers(question) {
    for (let restarts = 0; ; restarts++) {
      const usual = Number.isFinite(this.quickest) ? Math.max(LEAST, TIMES * this.quickest) : FIRST;
      const patience = restarts < RESTARTS ? usual * 2 ** restarts : Infinity;
      const begun = performance.now();
      const asked = this.ready.then(() => Promise.all(this.workers.map((worker) => worker.ask(question))));
      const found = await within(asked, patience);
      if (found !== STUCK) {
        this.quickest = Math.min(this.quickest, performance.now() - begun);
        return found;
      }
      for (const worker of this.workers) worker.end();
      this.begin();
    }
  }

  /** The first draw of a worker's share of a set, and the one after its last. */
  #share({ draws }, number) {
    const [first, end] = [number, number + 1].map((n) => Math.round((draws * n) / this.workers.length));
    return { first, end };
  }

  #joined(found, set) {
    const all = {};
    for (const key of Object.keys(found[0])) {
      const rows = found.reduce((total, part) => total + part[key].length, 0) / set.draws;
      const joined = new Float64Array(rows * set.draws);
      found.forEach((part, number) => {
        const { first, end } = this.#share(set, number);
        const count = end - first;
        for (let row = 0; row < rows; row++) {
          joined.set(part[key].subarray(row * count, (row + 1) * count), row * set.draws + first);
        }
      });
      all[key] = joined;
    }
    return all;
  }
}

/** Return what a promise gives, or STUCK after some milliseconds. */
async function within(promise, milliseconds) {
  if (!Number.isFinite(milliseconds)) return promise;
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, milliseconds, STUCK); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A worker whose answers are promises. */
class Asked {
  constructor(worker) {
    this.worker = worker;
    this.waiting = new Map();
    this.count = 0;
    worker.onmessage = ({ data: { id, answer, error } }) => {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    };
    worker.onerror = (event) => {
      for (const { reject } of this.waiting.values()) reject(new Error(event.message));
      this.waiting.clear();
    };
  }

  /** End the worker; what it was asked is never answered. */
  end() {
    this.worker.terminate();
    this.waiting.clear();
  }

  ask(question) {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...question, id });
    });
  }
}
