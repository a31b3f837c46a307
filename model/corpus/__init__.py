"""Annotation sets: reading, writing and splitting them.

Knows documents and events only, never the tagger.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from model.corpus import inline, jsonl, standoff
from model.document import Document
from model.errors import InputError
from model.files import read_text, sha256

__all__ = ["check_labels", "digest", "files", "read", "read_all"]


def read(path: str | Path, texts: str | Path | None = None, types: Collection[str] | None = None) -> list[Document]:
    """Read an annotation set.

    Args:
        path: a ``.jsonl`` or ``.parquet`` file; an inline article ``.txt``; or a folder, with its subfolders, of inline
            articles or of stand-off labels (``.json``).
        texts: folder of the article texts that stand-off labels belong to.
        types: the event types that may occur; ``None`` takes any.

    Returns:
        The documents in the order of their names; an id is the file's name without its ending.

    Raises:
        InputError: nothing is there, or a file is not what its format says.
    """
    path = Path(path)
    if path.suffix == ".jsonl":
        documents = jsonl.read(path, types)
    elif path.suffix == ".parquet":
        from model.corpus import tables

        documents = tables.read(path, types)
    elif path.suffix == ".txt":
        documents = [inline.parse(read_text(path), path.stem, str(path), types)]
    elif path.suffix == ".json":
        documents = [standoff.read(path, Path(texts) if texts else None, types)]
    elif path.is_dir():
        documents = [document for file in files(path) for document in read(file, texts, types)]
    else:
        raise unreadable(path)
    check_labels(documents, str(path))
    return documents


def files(folder: Path) -> list[Path]:
    """The articles and stand-off labels in a folder and its subfolders, by name.

    Raises:
        InputError: there are none.
    """
    found = sorted(file for file in folder.rglob("*") if file.suffix in (".txt", ".json"))
    if not found:
        raise InputError(f"{folder}: no articles (.txt) or stand-off labels (.json) in this folder")
    return found


def unreadable(path: Path) -> InputError:
    """Why a path is no annotation set."""
    if path.exists():
        return InputError(f"{path}: not a set we read; give a folder, or a .jsonl, .parquet, .txt or .json file")
    return InputError(f"{path}: no such file or folder")


def read_all(
    paths: Sequence[str | Path], texts: str | Path | None = None, types: Collection[str] | None = None
) -> list[Document]:
    """Read several sets as one; their ids must differ."""
    documents = [document for path in paths for document in read(path, texts, types)]
    check_labels(documents, ", ".join(map(str, paths)))
    return documents


def check_labels(documents: Iterable[Document], place: str) -> None:
    """Refuse what no tagger could learn and no scorer could tell apart: overlaps and double ids.

    Raises:
        InputError: with the document and the offsets.
    """
    documents = list(documents)
    counts = Counter(document.id for document in documents)
    for id_, count in counts.items():
        if count > 1:
            raise InputError(f"{place}: {count} documents are called {id_!r}; rename all but one")
    for document in documents:
        for first, second in zip(document.events, document.events[1:], strict=False):
            if first.overlaps(second):
                raise InputError(
                    f"{place}: document {document.id!r}: labels overlap, {first.trigger!r} ({first.type}) at "
                    f"{first.start}:{first.end} and {second.trigger!r} ({second.type}) at "
                    f"{second.start}:{second.end}; keep one"
                )


def digest(documents: Sequence[Document]) -> str:
    """The SHA-256 of documents with their labels."""
    return sha256("\n".join(json.dumps(document.to_dict(), sort_keys=True) for document in documents))
