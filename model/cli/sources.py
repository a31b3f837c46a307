"""Texts to tag, from files of any kind."""

from __future__ import annotations

import contextlib
import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..documents.document import Document
from ..exceptions import InputError
from ..files import decode, files_in, kind_of, read_text, stem, unpacked

STANDARD_INPUT = "-"


def texts_of(source: Path, **how: Any) -> list[Document]:
    """The texts to label: what :func:`labelled_texts_of` gives, without its events."""
    return [document.with_events([]) for document in labelled_texts_of(source, **how)]


def labelled_texts_of(source: Path, **how: Any) -> list[Document]:
    """Plain text files, or the documents of an annotation set.

    Args:
        source: a file, or a folder with its subfolders.
        how: to read a set, see :func:`.read`.

    Raises:
        InputError: nothing is there, or it is not what its format says.
    """
    from ..corpus import read
    from ..corpus.formats import registry as formats

    files = files_in(source) if source.is_dir() else [source]
    texts = [file for file in files if kind_of(file.name) == "text"]
    plain = texts and not any(kind_of(file.name) not in ("text", None) for file in files)
    if plain and not how.get("format") and formats.detect(texts[0]) == "inline":
        # An article in our inline format has its title in the header.
        header = read_text(texts[0]).partition("\n\n")[0].split("\n")
        if not any(line.startswith("title: ") for line in header):
            return [Document(read_text(file), id=stem(file.name)) for file in texts]
    return read(source, **how)


def check_files(names: list[str], kind: str | None) -> None:
    """Make sure that there are files to tag, before a model is loaded.

    Raises:
        InputError: one is not there, or holds a table, with the way out.
    """
    for name in names:
        if name == STANDARD_INPUT:
            continue
        path = Path(name)
        if not _exists(path):
            close = difflib.get_close_matches(path.name, _names_in(path.parent), n=1)
            way = "give text files, JSON Lines, or - and pipe the text into the command"
            way = f"did you mean {str(path.with_name(close[0]))!r}?" if close else way
            raise InputError(f"{name[:200]}: no such file; {way}")
        if path.is_dir():
            raise InputError(f"{name}: a folder; name its files, such as {name.rstrip('/')}/*.txt")
        if kind is None and kind_of(name) == "parquet":
            raise InputError(f"{name}: a table; news-events bulk reads Parquet")
        if kind is None and kind_of(name) not in ("text", "jsonl", None):
            raise InputError(
                f"{name}: an annotation set; news-events convert writes it as JSON Lines, or say what it is"
            )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a text, where a name is wanted
        return False


def _names_in(folder: Path) -> list[str]:
    try:
        return [file.name for file in folder.iterdir()]
    except (OSError, ValueError):
        return []


def holds_rows(name: str, kind: str | None) -> bool:
    """Whether a file holds a JSON object per line, each with a text, and not one text.

    Args:
        name: of the file.
        kind: what the user says that it is, ``"text"`` or ``"jsonl"``; ``None`` goes by the name.
    """
    return (kind or kind_of(name)) == "jsonl"


def documents_in(names: list[str], kind: str | None) -> Iterator[Document]:
    """The documents to tag, read when they are asked for, so that a stream without end can be.

    Args:
        names: of files; ``-`` is standard input.
        kind: see :func:`holds_rows`.

    Raises:
        InputError: a file cannot be read, or a text is empty.
    """
    for name in names:
        place = "standard input" if name == STANDARD_INPUT else name
        with _opened(name) as file:
            if holds_rows(name, kind):
                yield from _rows(file, place)
            else:
                text = decode(file.read(), place)
                if not text.strip():
                    raise InputError(f"{place}: empty; there is no text to tag")
                yield Document(text, id=name, meta={"source": place})


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where its name says that they are packed."""
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise InputError("standard input is closed; give files, or pipe a text into the command")
        yield sys.stdin.buffer
        return
    with unpacked(Path(name)) as file:
        yield file


def _rows(lines: BinaryIO, place: str) -> Iterator[Document]:
    from ..corpus.formats.jsonl import meta_of, parse_document, parse_row

    for number, line in enumerate(lines, 1):
        here = f"{place}:{number}"
        text = decode(line, here)
        if text.strip():
            row = parse_row(text, here)
            meta = {"source": place} | meta_of(row)
            yield parse_document({"id": row.get("id", here), "text": row.get("text"), "meta": meta}, here)
