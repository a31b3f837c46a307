// From document to document.

import { goOn, goTo, undecided } from "./choosing.js";
import { $, element, say } from "./dom.js";
import { items, render } from "./draw.js";
import { clearList } from "./list.js";
import { nameOf } from "./marks.js";
import { renderEntry, showQueue } from "./queue.js";
import { pause, wanted } from "./server.js";
import { Sheet } from "./sheet.js";
import { again, view } from "./state.js";
import { perform } from "./steps.js";
import { showText } from "./text.js";

export async function open(number) {
  const row = await wanted(`/api/documents/${number}`);
  const sheet = new Sheet(row);
  Object.assign(view, { sheet, current: "", part: "", taken: null, sought: null, warned: "" });
  clearList();
  showText(sheet.text);
  $("title").replaceChildren(element("bdi", {}, sheet.title || sheet.id));
  scrollTo({ top: 0, behavior: "instant" });
  say("");
  for (const entry of view.queue.documents) renderEntry(entry);
  const [first] = sheet.complete ? [] : undecided();
  if (first) goTo(nameOf(first));
  else render();
  waitForSuggestions(sheet);
}

async function waitForSuggestions(on) {
  while (on === view.sheet && on.suggestions === null) {
    await pause(0.2);
    const row = await wanted(`/api/documents/${on.number}/suggestions`).catch(() => null);
    if (!row || row.suggestions === null) continue;
    on.suggest(row);
    if (on === view.sheet && !view.current && !view.taken) goOn(0);
    else if (on === view.sheet) render();
  }
}

export function complete() {
  const { sheet } = view;
  if (!sheet.complete) {
    if (sheet.suggestions === null) return say("the suggestions are on their way");
    const open = items().filter((item) => item.state === "open").length;
    if (open) {
      goOn(0);
      return say(`${open === 1 ? "1 suggestion is" : `${open} suggestions are`} undecided: ` +
        "y accepts, x rejects, A accepts all in sight");
    }
    // Who has participants open means to look at all of them.
    const left = undecided().length;
    if (left && !again("complete")) {
      goOn(0);
      again("complete");
      return say(`the participants of ${left === 1 ? "1 event" : `${left} events`} are not looked at: y accepts them, ` +
        "c completes without them");
    }
    perform({ complete: true });
  }
  onward();
}

export function reopen() {
  if (!view.sheet.complete) return say("the document is not complete");
  perform({ complete: false });
  render();
}

// To the next document that is not complete, or to a new round.
async function onward() {
  const { sheet } = view;
  const list = view.queue.documents;
  const place = list.findIndex((entry) => entry.number === sheet.number);
  const left = [...list.slice(place + 1), ...list.slice(0, place + 1)];
  const next = left.find((entry) => !(entry.number === sheet.number ? sheet.complete : entry.complete));
  if (next && next.number !== sheet.number) return open(next.number);
  if (next) return say("this is the last document of the round that is not complete");
  render();
  await moreDocuments();
}

export async function moreDocuments() {
  if (!view.queue.waiting) return say("no more documents: all have been in the queue");
  showQueue(await wanted("/api/rounds", {}));
  await open(view.queue.documents[0].number);
}

export function neighbour(by) {
  const list = view.queue.documents;
  const place = list.findIndex((entry) => entry.number === view.sheet.number);
  if (list.length) open(list[(place + by + list.length) % list.length].number);
}
