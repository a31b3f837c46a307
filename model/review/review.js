// The page of a review. An article is one text node, and what is marked in it are highlights over that node, so that
// nothing of it can become an element. All offsets here count UTF-16 units, as JavaScript does; the server converts them.

const $ = (id) => document.getElementById(id);
const HUES = 8;
const LONG = 20_000; // characters from which on a text is drawn in part
const MORE = 5000; // characters that are drawn above and below what is in sight
const node = $("text") ? document.createTextNode("") : null;

let types = [];
let statuses = [];
let letters = []; // of the statuses, in their order
let queue = { documents: [] };
let sheet = null; // the document that is open
let current = ""; // name of the item that has the focus
let taken = null; // words that are taken: the number of the first and of the last one that was touched
let sought = null; // how a word begins that is looked for
let scores = false;

// Asking the server.

async function ask(path, row) {
  const how = row === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(row) };
  const response = await fetch(path, how);
  return { status: response.status, answer: await response.json() };
}

class Refusal extends Error {}

async function wanted(path, row) {
  const { status, answer } = await ask(path, row).catch(() => {
    throw new Refusal("the server does not answer");
  });
  if (status !== 200) throw new Refusal(answer.error);
  return answer;
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

function say(words) {
  $("said").value = words;
}

// A document and the work on it.

const key = (mark) => `${mark.start}:${mark.end}:${mark.type}`;
const nameOf = (item) => (item.state === "open" ? `${key(item)}:${item.status}` : key(item));
const overlap = (one, other) => one.start < other.end && other.start < one.end;

function markOf(item, changes) {
  const { start, end, type, status, roles } = { ...item, ...changes };
  const mark = { start, end, type };
  if (status) mark.status = status;
  if (roles && type === item.type) mark.roles = roles;
  return mark;
}

class Sheet {
  constructor(row) {
    this.number = row.number;
    this.id = row.id;
    this.title = row.title;
    this.text = row.text;
    this.heldOut = row.heldOut;
    this.starts = [];
    this.ends = [];
    let place = 0;
    for (let index = 0; index < row.words.length; index += 2) {
      this.starts.push((place += row.words[index]));
      this.ends.push((place += row.words[index + 1]));
    }
    this.ranges = new Map();
    this.unsaved = [];
    this.saving = false;
    this.suggest(row);
    this.take(row);
  }

  suggest(row) {
    this.suggestions = row.suggestions;
    this.suggesters = row.suggesters;
    this.suggested = new Map((row.suggestions || []).map((mark) => [key(mark), mark]));
    this.known = new WeakMap();
    this.list = null;
    this.trouble = row.trouble;
  }

  // What the server holds, with the steps that led there, which can be undone.
  take(row) {
    this.list = null;
    this.revision = row.revision;
    this.complete = row.complete;
    this.decisions = new Map(row.decisions.map((mark) => [key(mark), mark]));
    let complete = false;
    this.undone = [];
    this.done = row.edits.map((step) => {
      const before = complete;
      complete = step.complete ?? complete;
      return { ...step, before };
    });
  }

  accepted() {
    return [...this.decisions.values()].filter((mark) => !mark.rejected).sort((a, b) => a.start - b.start);
  }

  // Decisions, and the suggestions about which nothing is decided, by place. What has not changed is the same object as
  // before, so that one edit of a long document draws one event anew.
  items() {
    this.list ??= this.listed();
    return this.list;
  }

  listed() {
    const accepted = this.accepted();
    const taken = (mark) => {
      let low = 0;
      let high = accepted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (accepted[middle].end <= mark.start) low = middle + 1;
        else high = middle;
      }
      return low < accepted.length && overlap(accepted[low], mark);
    };
    const itemOf = (mark, state, suggested) => {
      if (!this.known.has(mark)) {
        this.known.set(mark, { ...mark, score: suggested?.score, by: suggested?.by, state });
      }
      return this.known.get(mark);
    };
    const list = [...this.decisions.values()].map((mark) =>
      itemOf(mark, mark.rejected ? "rejected" : "accepted", this.suggested.get(key(mark))));
    for (const mark of this.suggestions || []) {
      if (!this.decisions.has(key(mark)) && !taken(mark)) list.push(itemOf(mark, "open", mark));
    }
    return list.sort((a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : 1));
  }

  apply(step) {
    this.list = null;
    for (const mark of step.remove) this.decisions.delete(key(mark));
    for (const mark of step.add) this.decisions.set(key(mark), mark);
    this.complete = step.complete ?? this.complete;
    this.unsaved.push(step);
  }

  range(item) {
    const place = `${item.start}:${item.end}`;
    if (!this.ranges.has(place)) {
      const range = document.createRange();
      range.setStart(node, item.start);
      range.setEnd(node, item.end);
      this.ranges.set(place, range);
    }
    return this.ranges.get(place);
  }

  // The number of the word at an offset, or of the next one.
  wordAt(offset) {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The first word and the last one that a stretch touches.
  wordsIn(start, end) {
    const first = this.wordAt(start);
    let last = this.wordAt(Math.max(end - 1, start));
    if (last > first && this.starts[last] >= end) last -= 1;
    return [first, last];
  }
}

function inverse(step) {
  const turned = { remove: step.add, add: step.remove, before: step.complete ?? step.before };
  if (step.complete !== undefined && step.complete !== null) turned.complete = step.before;
  return turned;
}

function perform(change) {
  const step = { remove: [], add: [], before: sheet.complete, ...change };
  sheet.apply(step);
  sheet.done.push(step);
  sheet.undone = [];
  save(sheet);
}

function undo() {
  const step = sheet.done.pop();
  if (!step) return say("nothing to undo");
  const turned = inverse(step);
  sheet.apply(turned);
  sheet.undone.push(step);
  save(sheet);
  follow(turned);
}

function redo() {
  const step = sheet.undone.pop();
  if (!step) return say("nothing to redo");
  sheet.apply(step);
  sheet.done.push(step);
  save(sheet);
  follow(step);
}

function follow(step) {
  const mark = step.add.at(-1) || step.remove.at(-1);
  const item = mark && sheet.items().find((one) => one.start === mark.start);
  if (item) goTo(nameOf(item));
  else render();
}

// Saving: one edit after the other, each under the revision that the last one led to.

const sides = (step) => ({ remove: step.remove || [], add: step.add || [], complete: step.complete ?? null });
function sameStep(one, other) {
  const plain = (step) => JSON.stringify([
    ...["remove", "add"].map((side) => sides(step)[side].map((mark) => [key(mark), mark.status || "", !!mark.rejected])),
    sides(step).complete,
  ]);
  return plain(one) === plain(other);
}

async function save(on) {
  if (on.saving) return;
  on.saving = true;
  let counted = false;
  while (on.unsaved.length) {
    tellSaved("saving", "saving …");
    const step = on.unsaved[0];
    const { remove, add, complete } = sides(step);
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
      if (on === sheet) render();
    } else {
      tellSaved("lost", `not saved, tried again: ${answer.error || "the server does not answer"}`);
      await pause(1);
    }
  }
  on.saving = false;
  tellSaved("saved", "saved");
  for (const entry of queue.documents) {
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
  const differs = (one, other) => {
    const twin = other.get(key(one));
    return !twin || twin.status !== one.status || !!twin.rejected !== !!one.rejected;
  };
  const only = (one, other) => [...one.values()].filter((mark) => differs(mark, other));
  const words = (mark) => `${mark.rejected ? "rejected: " : ""}${on.text.slice(mark.start, mark.end)} ` +
    `(${mark.type}${mark.status ? `, ${mark.status}` : ""})`;
  for (const [list, marks, done] of [["mine", only(here, there), complete], ["theirs", only(there, here), row.complete]]) {
    $(list).replaceChildren(...marks.map((mark) => element("li", {}, element("bdi", {}, words(mark)))),
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
    if (on === sheet) render();
  };
  $("keep").onclick = () => decide(true);
  $("take").onclick = () => decide(false);
  $("conflict").oncancel = (event) => event.preventDefault();
  $("conflict").showModal();
}

// What one can do.

const items = () => sheet.items();
const shown = (list) => list.filter((item) => item.state !== "rejected");
const at = (list) => list.findIndex((item) => nameOf(item) === current);

function goTo(name) {
  current = name;
  taken = null;
  render();
  const item = items().find((one) => nameOf(one) === name);
  if (item) bringIntoSight(sheet.range(item));
  $("events").querySelector("[aria-current=true]")?.focus({ preventScroll: true });
}

function step(by) {
  const list = shown(items());
  if (!list.length) return say("no events here");
  let place = at(list);
  if (place < 0) {
    const from = taken ? sheet.starts[Math.min(...taken)] : currentPlace();
    const after = list.findIndex((item) => item.start >= from);
    place = by > 0 ? (after < 0 ? 0 : after) : (after <= 0 ? list.length : after) - 1;
  } else {
    place = (place + by + list.length) % list.length;
  }
  say("");
  goTo(nameOf(list[place]));
}

const currentPlace = () => Number(current.split(":")[0] || 0);

function goOn(from) {
  const open = items().filter((item) => item.state === "open");
  const next = open.find((item) => item.start >= from) || open[0];
  if (next) goTo(nameOf(next));
  else render();
  if (!open.length && !sheet.complete && sheet.suggestions) say("all is decided: c completes the document");
}

function chosen() {
  const item = items().find((one) => nameOf(one) === current);
  if (!item) say("no event is chosen: j goes to the next one");
  return item;
}

function rival(mark, but) {
  return sheet.accepted().find((other) => overlap(other, mark) && !(but && key(other) === key(but)));
}

const quoted = (mark) => `“${sheet.text.slice(mark.start, mark.end).slice(0, 60)}”`;

// Put an accepted mark where an item is, of whatever state.
function put(item, changes) {
  const mark = markOf(item, changes);
  const held = item.state === "open" ? undefined : sheet.decisions.get(key(item));
  const other = rival(mark, item.state === "accepted" ? item : null);
  if (other) return say(`${quoted(mark)} overlaps ${quoted(other)}, which is accepted`) && false;
  const twin = sheet.decisions.get(key(mark));
  const remove = [...new Set([held, twin].filter(Boolean))];
  perform({ remove, add: [mark] });
  return mark;
}

function accept() {
  const item = chosen();
  if (!item) return;
  if (item.state === "accepted") return goOn(item.start);
  if (put(item, {})) goOn(item.start);
}

function reject() {
  const item = chosen();
  if (!item || item.state === "rejected") return;
  const held = sheet.decisions.get(key(item));
  const suggested = sheet.suggested.has(key(item));
  const remove = item.state === "accepted" ? [held] : [];
  perform({ remove, add: suggested ? [{ ...markOf(item, {}), rejected: true }] : [] });
  goOn(item.start);
}

function setType(index) {
  if (index >= types.length) return;
  if (taken) return addEvent(types[index]);
  const item = chosen();
  if (!item) return;
  const mark = put(item, { type: types[index] });
  if (mark) goTo(key(mark));
}

function setStatus(index) {
  const item = chosen();
  if (!item) return;
  const mark = put(item, { status: statuses[index] });
  if (mark) goTo(key(mark));
}

function addEvent(type) {
  const [first, last] = [Math.min(...taken), Math.max(...taken)];
  const span = { start: sheet.starts[first], end: sheet.ends[last], type };
  if (statuses.length) span.status = statuses[0];
  const other = rival(span);
  if (other) return say(`${quoted(span)} overlaps ${quoted(other)}, which is accepted`);
  const twin = sheet.decisions.get(key(span));
  perform({ remove: twin ? [twin] : [], add: [span] });
  getSelection().removeAllRanges();
  goTo(key(span));
}

function move(side, by) {
  const item = chosen();
  if (!item) return;
  let [first, last] = sheet.wordsIn(item.start, item.end);
  if (side === "start") first += by;
  else last += by;
  if (first < 0 || last >= sheet.starts.length || first > last) return say("no word is left there");
  const mark = put(item, { start: sheet.starts[first], end: sheet.ends[last] });
  if (mark) goTo(key(mark));
}

function acceptVisible() {
  const open = items().filter((item) => item.state === "open");
  const clear = open.filter((item) => inSight(sheet.range(item)) && item.by.length === sheet.suggesters &&
    !open.some((other) => other !== item && overlap(item, other)));
  if (!clear.length) return say(open.length ? "no suggestion is in sight on which all agree" : "no suggestion is left");
  perform({ add: clear.map((item) => markOf(item, {})) });
  say(`${clear.length} accepted`);
  goOn(clear.at(-1).start);
}

function complete() {
  if (!sheet.complete) {
    if (sheet.suggestions === null) return say("the suggestions are on their way");
    const open = items().filter((item) => item.state === "open");
    if (open.length) {
      goOn(0);
      return say(`${open.length === 1 ? "1 suggestion is" : `${open.length} suggestions are`} undecided: ` +
        "y accepts, x rejects, A accepts all in sight");
    }
    perform({ complete: true });
  }
  onward();
}

function reopen() {
  if (!sheet.complete) return say("the document is not complete");
  perform({ complete: false });
  render();
}

// To the next document that is not complete, or to a new round.
async function onward() {
  const list = queue.documents;
  const place = list.findIndex((entry) => entry.number === sheet.number);
  const left = [...list.slice(place + 1), ...list.slice(0, place + 1)];
  const next = left.find((entry) => !(entry.number === sheet.number ? sheet.complete : entry.complete));
  if (next && next.number !== sheet.number) return open(next.number);
  if (next) return say("this is the last document of the round that is not complete");
  render();
  await moreDocuments();
}

async function moreDocuments() {
  if (!queue.waiting) return say("no more documents: all have been in the queue");
  showQueue(await wanted("/api/rounds", {}));
  await open(queue.documents[0].number);
}

function neighbour(by) {
  const list = queue.documents;
  const place = list.findIndex((entry) => entry.number === sheet.number);
  if (list.length) open(list[(place + by + list.length) % list.length].number);
}

// Words are taken with the arrows too.
function takeWord(by, more) {
  if (!sheet.starts.length) return;
  const item = taken ? null : items().find((one) => nameOf(one) === current);
  const from = taken ? taken[1] : item ? sheet.wordAt(item.start) : -1;
  const word = Math.min(Math.max(from + by, 0), sheet.starts.length - 1);
  takeWords(more && taken ? taken[0] : more && item ? sheet.wordAt(item.start) : word, word);
}

function takeLine(by) {
  const word = taken ? taken[1] : sheet.wordAt(currentPlace());
  const range = sheet.range({ start: sheet.starts[word], end: sheet.ends[word] });
  bringIntoSight(range);
  const box = range.getClientRects()[0];
  for (let lines = 1; lines < 4; lines += 1) {
    const offset = offsetAt(box.left + 2, box.top + box.height / 2 + by * lines * 34);
    if (offset !== null && sheet.wordAt(offset) !== word) return takeWords(sheet.wordAt(offset), sheet.wordAt(offset));
  }
  takeWord(by, false);
}

function takeWords(first, last) {
  taken = [first, last];
  current = "";
  render();
  bringIntoSight(sheet.range({ start: sheet.starts[last], end: sheet.ends[last] }));
  const words = sheet.text.slice(sheet.starts[Math.min(first, last)], sheet.ends[Math.max(first, last)]);
  say(`${words.slice(0, 80)}: ${types.slice(0, 9).map((type, i) => `${i + 1} ${type}`).join(", ")}`);
}

// A word is found by its first letters, while they are typed.
function seek() {
  sought = "";
  say("type how a word begins; → goes to the next such word, Enter takes it");
}

function seeking(event) {
  const place = taken ? taken[1] : sheet.wordAt(currentPlace());
  if (event.key === "Enter" || event.key === "Escape") {
    sought = null;
    return event.key === "Enter" && taken ? takeWords(...taken) : letGo();
  }
  if (event.key.length === 1) sought += event.key.toLowerCase();
  else if (event.key === "Backspace") sought = sought.slice(0, -1);
  const count = sheet.starts.length;
  for (let step = event.key === "ArrowRight" ? 1 : 0; sought && step <= count; step += 1) {
    const word = (place + step) % count;
    if (sheet.text.slice(sheet.starts[word], sheet.ends[word]).toLowerCase().startsWith(sought)) {
      takeWords(word, word);
      break;
    }
  }
  say(`words that begin with “${sought}”`);
}

function letGo() {
  taken = null;
  getSelection().removeAllRanges();
  say("");
  render();
}

function showScores() {
  scores = !scores;
  $("events").replaceChildren();
  rows = new Map();
  render();
  placeBadges();
}

// What keys and buttons do: keys, words for the help, what to do, and the words of a button.
let commands = [];
function listCommands() {
  commands = [
    [["j"], "next event", () => step(1), "↓"],
    [["k"], "previous event", () => step(-1), "↑"],
    [["y"], "accept, and go on", accept, "✓ accept"],
    [["x", "Delete"], "reject, and go on", reject, "✕ reject"],
    [["A"], "accept all that is in sight and undisputed", acceptVisible, "✓ all in sight"],
    [["c"], "complete the document, and go to the next one", complete, "complete"],
    ...types.map((type, i) => [i < 9 ? [`${i + 1}`] : [], `type ${type}`, () => setType(i), type, { type: i % HUES }]),
    ...statuses.map((status, i) => [letters[i] ? [letters[i]] : [], `status ${status}`, () => setStatus(i), status]),
    [["q"], "begin a word earlier", () => move("start", -1), "[ ←"],
    [["w"], "begin a word later", () => move("start", 1), "[ →"],
    [["e"], "end a word earlier", () => move("end", -1), "← ]"],
    [["r"], "end a word later", () => move("end", 1), "→ ]"],
    [["u", "Ctrl+z"], "undo", undo, "↶ undo"],
    [["o", "Ctrl+y", "Ctrl+Z"], "redo", redo, "↷ redo"],
    [["C"], "take back that it is complete", reopen],
    [["g"], "next document", () => neighbour(1)],
    [["b"], "previous document", () => neighbour(-1)],
    [["ArrowRight"], "take the next word", () => takeWord(1, false)],
    [["ArrowLeft"], "take the word before", () => takeWord(-1, false)],
    [["Shift+ArrowRight"], "take one word more", () => takeWord(1, true)],
    [["Shift+ArrowLeft"], "take one word less, or more to the left", () => takeWord(-1, true)],
    [["ArrowDown"], "take a word a line below", () => takeLine(1)],
    [["ArrowUp"], "take a word a line above", () => takeLine(-1)],
    [["f"], "find a word by its first letters", seek],
    [["Escape"], "let go of the words", letGo],
    [["s"], "show scores, or hide them", showScores],
    [["/"], "find a document", () => openDialog("finding")],
    [["?", "h"], "this list", () => openDialog("help")],
  ];
}

// A letter for each status: the first of its name that no other and no command has.
function chooseLetters() {
  const used = new Set("jkyxqwerouAcCgbfsh/?");
  letters = statuses.map((status) => {
    const letter = [...status.toLowerCase()].find((one) => /[a-z]/.test(one) && !used.has(one)) || "";
    used.add(letter);
    return letter;
  });
}

function pressed(event) {
  const control = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) return;
  if (!sheet) {
    if (event.key === "?" || event.key === "h") openDialog("help");
    return;
  }
  if (sought !== null && !control) {
    event.preventDefault();
    return seeking(event);
  }
  const arrow = event.key.startsWith("Arrow");
  const name = (control ? "Ctrl+" : "") + (event.shiftKey && arrow ? "Shift+" : "") + event.key;
  const command = commands.find(([keys]) => keys.includes(name));
  if (!command) return;
  event.preventDefault();
  command[2]();
}

// Showing it.

function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("data-") || name.startsWith("aria-") || name === "dir") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...content);
  return made;
}

