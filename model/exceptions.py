"""The one error that a user can mend, and how a command reports it."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import select
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO, cast

from .documents.text import one_line


class InputError(Exception):
    """Something the user gave is wrong; the message names the file, the place and the way out."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word closest to ``name``, or all of them.

    >>> nearest("arest", ["arrest", "coup"])
    "did you mean 'arrest'?"
    >>> nearest("sanction", ["arrest", "coup"])
    'known: arrest, coup'
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


def note(line: str) -> None:
    """Say something on standard error, on one line that a terminal shows and does not obey."""
    print(one_line(line), file=sys.stderr, flush=True)


def run_command(main: Callable[[], None]) -> None:
    """Run a command and end the process: an :class:`InputError` is one line on standard error and exit status 2.

    A command writes its files before it prints. So who closes standard output (``… | head``) has lost nothing, and the
    command ends quietly with 0; one whose standard error is closed goes on. Ctrl-C ends with 130. None of these is a
    traceback, nor is a character that a stream's encoding lacks: it is written as an escape.
    """
    status: Any = 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with contextlib.redirect_stderr(cast(TextIO, _Unheeded(sys.stderr or io.StringIO()))):
        try:
            try:
                main()
            except SystemExit as end:
                status = end.code
            if sys.stdout:
                sys.stdout.flush()
        except InputError as error:
            status = 2
            note(f"error: {error}")
        except KeyboardInterrupt:
            status = 130
        except OSError as error:
            status = 0 if isinstance(error, BrokenPipeError) and _unread(sys.stdout) else 2
            if status:
                note(f"error: {error.filename or 'file system'}: {error.strerror or error}")
    if _unread(sys.stdout):
        # Python writes what is left when it ends.
        _silence(sys.stdout)
    sys.exit(status)


class _Unheeded:
    """Standard error, to which one can write though nobody reads it any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            _silence(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            _silence(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _unread(stream: TextIO | None) -> bool:
    """Whether a stream is a pipe that nobody reads any more."""
    if stream is None or sys.platform == "win32":
        return False
    pipe = select.poll()
    try:
        pipe.register(stream.fileno(), 0)
    except (OSError, ValueError):  # it has no file behind it, or is closed
        return False
    return any(happened & (select.POLLERR | select.POLLHUP) for _, happened in pipe.poll(0))


def _silence(stream: TextIO) -> None:
    """Let what is written to a stream go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
