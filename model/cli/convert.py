"""The command ``convert``: write an annotation set in another format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    convert = commands.add_parser("convert", help="write an annotation set in another format (docs/FORMATS.md)")
    convert.add_argument("source", type=Path, metavar="IN", help="a file, or a folder with its subfolders")
    convert.add_argument("target", type=Path, metavar="OUT", help="the file, or a new folder, to write")
    convert.add_argument("--from", dest="source_format", metavar="FORMAT", help="default: by what is in the files")
    convert.add_argument("--to", dest="target_format", metavar="FORMAT", help="default: by the ending of OUT")
    convert.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder of the texts that stand-off labels belong to"
    )
    convert.add_argument(
        "--offsets", metavar="UNIT", help="what IN counts: code-points, utf-16 or utf-8 (default: found out)"
    )
    convert.set_defaults(command=_convert)


def _convert(arguments: argparse.Namespace) -> None:
    from ..corpus.formats import registry as formats
    from ..corpus.reading import Reading

    if arguments.target_format is not None:
        formats.writer(arguments.target_format)
    reading = Reading(None, arguments.texts, arguments.offsets)
    documents = formats.load(arguments.source, reading, arguments.source_format)
    reading.notes.log(arguments.source)
    for sentence in formats.save(documents, arguments.target, arguments.target_format):
        print(f"{arguments.target}: {sentence}", file=sys.stderr)
    events = sum(len(document.events) for document in documents)
    print(f"{arguments.target}: {len(documents):,} documents read with {events:,} events, and written")