const highlights = new Map();
function highlight(name, priority = 0) {
  if (!highlights.has(name)) {
    const made = new Highlight();
    made.priority = priority;
    CSS.highlights.set(name, made);
    highlights.set(name, made);
  }
  return highlights.get(name);
}

const hue = (type) => Math.max(types.indexOf(type), 0) % HUES;
function label(item) {
  const number = types.indexOf(item.type) + 1;
  const letter = letters[statuses.indexOf(item.status)] || "";
  return `${number}${letter}`;
}
const percent = (item) => (scores && item.score !== undefined ? ` ${item.score.toFixed(2)}` : "");

function render() {
  const list = items();
  renderText(sheet.view ??= inView());
  renderEvents(list);
  renderTools(list);
}

function renderText(view) {
  renderMarks(shown(items()).filter((item) => item.end >= view[0] && item.start <= view[1]));
  renderBadges();
}

let drawn = new Map(); // each item that is highlighted, with the highlight
function renderMarks(list) {
  const wanted = new Map(list.map((item) => {
    const fact = item.status === undefined || item.status === statuses[0];
    const kind = item.state === "open" ? "open" : fact ? "fact" : "unreal";
    return [item, highlight(`${kind}-${hue(item.type)}`)];
  }));
  for (const [item, made] of drawn) if (!wanted.has(item)) made.delete(sheet.range(item));
  for (const [item, made] of wanted) if (!drawn.has(item)) made.add(sheet.range(item));
  drawn = wanted;
  const chosen = list.find((item) => nameOf(item) === current);
  draw("current", chosen ? [chosen] : []);
  const [first, last] = taken ? [Math.min(...taken), Math.max(...taken)] : [];
  draw("taken", taken ? [{ start: sheet.starts[first], end: sheet.ends[last] }] : []);
}

