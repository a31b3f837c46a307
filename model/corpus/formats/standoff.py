"""The stand-off format: labels beside texts that may not be passed on.

A JSON file per article, or JSON Lines with an article a line, holds the offsets (code points), types and statuses, and
the SHA-256 of the text they belong to, so that labels never meet a text that differs by one character.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...document import Document
from ...exceptions import InputError
from ...files import files_in, kind_of, read_text, sha256, stem
from ..reading import Reading
from .jsonl import parse_json, parse_row, read_spans, rows

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
    texts = _Texts(reading.texts)
    found = []
    files = files_in(path, "json", "jsonl") if path.is_dir() else [path]
    for file in files:
        for place, row in _rows(file, reading):
            with reading.part(place, row.get("id", "")):
                found.append(_document(row, place, file, texts, reading))
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


def _document(row: dict[str, Any], place: str, file: Path, texts: _Texts, reading: Reading) -> Document:
    _check(row, place)
    text, source = texts.find(row["id"], place)
    if not sha256(text).startswith(row["sha256"]) or len(text) != row.get("length", len(text)):
        raise InputError(
            f"{source}: not the text that {place} labels ({len(text)} characters, SHA-256 {sha256(text)[:12]}…; "
            f"wanted {row['sha256'][:12]}…); get the original file"
        )
    events = read_spans(row["events"], text, place, reading, row["id"])
    return Document(text, events, row["id"], {"source": file.name})


class _Texts:
    """The texts of a folder, by id; its JSON Lines are read when the first text is asked for that has no file."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, Path] | None = None
        self._rows: dict[str, tuple[str, str]] | None = None

    def find(self, id_: str, place: str) -> tuple[str, str]:
        """A text and where it stands."""
        if self._folder is None:
            raise InputError(
                f"{place}: the labels need the article texts; name their folder: --set data.texts=DIR or --texts DIR"
            )
        if self._files is None:
            inside = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
            self._files = {stem(file.name): file for file in inside if kind_of(file.name) == "text"}
        if file := self._files.get(id_):
            return read_text(file), str(file)
        if self._rows is None:
            self._rows = dict(self._read())
        if id_ not in self._rows:
            where = f"no {id_}.txt and no row of that id in a .jsonl" if self._folder.is_dir() else "no such folder"
            raise InputError(f"{self._folder}: {where}; it should hold the text that {place} labels")
        return self._rows[id_]

    def _read(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for file in sorted(self._folder.glob("*")) if self._folder else []:
            if kind_of(file.name) != "jsonl":
                continue
            for number, line in enumerate(read_text(file).split("\n"), 1):
                if line.strip():
                    row = parse_row(line, f"{file}:{number}")
                    if isinstance(row.get("id"), str) and isinstance(row.get("text"), str):
                        yield row["id"], (row["text"], f"{file}:{number}")


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
    """Write the labels of documents without their texts, a file each."""
    for document in documents:
        row = {
            "id": document.id,
            "sha256": sha256(document.text),
            "length": len(document.text),
            "events": [event.to_dict() for event in document.events],
        }
        labels = json.dumps(row, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{document.id}.json").write_text(labels, encoding="utf-8")
