"""The command ``compare``: systems that were scored on the same documents."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    parser = commands.add_parser("compare", help="compare systems that were scored on the same documents")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="run folders or score files, two or more")
    parser.set_defaults(command=_compare)


def _compare(arguments: argparse.Namespace) -> None:
    from ..evaluation.comparison import compare
    from .tables import leaderboard, role_comparison, type_comparison
    from .terminal import Terminal

    rows = compare(arguments.paths)
    terminal = Terminal(wrap=True)
    terminal.print(leaderboard(rows))
    terminal.print()
    terminal.print(type_comparison(rows))
    if rows[0]["arg_c_plus"]:
        terminal.print()
        terminal.print(role_comparison(rows))
    for row in rows:
        if row["missing"]:
            terminal.print(f"\n{row['name']}: {row['missing']} articles had no prediction and count as misses")
        if row["learnt"]:
            terminal.print(f"\n{row['name']} learnt from {row['learnt']} of the articles: no measure of unseen ones")
    terminal.print(
        "\nIntervals: articles drawn anew. p: paired randomisation test, corrected (Holm) over systems and over types."
    )
