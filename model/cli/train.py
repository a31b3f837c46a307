"""The command ``train``: train an event tagger, score it, and write a run folder."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..corpus.splitting import named_parts
from ..training.config import load

SEED_ROWS = {
    "strict_micro_f1": "Strict micro-F1",
    "status_macro_f1": "Status macro-F1",
    "end_to_end_micro_f1": "End-to-end micro-F1",
}


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    parser = commands.add_parser("train", help="train an event tagger, score it, and write a run folder")
    parser.add_argument("--config", type=Path, default=Path("configs/default.toml"), help="settings (TOML)")
    parser.add_argument(
        "--data", type=Path, metavar="SET", help="annotation set, or a folder with its parts train, dev and test"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="override one setting; repeatable",
    )
    parser.add_argument("--out", type=Path, help="run folder to write (default: runs/NAME of the configuration)")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.set_defaults(command=_train)


def _train(arguments: argparse.Namespace) -> None:
    parts = named_parts(arguments.data) if arguments.data else {}
    sets = [f"data.{part}={json.dumps(paths)}" for part, paths in parts.items()]
    config = load(arguments.config, [*sets, *arguments.set])
    out: Path = arguments.out or Path("runs") / arguments.config.stem

    from rich.console import Console

    from ..evaluation.numbers import number
    from ..training.run import run
    from .tables import baseline_table, score_table, status_table

    try:
        scores = run(config, out, arguments.device, arguments.resume)
    except KeyboardInterrupt:
        print("interrupted; the same command with --resume goes on", file=sys.stderr)
        raise
    if not scores:
        return
    console = Console(markup=False, highlight=False)
    rounds = len(config.training.seeds)
    console.print(score_table(scores, f"Strict scores on {', '.join(config.data.test) or 'no test set'}"))
    if scores["baselines"]:
        console.print()
        console.print(
            baseline_table({"this model": scores, **scores["baselines"]}, "Beside the baselines (strict micro)")
        )
    if scores["status"]:
        console.print()
        console.print(status_table(scores["status"]))
    if rounds > 1:
        console.print()
        for key, name in SEED_ROWS.items():
            if row := scores["seeds"].get(key):
                interval = f"{number(row['low'])}–{number(row['high'])}"
                console.print(f"{name} over {rounds} seeds: {number(row['mean'])} [{interval}]")
    console.print(f"\nWritten to {out}")
