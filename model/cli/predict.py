"""The command ``predict``: find the events in texts."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ..coding.columns import CODED
from ..coding.dates import unread_date
from ..coding.rows import Row
from ..documents.document import Document
from ..exceptions import InputError, note
from ..files import check_output, replacing, resolved
from . import options
from .sources import STANDARD_INPUT, check_files, documents_in, holds_rows
from .terminal import Terminal

_SHOWN = ("text", "table")
_TABLES = ("csv", "parquet")


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    predict = commands.add_parser("predict", help="find the events in texts")
    predict.add_argument(
        "files", nargs="+", metavar="FILE", help="plain text or JSON Lines (.jsonl, .ndjson), .gz too; - is stdin"
    )
    options.add_model(predict)
    predict.add_argument("--input-format", choices=("text", "jsonl"), help="default: by the file's ending")
    predict.add_argument(
        "--format",
        choices=(*_SHOWN, *_TABLES, "jsonl"),
        help="text: the texts, marked; table: the rows, for people; csv, parquet: the rows with all columns "
        "(docs/TABLE.md); jsonl: the events of each document (default: by the ending of --out, or else text)",
    )
    predict.add_argument("--out", type=Path, metavar="FILE", help="for csv and parquet (default of csv: print it)")
    predict.add_argument("--one-a-day", action="store_true", help="of rows that tell one event keep one for each day")
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
    out: Path | None = arguments.out
    form = arguments.format or (out.suffix.lower().removeprefix(".") if out else "text")
    _check_output(form, out, arguments.one_a_day)
    check_files(files, kind)

    from ..coding.rows import one_a_day, rows_of, with_status
    from ..pretrained.folders import called, fingerprint, model_files, model_folder
    from ..tagging.tagger import EventTagger
    from .display import deeds, show

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
    unread: list[str] = []

    def given() -> Iterator[Document]:
        for document in documents_in(files, kind):
            if said := unread_date(document):
                unread.append(said)
            yield document

    found = tagger.stream(given(), look_ahead=look_ahead)

    def coded(documents: Iterable[Document], model: str = "") -> list[Row]:
        # An event's countries and days may come from events of other statuses, so these go behind the coding.
        rows = rows_of(documents, model)
        return with_status(rows, wanted) if wanted else rows

    if form in ("jsonl", "text"):
        for document in found:
            rows = coded([document])
            kept = document.with_events(event for event in document.events if not wanted or event.status in wanted)
            if form == "jsonl":
                print(json.dumps(_coded(kept, rows)), flush=True)
            else:
                show(kept, terminal, tagger.schema.types, several, rows)
    else:
        # Only these show it, and reading the whole model takes its time.
        model = (
            called(arguments.model, fingerprint(model_files(model_folder(arguments.model)))) if form in _TABLES else ""
        )
        rows = coded(found, model)
        rows = one_a_day(rows) if arguments.one_a_day else rows
        if form == "table":
            Terminal(wrap=True).print(deeds(rows))
        else:
            _write(rows, form, out)
    if unread:
        dates = f"dates of {len(unread):,} documents were" if len(unread) > 1 else "the date of a document was"
        note(f"note: {dates} not understood, such as {unread[0][:40]!r}; write days as 2025-09-18")


def _check_output(form: str, out: Path | None, one_a_day: bool) -> None:
    if form not in (*_SHOWN, *_TABLES, "jsonl"):
        raise InputError(f"--out {out}: the ending tells no format; say --format csv or --format parquet")
    if out and form not in _TABLES:
        raise InputError(f"--out: {form} is printed; say --format csv or parquet, or redirect what is printed")
    if form == "parquet" and not out:
        raise InputError("--format parquet: is no text; name the file with --out")
    if out and out.is_dir():
        raise InputError(f"--out {out}: is a folder; name the file to write")
    if out:
        check_output(resolved(out).parent)
    if one_a_day and form not in ("table", *_TABLES):
        raise InputError(f"--one-a-day: {form} has no rows to leave out; say --format table, csv or parquet")


def _coded(document: Document, rows: list[Row]) -> dict[str, Any]:
    """The events of a document, each with what its row says beyond it."""
    events = []
    for event, row in zip(document.events, rows, strict=True):
        known = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        events.append(event.to_dict() | {name: known[name] for name in CODED})
    return {"id": document.id, "events": events}


def _write(rows: list[Row], form: str, out: Path | None) -> None:
    from ..coding.export import write_csv, write_parquet

    if form == "parquet" and out:
        write_parquet(rows, out)
    elif out:
        with replacing(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            write_csv(rows, file)
    else:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        write_csv(rows, sys.stdout)
    if out:
        Terminal().print(f"{out}: {len(rows):,} rows written")
