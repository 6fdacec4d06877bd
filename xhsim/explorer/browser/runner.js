// Workers that share the draws. Only the newest question is answered; older ones are dropped.

const MOST = 4; // workers: with more, passing numbers costs more than it saves

export class Runner {
  /** `source` is the worker's code as text. */
  constructor(source, { module, manifest, record, arrays, draws }) {
    this.draws = draws;
    this.manifest = manifest;
    const count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency || 2, draws));
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.parts = Array.from({ length: count }, (_, number) => {
      const [first, end] = [number, number + 1].map((n) => Math.round((draws * n) / count));
      return { worker: new Asked(new Worker(url)), first, count: end - first };
    });
    this.ready = Promise.all(this.parts.map(({ worker, first, count: own }) => {
      const mine = Object.fromEntries(Object.entries(arrays).map(([name, array]) =>
        [name, slice(array, draws, first, own)]));
      return worker.ask({ action: "open", module, manifest, record, arrays: mine, count: own });
    }));
    this.newest = 0;
    this.busy = Promise.resolve();
  }

  /** Return the series of all outputs by key (times x elements x draws), or null if overtaken. */
  async run(choice) {
    const mine = ++this.newest;
    return this.#inTurn(choice, () => mine !== this.newest);
  }

  /** Return the series of a choice, whatever is asked meanwhile. */
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
      const found = await Promise.all(this.parts.map(({ worker }) =>
        worker.ask({ action: "run", choice })));
      return this.#joined(found.map(({ series }) => series));
    } finally {
      done();
    }
  }

  #joined(found) {
    const all = {};
    for (const key of Object.keys(found[0])) {
      const rows = found[0][key].length / this.parts[0].count;
      const joined = new Float64Array(rows * this.draws);
      this.parts.forEach(({ first, count }, number) => {
        for (let row = 0; row < rows; row++) {
          const source = found[number][key].subarray(row * count, (row + 1) * count);
          joined.set(source, row * this.draws + first);
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

function slice(array, draws, first, count) {
  const rows = array.length / draws;
  const found = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    found.set(array.subarray(row * draws + first, row * draws + first + count), row * count);
  }
  return found;
}
