"""The command ``agree``: how far two annotators of the same texts agree."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..files import check_output, write_texts
from . import options
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    agree = commands.add_parser("agree", help="how far two annotators of the same texts agree")
    agree.add_argument("sets", nargs=2, metavar="SET", help="the same texts, labelled twice")
    options.add_reading(agree)
    agree.add_argument("--out", type=Path, metavar="DIR", help="folder for agreement.json and agreement.html")
    agree.set_defaults(command=_agree)


def _agree(arguments: argparse.Namespace) -> None:
    from ..corpus import read
    from ..evaluation.agreement import agreement
    from ..evaluation.pairing import pair
    from ..evaluation.report.pages import disagreements

    out = arguments.out
    if out:
        check_output(out)
    first, second = (read(path, **options.reading(arguments)) for path in arguments.sets)
    result = agreement(first, second, arguments.sets)
    if out:
        page = disagreements(*pair(first, second), result)
        write_texts(out, {"agreement.json": json.dumps(result) + "\n", "agreement.html": page})
    _show(arguments.sets, result)
    if out:
        Terminal().print(f"\nWritten to {out}")


def _show(sets: list[str], result: dict[str, Any]) -> None:
    from ..evaluation.report.wording import ANNOTATORS
    from .tables import agreement_tables

    terminal = Terminal()
    for side, name, count in zip("AB", sets, result["unpaired"], strict=True):
        terminal.print(f"{side}: {name}" + (f" ({count} articles left out, which the other lacks)" if count else ""))
    for table in agreement_tables(result):
        terminal.print()
        terminal.print(table)
    if status := result["status"]:
        shared = f"{status['judged']} mentions with a status from both ({status['shared']} that both marked)"
        terminal.print(f"\nSame status: {status['equal']:.3f} of {shared}")
    kinds = result["disagreements"]["kinds"]
    terminal.print("\nMarks: " + ", ".join(f"{kinds[kind]} {words.name}" for kind, words in ANNOTATORS.kinds.items()))
