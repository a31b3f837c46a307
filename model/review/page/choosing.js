// Which event is chosen, and what comes next.

import { say } from "./dom.js";
import { currentItem, items, render, unseen } from "./draw.js";
import { focusChosen } from "./list.js";
import { nameOf, partName } from "./marks.js";
import { view } from "./state.js";
import { bringIntoSight } from "./text.js";

export const shown = () => items().filter((item) => item.state !== "rejected");
export const currentPlace = () => Number((view.part || view.current).split(":")[0] || 0);

// Choose an event, and where its participants are open one of them or none.
export function goTo(name, part = "") {
  Object.assign(view, { current: name, part, taken: null, warned: "" });
  render();
  const item = currentItem();
  if (item) bringIntoSight(item.roles?.find((role) => partName(role) === part) || item);
  focusChosen();
}

export function step(by) {
  const list = shown();
  if (!list.length) return say("no events here");
  let place = list.findIndex((item) => nameOf(item) === view.current);
  if (place < 0) {
    const from = view.taken ? view.sheet.starts[Math.min(...view.taken)] : currentPlace();
    const after = list.findIndex((item) => item.start >= from);
    place = by > 0 ? (after < 0 ? 0 : after) : (after <= 0 ? list.length : after) - 1;
  } else {
    place = (place + by + list.length) % list.length;
  }
  say("");
  goTo(nameOf(list[place]));
}

// What is left to decide; where participants are open, so are those of the events that are accepted.
export const undecided = () => items().filter((item) => item.state === "open" || (view.cast && unseen(item)));

export function goOn(from) {
  const left = undecided();
  const next = left.find((item) => item.start >= from) || left[0];
  if (next) goTo(nameOf(next));
  else render();
  if (!left.length && !view.sheet.complete && view.sheet.suggestions) say("all is decided: c completes the document");
}

export function chosen() {
  const item = currentItem();
  if (!item) say("no event is chosen: j goes to the next one");
  return item;
}
