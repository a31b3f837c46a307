"""What was decided, as a file to take away: any format that can be written, or a table of events."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..corpus import write
from ..corpus.formats.registry import FORMATS, writer
from ..documents.document import Document, Role
from ..documents.schema import ROLES
from ..documents.text import sentences, span_at
from ..exceptions import InputError

TABLE = "events"
"""The table of events, which is no format of sets."""
_ENDINGS = {"spacy": "spacy", "table": "parquet", "label-studio": "json", "conll": "conll"}
_COLUMNS = ("document", "title", "type", "status", "trigger", "start", "end", "sentence")
_UNSEEN = "?"
"""What stands for the participants of an event where nobody looked at them."""


class Export(NamedTuple):
    """A file to take away.

    Args:
        ending: of its name.
        data: what is in it.
        notes: what the format had no place for.
    """

    ending: str
    data: bytes
    notes: list[str]


def formats() -> list[str]:
    """The names of what can be exported."""
    return [TABLE, *(name for name, form in FORMATS.items() if form.write)]


def export(documents: Sequence[Document], name: str) -> Export:
    """Write documents in a format; one of several files is packed into one.

    Args:
        documents: what to write.
        name: one of :func:`formats`.

    Raises:
        InputError: there is no such format, no document, or the format cannot hold one.

    >>> export([Document.mark("A coup.", [(2, 6, "coup")], "a")], "events").data.decode("utf-8-sig").splitlines()[1]
    'a,,coup,,coup,2,6,A coup.'
    """
    if not documents:
        raise InputError("no document is complete yet; complete one first")
    if name == TABLE:
        return Export("csv", _table(documents).encode("utf-8-sig", "replace"), [])
    writer(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        notes = write(documents, path, name)
        if path.is_file():
            kind = "jsonl" if name in ("jsonl", "doccano", "prodigy") else "conll"
            return Export(_ENDINGS.get(name, kind), path.read_bytes(), notes)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path.rglob("*")):
                archive.write(file, file.relative_to(path).as_posix())
        return Export("zip", packed.getvalue(), notes)


def _table(documents: Sequence[Document]) -> str:
    """Comma-separated values, one line for each event; a column for each role that occurs."""
    text = io.StringIO()
    rows = csv.writer(text)
    used = {role.role for document in documents for event in document.events for role in event.roles or ()}
    roles = [*(role for role in ROLES if role in used), *sorted(used - set(ROLES))]
    rows.writerow([*_COLUMNS, *roles])
    for document in documents:
        spans = sentences(document.text)
        for event in document.events:
            around = span_at(spans, event.start) or event.span
            sentence = " ".join(document.text[slice(*around)].split())
            words = [document.id, str(document.meta.get("title", "")), event.type, event.status or "", event.trigger]
            cast = [_UNSEEN if event.roles is None else _cast(event.roles, role) for role in roles]
            rows.writerow([*map(_harmless, words), event.start, event.end, *map(_harmless, [sentence, *cast])])
    return text.getvalue()


def _cast(roles: Sequence[Role], name: str) -> str:
    """The participants in one role, on one line."""
    return "; ".join(" ".join(role.text.split()) for role in roles if role.role == name)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> _harmless("=1+1"), _harmless("coup")
    ("'=1+1", 'coup')
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
