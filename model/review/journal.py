"""A journal: a file of JSON Lines that only grows, each line on the disk before anybody is told that it is saved."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from ..files import parse_json

_HEAD = {"journal": "news-events review", "version": 1}


def read_records(path: Path) -> tuple[list[tuple[str, dict[str, Any]]], int]:
    """The records of a journal, without one that was cut off while it was written.

    Args:
        path: the file; it need not be there.

    Returns:
        Each record with its place (``file:line``), the head left out; and the length in bytes of what is whole.

    Raises:
        InputError: a line is no record, or the file is no journal of this version.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    whole = data.rfind(b"\n") + 1
    records = []
    for number, line in enumerate(data[:whole].split(b"\n")[:-1], 1):
        place = f"{path}:{number}"
        try:
            record = parse_json(line.decode("utf-8"), place)
        except UnicodeDecodeError:
            raise InputError(f"{place}: not UTF-8; put back what stood there from a copy of the file") from None
        if not isinstance(record, dict):
            raise InputError(f"{place}: a JSON object is wanted; put back what stood there from a copy of the file")
        records.append((place, record))
    if records and records[0][1] != _HEAD | {"name": records[0][1].get("name")}:
        raise InputError(f"{path}: is no journal of a review that this version reads; move it away")
    return records[1:], whole


class Journal:
    """The journal of one person, open for writing, which one process does at a time.

    Args:
        path: the file; it and its folder are made where they are not there.
        name: of the person.

    Attributes:
        records: what was there when it was opened, each with its place.

    Raises:
        InputError: another process writes it, or it is damaged; a last line without its end is no damage, it was
            never called saved and is cut off.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise InputError(f"{path}: cannot be written to ({error.strerror}); name a folder with --out") from None
        try:
            self._claim()
            self.records, whole = read_records(path)
            if whole < os.fstat(self._file).st_size:
                os.ftruncate(self._file, whole)
            if not whole:
                self.append(_HEAD | {"name": name})
            if new:
                _sync_folder(path.parent)
        except BaseException:
            os.close(self._file)
            raise

    def append(self, record: dict[str, Any]) -> None:
        """Write a record; when this returns it is on the disk.

        Raises:
            OSError: it could not be written; the journal is then as it was.
        """
        # ASCII, for half a surrogate pair has no UTF-8.
        line = json.dumps(record).encode("ascii") + b"\n"
        with self._lock:
            length = os.fstat(self._file).st_size
            try:
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(self._file, rest) :]
                os.fsync(self._file)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._file, length)
                raise

    def close(self) -> None:
        """Let another process write it."""
        os.close(self._file)

    def _claim(self) -> None:
        if sys.platform == "win32":
            return
        import fcntl

        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"{self._path}: another review writes it; go on in that one, or give another --name"
            ) from None


def _sync_folder(folder: Path) -> None:
    """Let a file's name be on the disk as well as what is in it."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
