// What can be done with the participants of the event that is chosen, while they are open.

import { chosen, goOn, goTo, shown } from "./choosing.js";
import { say } from "./dom.js";
import { currentItem } from "./draw.js";
import { put, quoted } from "./events.js";
import { clash, key, nameOf, overlap, partName } from "./marks.js";
import { again, view } from "./state.js";

export function toggle() {
  view.cast = !view.cast;
  if (currentItem()) goTo(view.current);
  else goOn(0);
  say(view.cast ? "participants: y accepts them as they stand; take words for more; t closes them" : "");
}

// From participant to participant, and on to the next event.
export function step(by) {
  const stops = shown().flatMap((item) => ["", ...(item.roles || []).map(partName)].map((part) => [nameOf(item), part]));
  if (!stops.length) return say("no events here");
  const place = stops.findIndex(([name, part]) => name === view.current && part === view.part);
  const next = place < 0 ? (by > 0 ? 0 : stops.length - 1) : (place + by + stops.length) % stops.length;
  say("");
  goTo(...stops[next]);
}

export function accept() {
  const item = chosen();
  if (!item) return;
  const two = clash(item.roles || []);
  if (two) return say(`${quoted(two[0])} and ${quoted(two[1])} overlap and are both ${two[0].role}: x removes one`);
  if ((item.seen && item.state === "accepted") || put(item, { roles: item.roles || [], seen: true })) goOn(item.start);
}

export function remove() {
  const [item, part, rest] = chosenPart();
  if (part) change(item, rest);
}

export function setRole(index) {
  const role = view.roles[index];
  if (!role) return;
  if (view.taken) return add(role);
  const [item, part, rest] = chosenPart();
  if (part) place(item, { ...part, role }, rest);
}

export function move(side, by) {
  const [item, part, rest] = chosenPart();
  if (!part) return;
  const span = view.sheet.moved(part, side, by);
  if (span) place(item, { role: part.role, ...span }, rest);
  else say("no word is left there");
}

function add(role) {
  const item = chosen();
  if (!item) return;
  const [first, last] = [Math.min(...view.taken), Math.max(...view.taken)];
  place(item, { role, start: view.sheet.starts[first], end: view.sheet.ends[last] }, item.roles || []);
  getSelection().removeAllRanges();
}

function chosenPart() {
  const item = chosen();
  const part = item?.roles?.find((role) => partName(role) === view.part);
  if (item && !part) say("no participant is chosen: j goes to the next one, and words that are taken become one");
  return [item, part, (item?.roles || []).filter((role) => role !== part)];
}

// Put a participant beside the others. In one role none share a word; in two they seldom do.
function place(item, part, rest) {
  const others = rest.filter((role) => overlap(role, part));
  const same = others.find((role) => role.role === part.role);
  if (same) return say(`${quoted(part)} overlaps ${quoted(same)}, which is ${same.role} too`);
  if (others.length && !again(`${nameOf(item)} ${partName(part)}`)) {
    return say(`${quoted(part)} overlaps ${quoted(others[0])}, the ${others[0].role}: once more if that is meant`);
  }
  change(item, [...rest, part], part);
}

// The participants of an event as they are from now on; they are looked at unless two of them cannot both be right.
function change(item, roles, part) {
  const mark = put(item, { roles, seen: !clash(roles) });
  if (mark) goTo(key(mark), part ? partName(part) : "");
}
