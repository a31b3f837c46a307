// What can be done with the event that is chosen.

import { chosen, goOn, goTo } from "./choosing.js";
import { say } from "./dom.js";
import { items } from "./draw.js";
import { key, markOf, overlap } from "./marks.js";
import { view } from "./state.js";
import { perform } from "./steps.js";
import { inSight } from "./text.js";

export const quoted = (mark) => `“${view.sheet.words(mark)}”`;

function rival(mark, but) {
  return view.sheet.accepted().find((other) => overlap(other, mark) && !(but && key(other) === key(but)));
}

// Put an accepted mark where an item is, of whatever state.
export function put(item, changes) {
  const { sheet } = view;
  const mark = markOf(item, changes);
  const held = item.state === "open" ? undefined : sheet.decisions.get(key(item));
  const other = rival(mark, item.state === "accepted" ? item : null);
  if (other) return say(`${quoted(mark)} overlaps ${quoted(other)}, which is accepted`) && false;
  const twin = sheet.decisions.get(key(mark));
  const remove = [...new Set([held, twin].filter(Boolean))];
  perform({ remove, add: [mark] });
  return mark;
}

export function accept() {
  const item = chosen();
  if (item && (item.state === "accepted" || put(item, {}))) goOn(item.start);
}

export function reject() {
  const item = chosen();
  if (!item || item.state === "rejected") return;
  const held = view.sheet.decisions.get(key(item));
  const remove = item.state === "accepted" ? [held] : [];
  const refused = { ...markOf(item, { seen: false }), rejected: true };
  perform({ remove, add: view.sheet.suggested.has(key(item)) ? [refused] : [] });
  goOn(item.start);
}

export function setType(index) {
  if (index >= view.types.length) return;
  if (view.taken) return addEvent(view.types[index]);
  change({ type: view.types[index] });
}

export function setStatus(index) {
  change({ status: view.statuses[index] });
}

export function move(side, by) {
  const item = chosen();
  const span = item && view.sheet.moved(item, side, by);
  if (span) change(span);
  else if (item) say("no word is left there");
}

function change(changes) {
  const item = chosen();
  const mark = item && put(item, changes);
  if (mark) goTo(key(mark));
}

function addEvent(type) {
  const { sheet, statuses, taken } = view;
  const [first, last] = [Math.min(...taken), Math.max(...taken)];
  const span = { start: sheet.starts[first], end: sheet.ends[last], type };
  if (statuses.length) span.status = statuses[0];
  const other = rival(span);
  if (other) return say(`${quoted(span)} overlaps ${quoted(other)}, which is accepted`);
  const twin = sheet.decisions.get(key(span));
  perform({ remove: twin ? [twin] : [], add: [span] });
  getSelection().removeAllRanges();
  goTo(key(span));
}

export function acceptVisible() {
  const open = items().filter((item) => item.state === "open");
  const clear = open.filter((item) => item.by.length === view.sheet.suggesters &&
    !open.some((other) => other !== item && overlap(other, item)) && inSight(item));
  if (!clear.length) return say(open.length ? "no suggestion is in sight on which all agree" : "no suggestion is left");
  perform({ add: clear.map((item) => markOf(item, {})) });
  say(`${clear.length} accepted`);
  goOn(clear.at(-1).start);
}