function draw(name, spans) {
  const made = highlight(name, 2);
  const ranges = spans.map((span) => sheet.range(span));
  if (made.size === ranges.length && ranges.every((range) => made.has(range))) return;
  made.clear();
  for (const range of ranges) made.add(range);
}

let rows = new Map(); // each item that is listed, with its row
function renderEvents(list) {
  const kept = new Map();
  list.forEach((item, index) => {
    const row = rows.get(item) || rowOf(item);
    const rival = item.state === "open" && [list[index - 1], list[index + 1]].some((other) =>
      other && other.state === "open" && overlap(other, item));
    if (row.classList.contains("rival") !== rival) row.classList.toggle("rival", rival);
    const chosen = String(nameOf(item) === current);
    if (row.firstChild.getAttribute("aria-current") !== chosen) row.firstChild.setAttribute("aria-current", chosen);
    kept.set(item, row);
  });
  for (const [item, row] of rows) if (!kept.has(item)) row.remove();
  rows = kept;
  let place = $("events").firstChild;
  for (const row of kept.values()) {
    if (row === place) place = place.nextSibling;
    else $("events").insertBefore(row, place);
  }
  const count = (state) => list.filter((item) => item.state === state).length;
  $("events-title").textContent = sheet.suggestions === null ? "Events: suggestions are on their way" :
    `Events: ${count("accepted")} accepted, ${count("open")} open`;
}

