"""The command ``train``: train an event tagger, score it, and write a run folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpus.splitting import named_parts
from ..exceptions import note
from ..training.config import load
from . import options

if TYPE_CHECKING:
    from ..training.config import Config

SEED_ROWS = {
    "strict_micro_f1": "Strict micro-F1",
    "status_macro_f1": "Status macro-F1",
    "end_to_end_micro_f1": "End-to-end micro-F1",
}


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    parser = commands.add_parser("train", help="train an event tagger, score it, and write a run folder")
    options.add_settings(parser)
    parser.add_argument(
        "--data", type=Path, metavar="SET", help="annotation set, or a folder with its parts train, dev and test"
    )
    parser.add_argument("--out", type=Path, help="run folder to write (default: runs/NAME of the configuration)")
    options.add_device(parser)
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.set_defaults(command=_train)


def _train(arguments: argparse.Namespace) -> None:
    parts = named_parts(arguments.data) if arguments.data else {}
    sets = [f"data.{part}={json.dumps(paths)}" for part, paths in parts.items()]
    config = load(arguments.config, [*sets, *arguments.set])
    out: Path = arguments.out or Path("runs") / Path(arguments.config).stem

    from ..training.run import run

    try:
        scores = run(config, out, arguments.device, arguments.resume)
    except KeyboardInterrupt:
        note("interrupted; the same command with --resume goes on")
        raise
    if scores:
        _show(config, scores, out)


def _show(config: Config, scores: dict[str, Any], out: Path) -> None:
    from ..evaluation.numbers import number
    from .tables import print_beside, score_table
    from .terminal import Terminal

    terminal = Terminal(wrap=True)
    rounds = len(config.training.seeds)
    terminal.print(score_table(scores, f"Strict scores on {', '.join(config.data.test) or 'no test set'}"))
    print_beside(terminal, scores, "this model")
    if rounds > 1:
        terminal.print()
        for key, name in SEED_ROWS.items():
            if row := scores["seeds"].get(key):
                interval = f"{number(row['low'])}–{number(row['high'])}"
                terminal.print(f"{name} over {rounds} seeds: {number(row['mean'])} [{interval}]")
    terminal.print(f"\nWritten to {out}")
