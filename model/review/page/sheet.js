// A document and the work on it.

import { key, overlap } from "./marks.js";

export class Sheet {
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

  words(span, most = 60) {
    return this.text.slice(span.start, span.end).slice(0, most);
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

  // A stretch with one of its ends moved by some words; nothing where no word is left.
  moved(span, side, by) {
    let [first, last] = this.wordsIn(span.start, span.end);
    if (side === "start") first += by;
    else last += by;
    if (first < 0 || last >= this.starts.length || first > last) return null;
    return { start: this.starts[first], end: this.ends[last] };
  }
}
