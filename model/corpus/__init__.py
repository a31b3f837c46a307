"""Annotation sets: reading, writing and splitting them.

Knows documents and events only, never the tagger.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ..documents.document import Document
from ..exceptions import InputError
from ..files import sha256
from .formats import registry as formats
from .reading import Reading

__all__ = ["check_ids", "digest", "read", "read_all", "write"]


def read(
    path: str | Path,
    texts: str | Path | None = None,
    types: Collection[str] | None = None,
    format: str | None = None,
    offsets: str | None = None,
) -> list[Document]:
    """Read an annotation set, in any format of ``docs/FORMATS.md``.

    What was detected, converted or left out is said as warnings of the logger ``news_event_tagger.corpus``.

    Args:
        path: a file, or a folder with its subfolders.
        texts: folder of the article texts that stand-off labels belong to.
        types: the event types that may occur; ``None`` takes any.
        format: name of the format; ``None`` tells it by what is in the files.
        offsets: what the file counts: ``"code-points"``, ``"utf-16"`` or ``"utf-8"``; ``None`` finds out.

    Returns:
        The documents in the order of their files; where a format has no names for them, an id is the file's name
        without its ending, and a number where there are several.

    Raises:
        InputError: nothing is there, or a file is not what its format says.
    """
    reading = Reading(types, Path(texts) if texts else None, offsets)
    documents = formats.load(Path(path), reading, format)
    reading.notes.log(path)
    check_ids(documents, str(path))
    return documents


def read_all(
    paths: Sequence[str | Path],
    texts: str | Path | None = None,
    types: Collection[str] | None = None,
    format: str | None = None,
    offsets: str | None = None,
) -> list[Document]:
    """Read several sets as one; their ids must differ."""
    documents = [document for path in paths for document in read(path, texts, types, format, offsets)]
    check_ids(documents, ", ".join(map(str, paths)))
    return documents


def write(documents: Sequence[Document], path: str | Path, format: str | None = None) -> list[str]:
    """Write an annotation set.

    Args:
        documents: what to write.
        path: the file, or a new folder for formats of several files.
        format: name of the format; ``None`` goes by the ending of ``path``.

    Returns:
        What the format could not hold, a sentence for each kind with its count.

    Raises:
        InputError: the format is unknown, or cannot hold a document at all.
    """
    return formats.save(documents, Path(path), format)


def check_ids(documents: Iterable[Document], place: str) -> None:
    """Refuse what no scorer could tell apart: double ids.

    Raises:
        InputError: with the id.
    """
    counts = Counter(document.id for document in documents)
    for id_, count in counts.items():
        if count > 1:
            raise InputError(f"{place}: {count} documents are called {id_!r}; rename all but one")


def digest(documents: Sequence[Document]) -> str:
    """The SHA-256 of documents with their labels."""
    return sha256("\n".join(json.dumps(document.to_dict(), sort_keys=True) for document in documents))
