"""What is wrong with annotation sets: every fault of every kind, with its place and what to do about it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..document import Document, Event
from ..exceptions import nearest
from ..text import sentences
from .formats import registry as formats
from .reading import MisalignedError, Reading, Refusal
from .similarity import RUN, near

RARE = 10
"""Mentions below which a type is rare: each weighs more than ten points of its recall."""
LONG = 8
"""Words from which on a sentence means the same wherever it stands, so that its labels must be the same."""
_TYPO = 10
"""A name is a typo where one that is written nearly the same is at least this many times as frequent."""
# Scripts without blanks between words: South-East Asia, Chinese, Japanese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::\d+)?)?(?:: .+)?")


class Kind(NamedTuple):
    """A kind of fault."""

    title: str
    severity: str
    fix: str


KINDS = {
    "unreadable": Kind("Cannot be read", "error", "Mend what the line says; nothing else in that part was checked."),
    "misaligned": Kind(
        "Spans that miss their trigger",
        "error",
        "Correct start and end; they count characters from 0, the end is behind the last.",
    ),
    "overlap": Kind("Spans that overlap", "error", "Keep one of the two labels, or shorten one."),
    "edge": Kind("Spans with blanks at an edge", "error", "Move start or end so that the span has no blank around it."),
    "inside-word": Kind("Spans that begin or end inside a word", "error", "Move start or end to the edge of the word."),
    "unknown-type": Kind("Unknown types", "error", "Use a type of the set, or add this one to those it may have."),
    "typo": Kind("Types that look like typos", "error", "Correct the name, or choose names that differ more."),
    "contradiction": Kind(
        "The same text labelled differently", "error", "Decide which labels are right, mend the rest."
    ),
    "double-id": Kind("Names given twice", "error", "Rename all but one document."),
    "duplicate": Kind("The same text twice in a set", "error", "Keep one of the two documents."),
    "leakage": Kind("Texts that an earlier set has too", "error", "Take the document out of one of the two sets."),
    "near-duplicate": Kind("Nearly the same text twice in a set", "warning", "Keep one, or both in the same set."),
    "rare-type": Kind("Rare types", "warning", "Annotate more of the type, or merge it with another."),
    "no-status": Kind("Events without a status", "warning", "Give the event a status; others have one."),
    "no-labels": Kind("Articles without labels", "hint", "Look whether it was annotated; having no event is no fault."),
}
"""The kinds of faults by name; ``error`` means that a set is unsound, ``warning`` and ``hint`` that one should look."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a set.

    Args:
        kind: one of :data:`KINDS`.
        place: file, line, and number of the event, as far as known.
        document: the document's id.
        message: what is wrong.
        span: start and end in the document's text, code points.
    """

    kind: str
    place: str
    document: str
    message: str
    span: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fault as JSON holds it.

        >>> row = Fault("edge", "set.jsonl:3", "a", "'coup ' ends with a blank", (2, 7)).to_dict()
        >>> [row[key] for key in ("severity", "file", "line", "start", "end")]
        ['error', 'set.jsonl', 3, 2, 7]
        """
        match = _PLACE.fullmatch(self.place)
        start, end = self.span or (None, None)
        return {
            "kind": self.kind,
            "severity": KINDS[self.kind].severity,
            "file": match["file"] if match else self.place,
            "line": int(match["line"]) if match and match["line"] else None,
            "place": self.place,
            "document": self.document,
            "start": start,
            "end": end,
            "message": self.message,
            "fix": KINDS[self.kind].fix,
        }


@dataclass(frozen=True, eq=False)
class Item:
    """A document, where it stands, and the number of its set."""

    document: Document
    place: str
    set: int

    def fault(self, kind: str, message: str, span: tuple[int, int] | None = None) -> Fault:
        """A fault of the document, or of a span of it."""
        return Fault(kind, self.place, self.document.id, message, span)

    @property
    def name(self) -> str:
        """What the document is called in a message about another one."""
        return f"{self.document.id!r} ({self.place})"


def check(
    paths: Sequence[str | Path],
    texts: str | Path | None = None,
    types: Collection[str] | None = None,
    format: str | None = None,
    offsets: str | None = None,
) -> tuple[list[Item], list[Fault]]:
    """All faults of annotation sets.

    Args:
        paths: the sets. The first is the one to train on: what the others share with it leaks, and types it lacks are
            unknown.
        texts: folder of the article texts that stand-off labels belong to.
        types: the event types that may occur; ``None`` takes those of the first set.
        format: name of the format; ``None`` tells it by what is in the files.
        offsets: the unit of :data:`.UNITS` the files count in; ``None`` finds out.

    Returns:
        The documents that could be read, and the faults, by kind in the order of :data:`KINDS`, then by place.

    Raises:
        InputError: a path is not there, or the format is unknown.
    """
    items: list[Item] = []
    faults: list[Fault] = []
    for number, path in enumerate(paths):
        reading = Reading(texts=Path(texts) if texts else None, offsets=offsets, refusals=[])
        documents = formats.load(Path(path), reading, format)
        reading.notes.log(path)
        faults += map(_refused, reading.refusals or ())
        items += [Item(*pair, number) for pair in zip(documents, reading.places, strict=True)]
    # Nothing below depends on the order of the documents.
    ordered = sorted(items, key=_order)
    for item in ordered:
        faults += _spans(item)
    faults += [*_types(ordered, types), *_names(ordered), *_same(ordered), *_statuses(ordered)]
    faults += [item.fault("no-labels", "no event in it") for item in ordered if not item.document.events]
    return items, sorted(faults, key=_reading_order)


