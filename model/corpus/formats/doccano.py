"""doccano's JSON Lines: ``{"id", "text", "label": [[start, end, type], …]}``, other keys are meta.

Projects that also label relations export ``"entities": [{"label", "start_offset", "end_offset"}]`` instead. doccano
counts UTF-16 units (https://github.com/doccano/doccano/issues/2290) unless the project counts grapheme clusters, and
its export carries no triggers by which to tell. Our own files say the unit in the key ``offsets``, which doccano hands
through; other files are refused where it matters, until the unit is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...documents.document import Document
from ...exceptions import InputError
from ..offsets import UNITS, ambiguous, from_code_points
from ..reading import Reading
from .jsonl import length, parse_document, parse_rows, write_rows
from .keys import check_keys, listed

_LABELS = ("label", "labels", "entities")
_NO_META = ("text", "data", "id", "offsets", "relations", "Comments", "comments", *_LABELS)


def looks_like(row: dict[str, Any]) -> bool:
    """Whether a line is doccano's."""
    labels = any(isinstance(row.get(key), list) for key in _LABELS)
    return labels and "events" not in row and any(isinstance(row.get(key), str) for key in ("text", "data"))


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of an export.

    Raises:
        InputError: a label is not what the format says, or the unit of its offsets cannot be told, with the line.
    """
    return parse_rows(path, reading, _document)


def _document(row: dict[str, Any], place: str, reading: Reading) -> Document:
    key = next((key for key in _LABELS if key in row), None)
    if key is None:
        raise InputError(f"{place}: no 'label' in it; a line of doccano's is {{'text': …, 'label': [[0, 4, 'type']]}}")
    events = []
    for number, label in enumerate(listed(row, key, object, place)):
        if isinstance(label, dict):
            label = [label.get("start_offset"), label.get("end_offset"), label.get("label")]
        if not isinstance(label, list) or len(label) != 3:
            raise InputError(f"{place}: label {number} is {label!r}; wants [start, end, type]")
        events.append({"start": label[0], "end": label[1], "type": label[2]})
    text = row.get("text", row.get("data"))
    # doccano fills a key that another line lacks with NaN.
    row = {key: value for key, value in row.items() if value == value}
    unit = reading.offsets or (row["offsets"] if row.get("offsets") in UNITS else None)
    spans = [(event["start"], event["end"]) for event in events if type(event["end"]) is int]
    if unit is None and isinstance(text, str) and ambiguous(text, spans):
        raise InputError(
            f"{place}: characters beyond the BMP (emoji) come before labels, and doccano does not say how it counts "
            "them; give --offsets utf-16 (doccano's default) or --offsets code-points"
        )
    check_keys(row, text, [*_NO_META, "meta", "document"], place)
    for name in ("relations", "Comments", "comments"):
        reading.notes[f"{{}} {name.lower()} left out"] += length(row, name)
    meta = {key: value for key, value in row.items() if key not in _NO_META and value is not None}
    own = meta.pop("document", None)
    if isinstance(meta.get("meta"), dict):
        meta |= meta.pop("meta")
    known = {
        "id": row.get("id", place.rsplit(":", 1)[1]) if own is None else own,
        "text": text,
        "events": events,
        "meta": meta,
    }
    return parse_document(known, place, replace(reading, offsets=unit))


def write(documents: Iterable[Document], path: Path, extra: Iterable[dict[str, Any]] | None = None) -> None:
    """JSON Lines to import as *JSONL* with the column ``label``.

    Our name of a document goes in the key ``document``, since doccano numbers its own.

    Args:
        documents: what to write.
        path: the file.
        extra: more keys for each document.
    """
    documents = list(documents)
    write_rows(map(_row, documents, extra or [{} for _ in documents]), path)


def _row(document: Document, extra: dict[str, Any]) -> dict[str, Any]:
    text = document.text
    labels = [
        [from_code_points(text, event.start, "utf-16"), from_code_points(text, event.end, "utf-16"), event.type]
        for event in document.events
    ]
    row = {"text": text, "label": labels, "document": document.id, "offsets": "utf-16", "meta": dict(document.meta)}
    return row | extra
