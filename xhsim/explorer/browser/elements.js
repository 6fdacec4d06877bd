// Small helpers for the page's elements. Text is always set as text, never as HTML.

/** Make an element: attributes (`on…` are listeners, `class`, `style` as object) and children. */
export function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "rect", "line", "text", "g"].includes(tag);
  const found = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(found.style, value);
    else if (name === "value") found.value = value;
    else found.setAttribute(name, value === true ? "" : String(value));
  }
  found.append(...children.filter((child) => child !== null && child !== undefined));
  return found;
}

/** Write a number with a sensible number of digits. */
export function numberText(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const places = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const rounded = size >= 10 ** digits ? value.toFixed(0) : String(Number(value.toFixed(Math.min(places, 8))));
  const [whole, part] = rounded.replace("-", "").split(".");
  return (Number(rounded) < 0 ? "−" : "") + grouped(whole) + (part ? `.${part}` : "");
}

/** Put commas into a whole number, as xhsim.wording.numbers does. */
export function grouped(whole) {
  const text = String(whole);
  return text.length > 3 ? text.replace(/\B(?=(\d{3})+$)/g, ",") : text;
}

/** Write a share of a whole in percent; a probability is written by probability.js. */
export function percentText(share) {
  if (!Number.isFinite(share)) return "–";
  const percent = 100 * share;
  if (percent > 0 && percent < 0.5) return "<1";
  if (percent < 100 && percent >= 99.5) return ">99";
  return percent.toFixed(0);
}

/** Write a change in points with its sign. */
export function signed(value, digits = 0) {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  if (!Number(text)) return `±${text}`;
  return (value > 0 ? "+" : "−") + text;
}

/** Write a month, "2023-01", in words. */
export function monthText(month, lang) {
  const [year, number] = month.split("-").map(Number);
  const form = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "long", timeZone: "UTC" });
  return form.format(new Date(Date.UTC(year, number - 1, 15)));
}

/** Put values into the braces of a phrase. */
export function say(phrase, values = {}) {
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