function rowOf(item) {
  const said = [
    { open: "suggested", accepted: "accepted", rejected: "rejected" }[item.state], item.type, item.status,
    item.by && sheet.suggesters > 1 ? `by ${item.by.join(" and ")}` : "",
    ...(item.roles || []).map((role) => `${role.role}: ${sheet.text.slice(role.start, role.end).slice(0, 60)}`),
  ].filter(Boolean).join(", ");
  const button = element("button", { type: "button", "data-type": hue(item.type), "data-state": item.state },
    element("span", { class: "key" }, label(item)), " ",
    element("bdi", { class: "trigger" }, sheet.text.slice(item.start, item.end).slice(0, 200)), percent(item),
    element("span", { class: "said" }, said));
  button.dataset.name = nameOf(item);
  return element("li", {}, button);
}

// Signs over the text stand where the words are.
let badges = new Map();
function renderBadges() {
  const kept = new Map();
  let box = null;
  for (const item of drawn.keys()) {
    let badge = badges.get(item);
    if (!badge) {
      box ??= $("paper").getBoundingClientRect();
      const place = sheet.range(item).getClientRects()[0] || box;
      badge = element("span", { class: "badge", "data-type": hue(item.type), "data-state": item.state },
        label(item) + percent(item));
      badge.style.left = `${place.left - box.left}px`;
      badge.style.top = `${place.top - box.top}px`;
    }
    kept.set(item, badge);
  }
  for (const [item, badge] of badges) if (!kept.has(item)) badge.remove();
  $("badges").append(...[...kept.values()].filter((badge) => !badge.isConnected));
  badges = kept;
}

