"""Reading and writing files so that a reader never meets half of one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .exceptions import InputError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, byte for byte (line ends stay, a byte order mark goes).

    Raises:
        InputError: the file is missing, a folder, or not UTF-8 (with the place of the first bad byte).
    """
    try:
        return decode(path.read_bytes(), path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def read_json(path: Path) -> Any:
    """What a JSON file holds; unlike Python's own reader this one takes no NaN and no infinite number.

    Raises:
        InputError: the file cannot be read, or is no JSON.
    """
    try:
        return json.loads(read_text(path), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); write or copy it again") from None


def _finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is no number")
    return value


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


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; what was written there takes its place at the end.

    Works for a file and for a folder. After an exception ``path`` is as it was.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(target) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    path = Path(path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    remove(temporary)
    try:
        yield temporary
        if path.is_dir():
            old = path.with_name(f".{path.name}.old")
            remove(old)
            path.rename(old)
            try:
                temporary.rename(path)
            except BaseException:
                old.rename(path)
                raise
            remove(old)
        else:
            temporary.replace(path)
    finally:
        remove(temporary)


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
