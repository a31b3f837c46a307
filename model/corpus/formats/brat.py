"""brat stand-off (https://brat.nlplab.org/standoff.html): ``NAME.txt`` with the text, ``NAME.ann`` beside it.

``T1<tab>TYPE 5 9<tab>coup`` marks a span, ``E1<tab>TYPE:T1 …`` says that it is the trigger of an event, and
``A1<tab>Status E1 alleged`` gives an attribute. In a set with event lines the events are these; in one without, every
marked span is an event. Our status is the attribute ``Status``. A span in several pieces (``5 9;12 15``) counts as one,
from its first character to its last.

The arguments of an event line are its participants (``E1<tab>TYPE:T1 target:T2 target2:T3``, where brat numbers a
role that comes again); the attribute ``Participants`` with the value ``none`` says that somebody looked and found none.
In a set without event lines, a relation to a span of the type ``participant`` is an argument.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event
from ...exceptions import InputError
from ...files import files_in, kind_of, read_text, stem
from ..offsets import Count, Span, recognise, to_code_points
from ..reading import MisalignedError, Notes, Reading
from .jsonl import note_count, parse_document
from .relations import PARTICIPANT, Relation, bind, spans_of

CONFIG = "annotation.conf"
_STATUS = "Status"
_LOOKED = "Participants"
_NONE = "none"
_NUMBER = "[0-9]{1,18}"
_SPAN = re.compile(rf"(\S+) ({_NUMBER} {_NUMBER}(?:;{_NUMBER} {_NUMBER})*)")
_EVENT = re.compile(r"(\S+):(T\d+\S*)")
_ARGUMENT = re.compile(r"(\S+):([TE]\d+\S*)")
_RELATION = re.compile(r"(\S+) \S+?:(\S+) \S+?:(\S+)")
_LEFT_OUT = {"*": "equivalences", "N": "normalisations", "#": "notes"}


@dataclass
class _Annotations:
    """What one ``.ann`` file holds."""

    marks: dict[str, tuple[str, list[Span], str, str]] = field(default_factory=dict)
    """Type, pieces, text and place of each text-bound annotation."""
    events: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Id, type, trigger's id and place of each event line."""
    arguments: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Role and id of each argument of an event line."""
    relations: list[Relation] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    """What is said to have no participants."""


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of a folder, with its subfolders, or of one ``.txt`` or ``.ann`` file.

    A text without an ``.ann`` file is left out, since nobody labelled it.

    Raises:
        InputError: a line is not what the format says, or a span is not its text, with file and line.
    """
    if path.is_dir():
        files = files_in(path, "brat")
        unlabelled = [text for text in files_in(path, "text") if beside(text, "brat") is None]
        reading.notes["{} texts without an .ann file left out"] += len(unlabelled)
    elif kind_of(path.name) == "brat":
        files = [path]
    else:
        files = [beside(path, "brat") or path.with_suffix(".ann")]
    parsed = {}
    for file in files:
        with reading.part(str(file), stem(file.name)):
            parsed[file] = _parse(file, reading)
    by_event = any(marked.events for marked in parsed.values())
    found = []
    for file, marked in parsed.items():
        with reading.part(str(file), stem(file.name)):
            found.append(_document(file, marked, by_event, reading))
    return found


def beside(path: Path, kind: str) -> Path | None:
    """The file of the same name and of another kind that stands beside one, if there is any."""
    direct = path.with_suffix({"brat": ".ann", "text": ".txt"}[kind])
    if direct.is_file():
        return direct
    others = sorted(path.parent.iterdir())
    same = (other for other in others if kind_of(other.name) == kind and stem(other.name) == stem(path.name))
    return next(same, None)


def _parse(path: Path, reading: Reading) -> _Annotations:
    found = _Annotations()
    for number, line in enumerate(read_text(path).split("\n"), 1):
        place = f"{path}:{number}"
        with reading.part(place, stem(path.name)):
            _parse_line(line.rstrip("\r"), place, found, reading.notes)
    return found


