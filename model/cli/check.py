"""The command ``check``: what is wrong with annotation sets."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..documents.text import one_line
from ..files import stem
from . import options
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..corpus.faults import Fault, Item

SHOWN = {"error": 20, "warning": 20, "hint": 5}
"""Faults of a kind that people are shown, by severity; ``--json`` has all."""


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    check = commands.add_parser("check", help="what is wrong with annotation sets (docs/FORMATS.md)")
    check.add_argument(
        "sets", nargs="+", type=Path, metavar="SET", help="a file or folder each; the one to train on first"
    )
    check.add_argument("--json", action="store_true", help="all faults, for programs")
    options.add_reading(check)
    check.add_argument("--types", metavar="A,B", help="the event types there may be (default: those of the first SET)")
    check.set_defaults(command=_check)


def _check(arguments: argparse.Namespace) -> None:
    from ..corpus.checks import check
    from ..corpus.faults import KINDS

    types = [name.strip() for name in arguments.types.split(",")] if arguments.types else None
    items, faults = check(arguments.sets, types=types, **options.reading(arguments))
    if arguments.json:
        print(json.dumps(summary(arguments.sets, items, faults), indent=1))
    else:
        show(arguments.sets, items, faults)
    if any(KINDS[fault.kind].severity == "error" for fault in faults):
        sys.exit(1)


def summary(sets: Sequence[Path], items: Sequence[Item], faults: Sequence[Fault]) -> dict[str, Any]:
    """What was found as JSON holds it: the sets, counts by kind, and every fault."""
    from ..corpus.faults import KINDS

    counts = Counter(fault.kind for fault in faults)
    return {
        "sets": [{"path": str(path), **_size(items, number)} for number, path in enumerate(sets)],
        "counts": {kind: counts[kind] for kind in KINDS},
        "faults": [fault.to_dict() for fault in faults],
    }


def _size(items: Sequence[Item], number: int) -> dict[str, int]:
    documents = [item.document for item in items if item.set == number]
    return {"documents": len(documents), "events": sum(len(document.events) for document in documents)}


def show(sets: Sequence[Path], items: Sequence[Item], faults: Sequence[Fault]) -> None:
    """Print what was found for people, kind by kind."""
    from rich.padding import Padding
    from rich.text import Text

    from ..corpus.faults import KINDS

    terminal = Terminal(wrap=True)
    folder = _common_folder(sets)
    for number, path in enumerate(sets):
        size = _size(items, number)
        terminal.print(f"{path}: {size['documents']:,} documents, {size['events']:,} events", soft_wrap=True)
    if folder and faults:
        terminal.print(f"Places are below {folder}", soft_wrap=True)
    for name, group in groupby(faults, key=lambda fault: fault.kind):
        kind, found = KINDS[name], list(group)
        terminal.print(f"\n{kind.title}: {_count(len(found), kind.severity)}", style="bold")
        terminal.print(kind.fix, style="dim")
        shown = SHOWN[kind.severity]
        for fault in found[:shown]:
            # A place may be longer than a line.
            line = Text(one_line(_line(fault).replace(folder, "")), overflow="fold")
            terminal.print(Padding(line, (0, 0, 0, 2), expand=False))
        if len(found) > shown:
            terminal.print(f"  … and {len(found) - shown:,} more; --json lists all", style="dim")
    counts = Counter(KINDS[fault.kind].severity for fault in faults)
    parts = [_count(counts[severity], severity) for severity in ("error", "warning", "hint") if counts[severity]]
    terminal.print("\n" + (", ".join(parts) or "Nothing wrong found"), style="bold")


def _common_folder(sets: Sequence[Path]) -> str:
    """The folder all sets are in, with its separator; empty where there is none to speak of."""
    try:
        folder = os.path.commonpath([path.parent for path in sets])
    except ValueError:  # some are absolute, some not
        return ""
    return f"{folder}{os.sep}" if folder and folder != os.sep else ""


def _line(fault: Fault) -> str:
    span = f" {fault.span[0]}:{fault.span[1]}" if fault.span else ""
    # Where a file is a document, its name says it.
    own = not fault.document or stem(fault.to_dict()["file"]) == fault.document
    document = "" if own else f" {fault.document!r}"
    return f"{fault.place}{document}{span}: {fault.message}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
