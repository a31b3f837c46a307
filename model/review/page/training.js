// The dialog of trainings.

import { $, element } from "./dom.js";
import { ask, pause, wanted } from "./server.js";

export async function watchTraining() {
  while ($("training").open) {
    const row = await wanted("/api/training").catch(() => null);
    if (row) showTraining(row);
    await pause(1);
  }
}

function showTraining(row) {
  const figures = (side) => [side.f1 === null ? "n/a" : side.f1.toFixed(3),
    side.interval ? side.interval.map((one) => one.toFixed(2)).join("–") : "none"];
  const told = { none: "No training yet.", failed: `The training failed: ${row.words}`, done: "The training is done." };
  $("step").textContent = told[row.state] || `The new tagger ${row.step} … ${row.progress}`;
  $("scores").hidden = row.state !== "done";
  if (row.state === "done") {
    $("scores").tBodies[0].replaceChildren(...[["before", row.before], ["after", row.after]].map(([name, side]) =>
      element("tr", {}, element("th", {}, name), ...figures(side).map((cell) => element("td", { class: "n" }, cell)))));
  }
  $("verdict").textContent = row.state === "done" ? row.words : "";
  $("place").textContent = row.state === "done" ? `--model ${row.run}${row.model === row.run ? " suggests now" : ""}` : "";
  $("train").disabled = row.state === "running";
  $("stop").disabled = row.state !== "running";
  $("use").disabled = row.state !== "done" || row.model === row.run;
}

export async function training(path) {
  const { answer } = await ask(path, {});
  if (answer.error) $("step").textContent = answer.error;
  else showTraining(answer);
}
