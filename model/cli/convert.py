"""The command ``convert``: write an annotation set in another format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..exceptions import note
from . import options
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    convert = commands.add_parser("convert", help="write an annotation set in another format (docs/FORMATS.md)")
    convert.add_argument("source", type=Path, metavar="IN", help="a file, or a folder with its subfolders")
    convert.add_argument("target", type=Path, metavar="OUT", help="the file, or a new folder, to write")
    options.add_reading(convert)
    convert.add_argument("--to", dest="target_format", metavar="FORMAT", help="default: by the ending of OUT")
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
        note(f"{arguments.target}: {sentence}")
    events = sum(len(document.events) for document in documents)
    Terminal().print(f"{arguments.target}: {len(documents):,} documents read with {events:,} events, and written")
