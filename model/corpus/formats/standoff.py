"""The stand-off format: labels beside texts that may not be passed on.

A JSON file per article, or JSON Lines with an article a line, holds the offsets (code points), types and statuses, and
the SHA-256 of the text they belong to, so that labels never meet a text that differs by one character. Participants are
written without the text of their spans, which may be half a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event
from ...exceptions import InputError
from ...files import files_in, kind_of, read_text, sha256, stem
from ..reading import Reading
from .jsonl import parse_json, read_spans, rows

_DIGITS = 16
"""Fewest hexadecimal digits of a SHA-256 that tell a text from all others."""


def read(path: Path, reading: Reading) -> list[Document]:
    """Read label files, or a folder of them, and join each article's labels with its text.

    Args:
        path: ``NAME.json`` of one article, ``NAME.jsonl`` of many, or a folder of such files.
        reading: its ``texts`` is the folder that holds ``ID.txt``, or ``*.jsonl`` with rows of ``id`` and ``text``.

    Raises:
        InputError: a text is missing or is another one, or a label does not fit it.
    """
    found = []
    files = files_in(path, "json", "jsonl") if path.is_dir() else [path]
    for file in files:
        for place, row in _rows(file, reading):
            with reading.part(place, row.get("id", "")):
                found.append(_document(row, place, file, reading))
                reading.places.append(place)
    return found


def looks_like(row: dict[str, Any]) -> bool:
    """Whether a row of JSON Lines holds labels without their text."""
    return "sha256" in row and "text" not in row


def _rows(file: Path, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind_of(file.name) == "jsonl":
        yield from rows(file, reading)
    else:
        with reading.part(str(file), stem(file.name)):
            yield str(file), read_labels(file)


def _document(row: dict[str, Any], place: str, file: Path, reading: Reading) -> Document:
    _check(row, place)
    text, source = reading.library.find(row["id"], place)
    if not sha256(text).startswith(row["sha256"]) or len(text) != row.get("length", len(text)):
        raise InputError(
            f"{source}: not the text that {place} labels ({len(text)} characters, SHA-256 {sha256(text)[:12]}…; "
            f"wanted {row['sha256'][:12]}…); get the original file"
        )
    events = read_spans(row["events"], text, place, reading, row["id"])
    return Document(text, events, row["id"], {"source": file.name})


def read_labels(path: Path) -> dict[str, Any]:
    """The label file of one article, with its keys checked."""
    return _check(parse_json(read_text(path), str(path)), str(path))


def _check(row: Any, place: str) -> dict[str, Any]:
    for key, kind in {"id": str, "sha256": str, "events": list}.items():
        if not isinstance(row, dict) or not isinstance(row.get(key), kind):
            raise InputError(f"{place}: stand-off labels are an object with {key!r} ({kind.__name__}) in it")
    if len(row["sha256"]) < _DIGITS:
        raise InputError(f"{place}: 'sha256' wants {_DIGITS} hexadecimal digits or more")
    return dict(row)


def write(documents: Iterable[Document], folder: Path) -> None:
    """Write the labels of documents without their texts, a file each with a line for each event."""
    for document in documents:
        head = {"id": document.id, "sha256": sha256(document.text), "length": len(document.text)}
        lines = [f' "{key}": {json.dumps(value, ensure_ascii=False)},\n' for key, value in head.items()]
        events = ",\n".join(f"  {json.dumps(_event(event), ensure_ascii=False)}" for event in document.events)
        labels = "".join(["{\n", *lines, ' "events": [', f"\n{events}\n " if events else "", "]\n}\n"])
        (folder / f"{document.id}.json").write_text(labels, encoding="utf-8")


def _event(event: Event) -> dict[str, Any]:
    row = event.to_dict()
    if event.roles is not None:
        row["roles"] = [{key: value for key, value in role.items() if key != "text"} for role in row["roles"]]
    return row
