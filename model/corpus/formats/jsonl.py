"""Our JSON Lines format: ``{"id", "text", "events": [{"start", "end", "type", …}], "meta"}`` per line.

Offsets are Unicode code points, half-open. ``trigger``, ``score``, ``status`` and ``status_score`` of an event are
optional; a ``trigger`` that is there must be the text of its span, and where it is that only in UTF-16 units or UTF-8
bytes, the offsets are converted. So are those of its participants: ``roles``, a list of ``{"role", "start", "end"}``
with ``text``, ``head`` (``[start, end]``) and ``score`` where they are known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ... import files
from ...documents.document import Document, Event, Role
from ...exceptions import InputError, nearest
from ...files import read_text
from ..offsets import Count, Span, recognise, same, to_code_points
from ..reading import MisalignedError, Notes, Reading
from .keys import check_keys

_OPTIONAL = {"score": float, "status": str, "status_score": float}
_KEYS = ("id", "text", "events", "meta")


def rows(path: Path, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with its place (``file:line``); blank lines are skipped.

    Raises:
        InputError: a line is not a JSON object.
    """
    text = read_text(path)
    if re.match(r"\s*\[\s*[{\]]", text) and _is_json(text):
        raise InputError(f"{path}: one JSON list, where each line should be an object; write each on a line of its own")
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            with reading.part(place):
                yield place, parse_row(line, place)


def parse_json(text: str, place: str) -> Any:
    """What a JSON text holds; ``place`` names it in the message if it is none."""
    # doccano fills a key that another line has with NaN.
    return files.parse_json(text, place, missing=True)


def _is_json(text: str) -> bool:
    try:
        parse_json(text, "")
    except InputError:
        return False
    return True


def parse_row(line: str, place: str) -> dict[str, Any]:
    """One line as an object; ``place`` names it in the message if it is none."""
    row = parse_json(line, place)
    if not isinstance(row, dict):
        raise InputError(f"{place}: a JSON object is wanted, this is {line.strip()[:40]!r}")
    return row


def parse_document(row: dict[str, Any], place: str, reading: Reading | None = None) -> Document:
    """A document from its object.

    Raises:
        InputError: with the place, the document and what to do about it.

    >>> parse_document({"id": "a", "text": "A coup.", "events": []}, "f:1").id
    'a'
    """
    reading = reading or Reading()
    text, id_ = row.get("text"), row.get("id", "")
    if not isinstance(text, str):
        raise InputError(f'{place}: \'text\' is missing or no string; a line is {{"id": …, "text": …}}')
    check_keys(row, text, _KEYS, place)
    reading.notes[f"other keys of {{}} documents left out; they have {', '.join(_KEYS)}"] += not row.keys() <= {*_KEYS}
    # Tables hold numbers as floats where some are missing, and dates.
    if isinstance(id_, float) and id_.is_integer():
        id_ = int(id_)
    elif isinstance(id_, date):
        id_ = id_.isoformat()
    if not isinstance(id_, (str, int)):
        raise InputError(f"{place}: 'id' must be a string, this is {id_!r}")
    meta = row.get("meta", {})
    if not isinstance(meta, dict):
        raise InputError(f"{place}: 'meta' must be an object")
    events = read_spans(row.get("events", []), text, place, reading, str(id_))
    reading.places.append(place)
    return Document(text, events, str(id_), meta)


def meta_of(row: Mapping[str, Any], date_key: str = "date") -> dict[str, Any]:
    """What a row of a text to tag says of it for the coding of its events: its ``meta`` with what stands beside.

    Args:
        row: of JSON Lines or of a table.
        date_key: where it has the document's day.

    >>> meta_of({"text": "", "day": "2025-09-19", "source": None, "meta": {"date": "", "source": "AFP"}}, "day")
    {'date': '2025-09-19', 'source': 'AFP'}
    """
    meta = dict(row["meta"]) if isinstance(row.get("meta"), dict) else {}
    places = {"date": date_key, "dateline": "dateline", "source": "source"}
    meta |= {key: row[name] for key, name in places.items() if row.get(name)}
    if not isinstance(meta.get("source"), str) or not meta["source"].strip():
        meta.pop("source", None)
    return meta


