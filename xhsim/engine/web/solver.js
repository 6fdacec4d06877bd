// Runs a model that xhsim has compiled to WebAssembly: see WasmProgram in wasm_program.py.
//
// Everything is an array of doubles. A number that differs between draws has a row, which is
// `stride` long; draws run in blocks, so that the numbers of a block stay in the processor's cache.

const BLOCK = 128; // draws; a multiple of every width of vectors
const STACK = 1 << 18; // bytes, for what does not fit into registers
const PAGE = 1 << 16; // bytes of WebAssembly's memory

/**
 * Load a model. `code` is the content of model.wasm, or a WebAssembly.Module of it, which workers can
 * share; `manifest` is the content of model.json.
 */
export async function load(code, manifest) {
  if (manifest.format !== 3) throw new Error(`unknown format ${manifest.format} of a manifest`);
  const memory = new WebAssembly.Memory({ initial: STACK / PAGE + 1 });
  const end = new WebAssembly.Global({ value: "i32", mutable: true }, STACK);
  const env = { __linear_memory: memory, __stack_pointer: end };
  const module = code instanceof WebAssembly.Module ? code : await WebAssembly.compile(code);
  const instance = await WebAssembly.instantiate(module, { env });
  return new Model(instance.exports, memory, manifest);
}

class Model {
  constructor(code, memory, manifest) {
    Object.assign(this, { code, memory, manifest });
    this.inputs = new Map(manifest.inputs.map((input) => [input.key, input]));
    this.paths = new Map(manifest.paths.map((path) => [path.key, path]));
    this.changes = new Map(manifest.changes.map((change) => [change.count, change]));
    // The numbers of steps after which something is saved or changes, and where it is saved.
    const last = manifest.counts.at(-1);
    const stops = [...manifest.counts, ...this.changes.keys()].filter((count) => count <= last);
    this.stops = [...new Set(stops)].sort((one, other) => one - other);
    this.saved = new Map(manifest.counts.map((count, number) => [count, number]));
  }

  /**
   * Run the model on `draws` draws.
   *
   * `numbers`: by key, an array of elements x draws, or of elements (or one number) that hold in
   * all draws. What is not given has the value in the manifest. `paths`: by key, {times, values,
   * slopes}; values and slopes are arrays of knots x elements, and x draws if they differ.
   *
   * `same`, if given, is {key, until}: runs with the same key have the same numbers up to the time
   * `until`. What they share is run once and remembered, for the newest key.
   *
   * Returns a Map from key to an array of times x elements x draws.
   */
  run(numbers, paths, draws, same) {
    const results = new Map();
    for (const { key, shape } of this.manifest.outputs) {
      results.set(key, new Float64Array(this.manifest.times.length * size(shape) * draws));
    }
    for (const key of Object.keys(numbers)) {
      if (!this.inputs.has(key)) throw new Error(`the model has no input "${key}"`);
    }
    for (let first = 0; first < draws; first += BLOCK) {
      const part = { first, count: Math.min(BLOCK, draws - first), draws };
      this.#block(numbers, paths, part, results, this.#remembered(same, draws, first));
    }
    if (this.manifest.missing !== null) {  // a missing value is a number within a run
      for (const result of results.values()) {
        result.forEach((number, at) => {
          if (number === this.manifest.missing) result[at] = NaN;
        });
      }
    }
    return results;
  }