def _parse_line(line: str, place: str, found: _Annotations, notes: Notes) -> None:
    id_, _, rest = line.partition("\t")
    if not id_:
        return
    if id_[0] == "T":
        head, _, text = rest.partition("\t")
        if not (match := _SPAN.fullmatch(head.strip())):
            raise InputError(f"{place}: {line[:60]!r} is not 'T1<tab>TYPE START END<tab>TEXT'")
        pieces = [tuple(map(int, piece.split())) for piece in match[2].split(";")]
        found.marks[id_] = (match[1], [(start, end) for start, end in pieces], text, place)
    elif id_[0] == "E":
        head, *rest_ = rest.split() or [""]
        match, arguments = _EVENT.fullmatch(head), [_ARGUMENT.fullmatch(argument) for argument in rest_]
        if not match or not all(arguments):
            raise InputError(f"{place}: {line[:60]!r} is not 'E1<tab>TYPE:TRIGGER ROLE:ID …'")
        found.events.append((id_, match[1], match[2], place))
        found.arguments[id_] = _unnumbered([(argument[1], argument[2]) for argument in arguments if argument])
    elif id_[0] in "AM":
        name, target, value = [*rest.split(maxsplit=2), "", "", ""][:3]
        if name == _STATUS and value:
            found.statuses[target] = value
        elif name == _LOOKED and value == _NONE:
            found.looked.add(target)
        else:
            notes[f"{{}} attributes {name} left out; only {_STATUS} with a value is read"] += 1
    elif id_[0] == "R":
        match = _RELATION.fullmatch(rest.strip())
        found.relations.append(Relation(match[2], match[3], match[1]) if match else Relation(None, None, None))
    elif id_[0] in _LEFT_OUT:
        notes[f"{{}} {_LEFT_OUT[id_[0]]} left out"] += 1
    else:
        raise InputError(f"{place}: {line[:60]!r} begins with no id of brat's: T, E, A, M, R, N, # or *")


def _document(path: Path, found: _Annotations, by_event: bool, reading: Reading) -> Document:
    name = stem(path.name)
    text = read_text(beside(path, "text") or path.with_suffix(".txt"))
    lines: list[tuple[str, str, str, str]] = (
        found.events if by_event else [(id_, type_, id_, place) for id_, (type_, _, _, place) in found.marks.items()]
    )
    pieces = [piece for _, spans, _, _ in found.marks.values() for piece in spans]
    count = Count(reading.offsets) if reading.offsets else _count(text, found)
    places = to_code_points(text, count)
    note_count(count, places, pieces, reading.notes)
    roles = {role for arguments in found.arguments.values() for _, role in arguments}
    if by_event:
        named = {trigger for _, _, trigger, _ in lines} | roles
        reading.notes["{} spans left out that are the trigger of no event line"] += len(set(found.marks) - named)
        reading.notes["{} relations left out; event lines have arguments"] += len(found.relations)
    events: list[tuple[str, dict[str, Any]]] = []
    triggers = {id_: trigger for id_, _, trigger, _ in found.events}
    for id_, type_, trigger, place in lines:
        with reading.part(place, name):
            located = partial(
                _located, named_by=id_, place=place, text=text, places=places, found=found, notes=reading.notes
            )
            start, end = located(trigger)
            status = found.statuses.get(id_) or found.statuses.get(trigger)
            event: dict[str, Any] = {"start": start, "end": end, "type": type_, "status": status}
            if id_ in found.looked or found.arguments.get(id_):
                # An event that is an argument stands there by its trigger.
                bound = [(role, triggers.get(mark, mark)) for role, mark in found.arguments.get(id_, [])]
                spans = [(role, *located(mark)) for role, mark in bound]
                event["roles"] = [{"role": role, "start": first, "end": last} for role, first, last in spans]
            events.append((id_, event))
    joined = [event for _, event in events] if by_event else bind(events, found.relations, reading.notes)
    # The offsets are code points by now.
    return parse_document(
        {"id": name, "text": text, "events": joined}, str(path), replace(reading, offsets="code-points")
    )


def _located(
    mark: str,
    named_by: str,
    place: str,
    text: str,
    places: Mapping[int, int] | range,
    found: _Annotations,
    notes: Notes,
) -> Span:
    """Where a text-bound annotation that another line names lies, in code points."""
    if mark not in found.marks:
        raise InputError(f"{place}: {named_by} names {mark}, which the file does not define")
    _, pieces, marked, _ = found.marks[mark]
    if any(start not in places or end not in places or start >= end for start, end in pieces):
        raise MisalignedError(f"{place}: {mark} is empty or outside the text of {len(text)} characters")
    spans = [(places[start], places[end]) for start, end in pieces]
    there = " ".join(text[start:end] for start, end in spans)
    if there.split() != marked.split():
        raise MisalignedError(
            f"{place}: {mark} is {marked!r}, at {';'.join(f'{a}:{b}' for a, b in pieces)} stands {there!r}; "
            "offsets are code points from the start of the text"
        )
    apart = any(text[end:start].strip() for (_, end), (start, _) in pairwise(spans))
    notes["{} spans in several pieces read as one, from the first character to the last"] += apart
    return spans[0][0], spans[-1][1]