// From which offset to which one the text is in sight, and some more: a long text is drawn as far as one sees.
function inView() {
  if (sheet.text.length < LONG) return [0, sheet.text.length];
  const box = $("text").getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, toolsEnd()) + 8, Math.min(box.bottom, innerHeight) - 8];
  const [first, last] = [offsetAt(box.left + 4, top), offsetAt(box.left + 4, bottom)];
  return first === null || last === null ? [0, sheet.text.length] : [first - MORE, last + MORE];
}

function placeBadges() {
  if (!sheet) return;
  $("badges").replaceChildren();
  badges = new Map();
  renderText(sheet.view = inView());
}

function renderTools(list) {
  const item = list.find((one) => nameOf(one) === current);
  for (const button of $("tools").children) {
    const [, words] = commands[button.dataset.command];
    const on = item && (words === `type ${item.type}` || words === `status ${item.status}`);
    button.setAttribute("aria-pressed", Boolean(on));
  }
  const count = list.filter((one) => one.state === "open").length;
  const parts = [sheet.complete ? "complete" : count ? `${count} to decide` : "open", `document ${sheet.id}`];
  if (sheet.heldOut) parts.push("held out for scoring");
  if (sheet.trouble) parts.push(`no suggestions: ${sheet.trouble}`);
  const about = parts.join(" · ");
  if ($("about").textContent !== about) $("about").textContent = about;
}

