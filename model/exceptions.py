"""The one error that a user can mend, and how a command reports it."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable


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


def run_command(main: Callable[[], None]) -> None:
    """Run a command; an :class:`InputError` becomes one line on stderr and exit status 2.

    Ctrl-C exits with 130 and a closed pipe (``… | head``) with 0, both without a traceback.
    """
    try:
        main()
        sys.stdout.flush()
    except InputError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        print(f"error: {error.filename or 'file system'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
