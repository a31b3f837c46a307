// Saving: one edit after the other, each under the revision that the last one led to.

import { $, element, say } from "./dom.js";
import { render } from "./draw.js";
import { key, sameMark, sameStep, sides } from "./marks.js";
import { refreshQueue, renderEntry } from "./queue.js";
import { ask, pause, wanted } from "./server.js";
import { view } from "./state.js";

export async function save(on) {
  if (on.saving) return;
  on.saving = true;
  let counted = false;
  while (on.unsaved.length) {
    tellSaved("saving", "saving …");
    const { remove, add, complete } = sides(on.unsaved[0]);
    const row = { revision: on.revision, remove, add };
    if (complete !== null) row.complete = complete;
    let status = 0;
    let answer = {};
    try {
      ({ status, answer } = await ask(`/api/documents/${on.number}`, row));
    } catch {
      // No server, or none that answers.
    }
    if (status === 200) {
      on.revision = answer.revision;
      on.unsaved.shift();
      counted ||= complete !== null;
    } else if (status === 409) {
      // An answer that was lost: what is there is what was sent.
      const there = answer.edits.slice(on.revision);
      if (there.length && there.length <= on.unsaved.length && there.every((one, i) => sameStep(one, on.unsaved[i]))) {
        on.revision = answer.revision;
        on.unsaved.splice(0, there.length);
      } else {
        on.saving = false;
        tellSaved("lost", "not saved: changed elsewhere");
        return settle(on, answer);
      }
    } else if (status === 422) {
      const fresh = await wanted(`/api/documents/${on.number}`);
      on.unsaved = [];
      on.take(fresh);
      on.suggest(fresh);
      say(`not done: ${answer.error}`);
      if (on === view.sheet) render();
    } else {
      tellSaved("lost", `not saved, tried again: ${answer.error || "the server does not answer"}`);
      await pause(1);
    }
  }
  on.saving = false;
  tellSaved("saved", "saved");
  for (const entry of view.queue.documents) {
    if (entry.number === on.number) {
      Object.assign(entry, { complete: on.complete, begun: on.revision > 0 });
      renderEntry(entry);
    }
  }
  if (counted) refreshQueue();
}

function tellSaved(state, words) {
  if ($("saved").dataset.state !== state || $("saved").value !== words) {
    $("saved").dataset.state = state;
    $("saved").value = words;
  }
}

// Another tab has changed the document: both are shown, and the person decides.
function settle(on, row) {
  const here = new Map(on.decisions);
  const complete = on.complete;
  const there = new Map(row.decisions.map((mark) => [key(mark), mark]));
  const only = (one, other) => [...one.values()].filter((mark) => {
    const twin = other.get(key(mark));
    return !twin || !sameMark(mark, twin);
  });
  for (const [list, marks, done] of [["mine", only(here, there), complete], ["theirs", only(there, here), row.complete]]) {
    $(list).replaceChildren(...marks.map((mark) => element("li", {}, element("bdi", {}, inWords(on, mark)))),
      element("li", {}, done ? "complete" : "not complete"));
  }
  const decide = (keep) => {
    $("conflict").close();
    on.unsaved = [];
    on.take(row);
    if (keep) {
      const remove = only(there, here);
      const add = only(here, there);
      const step = { remove, add, before: on.complete };
      if (complete !== on.complete) step.complete = complete;
      if (remove.length || add.length || step.complete !== undefined) {
        on.apply(step);
        on.done.push(step);
      }
    }
    save(on);
    if (on === view.sheet) render();
  };
  $("keep").onclick = () => decide(true);
  $("take").onclick = () => decide(false);
  $("conflict").oncancel = (event) => event.preventDefault();
  $("conflict").showModal();
}

function inWords(on, mark) {
  const cast = mark.seen ? mark.roles.map((role) => `; ${role.role}: ${on.words(role)}`).join("") || "; no participants" : "";
  return `${mark.rejected ? "rejected: " : ""}${on.words(mark, 200)} (${mark.type}${mark.status ? `, ${mark.status}` : ""}${cast})`;
}
