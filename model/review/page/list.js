// The list of events beside the text, in words: for focus, for screen readers and for tests.

import { $, element } from "./dom.js";
import { nameOf, overlap, partName } from "./marks.js";
import { view } from "./state.js";
import { hue, label, partLabel, percent } from "./text.js";

const LISTED = 100; // events that have a row at once
const NEAR = 10; // of them those at either end beyond which others are drawn

let rows = new Map(); // each item that is listed, with its row
let first = 0; // the number of the first one that has a row

export function clearList() {
  rows = new Map();
  first = 0;
  $("events").replaceChildren();
}

export function renderList(items, item, all = false) {
  const [from, to] = all ? [0, items.length] : listed(items, item);
  const kept = new Map();
  for (let index = from; index < to; index += 1) {
    const one = items[index];
    const row = rows.get(one) || rowOf(one);
    const rival = one.state === "open" && [items[index - 1], items[index + 1]].some((other) =>
      other && other.state === "open" && overlap(other, one));
    if (row.classList.contains("rival") !== rival) row.classList.toggle("rival", rival);
    const chosen = String(one === item);
    if (row.firstChild.getAttribute("aria-current") !== chosen) row.firstChild.setAttribute("aria-current", chosen);
    if (items.length > LISTED) [row.ariaPosInSet, row.ariaSetSize] = [String(index + 1), String(items.length)];
    if (row.lastChild.localName === "ol") row.lastChild.remove();
    if (one === item && view.cast) row.append(castOf(item));
    kept.set(one, row);
  }
  for (const [one, row] of rows) if (!kept.has(one)) row.remove();
  rows = kept;
  let place = $("events").firstChild;
  for (const row of kept.values()) {
    if (row === place) place = place.nextSibling;
    else $("events").insertBefore(row, place);
  }
  for (const [id, count, words] of [["earlier", from, "earlier"], ["later", items.length - to, "later"]]) {
    $(id).hidden = !count;
    $(id).textContent = `${count} ${words} events`;
  }
  const count = (state) => items.filter((one) => one.state === state).length;
  $("events-title").textContent = view.sheet.suggestions === null ? "Events: suggestions are on their way" :
    `Events: ${count("accepted")} accepted, ${count("open")} open`;
}

// Which events have a row: those about the one that is chosen.
function listed(items, item) {
  if (items.length <= LISTED) return [0, items.length];
  const from = view.taken ? view.sheet.starts[view.taken[1]] : Number(view.current.split(":")[0] || 0);
  const at = item ? items.indexOf(item) : items.findIndex((one) => one.end >= from);
  if (at < first + NEAR || at >= first + LISTED - NEAR || first > items.length - LISTED) {
    first = Math.max(0, Math.min(at - LISTED / 2, items.length - LISTED));
  }
  return [first, first + LISTED];
}

// The event before the first that has a row, or behind the last.
export function unlisted(by) {
  const items = view.sheet.items();
  return items[by < 0 ? first - 1 : first + LISTED];
}

function rowOf(item) {
  const said = [
    { open: "suggested", accepted: "accepted", rejected: "rejected" }[item.state], item.type, item.status,
    item.by && view.sheet.suggesters > 1 ? `by ${item.by.join(" and ")}` : "", castInWords(item),
  ].filter(Boolean).join(", ");
  const button = element("button", { type: "button", "data-type": hue(item.type), "data-state": item.state },
    element("span", { class: "key" }, label(item)), " ",
    element("bdi", { class: "trigger" }, view.sheet.words(item, 200)), percent(item),
    element("span", { class: "said" }, said));
  button.dataset.name = nameOf(item);
  return element("li", {}, button);
}

function castInWords(item) {
  if (!item.roles || item.state === "rejected") return "";
  const told = item.roles.map((role) => `${role.role}: ${view.sheet.words(role)}`).join("; ") || "none";
  return `${item.seen ? "participants" : "participants suggested"}: ${told}`;
}

// The participants of the event that is chosen, each to be chosen in its turn.
function castOf(item) {
  const roles = item.roles || [];
  const list = element("ol", { class: "cast", "aria-label": "Participants" }, ...roles.map((role) => {
    const by = role.by && view.sheet.suggesters > 1 ? `by ${role.by.join(" and ")}` : "";
    const button = element("button", { type: "button", "data-part": partName(role),
      "aria-current": String(partName(role) === view.part) },
      element("span", { class: "key" }, partLabel(role)), " ", element("bdi", {}, view.sheet.words(role, 200)),
      percent(role), element("span", { class: "said" }, [item.seen ? "" : "suggested", by].filter(Boolean).join(", ")));
    return element("li", {}, button);
  }));
  if (!roles.length) list.append(element("li", { class: "said" }, item.seen ? "no participants" : "none are suggested"));
  return list;
}

// Give the focus to what is chosen, and move the list, not the page, so far that it is in sight.
export function focusChosen() {
  const chosen = [...$("events").querySelectorAll("[aria-current=true]")].at(-1);
  if (!chosen) return;
  const side = $("side");
  const [box, around] = [chosen.getBoundingClientRect(), side.getBoundingClientRect()];
  if (side.scrollHeight > side.clientHeight && (box.top < around.top || box.bottom > around.bottom)) {
    side.scrollTop += box.top - around.top - around.height * 0.4;
  }
  // Last, for it changes how the page looks, and what is measured behind it would be laid out anew.
  chosen.focus({ preventScroll: true });
}
