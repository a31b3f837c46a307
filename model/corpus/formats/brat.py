"""brat stand-off (https://brat.nlplab.org/standoff.html): ``NAME.txt`` with the text, ``NAME.ann`` beside it.

``T1<tab>TYPE 5 9<tab>coup`` marks a span, ``E1<tab>TYPE:T1 …`` says that it is the trigger of an event, and
``A1<tab>Status E1 alleged`` gives an attribute. In a set with event lines the events are these; in one without, every
marked span is an event. Our status is the attribute ``Status``. A span in several pieces (``5 9;12 15``) counts as one,
from its first character to its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event
from ...exceptions import InputError
from ...files import files_in, kind_of, read_text, stem
from ..offsets import Count, Span, recognise, to_code_points
from ..reading import MisalignedError, Notes, Reading
from .jsonl import note_count, parse_document

CONFIG = "annotation.conf"
_STATUS = "Status"
_NUMBER = "[0-9]{1,18}"
_SPAN = re.compile(rf"(\S+) ({_NUMBER} {_NUMBER}(?:;{_NUMBER} {_NUMBER})*)")
_EVENT = re.compile(r"(\S+):(T\d+\S*)")
_LEFT_OUT = {"R": "relations", "*": "equivalences", "N": "normalisations", "#": "notes"}


@dataclass
class _Annotations:
    """What one ``.ann`` file holds."""

    marks: dict[str, tuple[str, list[Span], str, str]] = field(default_factory=dict)
    """Type, pieces, text and place of each text-bound annotation."""
    events: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Id, type, trigger's id and place of each event line."""
    statuses: dict[str, str] = field(default_factory=dict)


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
        head, *arguments = rest.split() or [""]
        if not (match := _EVENT.fullmatch(head)):
            raise InputError(f"{place}: {line[:60]!r} is not 'E1<tab>TYPE:TRIGGER ROLE:ID …'")
        found.events.append((id_, match[1], match[2], place))
        notes["{} arguments of events left out; a document holds triggers only"] += len(arguments)
    elif id_[0] in "AM":
        name, target, value = [*rest.split(maxsplit=2), "", "", ""][:3]
        if name == _STATUS and value:
            found.statuses[target] = value
        else:
            notes[f"{{}} attributes {name} left out; only {_STATUS} with a value is read"] += 1
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
    if by_event:
        named = {trigger for _, _, trigger, _ in lines}
        reading.notes["{} spans left out that are the trigger of no event line"] += len(set(found.marks) - named)
    events: list[dict[str, Any]] = []
    for id_, type_, trigger, place in lines:
        with reading.part(place, name):
            if trigger not in found.marks:
                raise InputError(f"{place}: {id_} names {trigger}, which the file does not define")
            _, pieces, marked, _ = found.marks[trigger]
            if any(start not in places or end not in places or start >= end for start, end in pieces):
                raise MisalignedError(f"{place}: {trigger} is empty or outside the text of {len(text)} characters")
            spans = [(places[start], places[end]) for start, end in pieces]
            there = " ".join(text[start:end] for start, end in spans)
            if there.split() != marked.split():
                raise MisalignedError(
                    f"{place}: {trigger} is {marked!r}, at {';'.join(f'{a}:{b}' for a, b in pieces)} stands {there!r}; "
                    "offsets are code points from the start of the text"
                )
            apart = any(text[end:start].strip() for (_, end), (start, _) in pairwise(spans))
            reading.notes["{} spans in several pieces read as one, from the first character to the last"] += apart
            status = found.statuses.get(id_) or found.statuses.get(trigger)
            events.append({"start": spans[0][0], "end": spans[-1][1], "type": type_, "status": status})
    row = {"id": name, "text": text, "events": events}
    # The offsets are code points by now.
    return parse_document(row, str(path), replace(reading, offsets="code-points"))


def _count(text: str, found: _Annotations) -> Count:
    """How a file counts, by its spans in one piece."""
    whole = [(spans[0], marked) for _, spans, marked, _ in found.marks.values() if len(spans) == 1]
    return recognise(text, [span for span, _ in whole], [marked for _, marked in whole])


def write(documents: Iterable[Document], path: Path) -> None:
    """A folder with text and annotations of each document, and the ``annotation.conf`` that brat needs to show them.

    Raises:
        InputError: a text begins with a byte order mark.
    """
    types: set[str] = set()
    statuses: set[str] = set()
    for document in documents:
        if document.text.startswith("\ufeff"):
            raise InputError(f"document {document.id!r}: a byte order mark begins its text; brat loses it, take it out")
        lines = []
        for number, event in enumerate(document.events, 1):
            spans = ";".join(f"{start} {end}" for start, end in _pieces(event))
            marked = " ".join(re.sub(r"[\r\n]", " ", document.text[start:end]) for start, end in _pieces(event))
            lines.append(f"T{number}\t{event.type} {spans}\t{marked}\n")
            types.add(event.type)
            if event.status:
                statuses.add(event.status)
                lines.append(f"A{number}\t{_STATUS} T{number} {event.status}\n")
        (path / f"{document.id}.txt").write_text(document.text, encoding="utf-8", newline="")
        (path / f"{document.id}.ann").write_text("".join(lines), encoding="utf-8", newline="")
    status = f"{_STATUS}\tArg:<ENTITY>, Value:{'|'.join(sorted(statuses))}\n" if statuses else ""
    config = "\n".join(["[entities]", *sorted(types), "[relations]", "[events]", "[attributes]", status])
    (path / CONFIG).write_text(config, encoding="utf-8")


def _pieces(event: Event) -> list[Span]:
    """The span without its line breaks, over which brat lets none go."""
    pieces = [
        (event.start + match.start(), event.start + match.end()) for match in re.finditer(r"[^\r\n]+", event.trigger)
    ]
    inner = bool(pieces) and (pieces[0][0], pieces[-1][1]) == event.span
    return pieces if inner else [event.span]