function makeTools() {
  const starts = new Set(["next event", `type ${types[0]}`, `status ${statuses[0]}`, "begin a word earlier", "undo"]);
  $("tools").replaceChildren(...commands.flatMap(([keys, words, action, face, data], index) => {
    if (!face) return [];
    const button = element("button", { type: "button", title: words, "aria-label": words, "data-command": index,
      class: starts.has(words) && index ? "first" : "" }, face, " ");
    if (keys.length) {
      button.setAttribute("aria-keyshortcuts", keys[0]);
      button.append(element("kbd", {}, keys[0]));
    }
    if (data) button.dataset.type = data.type;
    // The words that are taken must stay so where a button is touched.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => sheet && action());
    return [button];
  }));
  const names = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", Delete: "Del", Escape: "Esc" };
  const told = (keys) => keys.flatMap((one, index) => [index ? " " : "", element("kbd", {},
    one.replace(/Arrow\w+|Delete|Escape/, (name) => names[name]).replace("Shift+", "⇧ "))]);
  $("keys").replaceChildren(...commands.flatMap(([keys, words]) => keys.length ?
    [element("dt", {}, ...told(keys)), element("dd", {}, words)] : []));
}

function toolsEnd() {
  return $("tools").getBoundingClientRect().bottom;
}

