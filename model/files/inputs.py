"""Files as they are read: their bytes and text, packed or not, and what their names say."""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

from ..exceptions import InputError

KINDS = {
    **{".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"},
    **{".json": "json", ".ann": "brat", ".spacy": "spacy", ".tsv": "columns"},
    **dict.fromkeys((".conll", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bilou"), "columns"),
}
"""What is in a file, by the ending of its name."""


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, byte for byte (line ends stay, a byte order mark goes).

    Raises:
        InputError: as :func:`read_bytes`, or it is not UTF-8 (with the place of the first bad byte).
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """What is in a file, unpacked where its name says that it is packed (``.gz``, ``.bz2``, ``.xz`` …).

    Raises:
        InputError: the file is missing, a folder, damaged, or not packed as it says.
    """
    try:
        with unpacked(path) as file:
            return file.read()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, to be read bit by bit, see :func:`read_bytes`.

    Raises:
        InputError: the file is damaged, or not packed as it says.
    """
    from fsspec.compression import compr

    packed = packing(path.name)
    with path.open("rb") as file:
        try:
            yield compr[packed](file, mode="r") if packed else file
        # bz2 and gzip raise an OSError without a number.
        except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, OSError) as error:
            if not packed or getattr(error, "errno", None) is not None:
                raise
            raise InputError(f"{path}: damaged, or not what its ending says ({error}); compress it again") from None


def packing(name: str) -> str | None:
    """How a file is packed, as fsspec calls it, by its name; ``None`` where it is not.

    >>> packing("news.jsonl.GZ"), packing("news.jsonl")
    ('gzip', None)
    """
    from fsspec.utils import infer_compression

    found: str | None = infer_compression(name)
    return found


def stem(name: str) -> str:
    """The name of a file without its ending, and without that of its packing.

    >>> stem("news/a.b.jsonl.gz"), stem("a.TXT")
    ('a.b', 'a')
    """
    path = PurePath(name)
    return PurePath(path.stem).stem if packing(path.name) else path.stem


def decode(data: bytes, place: str | Path) -> str:
    """The text of UTF-8 bytes, without a byte order mark.

    Raises:
        InputError: they are not UTF-8; names ``place`` and the first bad byte.
    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{place}: not UTF-8, byte 0x{data[error.start]:02x} at offset {error.start}; save it as UTF-8 first"
        ) from None


def kind_of(name: str) -> str | None:
    """What the name of a file says is in it, whatever its case and whether it is compressed.

    Args:
        name: of the file, or its path or address.

    Returns:
        One of the values of :data:`KINDS`; ``None`` where the name does not say.

    >>> kind_of("news/Day.JSONL.gz"), kind_of("s3://news/day.ndjson"), kind_of("notes")
    ('jsonl', 'jsonl', None)
    """
    path = PurePath(name.lower())
    return KINDS.get(PurePath(path.stem).suffix if packing(path.name) else path.suffix)


def files_in(folder: Path, *kinds: str) -> list[Path]:
    """The files of a folder with its subfolders, in order, but for hidden ones, which are a program's own.

    Args:
        folder: the folder.
        kinds: of files, as :func:`kind_of` says them; without any, all files.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.TXT", "a.txt.gz", "._a.txt", "c.json"):
    ...     (folder / name).touch()
    >>> [file.name for file in files_in(folder, "text")]
    ['a.txt.gz', 'b.TXT']
    """
    return sorted(
        file
        for file in folder.rglob("*")
        if not file.is_dir()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and (not kinds or kind_of(file.name) in kinds)
    )


def sha256(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of a text's UTF-8 bytes, in hexadecimal."""
    # Half a surrogate pair, which JSON may hold, has no UTF-8.
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()
