// The text of a document with what is marked in it. An article is text nodes, a long one a node for some paragraphs, so
// that the browser lays out no more than is in sight; marks are highlights over them. Nothing of an article can become
// an element.

import { $, element } from "./dom.js";
import { partName } from "./marks.js";
import { view } from "./state.js";

export const HUES = 8;
export const LONG = 20_000; // characters from which on a text is drawn in part
const MORE = 5000; // characters that are drawn above and below what is in sight
const INVISIBLE = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const PART = 3000; // characters from which on a part of the text ends with its line

let nodes = []; // the text nodes, in order
let bases = []; // the offset in the text at which each begins
let ranges = new Map();
let inSightOf = null; // from which offset to which one marks are drawn
let drawn = new Map(); // each item that is highlighted, with the highlight
let badges = new Map(); // each item or participant that has a sign, with the sign
const highlights = new Map();

export const hue = (type) => Math.max(view.types.indexOf(type), 0) % HUES;
export const label = (item) => `${view.types.indexOf(item.type) + 1}${view.letters[view.statuses.indexOf(item.status)] || ""}`;
export const partLabel = (role) => `${view.roles.indexOf(role.role) + 1} ${role.role}`;
export const percent = (mark) => (view.scores && mark.score !== undefined ? ` ${mark.score.toFixed(2)}` : "");

export function rangeOf(span) {
  const place = `${span.start}:${span.end}`;
  if (!ranges.has(place)) {
    const range = document.createRange();
    const [first, last] = [partAt(span.start), partAt(span.end - 1)];
    range.setStart(nodes[first], span.start - bases[first]);
    range.setEnd(nodes[last], span.end - bases[last]);
    ranges.set(place, range);
  }
  return ranges.get(place);
}

// The number of the part that holds an offset.
function partAt(offset) {
  let low = 0;
  let high = bases.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bases[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

// The offset in the text of a place in the page; nothing where that is not in the text.
export function offsetOf(container, offset) {
  const part = nodes.indexOf(container);
  if (part >= 0) return bases[part] + offset;
  // A stroke over whole lines may end in what lies around a part.
  const around = nodes.findIndex((one) => one.parentNode === container);
  return around < 0 ? null : bases[around] + (offset ? nodes[around].length : 0);
}

function partsOf(text) {
  const parts = [];
  for (let start = 0; start < text.length || !parts.length;) {
    const line = text.indexOf("\n", start + PART);
    const end = line < 0 || text.length - line < PART ? text.length : line + 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

// Show another text, without marks yet.
export function showText(text) {
  for (const made of highlights.values()) made.clear();
  [drawn, badges, ranges, inSightOf] = [new Map(), new Map(), new Map(), null];
  $("badges").replaceChildren();
  const parts = partsOf(text);
  nodes = parts.map((part) => document.createTextNode(part));
  let place = 0;
  bases = parts.map((part) => (place += part.length) - part.length);
  $("text").replaceChildren(...nodes.map((node) => element("div", {}, node)));
  const invisible = [...text.matchAll(INVISIBLE)].slice(0, 1000);
  draw("invisible", invisible.map((found) => ({ start: found.index, end: found.index + 1 })));
}

// Marks where the text is in sight, or all of them.
export function renderText(item, all = false) {
  const [from, to] = all ? [0, view.sheet.text.length] : (inSightOf ??= inView());
  const list = view.sheet.items().filter((one) => one.state !== "rejected" && one.end >= from && one.start <= to);
  renderMarks(list, item);
  renderBadges([...list, ...(view.cast && item?.roles ? item.roles : [])]);
}

// The same after the page has moved; after it has changed its width signs are placed anew as well.
export function scrolled(item) {
  inSightOf = inView();
  renderText(item);
}

export function resized(item) {
  $("badges").replaceChildren();
  badges = new Map();
  scrolled(item);
}

function highlight(name, priority = 0) {
  if (!highlights.has(name)) {
    const made = new Highlight();
    made.priority = priority;
    CSS.highlights.set(name, made);
    highlights.set(name, made);
  }
  return highlights.get(name);
}

function renderMarks(list, item) {
  const wanted = new Map(list.map((one) => {
    const fact = one.status === undefined || one.status === view.statuses[0];
    const kind = one.state === "open" ? "open" : fact ? "fact" : "unreal";
    return [one, highlight(`${kind}-${hue(one.type)}`)];
  }));
  for (const [one, made] of drawn) if (!wanted.has(one)) made.delete(rangeOf(one));
  for (const [one, made] of wanted) if (!drawn.has(one)) made.add(rangeOf(one));
  drawn = wanted;
  const cast = (view.cast && item?.roles) || [];
  const part = view.cast && cast.find((role) => partName(role) === view.part);
  draw("cast-open", item?.seen ? [] : cast, 1);
  draw("cast-seen", item?.seen ? cast : [], 1);
  draw("host", part || (item && view.taken) ? [item] : [], 1);
  draw("current", part ? [part] : item && !view.taken ? [item] : [], 2);
  const [first, last] = view.taken ? [Math.min(...view.taken), Math.max(...view.taken)] : [];
  draw("taken", view.taken ? [{ start: view.sheet.starts[first], end: view.sheet.ends[last] }] : [], 2);
}

function draw(name, spans, priority) {
  const made = highlight(name, priority);
  const all = spans.map(rangeOf);
  if (made.size === all.length && all.every((range) => made.has(range))) return;
  made.clear();
  for (const range of all) made.add(range);
}

// Signs over the text stand where the words are.
function renderBadges(list) {
  const kept = new Map();
  let box = null;
  for (const one of list) {
    let badge = badges.get(one);
    if (!badge) {
      box ??= $("paper").getBoundingClientRect();
      const place = rangeOf(one).getClientRects()[0] || box;
      badge = one.role ? element("span", { class: "badge part" }, partLabel(one) + percent(one)) :
        element("span", { class: "badge", "data-type": hue(one.type), "data-state": one.state }, label(one) + percent(one));
      badge.style.left = `${place.left - box.left}px`;
      badge.style.top = `${place.top - box.top}px`;
    }
    kept.set(one, badge);
  }
  for (const [one, badge] of badges) if (!kept.has(one)) badge.remove();
  $("badges").append(...[...kept.values()].filter((badge) => !badge.isConnected));
  badges = kept;
}

// From which offset to which one the text is in sight, and some more: a long text is drawn as far as one sees.
function inView() {
  const length = view.sheet.text.length;
  if (length < LONG) return [0, length];
  const box = $("text").getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, toolsEnd()) + 8, Math.min(box.bottom, innerHeight) - 8];
  const [first, last] = [offsetAt(box.left + 4, top), offsetAt(box.left + 4, bottom)];
  return first === null || last === null ? [0, length] : [first - MORE, last + MORE];
}

function toolsEnd() {
  return $("tools").getBoundingClientRect().bottom;
}

export function inSight(span) {
  const box = rangeOf(span).getBoundingClientRect();
  return box.bottom > toolsEnd() && box.top < innerHeight;
}

export function bringIntoSight(span) {
  const box = rangeOf(span).getBoundingClientRect();
  if (box.top < toolsEnd() + 24 || box.bottom > innerHeight - 48) {
    scrollBy({ top: box.top - innerHeight * 0.4, behavior: "instant" });
  }
}

export function offsetAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return offsetOf(caret.offsetNode, caret.offset);
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? offsetOf(range.startContainer, range.startOffset) : null;
}
