// Steps of the work on a document: done, undone and done again, without end.

import { goTo } from "./choosing.js";
import { say } from "./dom.js";
import { items, render } from "./draw.js";
import { inverse, nameOf } from "./marks.js";
import { save } from "./saving.js";
import { view } from "./state.js";

export function perform(change) {
  const { sheet } = view;
  const step = { remove: [], add: [], before: sheet.complete, ...change };
  sheet.apply(step);
  sheet.done.push(step);
  sheet.undone = [];
  save(sheet);
}

export function undo() {
  const step = view.sheet.done.pop();
  if (!step) return say("nothing to undo");
  view.sheet.undone.push(step);
  carryOut(inverse(step));
}

export function redo() {
  const step = view.sheet.undone.pop();
  if (!step) return say("nothing to redo");
  view.sheet.done.push(step);
  carryOut(step);
}

function carryOut(step) {
  view.sheet.apply(step);
  save(view.sheet);
  const mark = step.add.at(-1) || step.remove.at(-1);
  const item = mark && items().find((one) => one.start === mark.start);
  if (item) goTo(nameOf(item));
  else render();
}
