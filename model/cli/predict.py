"""The command ``predict``: find the events in texts."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ..exceptions import InputError
from . import options
from .sources import STANDARD_INPUT, check_files, documents_in, holds_rows
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    predict = commands.add_parser("predict", help="find the events in texts")
    predict.add_argument(
        "files", nargs="+", metavar="FILE", help="plain text or JSON Lines (.jsonl, .ndjson), .gz too; - is stdin"
    )
    options.add_model(predict)
    predict.add_argument("--input-format", choices=("text", "jsonl"), help="default: by the file's ending")
    predict.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs")
    predict.add_argument("--status", action="append", help="only events of this status, for one actual; repeatable")
    predict.add_argument(
        "--threshold", type=float, metavar="SCORE", help="leave out events less sure than this (default: the model's)"
    )
    predict.add_argument(
        "--precision",
        type=float,
        metavar="SHARE",
        help="leave out so many that this share of the rest was right on the model's dev set, for one 0.95",
    )
    options.add_device(predict)
    predict.set_defaults(command=_predict)


def _predict(arguments: argparse.Namespace) -> None:
    files, kind = arguments.files, arguments.input_format
    check_files(files, kind)

    from ..tagging.tagger import EventTagger
    from .display import show

    tagger = EventTagger.from_pretrained(arguments.model, arguments.device)
    if arguments.precision is not None:
        if arguments.threshold is not None:
            raise InputError("--precision chooses the thresholds; give it or --threshold")
        tagger.aim_at(arguments.precision)
    if arguments.threshold is not None:
        if not 0 <= arguments.threshold <= 1:
            raise InputError(f"--threshold {arguments.threshold}: must be in [0, 1]")
        tagger.thresholds = dict.fromkeys(tagger.schema.types, arguments.threshold)
    wanted = arguments.status
    # A model that learnt one status has nothing to tell apart and says none.
    told = tagger.schema.statuses if len(tagger.schema.statuses) > 1 else ()
    if unknown := sorted(set(wanted or ()) - set(told)):
        known = ", ".join(told) or "no statuses"
        raise InputError(f"--status {unknown[0]}: the model tells {known}")
    terminal = Terminal()
    several = len(files) > 1 or any(holds_rows(name, kind) for name in files)
    # Who writes to standard input may wait for each answer.
    look_ahead = 1 if STANDARD_INPUT in files else 512
    for document in tagger.stream(documents_in(files, kind), look_ahead=look_ahead):
        if wanted:
            document = document.with_events(event for event in document.events if event.status in wanted)
        if arguments.format == "jsonl":
            row = {"id": document.id, "events": [event.to_dict() for event in document.events]}
            print(json.dumps(row), flush=True)
        else:
            show(document, terminal, tagger.schema.types, name=several)
