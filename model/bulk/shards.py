"""Input of any size cut into shards, each of which one worker reads on its own (:mod:`.entries`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from ..exceptions import InputError
from ..files import KINDS, kind_of, sha256

FORMATS = ("text", "jsonl", "parquet")
LEAST, MOST = 1 << 18, 1 << 26
"""Bytes of a shard: a thousandth of the input within these bounds, so that a restart loses little and no table
consists of too many files."""
_CUTS = 16
"""Parts of a row group at most: each is decoded from the group's beginning."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the text, the id and the day of a document stand in a row of JSON Lines or Parquet."""

    text: str = "text"
    id: str = "id"
    date: str = "date"


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


def plan(
    inputs: Sequence[str], format: str | None = None, fields: Fields | None = None
) -> tuple[list[Shard], str, dict[str, int]]:
    """Cut the input into shards; the same files give the same shards.

    A file of JSON Lines is cut at bytes and a Parquet file between row groups; small files go together. A compressed
    file of JSON Lines can only be read from its beginning, so it stays whole; a large row group is cut into few parts.

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


def file_system(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it.

    Raises:
        InputError: there is no such protocol, or its package is missing.
    """
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise InputError(f"{url}: {error}") from None
    return system, path


def _files(inputs: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Size and age (or what else tells versions apart) of each file, in the order of their names."""
    files = {}
    for name in inputs:
        system, path = file_system(name)
        try:
            found = [system.info(path)] if system.exists(path) else list(system.glob(path, detail=True).values())
        except ValueError as error:
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
    if kind not in FORMATS:
        known = ", ".join(ending for ending, kind in KINDS.items() if kind in FORMATS)
        raise InputError(f"{url}: give {known} files (.gz too), or say what it is with --input-format")
    return kind


def _parts(url: str, format: str, size: int, target: int, fields: Fields) -> Iterator[tuple[Part, int]]:
    """The parts of a file and how many bytes each has."""
    from fsspec.utils import infer_compression

    if format == "parquet" and (groups := _row_groups(url, fields)):
        rows = sum(groups)
        for start, end in _stretches(groups, max(1, rows * target // max(size, 1))):
            yield Part(url, format, start, end), size * (end - start) // rows
    elif format == "jsonl" and size > target and not infer_compression(url):
        for start in range(0, size, target):
            end = min(start + target, size)
            yield Part(url, format, start, end), end - start
    else:
        yield Part(url, format), size


def _stretches(groups: Sequence[int], step: int) -> Iterator[tuple[int, int]]:
    """First row and row behind the last of stretches of a table: whole row groups, of a large one a part.

    Args:
        groups: how many rows each has.
        step: rows that a stretch should have; a group alone may have more.

    >>> list(_stretches([3, 3, 3, 10], 7)), list(_stretches([320], 1))[:2]
    ([(0, 6), (6, 9), (9, 19)], [(0, 20), (20, 40)])
    """
    start = end = 0
    for rows in groups:
        if start < end and end + rows - start > step:
            yield start, end
            start = end
        cuts = min(_CUTS, rows // step)
        if cuts > 1:
            yield from ((end + rows * cut // cuts, end + rows * (cut + 1) // cuts) for cut in range(cuts))
            start = end + rows
        end += rows
    if start < end:
        yield start, end


def _row_groups(url: str, fields: Fields) -> list[int]:
    """How many rows each row group of a Parquet file has; none if it is damaged, which its reader will tell."""
    import fsspec
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with fsspec.open(url, "rb", compression="infer") as file:
            table = ParquetFile(file)
            columns = table.schema_arrow.names
            groups = [table.metadata.row_group(number).num_rows for number in range(table.num_row_groups)]
    except (pa.ArrowException, OSError) as error:
        if out_of_reach(error):
            raise
        return []
    for field, option, needed in (
        (fields.text, "--text-field", True),
        (fields.id, "--id-field", fields.id != Fields().id),
    ):
        if needed and field not in columns:
            raise InputError(f"{url}: no column {field!r}; name one with {option}: {', '.join(columns)}")
    return [rows for rows in groups if rows]


def out_of_reach(error: Exception) -> bool:
    """Whether the file system failed rather than the file, for which Arrow and gzip raise an OSError without number."""
    reach = (FileNotFoundError, PermissionError, TimeoutError, ConnectionError)
    return isinstance(error, OSError) and (error.errno is not None or isinstance(error, reach))
