// Words of the text are taken: with the arrows, by their first letters, by mouse and by touch.

import { currentPlace, goTo, shown } from "./choosing.js";
import { say } from "./dom.js";
import { currentItem, render } from "./draw.js";
import { nameOf, partName } from "./marks.js";
import { toggle } from "./participants.js";
import { view } from "./state.js";
import { bringIntoSight, offsetAt, offsetOf, rangeOf } from "./text.js";

const LINE = 34; // pixels from one line to the next, about

const spanOf = (word) => ({ start: view.sheet.starts[word], end: view.sheet.ends[word] });

export function takeWord(by, more) {
  const { sheet, taken, current } = view;
  if (!sheet.starts.length) return;
  const item = !taken && current ? sheet.wordAt(currentPlace()) : null;
  const from = taken ? taken[1] : item ?? -1;
  const word = Math.min(Math.max(from + by, 0), sheet.starts.length - 1);
  takeWords(more ? (taken ? taken[0] : item ?? word) : word, word);
}

export function takeLine(by) {
  const word = view.taken ? view.taken[1] : view.sheet.wordAt(currentPlace());
  bringIntoSight(spanOf(word));
  const box = rangeOf(spanOf(word)).getClientRects()[0];
  for (let lines = 1; lines < 4; lines += 1) {
    const offset = offsetAt(box.left + 2, box.top + box.height / 2 + by * lines * LINE);
    const there = offset === null ? word : view.sheet.wordAt(offset);
    if (there !== word) return takeWords(there, there);
  }
  takeWord(by, false);
}

function takeWords(first, last) {
  view.taken = [first, last];
  view.part = "";
  // Participants are taken for the event that is chosen; other words become an event of their own.
  if (!view.cast) view.current = "";
  render();
  bringIntoSight(spanOf(last));
  const span = { start: spanOf(Math.min(first, last)).start, end: spanOf(Math.max(first, last)).end };
  const names = view.cast ? view.roles : view.types;
  say(`${view.sheet.words(span, 80)}: ${names.slice(0, 9).map((name, i) => `${i + 1} ${name}`).join(", ")}`);
}

// A word is found by its first letters, while they are typed.
export function seek() {
  view.sought = "";
  say("type how a word begins; → goes to the next such word, Enter takes it");
}

export function seeking(event) {
  const { sheet } = view;
  const place = view.taken ? view.taken[1] : sheet.wordAt(currentPlace());
  if (event.key === "Enter" || event.key === "Escape") {
    view.sought = null;
    if (!view.taken) return say("");
    return event.key === "Enter" ? takeWords(...view.taken) : letGo();
  }
  if (event.key.length === 1) view.sought += event.key.toLowerCase();
  else if (event.key === "Backspace") view.sought = view.sought.slice(0, -1);
  const count = sheet.starts.length;
  for (let step = event.key === "ArrowRight" ? 1 : 0; view.sought && step <= count; step += 1) {
    const word = (place + step) % count;
    if (sheet.words(spanOf(word), Infinity).toLowerCase().startsWith(view.sought)) {
      takeWords(word, word);
      break;
    }
  }
  say(`words that begin with “${view.sought}”`);
}

// Let go of the words; where none are taken, of the participants.
export function letGo() {
  if (view.cast && !view.taken) return toggle();
  view.taken = null;
  getSelection().removeAllRanges();
  say("");
  render();
}

export function clicked(event) {
  if (!view.sheet || !getSelection().isCollapsed) return;
  const offset = offsetAt(event.clientX, event.clientY);
  if (offset === null) return;
  const here = (one) => one.start <= offset && offset <= one.end;
  const part = view.cast && currentItem()?.roles?.find(here);
  if (part) return goTo(view.current, partName(part));
  const item = shown().find(here);
  if (item) return goTo(nameOf(item));
  const word = view.sheet.wordAt(offset);
  if (view.sheet.starts[word] <= offset) takeWords(word, word);
}

export function selected() {
  const selection = getSelection();
  if (!view.sheet || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const [start, end] = [offsetOf(range.startContainer, range.startOffset), offsetOf(range.endContainer, range.endOffset)];
  if (start === null || end === null || start >= end) return;
  const [first, last] = view.sheet.wordsIn(start, end);
  const { taken } = view;
  if (!taken || Math.min(...taken) !== first || Math.max(...taken) !== last) takeWords(first, last);
}
