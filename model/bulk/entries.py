"""What stands in a shard, read document by document."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..corpus.formats.jsonl import meta_of, parse_document, parse_row
from ..documents.document import Document
from ..exceptions import InputError
from ..files import decode
from .shards import Fields, Part, Shard, out_of_reach


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of the input: a document, or why there is none.

    Args:
        source: the file.
        position: byte offset of the line, number of the row, 0 for a text file; ``None`` where the file as such fails.
        id: the document's own id, or else ``source#position``.
        text: its text, if it has one.
        meta: what else the input says of it, such as its date.
        error: why it has no text.
    """

    source: str
    position: int | None
    id: str
    text: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)
    error: str | None = None

    @property
    def document(self) -> Document:
        """The document, without events."""
        return Document(self.text, id=self.id, meta=self.meta)


def entries(shard: Shard, fields: Fields) -> Iterator[Entry]:
    """The documents of a shard in order, read one at a time; what is no document is an entry with an error.

    Raises:
        OSError: a file is out of reach, which says nothing about its documents.
    """
    readers = {"text": _text_file, "jsonl": _lines, "parquet": _rows}
    for part in shard:
        try:
            yield from readers[part.format](part, fields)
        except Exception as error:
            if out_of_reach(error):
                raise
            reason = f"{part.source}: cannot be read from here on ({type(error).__name__}: {error})"
            yield Entry(part.source, None, part.source, error=reason)


def _text_file(part: Part, fields: Fields) -> Iterator[Entry]:
    import fsspec

    with fsspec.open(part.url, "rb", compression="infer") as file:
        data = file.read()
    try:
        yield Entry(part.source, 0, part.source, decode(data, part.source))
    except InputError as error:
        yield Entry(part.source, 0, part.source, error=str(error))


def _lines(part: Part, fields: Fields) -> Iterator[Entry]:
    import fsspec
    from fsspec.utils import infer_compression

    with fsspec.open(part.url, "rb", compression="infer") as file:
        # Behind a larger buffer, the lines before a damaged place in a compressed file would be lost with it.
        lines = file if infer_compression(part.url) else io.BufferedReader(file, 1 << 20)
        if part.start:
            # From one byte before, so that a line which begins right here is not taken for the rest of another.
            lines.seek(part.start - 1)
            lines.readline()
        position = lines.tell()
        while (part.end is None or position < part.end) and (line := lines.readline()):
            if line.strip():
                yield _line(line, part, position, fields)
            position += len(line)


def _line(line: bytes, part: Part, position: int, fields: Fields) -> Entry:
    place = f"{part.source}#{position}"
    try:
        row = parse_row(decode(line, place), place)
    except InputError as error:
        return Entry(part.source, position, place, error=str(error))
    return _entry(row, part, position, fields)


def _rows(part: Part, fields: Fields) -> Iterator[Entry]:
    import fsspec
    from pyarrow.parquet import ParquetFile

    with fsspec.open(part.url, "rb", compression="infer") as file:
        table = ParquetFile(file)
        wanted = dict.fromkeys((fields.text, fields.id, fields.date, "dateline", "meta"))
        names = [name for name in wanted if name in table.schema_arrow.names]
        end = table.metadata.num_rows if part.end is None else part.end
        behind = 0
        for group in range(table.num_row_groups):
            position, behind = behind, behind + table.metadata.row_group(group).num_rows
            if behind <= part.start:
                continue
            for batch in table.iter_batches(256, row_groups=[group], columns=names) if position < end else ():
                for row in range(max(part.start - position, 0), min(end - position, batch.num_rows)):
                    yield _row(batch, row, part, position + row, fields)
                position += batch.num_rows
                if position >= end:
                    return


def _row(batch: Any, row: int, part: Part, position: int, fields: Fields) -> Entry:
    try:
        values = {name: batch.column(name)[row].as_py() for name in batch.schema.names}
    except UnicodeDecodeError as error:
        place = f"{part.source}#{position}"
        return Entry(part.source, position, place, error=f"{place}: not UTF-8 ({error.reason})")
    return _entry(values, part, position, fields)


def _entry(row: Mapping[str, Any], part: Part, position: int, fields: Fields) -> Entry:
    place = f"{part.source}#{position}"
    id_ = row.get(fields.id)
    id_ = place if id_ is None or id_ == "" else id_
    try:
        document = parse_document({"id": id_, "text": row.get(fields.text), "meta": meta_of(row, fields.date)}, place)
    except InputError as error:
        return Entry(part.source, position, str(id_), error=str(error))
    return Entry(part.source, position, document.id, document.text, document.meta)