  /** Return what is remembered of a block, to be read or filled in; null if nothing is to be. */
  #remembered(same, draws, first) {
    if (!same) return null;
    const { counts, start, step } = this.manifest;
    const until = counts.filter((count) => start + count * step <= same.until).at(-1) ?? 0;
    const key = JSON.stringify([same.key, until, draws]);
    if (this.begun?.key !== key) this.begun = { key, blocks: new Map() };
    if (!this.begun.blocks.has(first)) this.begun.blocks.set(first, { until, reports: new Map() });
    return this.begun.blocks.get(first);
  }

  #block(numbers, paths, part, results, begun) {
    const { layout, start, step, times } = this.manifest;
    const stride = Math.ceil(part.count / layout.width) * layout.width;
    const pieces = this.#pieces(paths, part, stride);
    const room = new Room(this.memory, {
      shared: Math.max(layout.shared, 1),
      apart: Math.max(layout.apart, 1) * stride,
      paths: pieces.numbers.length,
      places: pieces.places.length,
      state: layout.rows * stride,
      out: layout.outputs * stride,
      jumps: layout.jumps * stride,
      scratch: layout.rooms * layout.rows * layout.width,
    });
    this.#fill(room, numbers, part, stride);
    room.array("paths").set(pieces.numbers);
    room.wholes("places").set(pieces.places.map(BigInt));
    const arrays = ["shared", "apart", "paths", "places"].map((name) => room.at[name]);
    const [wide, state, out, scratch] = [BigInt(stride), room.at.state, room.at.out, room.at.scratch];
    this.code.begin(wide, start, step, ...arrays, state, wide);
    this.#checkDelays(room, part, stride);
    forgetLost(room.array("state"), layout.rows, stride);
    let reached = 0;
    for (const count of this.stops) {
      const number = this.saved.get(count);
      const known = begun && count <= begun.until;
      if (known && begun.state) {
        reached = count;
        if (count === begun.until) room.array("state").set(begun.state);
        if (number !== undefined) this.#handOut(begun.reports.get(count), number, part, stride, results);
        continue;
      }
      if (count > reached) {
        const [from, many] = [BigInt(reached), BigInt(count - reached)];
        this.code.advance(wide, from, many, start, step, ...arrays, state, scratch, wide);
        reached = count;
      }
      this.#change(count, room, stride, [...arrays, state]);
      if (number !== undefined) {
        this.code.report(wide, times[number], step, ...arrays, state, out, wide);
        if (known) begun.reports.set(count, room.array("out").slice());
        this.#handOut(room.array("out"), number, part, stride, results);
      }
      if (known && count === begun.until) begun.state = room.array("state").slice();
    }
  }

  /** Make the changes after a number of steps: those of one date together, the next date later. */
  #change(count, room, stride, arrays) {
    const due = this.changes.get(count);
    for (const together of due?.groups ?? []) {
      const wide = BigInt(stride);
      this.code.jump(wide, due.time, this.manifest.step, ...arrays, room.at.jumps, wide);
      const [values, state] = [room.array("jumps"), room.array("state")];
      for (const [row, first, rows] of together) {
        state.set(values.subarray(first * stride, (first + rows) * stride), row * stride);
      }
    }
  }

  #fill(room, numbers, part, stride) {
    const shared = room.array("shared").fill(0);
    const apart = room.array("apart").fill(0);
    for (const { key, shape, varies, values, places } of this.manifest.inputs) {
      const given = numbers[key] ?? values;
      const elements = size(shape);
      const array = typeof given === "number" ? [given] : given;
      const several = varies && array.length !== elements;
      if (array.length !== elements && array.length !== elements * part.draws) {
        throw new Error(`"${key}" has ${array.length} numbers; it takes ${elements} or, if it ` +
          `varies, ${elements * part.draws}`);
      }
      if (array.length !== elements && !varies) {
        throw new Error(`"${key}" was compiled as a number that does not differ between draws`);
      }
      for (const [element, isShared, number] of places) {
        if (isShared) {
          shared[number] = array[element];
        } else if (!several) {
          apart.fill(array[element], number * stride, (number + 1) * stride);
        } else {
          copyRow(array, element * part.draws + part.first, part.count, apart, number * stride, stride);
        }
      }
    }
  }

  /** Return the numbers of all paths in one array, and where each path begins in it. */
  #pieces(paths, part, stride) {
    const numbers = [new Float64Array(1)];
    const places = [];
    let total = 1;
    for (const { key, shape, varies } of this.manifest.paths) {
      const path = paths[key];
      if (!path) throw new Error(`the path of "${key}" is not given`);
      const rows = path.times.length * size(shape);
      places.push(path.times.length);
      for (const array of [path.times, path.values, path.slopes]) {
        places.push(total);
        let row = array;
        if (array !== path.times) {
          const wanted = varies ? rows * part.draws : rows;
          if (array.length !== wanted && array.length !== rows) {
            throw new Error(`the path of "${key}" has ${array.length} numbers; it takes ${wanted}`);
          }
          if (varies) row = spread(array, rows, part, stride);
        }
        numbers.push(row);
        total += row.length;
      }
    }
    const all = new Float64Array(total);
    let place = 0;
    for (const array of numbers) {
      all.set(array, place);
      place += array.length;
    }
    return { numbers: all, places: [...places, 0] };
  }

  /** Refuse draws whose delays are too short for the steps, as Python does. */
  #checkDelays(room, part, stride) {
    const [shared, apart] = [room.array("shared"), room.array("apart")];
    for (const { variable, order, wanted, times } of this.manifest.delays) {
      for (const place of times) {
        const ofDraw = (draw) => {
          if (typeof place === "number") return place;
          return place[0] ? shared[place[1]] : apart[place[1] * stride + draw];
        };
        for (let draw = 0; draw < part.count; draw++) {
          const length = ofDraw(draw);
          if (!Number.isFinite(length)) continue;
          const most = Math.floor(length / this.manifest.step + 1e-9);
          if (Math.min(Math.max(most, 0), wanted) !== order) {
            throw new Error(`the delay in "${variable}" takes ${length}, which does not fit the ` +
              `${order} stages it was compiled with`);
          }
        }
      }
    }
  }

  #handOut(out, number, part, stride, results) {
    let row = 0;
    for (const { key, shape } of this.manifest.outputs) {
      const [result, elements] = [results.get(key), size(shape)];
      for (let element = 0; element < elements; element++, row++) {
        const source = out.subarray(row * stride, row * stride + part.count);
        result.set(source, (number * elements + element) * part.draws + part.first);
      }
    }
  }
}

