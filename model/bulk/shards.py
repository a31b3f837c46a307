"""Input of any size cut into shards, each read by one worker on its own, document by document."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from ..corpus.formats.jsonl import parse_document, parse_row
from ..exceptions import InputError
from ..files import KINDS, decode, kind_of, sha256

FORMATS = ("text", "jsonl", "parquet")
LEAST, MOST = 1 << 18, 1 << 26
"""Bytes of a shard: a thousandth of the input within these bounds, so that a restart loses little and no table
consists of too many files."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the text and the id of a document stand in a row of JSON Lines or Parquet."""

    text: str = "text"
    id: str = "id"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one file.

    Args:
        url: the file, as fsspec opens it.
        format: one of :data:`FORMATS`.
        start: offset of the first byte (JSON Lines) or row (Parquet); a line belongs to where it begins.
        end: offset behind the last one; ``None`` is the end of the file.
    """

    url: str
    format: str
    start: int = 0
    end: int | None = None

    @property
    def source(self) -> str:
        """The file as people name it."""
        return self.url.removeprefix("file://")


Shard = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of the input: a document, or why there is none.

    Args:
        source: the file.
        position: byte offset of the line, number of the row, 0 for a text file; ``None`` where the file as such fails.
        id: the document's own id, or else ``source#position``.
        text: its text, if it has one.
        error: why it has none.
    """

    source: str
    position: int | None
    id: str
    text: str = ""
    error: str | None = None


