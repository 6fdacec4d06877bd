// Workers that share the draws. Only the newest question is answered; older ones are dropped.

import { columnsOf } from "./data.js";

const MOST = 4; // workers: with more, passing numbers costs more than it saves

export class Runner {
  /** `source` is the worker's code as text; `sets` are those of `setsOf`. */
  constructor(source, { module, manifest, record, arrays, sets, columns }) {
    this.sets = sets;
    const most = Math.max(...sets.map(({ draws }) => draws));
    const count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency || 2, most));
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.workers = Array.from({ length: count }, () => new Asked(new Worker(url)));
    this.ready = Promise.all(this.workers.map((worker, number) => {
      const own = sets.map((set) => {
        const { first, end } = this.#share(set, number);
        return { arrays: columnsOf(arrays, columns, set.first + first, end - first), draws: end - first };
      });
      return worker.ask({ action: "open", module, manifest, record, sets: own });
    }));
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
    await this.ready;
    const before = this.busy;
    let done;
    this.busy = new Promise((resolve) => { done = resolve; });
    await before;
    try {
      if (overtaken()) return null;
      const number = Math.max(0, this.sets.findIndex(({ month }) => month === choice.as_of));
      const found = await Promise.all(this.workers.map((worker) =>
        worker.ask({ action: "run", choice, set: number })));
      const set = this.sets[number];
      return { series: this.#joined(found.map(({ series }) => series), set), draws: set.draws, worth: set.worth };
    } finally {
      done();
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

  ask(question) {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...question, id });
    });
  }
}
