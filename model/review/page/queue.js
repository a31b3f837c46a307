// The queue of documents, as it is listed.

import { $, element } from "./dom.js";
import { wanted } from "./server.js";
import { view } from "./state.js";

export function renderEntry(entry) {
  const here = view.sheet && entry.number === view.sheet.number;
  const state = entry.complete ? "✓ complete" : entry.begun ? "begun" : "new";
  entry.button.setAttribute("aria-current", Boolean(here));
  entry.button.lastChild.textContent = state;
}

export function entryRow(entry) {
  entry.button = element("button", { type: "button", "data-number": entry.number },
    element("bdi", {}, entry.title || entry.id), " ", element("span", { class: "state" }));
  renderEntry(entry);
  return element("li", {}, entry.button);
}

export function showQueue(row) {
  const old = view.queue;
  view.queue = row;
  if (row.round !== old.round || row.documents.length !== old.documents.length) {
    $("entries").replaceChildren(...row.documents.map(entryRow));
  } else {
    const buttons = new Map(old.documents.map((entry) => [entry.number, entry.button]));
    for (const entry of row.documents) {
      entry.button = buttons.get(entry.number);
      renderEntry(entry);
    }
  }
  const done = row.documents.filter((entry) => entry.complete).length;
  $("round").textContent = row.round ? `Round ${row.round}: ${done} of ${row.documents.length}` : "Queue";
  $("progress").textContent = `${row.complete} of ${row.all} documents complete, ${row.held_out} held out for scoring`;
  $("more").hidden = !row.waiting;
  $("more").textContent = `More documents (${row.waiting} wait)`;
}

export async function refreshQueue() {
  showQueue(await wanted("/api/queue"));
}