def plan(
    inputs: Sequence[str], format: str | None = None, fields: Fields | None = None
) -> tuple[list[Shard], str, dict[str, int]]:
    """Cut the input into shards; the same files give the same shards.

    A file of JSON Lines is cut at bytes and a Parquet file at rows; small files go together. A compressed file of JSON
    Lines can only be read from its beginning, so it stays whole.

    Args:
        inputs: paths, globs or fsspec URLs; a file that several of them name is read once.
        format: of all files; by default each one's ending says it.
        fields: columns of text and id, which Parquet files must have.

    Returns:
        The shards, the SHA-256 of how they were cut and of the files' sizes and ages, and how many files and bytes.

    Raises:
        InputError: there is no such file, or it cannot be one of the formats.
    """
    fields = fields or Fields()
    files = _files(inputs)
    formats = {url: format or _format(url) for url in files}
    total = sum(size for size, _ in files.values())
    target = min(max(total // 1000, LEAST), MOST)
    shards: list[Shard] = []
    parts: list[Part] = []
    weight = 0
    for url, (size, _) in files.items():
        for part, bytes_ in _parts(url, formats[url], size, target, fields):
            if parts and weight + bytes_ > target:
                shards.append(tuple(parts))
                parts, weight = [], 0
            parts.append(part)
            weight += bytes_
    shards.append(tuple(parts))
    identity = json.dumps([sorted(files.items()), [[astuple(part) for part in shard] for shard in shards]])
    return shards, sha256(identity), {"files": len(files), "bytes": total}


def dumps(shard: Shard) -> str:
    """A shard as JSON, which any version of Ray carries alike."""
    return json.dumps([astuple(part) for part in shard])


def loads(text: str) -> Shard:
    """What :func:`dumps` wrote.

    >>> loads(dumps((Part("file:///a.txt", "text"),)))
    (Part(url='file:///a.txt', format='text', start=0, end=None),)
    """
    return tuple(Part(*values) for values in json.loads(text))


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
            if _out_of_reach(error):
                raise
            reason = f"{part.source}: cannot be read from here on ({type(error).__name__}: {error})"
            yield Entry(part.source, None, part.source, error=reason)


def _files(inputs: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Size and age (or what else tells versions apart) of each file, in the order of their names."""
    import fsspec

    files = {}
    for name in inputs:
        try:
            system, path = fsspec.core.url_to_fs(name)
            found = [system.info(path)] if system.exists(path) else list(system.glob(path, detail=True).values())
        except (ValueError, ImportError) as error:
            raise InputError(f"{name}: {error}") from None
        if not system.isdir(path):
            found = [info for info in found if info["type"] == "file"]
        elif found:
            raise InputError(f"{name}: a folder; give a glob of its files, such as {name.rstrip('/')}/*")
        if not found:
            raise InputError(f"{name}: no such file, and as a glob it fits none")
        for info in found:
            age = next((info[key] for key in ("ETag", "etag", "md5Hash", "LastModified", "mtime") if info.get(key)), "")
            files[system.unstrip_protocol(info["name"])] = (int(info["size"] or 0), str(age))
    return dict(sorted(files.items()))


def _format(url: str) -> str:
    kind = kind_of(url)
    if kind is None:
        raise InputError(f"{url}: give {', '.join(KINDS)} files (.gz too), or say what it is with --input-format")
    return kind


def _parts(url: str, format: str, size: int, target: int, fields: Fields) -> Iterator[tuple[Part, int]]:
    """The parts of a file and how many bytes each has."""
    from fsspec.utils import infer_compression

    if format == "parquet" and (rows := _count_rows(url, fields)):
        step = max(1, rows * target // max(size, 1))
        for start in range(0, rows, step):
            end = min(start + step, rows)
            yield Part(url, format, start, end), size * (end - start) // rows
    elif format == "jsonl" and size > target and not infer_compression(url):
        for start in range(0, size, target):
            end = min(start + target, size)
            yield Part(url, format, start, end), end - start
    else:
        yield Part(url, format), size


def _count_rows(url: str, fields: Fields) -> int | None:
    """How many rows a Parquet file has; ``None`` if it is damaged, which is for the table of errors to tell."""
    import fsspec
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with fsspec.open(url, "rb", compression="infer") as file:
            table = ParquetFile(file)
            columns, rows = table.schema_arrow.names, table.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        if _out_of_reach(error):
            raise
        return None
    for field, option, needed in (
        (fields.text, "--text-field", True),
        (fields.id, "--id-field", fields.id != Fields().id),
    ):
        if needed and field not in columns:
            raise InputError(f"{url}: no column {field!r}; name one with {option}: {', '.join(columns)}")
    return int(rows)


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
    return _entry(row.get(fields.text), row.get(fields.id), part, position)


def _rows(part: Part, fields: Fields) -> Iterator[Entry]:
    import fsspec
    from pyarrow.parquet import ParquetFile

    with fsspec.open(part.url, "rb", compression="infer") as file:
        table = ParquetFile(file)
        names = [name for name in dict.fromkeys((fields.text, fields.id)) if name in table.schema_arrow.names]
        position = 0
        for group in range(table.num_row_groups):
            behind = position + table.metadata.row_group(group).num_rows
            if behind > part.start and (part.end is None or position < part.end):
                for batch in table.iter_batches(256, row_groups=[group], columns=names):
                    for row in range(batch.num_rows):
                        here = position + row
                        if here >= part.start and (part.end is None or here < part.end):
                            yield _row(batch, row, part, here, fields)
                    position += batch.num_rows
            position = behind


def _row(batch: Any, row: int, part: Part, position: int, fields: Fields) -> Entry:
    try:
        values = {name: batch.column(name)[row].as_py() for name in batch.schema.names}
    except UnicodeDecodeError as error:
        place = f"{part.source}#{position}"
        return Entry(part.source, position, place, error=f"{place}: not UTF-8 ({error.reason})")
    return _entry(values.get(fields.text), values.get(fields.id), part, position)


def _entry(text: Any, id_: Any, part: Part, position: int) -> Entry:
    place = f"{part.source}#{position}"
    id_ = place if id_ is None or id_ == "" else id_
    try:
        document = parse_document({"id": id_, "text": text}, place)
    except InputError as error:
        return Entry(part.source, position, str(id_), error=str(error))
    return Entry(part.source, position, document.id, document.text)


def _out_of_reach(error: Exception) -> bool:
    """Whether the file system failed rather than the file, for which Arrow and gzip raise an OSError without number."""
    reach = (FileNotFoundError, PermissionError, TimeoutError, ConnectionError)
    return isinstance(error, OSError) and (error.errno is not None or isinstance(error, reach))
