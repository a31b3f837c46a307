"""doccano's JSON Lines: ``{"id", "text", "label": [[start, end, type], …]}``, other keys are meta.

Projects that also label relations export ``"entities": [{"id", "label", "start_offset", "end_offset"}]`` instead, with
``"relations": [{"from_id", "to_id", "type"}]``: from an event to an entity ``participant``, with its role. doccano
counts UTF-16 units (https://github.com/doccano/doccano/issues/2290) unless the project counts grapheme clusters, and
its export carries no triggers by which to tell. Our own files say the unit in the key ``offsets``, which doccano hands
through; other files are refused where it matters, until the unit is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ...documents.document import Document
from ...exceptions import InputError
from ..offsets import UNITS, ambiguous, from_code_points
from ..reading import Reading
from .jsonl import length, parse_document, parse_rows, write_rows
from .keys import check_keys, listed
from .relations import PARTICIPANT, Relation, bind, spans_of

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
    labels: list[tuple[Any, dict[str, Any]]] = []
    for number, label in enumerate(listed(row, key, object, place)):
        id_ = label.get("id") if isinstance(label, dict) else None
        if isinstance(label, dict):
            label = [label.get("start_offset"), label.get("end_offset"), label.get("label")]
        if not isinstance(label, list) or len(label) != 3:
            raise InputError(f"{place}: label {number} is {label!r}; wants [start, end, type]")
        labels.append((str(id_), {"start": label[0], "end": label[1], "type": label[2]}))
    text = row.get("text", row.get("data"))
    # doccano fills a key that another line lacks with NaN.
    row = {key: value for key, value in row.items() if value == value}
    unit = reading.offsets or (row["offsets"] if row.get("offsets") in UNITS else None)
    spans = [(label["start"], label["end"]) for _, label in labels if type(label["end"]) is int]
    if unit is None and isinstance(text, str) and ambiguous(text, spans):
        raise InputError(
            f"{place}: characters beyond the BMP (emoji) come before labels, and doccano does not say how it counts "
            "them; give --offsets utf-16 (doccano's default) or --offsets code-points"
        )
    check_keys(row, text, [*_NO_META, "meta", "document"], place)
    relations = [
        Relation(str(relation.get("from_id")), str(relation.get("to_id")), relation.get("type"))
        for relation in listed(row, "relations", dict, place)
    ]
    for name in ("Comments", "comments"):
        reading.notes[f"{{}} {name.lower()} left out"] += length(row, name)
    meta = {key: value for key, value in row.items() if key not in _NO_META and value is not None}
    own = meta.pop("document", None)
    if isinstance(meta.get("meta"), dict):
        meta |= meta.pop("meta")
    known = {
        "id": row.get("id", place.rsplit(":", 1)[1]) if own is None else own,
        "text": text,
        "events": bind(labels, relations, reading.notes),
        "meta": meta,
    }
    return parse_document(known, place, replace(reading, offsets=unit))


def write(documents: Iterable[Document], path: Path, extra: Iterable[dict[str, Any]] | None = None) -> None:
    """JSON Lines to import as *JSONL* with the column ``label``, or as *JSONL(relation)* where a set has participants.

    Our name of a document goes in the key ``document``, since doccano numbers its own.

    Args:
        documents: what to write.
        path: the file.
        extra: more keys for each document.
    """
    documents = list(documents)
    related = any(event.roles for document in documents for event in document.events)
    ids = count(1)
    rows = [
        {"text": document.text}
        | (_related(document, ids) if related else {"label": [[*span.values()] for span in _spans(document)]})
        | {"document": document.id, "offsets": "utf-16", "meta": dict(document.meta)}
        for document in documents
    ]
    write_rows((row | more for row, more in zip(rows, extra or [{} for _ in rows], strict=True)), path)


def _related(document: Document, ids: Iterator[int]) -> dict[str, Any]:
    """Entities and relations of a document; doccano numbers both through a project."""
    events = [{"id": next(ids), "label": span.pop("type"), **span} for span in _spans(document)]
    offset = partial(from_code_points, document.text, unit="utf-16")
    participants = {
        span: {"id": next(ids), "label": PARTICIPANT, "start_offset": offset(span[0]), "end_offset": offset(span[1])}
        for span in spans_of(document)
    }
    relations = [
        {"id": next(ids), "from_id": entity["id"], "to_id": participants[role.span]["id"], "type": role.role}
        for event, entity in zip(document.events, events, strict=True)
        for role in event.roles or ()
    ]
    return {"entities": [*events, *participants.values()], "relations": relations}


def _spans(document: Document) -> Iterator[dict[str, Any]]:
    offset = partial(from_code_points, document.text, unit="utf-16")
    for event in document.events:
        yield {"start_offset": offset(event.start), "end_offset": offset(event.end), "type": event.type}
