"""Prodigy's JSON Lines (https://prodi.gy/docs/api-interfaces): ``{"text", "spans": [{"start", "end", "label"}]}``.

Offsets are code points, as in spaCy. Prodigy keeps keys it does not know, so ``id``, ``meta`` and the status, scores
and participants of a span come back; the arcs of ``rel.manual`` are left out. Only tasks that were accepted count: the
others say nothing about the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event
from ..reading import Reading
from .jsonl import length, parse_document, rows, write_rows
from .keys import check_keys, listed

_KEYS = ("text", "spans", "tokens", "relations", "id", "meta", "answer", "options", "accept", "label", "html")
_KEPT = ("score", "status", "status_score", "roles")


def looks_like(row: dict[str, Any]) -> bool:
    """Whether a line is Prodigy's."""
    return "text" in row and "events" not in row and (isinstance(row.get("spans"), list) or "_input_hash" in row)


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of an export (``prodigy db-out``), or of a file to import.

    Raises:
        InputError: a span is not what the format says, or not its text, with the line.
    """
    found = []
    for place, row in rows(path, reading):
        if (answer := row.get("answer", "accept")) != "accept":
            reading.notes[f"{{}} tasks left out whose answer is {answer!r}"] += 1
            continue
        with reading.part(place, row.get("id", "")):
            found.append(_document(row, place, reading))
    return found


def _document(row: dict[str, Any], place: str, reading: Reading) -> Document:
    reading.notes["{} relations left out"] += length(row, "relations")
    spans = listed(row, "spans", dict, place)
    check_keys(row, row.get("text"), [*_KEYS, *(key for key in row if key.startswith("_"))], place)
    events = [
        {"start": span.get("start"), "end": span.get("end"), "type": span.get("label"), "trigger": span.get("text")}
        | {key: span[key] for key in _KEPT if key in span}
        for span in spans
    ]
    id_ = row.get("id", place.rsplit(":", 1)[1])
    known = {"id": id_, "text": row.get("text"), "events": events, "meta": row.get("meta") or {}}
    return parse_document(known, place, reading)


def write(documents: Iterable[Document], path: Path) -> None:
    """Tasks for ``prodigy spans.manual`` (or ``ner.manual`` where no spans overlap), which adds the tokens itself."""
    write_rows(
        (
            {"id": document.id, "text": document.text, "spans": [_span(event) for event in document.events]}
            | ({"meta": dict(document.meta)} if document.meta else {})
            for document in documents
        ),
        path,
    )


def _span(event: Event) -> dict[str, Any]:
    row = event.to_dict()
    return {
        "start": row.pop("start"),
        "end": row.pop("end"),
        "label": row.pop("type"),
        "text": row.pop("trigger"),
        **row,
    }
