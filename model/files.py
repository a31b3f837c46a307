"""Reading and writing files so that a reader never meets half of one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import math
import os
import re
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from .exceptions import InputError
from .text import SURROGATE

KINDS = {
    **{".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"},
    **{".json": "json", ".ann": "brat", ".spacy": "spacy", ".tsv": "columns"},
    **dict.fromkeys((".conll", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bilou"), "columns"),
}
"""What is in a file, by the ending of its name."""
_DEPTH, _DIGITS = 100, 300
"""Of JSON. Deeper down Python's own functions fail here and there, and a number of more digits is no float."""
_UNFINISHED = ".news-event-tagger-"
"""How the folders begin in which results wait to be whole."""


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


def read_json(path: Path) -> Any:
    """What a JSON file holds; see :func:`parse_json`.

    Raises:
        InputError: the file cannot be read, or is no JSON.
    """
    try:
        return parse_json(read_text(path), path)
    except InputError as error:
        raise InputError(f"{error}; write or copy it again") from None


def parse_json(text: str, place: str | Path, missing: bool = False) -> Any:
    """What a JSON text holds, within the limits of what the rest of the package can work with.

    Args:
        text: JSON without infinite numbers, numbers that no float can hold, and nesting more than 100 deep.
        place: where it stands, for messages.
        missing: take ``NaN`` too, with which other programs say that there is nothing.

    Raises:
        InputError: it is something else.

    >>> parse_json('{"a": [1]}', "f:1")
    {'a': [1]}
    >>> parse_json("[1e999]", "f:1")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f:1: not JSON (1e999 is no number)
    """
    try:
        value = (_LENIENT if missing else _STRICT).decode(text)
        level: list[Any] = [[value]]
        for _ in range(_DEPTH + 1):
            parts = (outer.values() if isinstance(outer, dict) else outer for outer in level)
            level = [inner for part in parts for inner in part if isinstance(inner, (dict, list))]
            if not level:
                return value
    except ValueError as error:
        raise InputError(f"{place}: not JSON ({error})") from None
    except RecursionError:
        pass
    raise InputError(f"{place}: not JSON that we read, it is nested more than {_DEPTH} deep")


def _finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{_short(number)} is no number")
    return value


def _whole(number: str) -> int:
    if len(number) > _DIGITS:
        raise ValueError(f"{_short(number)} is no number that we read, it has {len(number)} digits")
    return int(number)


def _missing(number: str) -> float:
    return math.nan if number == "NaN" else _finite(number)


def _short(number: str) -> str:
    return number if len(number) < 20 else f"{number[:16]}…"


_STRICT, _LENIENT = (
    json.JSONDecoder(parse_int=_whole, parse_float=_finite, parse_constant=constant) for constant in (_finite, _missing)
)


def checked(kind: Any, value: Any, place: str | Path, way: str) -> Any:
    """What came from outside, as the type says that it must be.

    Args:
        kind: a type as pydantic takes it.
        value: what :func:`parse_json` made.
        place: where it stands.
        way: out, which ends the message.

    Returns:
        The value as that type.

    Raises:
        InputError: with the path within the value to what is wrong.

    >>> checked(dict[str, list[int]], {"a": [1, "2"]}, "f.json", "copy it again")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f.json: damaged, 'a.1' must be a valid integer, not '2'; copy it again
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(f"{place}: damaged, {complaint(fault, fault['loc'])}; {way}") from None


def complaint(fault: Mapping[str, Any], path: Iterable[int | str]) -> str:
    """What pydantic found fault with at a path, in our words.

    >>> complaint({"type": "missing", "msg": "Field required", "input": {}}, ["data", "sha256"])
    "'data.sha256' is missing"
    """
    name = f"'{'.'.join(str(part)[:60] for part in path)}'" if path else "it"
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] == "value_error":
        return f"{name} {fault['ctx']['error']}"
    return f"{name} {re.sub('^[A-Z][a-z]+ should', 'must', fault['msg'])}, not {shown(fault['input'])}"


def shown(value: Any) -> str:
    """The beginning of a value as Python writes it, whatever it is.

    >>> shown(10**5000), shown("a" * 100)[:4]
    ('this', "'aaa")
    """
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):  # a number of more than 4,300 digits; nested too deep
        return "this"


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


def resolved(path: Path) -> Path:
    """An output's place without links.

    Raises:
        InputError: they lead in a circle.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise InputError(f"{path}: cannot be written to, its links lead in a circle; give another place") from None


