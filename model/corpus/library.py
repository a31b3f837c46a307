"""Texts by id, for labels that are kept without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..exceptions import InputError
from ..files import kind_of, parse_json, read_text, stem


class Library:
    """The texts that stand-off labels belong to, by id.

    Args:
        folder: holds ``ID.txt``, or ``*.jsonl`` with rows of ``id`` and ``text``, which are read once, when the first
            text is asked for that has no file of its own; ``None`` where nobody named a folder.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, Path] | None = None
        self._rows: dict[str, tuple[str, str]] | None = None

    def find(self, id_: str, place: str) -> tuple[str, str]:
        """A text and where it stands.

        Args:
            id_: of the document.
            place: of its labels, for the message.

        Raises:
            InputError: there is no such text, or a file of texts is no JSON Lines.
        """
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
                    row = parse_json(line, f"{file}:{number}")
                    if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("text"), str):
                        yield row["id"], (row["text"], f"{file}:{number}")
