#!/usr/bin/env python3
"""Train an event tagger, score it, and write a run folder.

python train.py [--config configs/NAME.toml] [--data SET] [--set section.key=value] [--out DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from model.config import load
from model.corpus.splitting import named_parts
from model.errors import run_command

SEED_ROWS = {
    "strict_micro_f1": "Strict micro-F1",
    "status_macro_f1": "Status macro-F1",
    "end_to_end_micro_f1": "End-to-end micro-F1",
}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Train an event tagger, score it, and write a run folder.")
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
    arguments = parser.parse_args()
    parts = named_parts(arguments.data) if arguments.data else {}
    sets = [f"data.{part}={json.dumps(paths)}" for part, paths in parts.items()]
    config = load(arguments.config, [*sets, *arguments.set])
    out: Path = arguments.out or Path("runs") / arguments.config.stem

    from rich.console import Console

    from model.evaluation.tables import floor_table, number, score_table, status_table
    from model.runs import run

    try:
        scores = run(config, out, arguments.device, arguments.resume)
    except KeyboardInterrupt:
        print("interrupted; the same command with --resume goes on", file=sys.stderr)
        raise
    if not scores:
        return
    console = Console(markup=False, highlight=False)
    rounds = len(config.training.seeds)
    left_out = f"articles left out in turn, {rounds} seed{'s' * (rounds > 1)} pooled"
    where = left_out if config.data.leave_one_out else ", ".join(config.data.test) or "no test set"
    console.print(score_table(scores, f"Strict scores on {where}"))
    if scores["floors"]:
        console.print()
        console.print(floor_table({"this model": scores, **scores["floors"]}, "Beside the floors (strict micro)"))
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


if __name__ == "__main__":
    run_command(main)