def _unnumbered(arguments: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Arguments without the numbers by which brat tells those of one role apart.

    >>> _unnumbered([("target", "T1"), ("target2", "T2"), ("Arg1", "T3")])
    [('target', 'T1'), ('target', 'T2'), ('Arg1', 'T3')]
    """
    roles = {role for role, _ in arguments}
    bare = {role: re.sub(r"\d+\Z", "", role) for role in roles}
    return [(bare[role] if bare[role] in roles else role, mark) for role, mark in arguments]


def _count(text: str, found: _Annotations) -> Count:
    """How a file counts, by its spans in one piece."""
    whole = [(spans[0], marked) for _, spans, marked, _ in found.marks.values() if len(spans) == 1]
    return recognise(text, [span for span, _ in whole], [marked for _, marked in whole])


def write(documents: Iterable[Document], path: Path) -> None:
    """A folder with text and annotations of each document, and the ``annotation.conf`` that brat needs to show them.

    Raises:
        InputError: a text begins with a byte order mark.
    """
    documents = list(documents)
    by_event = any(event.roles is not None for document in documents for event in document.events)
    for document in documents:
        if document.text.startswith("\ufeff"):
            raise InputError(f"document {document.id!r}: a byte order mark begins its text; brat loses it, take it out")
        (path / f"{document.id}.txt").write_text(document.text, encoding="utf-8", newline="")
        lines = "".join(f"{line}\n" for line in _lines(document, by_event))
        (path / f"{document.id}.ann").write_text(lines, encoding="utf-8", newline="")
    config = _config([event for document in documents for event in document.events], by_event)
    (path / CONFIG).write_text(config, encoding="utf-8")


def _lines(document: Document, by_event: bool) -> Iterator[str]:
    for number, event in enumerate(document.events, 1):
        yield f"T{number}\t{event.type} {_marked(document.text, *event.span)}"
    marks = {span: f"T{number}" for number, span in enumerate(spans_of(document), len(document.events) + 1)}
    for span, mark in marks.items():
        yield f"{mark}\t{PARTICIPANT} {_marked(document.text, *span)}"
    for number, event in enumerate(document.events, 1):
        if by_event:
            seen = Counter[str]()
            line = f"E{number}\t{event.type}:T{number}"
            for role in event.roles or ():
                seen[role.role] += 1
                line += f" {role.role}{seen[role.role] if seen[role.role] > 1 else ''}:{marks[role.span]}"
            yield line
    target = "E" if by_event else "T"
    statuses = [(number, _STATUS, event.status) for number, event in enumerate(document.events, 1) if event.status]
    looked = [(number, _LOOKED, _NONE) for number, event in enumerate(document.events, 1) if event.roles == ()]
    for attribute, (number, name, value) in enumerate([*statuses, *looked], 1):
        yield f"A{attribute}\t{name} {target}{number} {value}"


def _config(events: Sequence[Event], by_event: bool) -> str:
    types = sorted({event.type for event in events})
    statuses = sorted({event.status for event in events if event.status})
    roles = sorted({role.role for event in events for role in event.roles or ()})
    arguments = ", ".join(f"{role}*:{PARTICIPANT}" for role in roles)
    kind = "EVENT" if by_event else "ENTITY"
    attributes = [f"{_STATUS}\tArg:<{kind}>, Value:{'|'.join(statuses)}"] if statuses else []
    attributes += [f"{_LOOKED}\tArg:<{kind}>, Value:{_NONE}"] if by_event else []
    sections = {
        "entities": [PARTICIPANT] if by_event else types,
        "relations": [],
        "events": [f"{type_}\t{arguments}" for type_ in types] if by_event else [],
        "attributes": attributes,
    }
    return "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def _marked(text: str, start: int, end: int) -> str:
    """The places and the text of a span without its line breaks, over which brat lets none go."""
    pieces = [(start + match.start(), start + match.end()) for match in re.finditer(r"[^\r\n]+", text[start:end])]
    if not pieces or (pieces[0][0], pieces[-1][1]) != (start, end):
        pieces = [(start, end)]
    there = " ".join(re.sub(r"[\r\n]", " ", text[first:last]) for first, last in pieces)
    return f"{';'.join(f'{first} {last}' for first, last in pieces)}\t{there}"
