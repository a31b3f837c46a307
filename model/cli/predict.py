"""The command ``predict``: find the events in texts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..document import Document
from ..exceptions import InputError
from ..files import decode, read_text


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    predict = commands.add_parser("predict", help="find the events in texts")
    predict.add_argument("files", nargs="+", metavar="FILE", help="plain text or .jsonl files; - is standard input")
    predict.add_argument(
        "--model", metavar="RUN", help="run folder, or fast, the small model (default: the model of the package)"
    )
    predict.add_argument("--input-format", choices=("text", "jsonl"), help="default: by the file's ending")
    predict.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs")
    predict.add_argument("--status", action="append", help="only events of this status, for one actual; repeatable")
    predict.add_argument(
        "--threshold", type=float, metavar="SCORE", help="leave out events less sure than this (default: the model's)"
    )
    predict.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    predict.add_argument("--gate", action="store_true", help="skip what the model's gate expects no event in: faster")
    predict.set_defaults(command=_predict)


def _predict(arguments: argparse.Namespace) -> None:
    for name in arguments.files:
        if name != "-" and (not Path(name).exists() or Path(name).is_dir()):
            raise InputError(f"{name}: no such file; give text files, .jsonl files or - for standard input")

    from rich.console import Console

    from ..tagging.tagger import EventTagger
    from .display import show

    tagger = EventTagger.from_pretrained(arguments.model, arguments.device, arguments.gate)
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
    console = Console(soft_wrap=True, highlight=False, markup=False)
    several = len(arguments.files) > 1 or any(_holds_rows(name, arguments.input_format) for name in arguments.files)
    # Who writes to standard input may wait for each answer.
    look_ahead = 1 if "-" in arguments.files else 512
    for document in tagger.stream(_inputs(arguments.files, arguments.input_format), look_ahead=look_ahead):
        if wanted:
            document = document.with_events(event for event in document.events if event.status in wanted)
        if arguments.format == "jsonl":
            row = {"id": document.id, "events": [event.to_dict() for event in document.events]}
            print(json.dumps(row), flush=True)
        else:
            show(document, console, name=several)


def _inputs(files: list[str], input_format: str | None) -> Iterator[Document]:
    """The documents to tag, read when they are asked for."""
    for name in files:
        if _holds_rows(name, input_format):
            yield from _rows(name)
        else:
            piped = name == "-"
            text = decode(sys.stdin.buffer.read(), "standard input") if piped else read_text(Path(name))
            if not text.strip():
                raise InputError(f"{'standard input' if piped else name}: empty; there is no text to tag")
            yield Document(text, id=name)


def _holds_rows(name: str, input_format: str | None) -> bool:
    return input_format == "jsonl" or (input_format is None and name.endswith(".jsonl"))


def _rows(name: str) -> Iterator[Document]:
    """The documents of JSON Lines, one by one, so that a stream without end can be read."""
    from ..corpus.formats.jsonl import parse_document, parse_row

    place = "standard input" if name == "-" else name
    with sys.stdin.buffer if name == "-" else Path(name).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            here = f"{place}:{number}"
            text = decode(line, here)
            if text.strip():
                row = parse_row(text, here)
                yield parse_document({"id": row.get("id", str(number)), "text": row.get("text")}, here)
