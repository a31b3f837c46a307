// What keys do, and the buttons that do the same.

import { $, element } from "./dom.js";
import { openDialog } from "./dialogs.js";
import * as documents from "./documents.js";
import { renderAnew } from "./draw.js";
import { step } from "./choosing.js";
import * as events from "./events.js";
import * as participants from "./participants.js";
import { view } from "./state.js";
import { redo, undo } from "./steps.js";
import { HUES } from "./text.js";
import { letGo, seek, seeking, takeLine, takeWord } from "./words.js";

const NAMES = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", Delete: "Del", Escape: "Esc" };

let commands = [];

// The same key for an event, or for its participants while they are open.
const either = (event, part) => () => (view.cast ? part() : event());

function showScores() {
  view.scores = !view.scores;
  renderAnew();
}

// A letter for each status: the first of its name that no other and no command has.
function chooseLetters() {
  const used = new Set("jkyxqwertuoAcCgbfsh/?");
  view.letters = view.statuses.map((status) => {
    const letter = [...status.toLowerCase()].find((one) => /[a-z]/.test(one) && !used.has(one)) || "";
    used.add(letter);
    return letter;
  });
}

// Keys, words for the help, what they do, the words of a button, and what the button shows the state of.
function listCommands() {
  const { types, statuses, letters, roles } = view;
  const digit = (i) => (i < 9 ? [`${i + 1}`] : []);
  const move = (side, by) => either(() => events.move(side, by), () => participants.move(side, by));
  commands = [
    [["j"], "next event, or participant", either(() => step(1), () => participants.step(1)), "↓", { group: "go" }],
    [["k"], "previous event, or participant", either(() => step(-1), () => participants.step(-1)), "↑"],
    [["y"], "accept, and go on; participants all that stand there", either(events.accept, participants.accept), "✓ accept"],
    [["x", "Delete"], "reject, and go on; a participant is removed", either(events.reject, participants.remove), "✕ reject"],
    [["A"], "accept all events that are in sight and undisputed", events.acceptVisible, "✓ all in sight"],
    [["c"], "complete the document, and go to the next one", documents.complete, "complete"],
    [["t"], "open the participants of the event, or close them", participants.toggle, "participants",
      { group: "cast", marks: "cast" }],
    ...types.map((type, i) => [digit(i), `type ${type}`, () => events.setType(i), type,
      { group: "type", marks: `type ${type}`, type: i % HUES, when: "events" }]),
    ...roles.map((role, i) => [digit(i), `role ${role}, while participants are open`, () => participants.setRole(i), role,
      { group: "type", marks: `role ${role}`, when: "participants" }]),
    ...statuses.map((status, i) => [letters[i] ? [letters[i]] : [], `status ${status}`, () => events.setStatus(i), status,
      { group: "status", marks: `status ${status}` }]),
    [["q"], "begin a word earlier", move("start", -1), "[ ←", { group: "ends" }],
    [["w"], "begin a word later", move("start", 1), "[ →"],
    [["e"], "end a word earlier", move("end", -1), "← ]"],
    [["r"], "end a word later", move("end", 1), "→ ]"],
    [["u", "Ctrl+z"], "undo", undo, "↶ undo", { group: "undo" }],
    [["o", "Ctrl+y", "Ctrl+Z"], "redo", redo, "↷ redo"],
    [["C"], "take back that it is complete", documents.reopen],
    [["g"], "next document", () => documents.neighbour(1)],
    [["b"], "previous document", () => documents.neighbour(-1)],
    [["ArrowRight"], "take the next word", () => takeWord(1, false)],
    [["ArrowLeft"], "take the word before", () => takeWord(-1, false)],
    [["Shift+ArrowRight"], "take one word more", () => takeWord(1, true)],
    [["Shift+ArrowLeft"], "take one word less, or more to the left", () => takeWord(-1, true)],
    [["ArrowDown"], "take a word a line below", () => takeLine(1)],
    [["ArrowUp"], "take a word a line above", () => takeLine(-1)],
    [["f"], "find a word by its first letters", seek],
    [["Escape"], "let go of the words, or of the participants", letGo],
    [["s"], "show scores, or hide them", showScores],
    [["/"], "find a document", () => openDialog("finding")],
    [["?", "h"], "this list", () => openDialog("help")],
  ];
}

function makeTools() {
  let group = "go";
  $("tools").replaceChildren(...commands.flatMap(([keys, words, run, face, how = {}]) => {
    if (!face) return [];
    const begins = how.group && how.group !== group;
    group = how.group || group;
    const button = element("button", { type: "button", title: words, "aria-label": words, class: begins ? "first" : "" },
      face, " ");
    if (keys.length) {
      button.setAttribute("aria-keyshortcuts", keys[0]);
      button.append(element("kbd", {}, keys[0]));
    }
    for (const name of ["marks", "type", "when"]) if (how[name] !== undefined) button.dataset[name] = how[name];
    // The words that are taken must stay so where a button is touched.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => view.sheet && run());
    return [button];
  }));
  const told = (keys) => keys.flatMap((one, index) => [index ? " " : "", element("kbd", {},
    one.replace(/Arrow\w+|Delete|Escape/, (name) => NAMES[name]).replace("Shift+", "⇧ "))]);
  $("keys").replaceChildren(...commands.flatMap(([keys, words]) => keys.length ?
    [element("dt", {}, ...told(keys)), element("dd", {}, words)] : []));
}

export function makeKeys() {
  chooseLetters();
  listCommands();
  makeTools();
}

export function pressed(event) {
  const control = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) return;
  if (!view.sheet) {
    if (event.key === "?" || event.key === "h") openDialog("help");
    return;
  }
  if (view.sought !== null && !control) {
    event.preventDefault();
    return seeking(event);
  }
  const arrow = event.key.startsWith("Arrow");
  const name = (control ? "Ctrl+" : "") + (event.shiftKey && arrow ? "Shift+" : "") + event.key;
  const mode = view.cast ? "participants" : "events";
  const command = commands.find(([keys, , , , how]) => keys.includes(name) && (how?.when ?? mode) === mode);
  if (!command) return;
  event.preventDefault();
  command[2]();
}
