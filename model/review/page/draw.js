// Draw what has changed of the document that is open.

import { $ } from "./dom.js";
import { clearList, renderList } from "./list.js";
import { nameOf, partName } from "./marks.js";
import { view } from "./state.js";
import { renderText, resized, scrolled } from "./text.js";

export const items = () => view.sheet.items();
export const currentItem = () => items().find((one) => nameOf(one) === view.current);

export function render() {
  const item = currentItem();
  renderText(item);
  renderList(items(), item);
  renderTools(item);
}

export function renderScrolled() {
  scrolled(currentItem());
}

export function renderResized() {
  if (view.sheet) resized(currentItem());
}

// Scores are in every row and sign.
export function renderAnew() {
  clearList();
  render();
  resized(currentItem());
}

export function renderForPrint() {
  if (!view.sheet) return;
  renderText(currentItem(), true);
  renderList(items(), currentItem(), true);
}

// Whether participants that are suggested for it, or may be there, are left that nobody looked at.
export const unseen = (item) => item.state === "accepted" && !item.seen;

function renderTools(item) {
  const role = item?.roles?.find((one) => partName(one) === view.part);
  const on = item ? [`type ${item.type}`, `status ${item.status}`, role && `role ${role.role}`] : [];
  if (view.cast) on.push("cast");
  $("tools").dataset.cast = view.cast;
  for (const button of $("tools").children) {
    const pressed = String(on.includes(button.dataset.marks));
    if (button.dataset.marks && button.getAttribute("aria-pressed") !== pressed) {
      button.setAttribute("aria-pressed", pressed);
    }
  }
  const { sheet } = view;
  const count = items().filter((one) => one.state === "open").length;
  const parts = [sheet.complete ? "complete" : count ? `${count} to decide` : "open", `document ${sheet.id}`];
  const accepted = items().filter((one) => one.state === "accepted");
  const looked = accepted.filter((one) => one.seen).length;
  if (looked || accepted.some((one) => one.roles)) parts.push(`participants of ${looked} of ${accepted.length} events`);
  if (sheet.heldOut) parts.push("held out for scoring");
  if (sheet.trouble) parts.push(`no suggestions: ${sheet.trouble}`);
  const about = parts.join(" · ");
  if ($("about").textContent !== about) $("about").textContent = about;
}