function inSight(range) {
  const box = range.getBoundingClientRect();
  return box.bottom > toolsEnd() && box.top < innerHeight;
}

function bringIntoSight(range) {
  const box = range.getBoundingClientRect();
  if (box.top < toolsEnd() + 24 || box.bottom > innerHeight - 48) {
    scrollBy({ top: box.top - innerHeight * 0.4, behavior: "instant" });
  }
}

function offsetAt(x, y) {
  const caret = document.caretPositionFromPoint ? document.caretPositionFromPoint(x, y) : null;
  if (caret) return caret.offsetNode === node ? caret.offset : null;
  const range = document.caretRangeFromPoint?.(x, y);
  return range && range.startContainer === node ? range.startOffset : null;
}

// Documents and their queue.

const INVISIBLE = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

async function open(number) {
  const row = await wanted(`/api/documents/${number}`);
  sheet = new Sheet(row);
  current = "";
  taken = null;
  sought = null;
  for (const made of highlights.values()) made.clear();
  [drawn, rows, badges] = [new Map(), new Map(), new Map()];
  $("events").replaceChildren();
  $("badges").replaceChildren();
  node.data = sheet.text;
  const invisible = [...sheet.text.matchAll(INVISIBLE)].slice(0, 1000)
    .map((found) => ({ start: found.index, end: found.index + 1 }));
  draw("invisible", invisible);
  $("title").replaceChildren(element("bdi", {}, sheet.title || sheet.id));
  scrollTo({ top: 0, behavior: "instant" });
  say("");
  for (const entry of queue.documents) renderEntry(entry);
  const first = items().find((item) => item.state === "open");
  if (first && !sheet.complete) goTo(nameOf(first));
  else render();
  waitForSuggestions(sheet);
}

async function waitForSuggestions(on) {
  while (on === sheet && on.suggestions === null) {
    await pause(0.2);
    const row = await wanted(`/api/documents/${on.number}/suggestions`).catch(() => null);
    if (!row || row.suggestions === null) continue;
    on.suggest(row);
    if (on === sheet && !current && !taken) goOn(0);
    else if (on === sheet) render();
  }
}

function renderEntry(entry) {
  const here = sheet && entry.number === sheet.number;
  const state = entry.complete ? "✓ complete" : entry.begun ? "begun" : "new";
  entry.button.setAttribute("aria-current", Boolean(here));
  entry.button.lastChild.textContent = state;
}

function entryButton(entry) {
  entry.button = element("button", { type: "button" }, element("bdi", {}, entry.title || entry.id), " ",
    element("span", { class: "state" }));
  entry.button.addEventListener("click", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    open(entry.number);
  });
  renderEntry(entry);
  return element("li", {}, entry.button);
}

function showQueue(row) {
  const changed = row.round !== queue.round || row.documents.length !== queue.documents.length;
  const buttons = new Map(queue.documents.map((entry) => [entry.number, entry.button]));
  queue = row;
  if (changed) $("entries").replaceChildren(...row.documents.map(entryButton));
  else for (const entry of row.documents) { entry.button = buttons.get(entry.number); renderEntry(entry); }
  const done = row.documents.filter((entry) => entry.complete).length;
  $("round").textContent = row.round ? `Round ${row.round}: ${done} of ${row.documents.length}` : "Queue";
  $("progress").textContent = `${row.complete} of ${row.all} documents complete, ${row.held_out} held out for scoring`;
  $("more").hidden = !row.waiting;
  $("more").textContent = `More documents (${row.waiting} wait)`;
}

async function refreshQueue() {
  showQueue(await wanted("/api/queue"));
}

// Dialogs.

function openDialog(name) {
  $(name).showModal();
  if (name === "training") watchTraining();
  if (name === "finding") $("words").select();
}

