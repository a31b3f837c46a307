"""The table of events as CSV and as Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any

from ..documents.text import SURROGATE
from ..files import replacing
from .columns import COLUMNS
from .rows import Row

_FORMULA = re.compile(r"'*[=+@\t\r-]")
"""Beginnings of cells that a spreadsheet would run, and those that look like what we make of them."""
_BAR = " | "


def write_csv(rows: Iterable[Row], file: IO[str]) -> None:
    """Write rows as CSV with a header; see docs/TABLE.md for lists, and for cells that a spreadsheet would run.

    Args:
        rows: of :func:`~.rows_of`.
        file: open for text, without translation of line ends.
    """
    file.write(",".join(column.name for column in COLUMNS) + "\n")
    for row in rows:
        cells = (_escaped(_cell(row.get(column.name), column.kind)) for column in COLUMNS)
        file.write(",".join(map(_quoted, cells)) + "\n")


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "texts":
        return joined(value)
    if kind == "spans":
        return _BAR.join(f"{start}-{end}" for start, end in value)
    if kind == "date":
        return date.isoformat(value)
    return str(value)


def _escaped(cell: str) -> str:
    cell = SURROGATE.sub("\ufffd", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _quoted(cell: str) -> str:
    # Python's own writer leaves a carriage return bare where lines end without one, and readers end the row there.
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell


def joined(texts: Iterable[str]) -> str:
    r"""Several texts in one cell: with `` | `` between them, and a backslash before each bar or backslash in them.

    >>> joined(["Mali", "Niger"]), joined(["a|b"])
    ('Mali | Niger', 'a\\|b')
    """
    return _BAR.join(re.sub(r"([\\|])", r"\\\1", text) for text in texts)


def schema(columns: Iterable[Any] = COLUMNS) -> Any:
    """The columns as pyarrow has them."""
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "spans": pa.list_(pa.list_(pa.int32())),
        "date": pa.date32(),
        "number": pa.float64(),
        "integer": pa.int32(),
        "long": pa.int64(),
    }
    return pa.schema([(column.name, kinds[column.kind]) for column in columns])


def storable(row: Mapping[str, Any]) -> Row:
    """A row that has UTF-8: half a surrogate pair has none, and a stand-in keeps the offsets."""

    def mended(value: Any) -> Any:
        if isinstance(value, str):
            return SURROGATE.sub("\ufffd", value)
        return [mended(part) for part in value] if isinstance(value, list) else value

    return {name: mended(value) for name, value in row.items()}


def write_parquet(rows: Iterable[Row], path: Path) -> None:
    """Write rows as one Parquet file, whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    with replacing(path) as temporary:
        parquet.write_table(pa.Table.from_pylist([storable(row) for row in rows], schema()), temporary)
