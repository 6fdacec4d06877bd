// What the page carries: texts of JSON, and bytes as base64 of a gzip stream.

/** Read a JSON record of the page. */
export function readRecord(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Read bytes of the page. */
export async function readBytes(id) {
  const text = document.getElementById(id).textContent.trim();
  const letters = atob(text);
  const packed = new Uint8Array(letters.length);
  // Uint8Array.from with a function takes a quarter of a second for the letters of the draws.
  for (let place = 0; place < letters.length; place++) packed[place] = letters.charCodeAt(place);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Put numbers together again whose first bytes stand first, then all second bytes, and so on. */
export function unshuffled(bytes) {
  const count = bytes.length / 8;
  const found = new Uint8Array(bytes.length);
  for (let part = 0; part < 8; part++) {
    for (let number = 0; number < count; number++) {
      found[number * 8 + part] = bytes[part * count + number];
    }
  }
  return new Float64Array(found.buffer);
}

/** Name the parts of one long array: `places` has the first row and the number of rows of each. */
export function arraysOf(numbers, places, columns) {
  return Object.fromEntries(Object.entries(places).map(([name, [first, rows]]) =>
    [name, numbers.subarray(first * columns, (first + rows) * columns)]));
}

/** The draws before any release, and those of each month: which columns, and what one is worth. */
export function setsOf({ draws, months }) {
  return [{ month: null, first: 0, draws, worth: 1 }, ...months.filter(({ first }) => first !== null)];
}

/** Take some of the columns of arrays. */
export function columnsOf(arrays, columns, first, count) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => {
    const rows = array.length / columns;
    const found = new Float64Array(rows * count);
    for (let row = 0; row < rows; row++) {
      found.set(array.subarray(row * columns + first, row * columns + first + count), row * count);
    }
    return [name, found];
  }));
}
