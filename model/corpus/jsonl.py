"""Our JSON Lines format: ``{"id", "text", "events": [{"start", "end", "type", …}], "meta"}`` per line.

Offsets are Unicode code points, half-open. ``trigger``, ``score``, ``status`` and ``status_score`` of an event are
optional; a ``trigger`` that is there must be the text of its span.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from model.document import Document, Event
from model.errors import InputError, nearest
from model.files import read_text

_OPTIONAL = {"trigger": str, "score": float, "status": str, "status_score": float}


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with its place (``file:line``); blank lines are skipped.

    Raises:
        InputError: a line is not a JSON object.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", parse_row(line, f"{path}:{number}")


def parse_row(line: str, place: str) -> dict[str, Any]:
    """One line as an object; ``place`` names it in the message if it is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON ({error})") from None
    if not isinstance(row, dict):
        raise InputError(f"{place}: a JSON object is wanted, this is {line[:40]!r}")
    return row


def parse_document(row: dict[str, Any], place: str, types: Collection[str] | None = None) -> Document:
    """A document from its object.

    Raises:
        InputError: with the place, the document and what to do about it.

    >>> parse_document({"id": "a", "text": "A coup.", "events": []}, "f:1").id
    'a'
    """
    text, id_ = row.get("text"), row.get("id", "")
    if not isinstance(text, str):
        raise InputError(f'{place}: \'text\' is missing or no string; a line is {{"id": …, "text": …}}')
    if not isinstance(id_, (str, int)):
        raise InputError(f"{place}: 'id' must be a string, this is {id_!r}")
    meta = row.get("meta", {})
    if not isinstance(meta, dict):
        raise InputError(f"{place}: 'meta' must be an object")
    return Document(text, read_spans(row.get("events", []), text, place, types), str(id_), meta)


def read_spans(spans: Any, text: str, place: str, types: Collection[str] | None) -> tuple[Event, ...]:
    """Events from their objects, checked against the text they mark.

    Raises:
        InputError: a span is not whole, outside the text, not its trigger, or of an unknown type.
    """
    if not isinstance(spans, list):
        raise InputError(f"{place}: 'events' must be a list")
    events = []
    for number, span in enumerate(spans):
        here = f"{place}: event {number}"
        if not isinstance(span, dict):
            raise InputError(f"{here}: an object with start, end and type is wanted, this is {span!r}")
        start, end, type_ = span.get("start"), span.get("end"), span.get("type")
        if type(start) is not int or type(end) is not int or not isinstance(type_, str):
            raise InputError(f"{here}: wants whole numbers 'start' and 'end' and a string 'type', this is {span!r}")
        if not 0 <= start < end <= len(text):
            raise InputError(f"{here}: span {start}:{end} is empty or outside the text of {len(text)} characters")
        found = text[start:end]
        if span.get("trigger") not in (None, found):
            raise InputError(
                f"{here}: the trigger {span['trigger']!r} does not stand at {start}:{end}, there is {found!r}; "
                "offsets are code points from the start of the text"
            )
        if types is not None and type_ not in types:
            raise InputError(f"{here}: unknown event type {type_!r}; {nearest(type_, types)}")
        known: dict[str, Any] = {}
        for key, kind in _OPTIONAL.items():
            value = span.get(key)
            if kind is float and type(value) is int:
                value = float(value)
            if value is not None and not isinstance(value, kind):
                raise InputError(f"{here}: {key!r} must be a {kind.__name__}, this is {value!r}")
            known[key] = value
        known["trigger"] = found
        try:
            events.append(Event(start, end, type_, **known))
        except ValueError as error:
            raise InputError(f"{here}: {error}") from None
    return tuple(events)


def read(path: Path, types: Collection[str] | None = None) -> list[Document]:
    """All documents of a file; a missing id becomes the line's number."""
    documents = [parse_document({"id": place.rsplit(":", 1)[1]} | row, place, types) for place, row in rows(path)]
    if not documents:
        raise InputError(f"{path}: no documents in it")
    return documents
