"""``python -m model``: tag texts, convert and check annotation sets, prepare labelling, compare annotators."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from model import bulk, checking, conversion
from model.document import Document
from model.errors import InputError, run_command
from model.files import decode, read_text, replacing
from model.folders import FAST, SHIPPED, model_folder
from model.leakage import LEARNT


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m model", description="Find events in news, work with annotations.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

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
    predict.add_argument("--engine", choices=("torch", "onnx"), default="torch", help="onnx: faster on a CPU")
    predict.add_argument("--gate", action="store_true", help="skip what the model's gate expects no event in: faster")
    predict.set_defaults(run=_predict)

    bulk.add_commands(commands)
    conversion.add_commands(commands)
    checking.add_command(commands)

    agree = commands.add_parser("agree", help="how far two annotators of the same texts agree")
    agree.add_argument("sets", nargs=2, metavar="SET", help="the same texts, labelled twice")
    agree.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    agree.add_argument("--out", type=Path, metavar="DIR", help="folder for agreement.json and agreement.html")
    agree.set_defaults(run=_agree)

    gate = commands.add_parser("gate", help="teach a model to skip what it finds nothing in (docs/SPEED.md)")
    gate.add_argument("texts", nargs="+", type=Path, metavar="IN", help="texts like those to tag; labels are not read")
    gate.add_argument("--dev", nargs="+", type=Path, metavar="IN", required=True, help="others, to choose the limit on")
    gate.add_argument(
        "--model", metavar="RUN", help="run folder, or fast, the small model (default: the model of the package)"
    )
    gate.add_argument("--out", type=Path, metavar="DIR", help="new folder for the model with its gate (default: RUN)")
    gate.add_argument("--keep", type=float, default=0.995, help="share of dev's events to keep (default: 0.995)")
    gate.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    gate.set_defaults(run=_gate)

    arguments = parser.parse_args()
    arguments.run(arguments)


def _predict(arguments: argparse.Namespace) -> None:
    for name in arguments.files:
        if name != "-" and (not Path(name).exists() or Path(name).is_dir()):
            raise InputError(f"{name}: no such file; give text files, .jsonl files or - for standard input")

    from rich.console import Console

    from model.display import show
    from model.tagger import EventTagger

    tagger = EventTagger.from_pretrained(arguments.model, arguments.device, arguments.engine, arguments.gate)
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
    from model.corpus.jsonl import parse_document, parse_row

    place = "standard input" if name == "-" else name
    with sys.stdin.buffer if name == "-" else Path(name).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            here = f"{place}:{number}"
            text = decode(line, here)
            if text.strip():
                row = parse_row(text, here)
                yield parse_document({"id": row.get("id", str(number)), "text": row.get("text")}, here)


def _agree(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from model.corpus import read
    from model.corpus.agreement import agreement
    from model.corpus.pairing import pair
    from model.evaluation.disagreements import disagreements
    from model.evaluation.markup import ANNOTATORS
    from model.evaluation.tables import agreement_tables

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


def _gate(arguments: argparse.Namespace) -> None:
    from model.distillation import teach
    from model.tagger import EventTagger

    if not 0 < arguments.keep <= 1:
        raise InputError(f"--keep {arguments.keep}: must be above 0 and at most 1")
    if arguments.out and arguments.out.exists():
        raise InputError(f"{arguments.out}: stands there already; give a new folder, or none to change RUN itself")
    folder = model_folder(arguments.model)
    if not arguments.out and folder in (SHIPPED, FAST):
        raise InputError("the model that comes with the package stays as it is; give --out DIR for one with your gate")
    tagger = EventTagger.from_pretrained(arguments.model, arguments.device)
    texts, dev = (
        [text for path in paths for text in conversion.texts_of(path)] for paths in (arguments.texts, arguments.dev)
    )
    tagger.gate = teach(tagger, texts, dev, arguments.keep)
    limit = tagger.gate.limit
    if arguments.out:
        tagger.save_pretrained(arguments.out)
        if (folder / LEARNT).is_file():
            shutil.copy(folder / LEARNT, arguments.out)
    else:
        tagger.gate.save(folder)
    print(
        f"{arguments.out or folder}: on dev {limit.passed:,} of {limit.windows:,} windows pass "
        f"({limit.passed / limit.windows:.0%}), and in them {limit.kept:,} of {limit.events:,} events"
    )


if __name__ == "__main__":
    run_command(main)