const outputOf = (name) => $(name).querySelector("output");

async function addFiles(files) {
  outputOf("adding").value = "reading …";
  if (!$("adding").open) $("adding").showModal();
  try {
    const sent = await Promise.all(files.map(async (file) => ({
      name: file.webkitRelativePath || file.path || file.name, data: await inBase64(file),
    })));
    const row = await wanted("/api/texts", { files: sent.filter((file) => !/(^|\/)\./.test(file.name)) });
    showQueue(row.queue);
    outputOf("adding").value = `${row.numbers.length} documents are there`;
    if (!sheet || row.numbers.length === 1) {
      $("adding").close();
      outputOf("adding").value = "";
      await open(row.numbers.length === 1 ? row.numbers[0] : queue.documents[0].number);
    }
  } catch (error) {
    outputOf("adding").value = `not added: ${error.message}`;
  }
}

function inBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function filesIn(entry, path = "") {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [Object.assign(file, { path: path + entry.name })];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((one) => filesIn(one, `${path}${entry.name}/`)))).flat();
}

async function exportAs() {
  outputOf("exporting").value = "";
  const response = await fetch(`/api/export?format=${encodeURIComponent($("formats").value)}`);
  if (!response.ok) {
    outputOf("exporting").value = (await response.json()).error;
    return;
  }
  const notes = JSON.parse(response.headers.get("X-Notes"));
  const link = element("a", { href: URL.createObjectURL(await response.blob()) });
  link.download = response.headers.get("Content-Disposition").match(/filename="([\w.]+)"/)[1];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  outputOf("exporting").value = ["exported", ...notes].join("; ");
}

async function watchTraining() {
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

async function training(path) {
  const { answer } = await ask(path, {});
  if (answer.error) $("step").textContent = answer.error;
  else showTraining(answer);
}

let searches = 0;
async function find() {
  const turn = (searches += 1);
  const found = await wanted(`/api/find?words=${encodeURIComponent($("words").value)}`);
  if (turn === searches) $("results").replaceChildren(...found.map(entryButton));
}

// Mouse and touch.

function clicked(event) {
  if (!sheet || !getSelection().isCollapsed) return;
  const offset = offsetAt(event.clientX, event.clientY);
  if (offset === null) return;
  const item = shown(items()).find((one) => one.start <= offset && offset <= one.end);
  if (item) return goTo(nameOf(item));
  const word = sheet.wordAt(offset);
  if (sheet.starts[word] <= offset) takeWords(word, word);
}

function selected() {
  const selection = getSelection();
  if (!sheet || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (range.startContainer !== node || range.endContainer !== node) return;
  const [first, last] = sheet.wordsIn(range.startOffset, range.endOffset);
  if (!taken || Math.min(...taken) !== first || Math.max(...taken) !== last) takeWords(first, last);
}

async function begin() {
  const row = await wanted("/api/start");
  ({ types, statuses } = row);
  chooseLetters();
  listCommands();
  makeTools();
  $("text").append(node);
  $("formats").replaceChildren(...row.formats.map((name) => element("option", { value: name }, name)));
  showQueue(row.queue);

  document.addEventListener("keydown", pressed);
  document.addEventListener("selectionchange", selected);
  $("text").addEventListener("click", clicked);
  $("events").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) goTo(button.dataset.name);
  });
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
    if (sheet) open(sheet.number);
  });
  new ResizeObserver(placeBadges).observe($("paper"));
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting || !sheet) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (sheet.text.length >= LONG) renderText(sheet.view = inView());
    });
  }, { passive: true });
  addEventListener("beforeprint", () => sheet && renderText([0, sheet.text.length]));
  addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Refusal)) return;
    event.preventDefault();
    say(event.reason.message);
  });
  addEventListener("beforeunload", (event) => {
    if (sheet?.unsaved.length) event.preventDefault();
  });
  if (matchMedia("(max-width: 48rem)").matches) $("queue").open = false;

  const first = queue.documents.find((entry) => !entry.complete) || queue.documents[0];
  if (first) await open(first.number);
  else openDialog("adding");
}

function enter(event) {
  event.preventDefault();
  const word = event.target.querySelector("input").value;
  ask("/enter", { password: word }).then(({ status, answer }) => {
    if (status === 200) location.reload();
    else event.target.querySelector("output").value = answer.error;
  });
}

if ($("enter")) $("enter").addEventListener("submit", enter);
else begin().catch((error) => say(`the review cannot begin: ${error.message}`));
