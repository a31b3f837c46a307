// Dialogs, and those that are small.

import { $, element } from "./dom.js";
import { entryRow } from "./queue.js";
import { wanted } from "./server.js";
import { watchTraining } from "./training.js";

export function openDialog(name) {
  $(name).showModal();
  if (name === "training") watchTraining();
  if (name === "finding") $("words").select();
}

export async function exportAs() {
  const output = $("exporting").querySelector("output");
  output.value = "";
  const response = await fetch(`/api/export?format=${encodeURIComponent($("formats").value)}`);
  if (!response.ok) {
    output.value = (await response.json()).error;
    return;
  }
  const notes = JSON.parse(response.headers.get("X-Notes"));
  const link = element("a", { href: URL.createObjectURL(await response.blob()) });
  link.download = response.headers.get("Content-Disposition").match(/filename="([\w.]+)"/)[1];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  output.value = ["exported", ...notes].join("; ");
}

let searches = 0;
export async function find() {
  const turn = (searches += 1);
  const found = await wanted(`/api/find?words=${encodeURIComponent($("words").value)}`);
  if (turn === searches) $("results").replaceChildren(...found.map(entryRow));
}
