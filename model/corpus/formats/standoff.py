"""The stand-off format: labels beside a text that may not be passed on.

One JSON file per article holds the offsets (code points), types, statuses and triggers, and the SHA-256 and
length of the text they belong to, so that labels never meet a text that differs by one character.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...document import Document
from ...exceptions import InputError
from ...files import files_in, read_text, sha256
from ..reading import Reading
from .jsonl import parse_json, read_spans


def read(path: Path, reading: Reading) -> list[Document]:
    """Read one label file, or a folder of them, and join each with its text.

    Args:
        path: ``NAME.json``, or a folder of them.
        reading: its ``texts`` is the folder that holds ``NAME.txt``.

    Raises:
        InputError: the text is missing or is another one, or a label does not fit it.
    """
    found = []
    for file in files_in(path, ".json") if path.is_dir() else [path]:
        with reading.part(str(file), file.stem):
            found.append(_document(file, reading))
            reading.places.append(str(file))
    return found


def _document(path: Path, reading: Reading) -> Document:
    row, texts = read_labels(path), reading.texts
    if texts is None:
        raise InputError(
            f"{path}: the labels need the article texts; name their folder with --set data.texts=DIR or --texts DIR"
        )
    text_path = texts / f"{row['id']}.txt"
    if not text_path.is_file():
        raise InputError(f"{text_path}: no such file; it is the text that {path} labels, give its folder as texts")
    text = read_text(text_path)
    if sha256(text) != row["sha256"] or len(text) != row["length"]:
        raise InputError(
            f"{text_path}: not the text that {path} labels ({len(text)} characters, SHA-256 {sha256(text)[:12]}…; "
            f"wanted {row['length']}, {row['sha256'][:12]}…); get the original file"
        )
    events = read_spans(row["events"], text, str(path), reading, row["id"])
    return Document(text, events, row["id"], {"source": path.name})


def read_labels(path: Path) -> dict[str, Any]:
    """The label file itself, with its keys checked."""
    row = parse_json(read_text(path), str(path))
    wanted = {"id": str, "sha256": str, "length": int, "events": list}
    for key, kind in wanted.items():
        if not isinstance(row, dict) or not isinstance(row.get(key), kind):
            raise InputError(f"{path}: a stand-off file is an object with {key!r} ({kind.__name__}) in it")
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
