"use strict";
// Filters and steps of the report. All it needs stands in data attributes of the page.
const form = document.getElementById("filters");
if (form) {
  const output = document.getElementById("place");
  const only = document.getElementById("only");

  const articles = [...document.querySelectorAll("article")].map((element) => ({
    element,
    listed: element.querySelector(".participants") !== null,
    pieces: [...element.querySelectorAll("[data-types]")].map((piece) => ({
      piece,
      kind: piece.dataset.kind,
      types: piece.dataset.types.split(" "),
      steps: piece.classList.contains("tag") && piece.dataset.kind !== "correct",
    })),
  }));
  let errors = [];
  let current = null;
  let shown = articles.length;

  function checked(name) {
    return new Set([...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));
  }

  function tell() {
    const at = errors.indexOf(current);
    const name = form.dataset.error;
    const count = errors.length === 1 ? `1 ${name}` : `${errors.length} ${name}s`;
    output.value = `${at < 0 ? count : `${name} ${at + 1} of ${errors.length}`} · ` +
      `${shown} of ${articles.length} articles`;
  }

  function filter() {
    const kinds = checked("kind");
    const types = checked("type");
    errors = [];
    shown = 0;
    for (const { element, listed, pieces } of articles) {
      const before = errors.length;
      for (const { piece, kind, types: own, steps } of pieces) {
        const on = kinds.has(kind) && own.some((type) => types.has(type));
        piece.classList.toggle("off", !on);
        if (on && steps) errors.push(piece);
      }
      element.hidden = only.checked && errors.length === before && !listed;
      shown += !element.hidden;
    }
    tell();
  }

  // The error that step follows: the current one or, where a filter hides that, its place in the page.
  function step(by) {
    if (!errors.length) return;
    let at = errors.indexOf(current) + by;
    if (!errors.includes(current)) {
      const follows = (error) => current.compareDocumentPosition(error) & Node.DOCUMENT_POSITION_FOLLOWING;
      const after = current ? errors.findIndex(follows) : 0;
      at = by > 0 ? Math.max(after, 0) : (after < 0 ? errors.length : after) - 1;
    }
    go(errors[(at + errors.length) % errors.length]);
  }

  function go(error) {
    if (current) current.classList.remove("current");
    current = error;
    current.classList.add("current");
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "center" });
    tell();
  }

  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("previous").addEventListener("click", () => step(-1));
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of form.querySelectorAll("[data-all]")) {
    button.addEventListener("click", () => {
      for (const box of form.querySelectorAll("[name=type]")) box.checked = button.dataset.all === "true";
      filter();
    });
  }
  document.getElementById("articles").addEventListener("click", (event) => {
    if (errors.includes(event.target)) go(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const by = { j: 1, n: 1, k: -1, p: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by);
  });

  form.hidden = false;
  filter();
}
