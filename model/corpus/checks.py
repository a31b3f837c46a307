"""What is wrong with annotation sets: every fault of every kind."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..documents.document import Event, Role
from ..documents.text import Span, sentences, span_at
from ..exceptions import nearest
from .copies import copies
from .faults import KINDS, Fault, Item
from .formats import registry as formats
from .reading import MisalignedError, Reading, Refusal

RARE = 10
"""Mentions below which a type is rare: each weighs more than ten points of its recall."""
_TYPO = 10
"""A name is a typo where one that is written nearly the same is at least this many times as frequent."""
# Scripts without blanks between words: South-East Asia, Chinese, Japanese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


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
    ordered = sorted(items, key=lambda item: item.order)
    for item in ordered:
        faults += [*_spans(item), *_participants(item)]
    faults += [*_types(ordered, types), *_roles(ordered), *_names(ordered), *copies(ordered), *_statuses(ordered)]
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
    reach = None
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
        yield from _edges(item, shown, event.span)


def _participants(item: Item) -> Iterator[Fault]:
    parts = sentences(item.document.text)
    for event in item.document.events:
        before: dict[str, Role] = {}
        for role in event.roles or ():
            shown = f"{role.text!r} ({role.role} of {event.trigger!r})"
            yield from _edges(item, shown, role.span)
            other = before.get(role.role)
            if other and role.start < other.end:
                message = f"{shown} shares characters with {other.text!r} at {other.start}:{other.end}"
                yield item.fault("participant-overlap", message, role.span)
            if not other or role.end > other.end:
                before[role.role] = role
            if span_at(parts, role.start) != span_at(parts, event.start):
                yield item.fault("far-participant", f"{shown} stands in another sentence", role.span)


def _edges(item: Item, shown: str, span: Span) -> Iterator[Fault]:
    text, (start, end) = item.document.text, span
    marked = text[start:end]
    if marked != marked.strip():
        yield item.fault("edge", f"{shown} begins or ends with a blank", span)
    if _inside_word(text, start) or _inside_word(text, end):
        context = f"{text[max(start - 12, 0) : start]}[{marked}]{text[end : end + 12]}"
        yield item.fault("inside-word", f"{shown} cuts a word: {' '.join(context.split())!r}", span)


def _inside_word(text: str, place: int) -> bool:
    """Whether the characters before and behind a place belong to one word.

    >>> _inside_word("recoup", 2), _inside_word("ex-coup", 3), _inside_word("政变", 1), _inside_word("re\u00adcoup", 3)
    (True, False, False, True)
    """
    before, behind = _visible(reversed(text[max(place - 40, 0) : place])), _visible(text[place : place + 40])
    return _in_word(before) and _in_word(behind) and not (_UNSPACED.match(before) or _UNSPACED.match(behind))


def _visible(letters: Iterable[str]) -> str:
    """The first that is more than a hint how to set the others, a soft hyphen for one; a blank where none is."""
    return next((letter for letter in letters if unicodedata.category(letter) != "Cf"), " ")


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


def _roles(items: Iterable[Item]) -> Iterator[Fault]:
    found = [(item, role) for item in items for event in item.document.events for role in event.roles or ()]
    counts = Counter(role.role for _, role in found)
    meant = {name: _meant(name, counts) for name in counts}
    for item, role in found:
        if right := meant[role.role]:
            message = f"role {role.role!r} ({counts[role.role]:,} times): did you mean {right!r} ({counts[right]:,})?"
            yield item.fault("typo", message, role.span)


def _meant(type_: str, counts: Mapping[str, int]) -> str | None:
    """The frequent type or role of which another is a misspelling.

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
    called: dict[tuple[int, str], list[Item]] = defaultdict(list)
    for item in items:
        called[item.set, item.document.id].append(item)
    for (_, name), found in called.items():
        for item in found[1:]:
            yield item.fault("double-id", f"{len(found)} documents are called {name!r}, the first at {found[0].place}")


def _statuses(items: Iterable[Item]) -> Iterator[Fault]:
    found = [(item, event) for item in items for event in item.document.events]
    if any(event.status for _, event in found):
        for item, event in found:
            if not event.status:
                yield item.fault("no-status", f"{event.trigger!r} ({event.type}) has no status", event.span)
