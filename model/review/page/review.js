// The page of a review: what it begins with, and who is told what happens on it.

import { addFiles, filesIn } from "./adding.js";
import { goTo } from "./choosing.js";
import { exportAs, find, openDialog } from "./dialogs.js";
import { moreDocuments, open } from "./documents.js";
import { $, element, say } from "./dom.js";
import { renderForPrint, renderResized, renderScrolled } from "./draw.js";
import { makeKeys, pressed } from "./keys.js";
import { unlisted } from "./list.js";
import { nameOf } from "./marks.js";
import { showQueue } from "./queue.js";
import { Refusal, wanted } from "./server.js";
import { view } from "./state.js";
import { LONG } from "./text.js";
import { training } from "./training.js";
import { clicked, selected } from "./words.js";

function listenToText() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("selectionchange", selected);
  $("text").addEventListener("click", clicked);
  $("events").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.part) goTo(view.current, button.dataset.part);
    else if (button) goTo(button.dataset.name);
  });
  $("earlier").addEventListener("click", () => goTo(nameOf(unlisted(-1))));
  $("later").addEventListener("click", () => goTo(nameOf(unlisted(1))));
  new ResizeObserver(renderResized).observe($("paper"));
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting || !view.sheet) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (view.sheet.text.length >= LONG) renderScrolled();
    });
  }, { passive: true });
  addEventListener("beforeprint", renderForPrint);
}

function listenToDialogs() {
  for (const list of ["entries", "results"]) {
    $(list).addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
      const number = Number(button.dataset.number);
      if (number !== view.sheet?.number) open(number);
    });
  }
  $("more").addEventListener("click", moreDocuments);
  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => openDialog(button.dataset.open));
  }
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const name of ["files", "folder"]) $(name).addEventListener("change", () => addFiles([...$(name).files]));
  $("paste").addEventListener("click", () => addFiles([new File([$("pasted").value], `${$("named").value || "pasted"}.txt`)]));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry()).filter(Boolean);
    addFiles((await Promise.all(entries.map((entry) => filesIn(entry)))).flat());
  });
  $("words").addEventListener("input", find);
  $("export").addEventListener("click", exportAs);
  $("train").addEventListener("click", () => training("/api/training"));
  $("stop").addEventListener("click", () => training("/api/training/stop"));
  $("use").addEventListener("click", async () => {
    await training("/api/training/use");
    if (view.sheet) open(view.sheet.number);
  });
}

async function begin() {
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Refusal)) return;
    event.preventDefault();
    say(event.reason.message);
  });
  addEventListener("beforeunload", (event) => {
    if (view.sheet?.unsaved.length) event.preventDefault();
  });
  const { types, statuses, roles, formats, queue } = await wanted("/api/start");
  Object.assign(view, { types, statuses, roles });
  makeKeys();
  $("formats").replaceChildren(...formats.map((name) => element("option", { value: name }, name)));
  showQueue(queue);
  listenToText();
  listenToDialogs();
  if (matchMedia("(max-width: 48rem)").matches) $("queue").open = false;
  const first = queue.documents.find((entry) => !entry.complete) || queue.documents[0];
  if (first) await open(first.number);
  else openDialog("adding");
}

begin().catch((error) => say(`the review cannot begin: ${error.message}`));