def check_output(folder: Path) -> None:
    """Make sure, before the work is done, that its results can be written into a folder.

    Raises:
        InputError: something else stands there.
    """
    taken = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if taken.exists() and not taken.is_dir():
        raise InputError(f"{taken}: stands there and is no folder; give another one with --out")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name; the file or folder that was written there takes the place of ``path`` at the end.

    After an exception ``path`` is as it was. See :func:`together` for what happens when the process is killed.

    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(target) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    path = Path(os.path.realpath(path))
    with together(path.parent) as folder:
        yield folder / path.name


def write_texts(folder: Path, contents: Mapping[str, str]) -> None:
    """Write the files of one result, by name, into a folder: all of them or none."""
    with together(folder) as temporary:
        for name, content in contents.items():
            # Half a surrogate pair has no UTF-8.
            (temporary / name).write_text(SURROGATE.sub("\ufffd", content), encoding="utf-8")


@contextlib.contextmanager
def together(folder: Path) -> Iterator[Path]:
    """Give a temporary folder; what was written into it takes its place in ``folder`` at the end, all or nothing.

    A single file replaces its older version at once. Otherwise the older versions leave before the new ones come, so
    that old and new never stand side by side. After an exception all is as it was. What a killed process left behind
    is finished, or removed, by the next call for the same folder. Of several writers the last one wins.

    Args:
        folder: need not be there yet; what is in it under other names stays.

    Raises:
        InputError: ``folder`` cannot be written to, or a folder stands where a file is to be.
    """
    folder = Path(os.path.realpath(folder))
    with _unfinished(folder) as work:
        new = work / "new"
        new.mkdir()
        yield new
        for path in new.iterdir():
            if path.is_file() and (folder / path.name).is_dir():
                raise InputError(f"{folder / path.name}: is a folder; move it away, or write to another place")
        with _locked(folder):
            _recover(folder)
            _move(work, folder)


@contextlib.contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder of this call's own, in the one to write to so that moving is renaming; held until all is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _recover(folder)
            work = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
            holding = contextlib.ExitStack()
            holding.enter_context(_locked(work))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written to ({error.strerror})") from None
    with holding:
        try:
            yield work
        finally:
            if not (work / "whole").exists():
                shutil.rmtree(work, ignore_errors=True)


def _move(work: Path, folder: Path) -> None:
    """Move what is in ``new`` to its place, or after a kill what is left of it; what stands there goes to ``old``.

    While ``whole`` is there, ``work`` holds what stands nowhere else. After an exception all is moved back.
    """
    new, whole, old = (work / name for name in ("new", "whole", "old"))
    begun = whole.exists()
    names = sorted(path.name for path in (whole if begun else new).iterdir())
    if not begun and len(names) == 1 and (new / names[0]).is_file():
        (new / names[0]).replace(folder / names[0])
        return
    old.mkdir(exist_ok=True)
    steps = [] if begun else [(new, whole)]
    steps += [(folder / name, old / name) for name in names if os.path.lexists(folder / name)]
    steps += [(whole / name, folder / name) for name in names]
    try:
        for source, target in steps:
            source.rename(target)
    except BaseException:
        for source, target in reversed(steps):
            if os.path.lexists(target) and not os.path.lexists(source):
                target.rename(source)
        raise
    whole.rmdir()


def _recover(folder: Path) -> None:
    """Finish what a killed process had begun to move into a folder, and remove what it had not finished writing."""
    for work in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError), _locked(work, wait=False) as dead:
            if dead:
                if (work / "whole").exists():
                    _move(work, folder)
                shutil.rmtree(work)


@contextlib.contextmanager
def _locked(folder: Path, wait: bool = True) -> Iterator[bool]:
    """Keep other processes and threads that do the same out of a folder.

    Args:
        folder: to lock; the lock goes with the process, however it ends.
        wait: until it is free. Where a system has no such locks, who waits goes on and who does not is refused.

    Yields:
        Whether nobody else holds it.
    """
    if sys.platform == "win32":
        yield wait
        return
    import fcntl

    with contextlib.ExitStack() as stack:
        free = wait
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            free = True
        yield free


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sha256(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of a text's UTF-8 bytes, in hexadecimal."""
    # Half a surrogate pair, which JSON may hold, has no UTF-8.
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()