def read_spans(spans: Any, text: str, place: str, reading: Reading, document: str = "") -> tuple[Event, ...]:
    """Events from their objects, checked against the text they mark.

    Raises:
        InputError: a span is not whole, outside the text, not its trigger, or of an unknown type.
    """
    if not isinstance(spans, list):
        raise InputError(f"{place}: 'events' must be a list")
    numbered = well_formed(spans, place, reading, document)
    marks = [(span["start"], span["end"]) for _, span in numbered]
    count = (
        Count(reading.offsets) if reading.offsets else recognise(text, marks, [s.get("trigger") for _, s in numbered])
    )
    places = to_code_points(text, count)
    note_count(count, places, marks, reading.notes)
    events = []
    for number, span in numbered:
        here = f"{place}: event {number}"
        with reading.part(here, document):
            start, end, type_ = span["start"], span["end"], span["type"]
            if start not in places or end not in places or start >= end:
                raise MisalignedError(
                    f"{here}: span {start}:{end} is empty or outside the text of {len(text)} characters"
                    + (f", or begins or ends inside one, counting {count.words}" if count != Count() else "")
                )
            start, end = places[start], places[end]
            found = text[start:end]
            if span.get("trigger") is not None and not same(found, span["trigger"]):
                raise MisalignedError(
                    f"{here}: the trigger {span['trigger']!r} does not stand at {start}:{end}, there is {found!r}; "
                    "offsets are code points from the start of the text"
                )
            if reading.types is not None and type_ not in reading.types:
                raise InputError(f"{here}: unknown event type {type_!r}; {nearest(type_, reading.types)}")
            try:
                roles = read_roles(span.get("roles"), text, places, here)
                events.append(Event(start, end, type_, found, **_optional(span, here), roles=roles))
            except ValueError as error:
                raise InputError(f"{here}: {error}") from None
    return _distinct(events, reading)


def read_roles(rows: Any, text: str, places: Mapping[int, int] | Sequence[int], here: str) -> tuple[Role, ...] | None:
    """The participants of an event from their objects; ``None`` where there is no list of them.

    Args:
        rows: the list, or ``None``.
        text: the text that they mark.
        places: the code point of each offset as the file counts.
        here: the event's place, for messages.

    Raises:
        InputError: one is no span of the text with a role, or not the text that it says.

    >>> read_roles([{"role": "actor", "start": 0, "end": 4}], "Chad left.", range(11), "f:1: event 0")[0].text
    'Chad'
    """
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise InputError(f"{here}: 'roles' must be a list of objects with role, start and end")
    found = []
    for number, row in enumerate(rows):
        place = f"{here}: participant {number}"
        if not isinstance(row, dict) or not isinstance(row.get("role"), str):
            raise InputError(f"{place}: an object with role, start and end is wanted, this is {row!r}")
        span = _offsets([row.get("start"), row.get("end")], places, place)
        head = None if row.get("head") is None else _offsets(row["head"], places, place)
        marked = text[slice(*span)]
        if not isinstance(row.get("text", ""), str | None):
            raise InputError(f"{place}: 'text' must be a string, this is {row['text']!r}")
        if row.get("text") is not None and not same(marked, row["text"]):
            raise MisalignedError(
                f"{place}: {row['text']!r} does not stand at {span[0]}:{span[1]}, there is {marked!r}"
            )
        score = row.get("score")
        if score is not None and type(score) not in (int, float):
            raise InputError(f"{place}: 'score' must be a number, this is {score!r}")
        try:
            found.append(Role(row["role"], *span, marked, head, None if score is None else float(score)))
        except ValueError as error:
            raise InputError(f"{place}: {error}") from None
    return tuple(found)


def _offsets(ends: Any, places: Mapping[int, int] | Sequence[int], here: str) -> Span:
    if not isinstance(ends, list) or len(ends) != 2 or not all(type(end) is int and end in places for end in ends):
        raise MisalignedError(f"{here}: {ends!r} are no two offsets in the text; wants whole numbers from its start")
    return places[ends[0]], places[ends[1]]


