"""The command ``agree``: how far two annotators of the same texts agree."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from ..files import replacing


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    agree = commands.add_parser("agree", help="how far two annotators of the same texts agree")
    agree.add_argument("sets", nargs=2, metavar="SET", help="the same texts, labelled twice")
    agree.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    agree.add_argument("--out", type=Path, metavar="DIR", help="folder for agreement.json and agreement.html")
    agree.set_defaults(command=_agree)


def _agree(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from ..corpus import read
    from ..evaluation.agreement import agreement
    from ..evaluation.pairing import pair
    from ..evaluation.report.pages import disagreements
    from ..evaluation.report.wording import ANNOTATORS
    from .tables import agreement_tables

    out = arguments.out
    if out and out.exists() and not out.is_dir():
        raise InputError(f"{out}: stands there and is no folder; give another one with --out")
    first, second = (read(path, arguments.texts) for path in arguments.sets)
    result = agreement(first, second, arguments.sets)
    console = Console(soft_wrap=True, markup=False, highlight=False)
    for side, name, count in zip("AB", arguments.sets, result["unpaired"], strict=True):
        console.print(f"{side}: {name}" + (f" ({count} articles left out, which the other lacks)" if count else ""))
    for table in agreement_tables(result):
        console.print()
        console.print(table)
    if status := result["status"]:
        shared = f"{status['judged']} mentions with a status from both ({status['shared']} that both marked)"
        console.print(f"\nSame status: {status['equal']:.3f} of {shared}")
    kinds = result["disagreements"]["kinds"]
    console.print("\nMarks: " + ", ".join(f"{kinds[kind]} {words.name}" for kind, words in ANNOTATORS.kinds.items()))
    if out:
        contents = {
            "agreement.json": json.dumps(result) + "\n",
            "agreement.html": disagreements(*pair(first, second), result),
        }
        for name, content in contents.items():
            with replacing(out / name) as temporary:
                temporary.write_text(content, encoding="utf-8")
        console.print(f"\nWritten to {out}")
