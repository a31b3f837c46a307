"""The command line: ``news-events COMMAND``, a file each, and what they print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from ..exceptions import InputError, nearest, run_command
from . import agree, bulk, check, compare, convert, evaluate, options, predict, prelabel, review, train


def main(words: Sequence[str] | None = None) -> None:
    """Run a command.

    Args:
        words: its name and arguments; by default those that the process was started with.

    Raises:
        InputError: the user gave something wrong.
    """
    words = sys.argv[1:] if words is None else words
    parser = options.Parser(prog="news-events", description="Find events in news, work with annotations.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('news-event-tagger')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (predict, bulk, train, evaluate, compare, check, convert, prelabel, review, agree):
        module.add_command(commands)
    if words and not words[0].startswith("-") and words[0] not in commands.choices:
        raise InputError(f"{words[0]}: no such command; {nearest(words[0], commands.choices)}")
    arguments = parser.parse_args(words)
    arguments.command(arguments)


def command(words: Sequence[str] | None = None) -> None:
    """Run a command as a process does: a fault of the user's is one line and an exit status."""
    run_command(lambda: main(words))