def _distinct(events: Sequence[Event], reading: Reading) -> tuple[Event, ...]:
    """The events without those that stand there twice, unless all faults are wanted."""
    if reading.refusals is not None:
        return tuple(events)
    found: dict[tuple[int, int, str], Event] = {}
    for event in events:
        kept = found.setdefault((*event.span, event.type), event)
        reading.notes["{} participants of duplicate events left out"] += len(
            {*(event.roles or ())} - {*(kept.roles or ())}
        )
    reading.notes["{} duplicate events left out that mark the span of another with the same type"] += len(events) - len(
        found
    )
    return tuple(found.values())


def _optional(span: Mapping[str, Any], here: str) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, kind in _OPTIONAL.items():
        value = span.get(key)
        if kind is float and type(value) is int:
            value = float(value)
        if value is not None and not isinstance(value, kind):
            raise InputError(f"{here}: {key!r} must be a {kind.__name__}, this is {value!r}")
        known[key] = value
    return known


def note_count(count: Count, places: Mapping[int, int] | range, spans: Iterable[Span], notes: Notes) -> None:
    """Count a document whose offsets the conversion changes."""
    notes[f"offsets of {{}} documents count {count.words}; converted to code points"] += any(
        offset in places and places[offset] != offset for span in spans for offset in span
    )


def well_formed(spans: Sequence[Any], place: str, reading: Reading, document: str) -> list[tuple[int, dict[str, Any]]]:
    """The spans that have a start, an end and a type, with their numbers.

    Raises:
        InputError: one has not.
    """
    found = []
    for number, span in enumerate(spans):
        here = f"{place}: event {number}"
        with reading.part(here, document):
            _check_shape(span, here)
            found.append((number, span))
    return found


def _check_shape(span: Any, here: str) -> None:
    if not isinstance(span, dict):
        raise InputError(f"{here}: an object with start, end and type is wanted, this is {span!r}")
    start, end, type_ = span.get("start"), span.get("end"), span.get("type")
    if type(start) is not int or type(end) is not int or not isinstance(type_, str):
        raise InputError(f"{here}: wants whole numbers 'start' and 'end' and a string 'type', this is {span!r}")
    if span.get("trigger") is not None and not isinstance(span["trigger"], str):
        raise InputError(f"{here}: 'trigger' must be a string, this is {span['trigger']!r}")


def length(row: Mapping[str, Any], key: str) -> int:
    """How many entries the list under a key has; 0 where there is none."""
    return len(row[key]) if isinstance(row.get(key), list) else 0


def read(path: Path, reading: Reading) -> list[Document]:
    """All documents of a file; a missing id becomes the line's number."""

    def parse(row: dict[str, Any], place: str, reading: Reading) -> Document:
        return parse_document({"id": place.rsplit(":", 1)[1]} | row, place, reading)

    return parse_rows(path, reading, parse)


def parse_rows(
    path: Path, reading: Reading, parse: Callable[[dict[str, Any], str, Reading], Document], id_key: str = "id"
) -> list[Document]:
    """The documents of a file with one on each line.

    Args:
        path: the file.
        reading: how to read it; a line that is refused is one part of it.
        parse: makes the document of a line's object, its place and the reading.
        id_key: where an object has its id.
    """
    found = []
    for place, row in rows(path, reading):
        with reading.part(place, row.get(id_key, "")):
            found.append(parse(row, place, reading))
    return found


def write(documents: Iterable[Document], path: Path) -> None:
    """One line per document."""
    write_rows((document.to_dict() for document in documents), path)


def write_rows(objects: Iterable[dict[str, Any]], path: Path) -> None:
    """JSON Lines of objects, non-ASCII as it is."""
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        # Half a surrogate pair has no UTF-8, but JSON can escape it.
        lines.writelines(_dumps(row) + "\n" for row in objects)


def _dumps(row: dict[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(row)
    return line