def _reading_order(fault: Fault) -> tuple[Any, ...]:
    # Line 10 comes behind line 9.
    place = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", fault.place)]
    return list(KINDS).index(fault.kind), place, fault.span or (0, 0), fault.document, fault.message


def _refused(refusal: Refusal) -> Fault:
    message = str(refusal.error)
    # The message may know the line where the reader knew the file.
    match = re.match(re.escape(refusal.place) + r"(?::\d+)*(?=: )", message)
    place = match[0] if match else refusal.place
    kind = "misaligned" if isinstance(refusal.error, MisalignedError) else "unreadable"
    return Fault(kind, place, refusal.document, message.removeprefix(place).removeprefix(": "))


def _spans(item: Item) -> Iterator[Fault]:
    text, reach = item.document.text, None
    for event in item.document.events:
        shown = f"{event.trigger!r} ({event.type})"
        if reach and event.overlaps(reach):
            if event.span != reach.span:
                message = f"{shown} overlaps {reach.trigger!r} ({reach.type}) at {reach.start}:{reach.end}"
            elif event.type == reach.type:
                message = f"{shown} is labelled twice"
            else:
                message = f"{event.trigger!r} has two types, {reach.type} and {event.type}"
            yield item.fault("overlap", message, event.span)
        if not reach or event.end > reach.end:
            reach = event
        if event.trigger != event.trigger.strip():
            yield item.fault("edge", f"{shown} begins or ends with a blank", event.span)
        if _inside_word(text, event.start) or _inside_word(text, event.end):
            start, end = max(event.start - 12, 0), event.end + 12
            context = f"{text[start : event.start]}[{event.trigger}]{text[event.end : end]}"
            yield item.fault("inside-word", f"{shown} cuts a word: {' '.join(context.split())!r}", event.span)


def _inside_word(text: str, place: int) -> bool:
    """Whether the characters before and behind a place belong to one word.

    >>> _inside_word("recoup", 2), _inside_word("ex-coup", 3), _inside_word("政变", 1)
    (True, False, False)
    """
    if not 0 < place < len(text):
        return False
    before, behind = text[place - 1], text[place]
    return _in_word(before) and _in_word(behind) and not (_UNSPACED.match(before) or _UNSPACED.match(behind))


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _types(items: Sequence[Item], types: Collection[str] | None) -> Iterator[Fault]:
    mentions: dict[str, list[tuple[Item, Event]]] = defaultdict(list)
    for item in items:
        for event in item.document.events:
            mentions[event.type].append((item, event))
    counts = {type_: len(found) for type_, found in mentions.items()}
    known = types or {event.type for item in items if item.set == 0 for event in item.document.events}
    for type_, found in sorted(mentions.items()):
        meant = None if types else _meant(type_, counts)
        if meant:
            kind, message = "typo", f"{type_!r} ({counts[type_]:,} times): did you mean {meant!r} ({counts[meant]:,})?"
        elif known and type_ not in known:
            among = "" if types else "no event of the first set has it; "
            kind, message = "unknown-type", f"{type_!r}: {among}{nearest(type_, known)[:200]}"
        else:
            if len(found) < RARE:
                item, event = found[0]
                yield item.fault("rare-type", f"{type_!r} occurs {len(found)} times in all, here first", event.span)
            continue
        yield from (item.fault(kind, message, event.span) for item, event in found)


def _meant(type_: str, counts: dict[str, int]) -> str | None:
    """The frequent type of which another is a misspelling.

    >>> _meant("arest", {"arrest": 90, "arest": 2}), _meant("Arrest", {"arrest": 9, "Arrest": 8})
    ('arrest', 'arrest')
    >>> _meant("Life:Die", {"Life:Die": 3, "Life:Wed": 90})
    """
    for other in sorted(counts, key=lambda name: (-counts[name], name)):
        if other == type_:
            # Those to come are rarer.
            return None
        if _plain(other) == _plain(type_) or (counts[other] >= _TYPO * counts[type_] and _alike(type_, other)):
            return other
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _alike(one: str, other: str) -> bool:
    """Whether one edit (a letter more, less or other, or two changed about) makes one name the other; two in long ones.

    >>> _alike("coup", "copu"), _alike("suspention", "suspensions"), _alike("strike", "strife")
    (True, True, True)
    >>> _alike("coup", "soup's")
    False
    """
    allowed = 1 if min(len(one), len(other)) < 8 else 2
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        older, before, row = before, row, [index]
        for place, wanted in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != wanted))
            if index > 1 and place > 1 and letter == other[place - 2] and one[index - 2] == wanted:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
    return row[-1] <= allowed


