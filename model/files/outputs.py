"""Files as they are written: whole or not at all, and those of one result together."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..documents.text import SURROGATE
from ..exceptions import InputError

_UNFINISHED = ".news-event-tagger-"
"""How the folders begin in which results wait to be whole."""


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
        InputError: something else stands there, or nothing may be written there.
    """
    taken = next((path for path in (folder, *folder.parents) if os.access(path, os.F_OK)), folder)
    if os.access(taken, os.F_OK) and not taken.is_dir():
        raise InputError(f"{taken}: stands there and is no folder; give another one with --out")
    if not os.access(taken, os.W_OK | os.X_OK):
        raise InputError(f"{taken}: nothing may be written there; give another place with --out")


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
