"""Texts and sets that were dropped on the page, read as those of the command line are."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from ..documents.document import Document
from ..exceptions import InputError
from ..files import KINDS, checked, stem

Reader = Callable[[Path], list[Document]]


def documents_of(files: Any, read: Reader) -> list[Document]:
    """The documents of files that the page sent.

    They are written under names of ours, so that a name from outside is only ever the name of a document; two files
    whose names differ in their ending alone, as brat's do, still do.

    Args:
        files: ``{"name", "data"}`` each, the data in base64.
        read: reads a folder of files.

    Raises:
        InputError: they are no files, or not what their endings say.
    """
    rows: list[dict[str, str]] = checked(list[dict[str, str]], files, "texts", "send them again")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names: dict[str, str] = {}
        for row in rows:
            given = PurePosixPath(row.get("name", "").replace("\\", "/"))
            if given.suffix.lower() not in KINDS:
                raise InputError(f"{given.name[:80]!r}: its ending is none that we read: {', '.join(KINDS)}")
            ours = names.setdefault(str(given.with_suffix("")), f"{len(names):05}")
            try:
                data = base64.b64decode(row.get("data", ""), validate=True)
            except (binascii.Error, ValueError):
                raise InputError(f"{given.name[:80]!r}: did not arrive whole; send it again") from None
            (folder / f"{ours}{given.suffix.lower()}").write_bytes(data)
        titles = {ours: stem(PurePosixPath(given).name + ".x") for given, ours in names.items()}
        try:
            found = read(folder)
        except InputError as error:
            raise InputError(_in_their_names(str(error), folder, names)) from None
    return _named(found, titles)


def _named(documents: Sequence[Document], titles: dict[str, str]) -> list[Document]:
    """The documents, those that are called as our file with the name of theirs."""
    found = []
    for document in documents:
        ours, dash, number = document.id.partition("-")
        title = titles.get(ours)
        found.append(replace(document, id=f"{title}{dash}{number}") if title else document)
    return found


def _in_their_names(message: str, folder: Path, names: dict[str, str]) -> str:
    for given, ours in names.items():
        message = message.replace(f"{folder}/{ours}", given)
    return message.replace(str(folder), "these files")