def _names(items: Iterable[Item]) -> Iterator[Fault]:
    for (_, name), found in _grouped(items, lambda item: (item.set, item.document.id)).items():
        for item in found[1:]:
            yield item.fault("double-id", f"{len(found)} documents are called {name!r}, the first at {found[0].place}")


def _same(items: Sequence[Item]) -> Iterator[Fault]:
    """Faults of texts that are the same, white space aside, or nearly."""
    bare = {item: "".join(item.document.text.split()) for item in items}
    groups = list(_grouped(filter(bare.get, items), bare.__getitem__).values())
    distinct: list[Item] = []
    leaked: set[Item] = set()
    for group in groups:
        first: dict[int, Item] = {}
        for item in group:
            if (other := first.setdefault(item.set, item)) is not item:
                yield item.fault("duplicate", f"the same text as {other.name}")
            if item.set > group[0].set:
                leaked.add(item)
                yield item.fault("leakage", f"the same text as {group[0].name}")
        distinct += first.values()
        yield from _contradictions([_Passage(item, 0, len(item.document.text)) for item in group], "the text")
    # Of documents with one text a fault of its sentences is one.
    yield from _sentences([group[0] for group in groups])
    distinct.sort(key=_order)
    best: dict[tuple[Item, bool], tuple[float, Item]] = {}
    for text, earlier, share in near([item.document.text for item in distinct], [item.set for item in distinct]):
        item, other = distinct[text], distinct[earlier]
        leaks = other.set < item.set
        # What stands in an earlier set whole need not be said to stand there nearly.
        if bare[item] != bare[other] and not (leaks and item in leaked):
            best[item, leaks] = max(best.get((item, leaks), (0.0, other)), (share, other), key=lambda pair: pair[0])
    for (item, leaks), (share, other) in best.items():
        message = f"{share:.0%} of the shorter of the two, in runs of {RUN} words, stands in {other.name} too"
        yield item.fault("leakage" if leaks else "near-duplicate", message)


_Label = tuple[int, int, str, str | None]
"""Characters before an event and in it, blanks aside, type and status."""


class _Passage(NamedTuple):
    """A stretch of a document."""

    item: Item
    start: int
    end: int

    def labels(self) -> dict[_Label, Event]:
        """Its events, each by what it is in any passage with the same characters."""
        text, found = self.item.document.text, {}
        for event in self.item.document.events:
            if self.start <= event.start and event.end <= self.end:
                before = len("".join(text[self.start : event.start].split()))
                length = len("".join(event.trigger.split()))
                found[before, length, event.type, event.status] = event
        return found


def _sentences(items: Sequence[Item]) -> Iterator[Fault]:
    """Long sentences that are labelled otherwise elsewhere."""
    passages: dict[str, list[_Passage]] = defaultdict(list)
    for item in items:
        text = item.document.text
        for start, end in sentences(text):
            if len(words := text[start:end].split()) >= LONG:
                passages["".join(words)].append(_Passage(item, start, end))
    for found in passages.values():
        yield from _contradictions(found, "the sentence")


def _contradictions(passages: Sequence[_Passage], what: str) -> Iterator[Fault]:
    """Those of passages with the same characters whose labels are not those of most, or of the first."""
    if len(passages) < 2:
        return
    labels = [passage.labels() for passage in passages]
    if not all(event.status for found in labels for event in found.values()):
        # A status that nobody judged contradicts none.
        labels = [{(*label[:3], None): event for label, event in found.items()} for found in labels]
    counts = Counter(frozenset(found) for found in labels)
    if len(counts) < 2:
        return
    most = max(range(len(labels)), key=lambda index: counts[frozenset(labels[index])])
    right, other = labels[most], passages[most].item.name
    for passage, found in zip(passages, labels, strict=True):
        if found.keys() != right.keys():
            here = [f"{_shown(found[label])} only here" for label in found if label not in right]
            there = [f"{_shown(right[label])} only there" for label in right if label not in found]
            first, more = [*here, *there][:2], len(here) + len(there) - 2
            message = f"{what} is labelled otherwise in {other}: {', '.join(first)}"
            message += f" and {more} more" if more > 0 else ""
            yield passage.item.fault("contradiction", message, (passage.start, passage.end))


def _shown(event: Event) -> str:
    return f"{event.trigger!r} ({event.type}{f', {event.status}' if event.status else ''})"


def _statuses(items: Iterable[Item]) -> Iterator[Fault]:
    found = [(item, event) for item in items for event in item.document.events]
    if any(event.status for _, event in found):
        for item, event in found:
            if not event.status:
                yield item.fault("no-status", f"{event.trigger!r} ({event.type}) has no status", event.span)


def _order(item: Item) -> tuple[Any, ...]:
    return item.set, item.document.id, item.document.text, item.place


def _grouped(items: Iterable[Item], key: Callable[[Item], Any]) -> dict[Any, list[Item]]:
    found: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found
