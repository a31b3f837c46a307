"""The Parquet tables of bulk tagging: events, documents and errors, a file of each for every shard."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterable
from typing import Any, Self

from ..coding.columns import COLUMNS, Column
from ..coding.dates import document_date
from ..coding.export import schema, storable
from ..coding.rows import Row
from ..documents.document import Document
from ..documents.text import sentences
from .entries import Entry

TABLES = ("events", "errors", "documents")
"""In the order in which the files of a shard are put in place: it is finished when that of ``documents`` stands."""

_PLACE = (Column("source", "text", ""), Column("position", "long", ""))
_COLUMNS = {
    "events": (*COLUMNS, Column("position", "long", "")),
    "documents": (
        Column("id", "text", ""),
        Column("date", "date", ""),
        *(Column(name, "integer", "") for name in ("characters", "sentences", "events")),
        *_PLACE,
    ),
    "errors": (Column("id", "text", ""), *_PLACE, Column("error", "text", "")),
}
_ROWS = 2000
"""Rows that wait to be written, so that a shard of any size takes little memory."""


class Tables:
    """Writes the tables of one shard beside their places; :meth:`commit` puts them there.

    Args:
        system: the fsspec file system of the output.
        out: folder with a folder of each table.
        work: folder for what is not finished.
        name: of the shard.

    Used in a ``with`` block; what is not committed at its end is removed.
    """

    def __init__(self, system: Any, out: str, work: str, name: str) -> None:
        from pyarrow.parquet import ParquetWriter

        self._system = system
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        # A worker that was given up for dead may still write: no two writers share a name.
        self._temporary = {table: f"{work}/{name}.{table}.{uuid.uuid4().hex}" for table in TABLES}
        self._final = {table: f"{out}/{table}/{name}.parquet" for table in TABLES}
        self._schemas = {table: schema(_COLUMNS[table]) for table in TABLES}
        self._files = {table: system.open(path, "wb") for table, path in self._temporary.items()}
        self._writers = {table: ParquetWriter(self._files[table], schema) for table, schema in self._schemas.items()}

    def add(self, entry: Entry, document: Document, rows: Iterable[Row]) -> None:
        """A document that was tagged, and the rows of its events."""
        spans = sentences(document.text)
        place = {"source": entry.source, "position": entry.position}
        counts = {"characters": len(document.text), "sentences": len(spans), "events": len(document.events)}
        self._append("documents", {"id": entry.id, "date": document_date(document), **counts, **place})
        for row in rows:
            self._append("events", row | place)

    def fail(self, entry: Entry, error: str) -> None:
        """A document that could not be tagged."""
        place = {"source": entry.source, "position": entry.position}
        self._append("errors", {"id": entry.id, **place, "error": error})

    def commit(self) -> None:
        """Put the tables in place, unless another writer of this shard was first."""
        for table in TABLES:
            self._write(table)
            self._writers[table].close()
            with contextlib.suppress(OSError, AttributeError):
                # After a power cut a name must not stand there without its bytes; only local files have a number.
                self._files[table].flush()
                os.fsync(self._files[table].fileno())
            self._files[table].close()
        if not self._system.exists(self._final["documents"]):
            for table in TABLES:
                self._system.mv(self._temporary[table], self._final[table])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for table in TABLES:
            # Whatever goes wrong here must not hide the error that led here; the folder is removed at the end.
            with contextlib.suppress(Exception):
                self._writers[table].close()
                self._files[table].close()
                self._system.rm(self._temporary[table])

    def _append(self, table: str, row: dict[str, Any]) -> None:
        self._rows[table].append(storable(row))
        if len(self._rows[table]) >= _ROWS:
            self._write(table)

    def _write(self, table: str) -> None:
        import pyarrow as pa

        if self._rows[table]:
            self._writers[table].write_table(pa.Table.from_pylist(self._rows[table], self._schemas[table]))
            self._rows[table] = []