/** Arrays one after the other in the memory of the code, after its stack. */
class Room {
  constructor(memory, sizes) {
    this.memory = memory;
    this.sizes = sizes;
    this.at = {};
    let end = STACK;
    for (const [name, length] of Object.entries(sizes)) {
      this.at[name] = end;
      end += Math.ceil((length * 8) / 64) * 64;
    }
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  }

  array(name) {
    return new Float64Array(this.memory.buffer, this.at[name], this.sizes[name]);
  }

  wholes(name) {
    return new BigInt64Array(this.memory.buffer, this.at[name], this.sizes[name]);
  }
}

/** A draw that is not finite at the start has no values at all, as in Python. */
function forgetLost(state, rows, stride) {
  for (let draw = 0; draw < stride; draw++) {
    let lost = false;
    for (let row = 0; row < rows; row++) lost ||= !Number.isFinite(state[row * stride + draw]);
    if (lost) for (let row = 0; row < rows; row++) state[row * stride + draw] = NaN;
  }
}

/** Copy `count` numbers and repeat the last one up to `stride`, so that none is undefined. */
function copyRow(from, first, count, to, place, stride) {
  for (let draw = 0; draw < stride; draw++) {
    to[place + draw] = from[first + Math.min(draw, count - 1)];
  }
}

function spread(array, rows, part, stride) {
  const found = new Float64Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    if (array.length === rows) {
      found.fill(array[row], row * stride, (row + 1) * stride);
    } else {
      copyRow(array, row * part.draws + part.first, part.count, found, row * stride, stride);
    }
  }
  return found;
}

function size(shape) {
  return shape.reduce((total, length) => total * length, 1);
}
