"""The command ``bulk``: tag a whole archive."""

from __future__ import annotations

import argparse
from typing import Any

from ..bulk.driver import tag
from ..bulk.shards import FORMATS, Fields
from . import options
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    bulk = commands.add_parser("bulk", help="tag a whole archive on all cores or a Ray cluster (docs/BULK.md)")
    bulk.add_argument("inputs", nargs="+", metavar="INPUT", help="JSON Lines, Parquet or text: paths, globs or URLs")
    bulk.add_argument("--out", required=True, metavar="DIR", help="folder or URL for the Parquet tables")
    options.add_model(bulk)
    bulk.add_argument("--workers", type=int, metavar="N", help="default: one for each GPU, or else for each core")
    bulk.add_argument("--address", help="of a Ray cluster, or auto (default: $RAY_ADDRESS, or else this machine alone)")
    bulk.add_argument("--input-format", choices=FORMATS, help="default: by the files' endings")
    bulk.add_argument("--text-field", default=Fields().text, metavar="NAME", help="where rows hold the text")
    bulk.add_argument("--id-field", default=Fields().id, metavar="NAME", help="where rows hold the id")
    bulk.add_argument("--date-field", default=Fields().date, metavar="NAME", help="where rows hold the document's day")
    options.add_device(bulk)
    bulk.set_defaults(command=_bulk)


def _bulk(arguments: argparse.Namespace) -> None:
    counts = tag(
        arguments.inputs,
        arguments.out,
        model=arguments.model,
        workers=arguments.workers,
        address=arguments.address,
        format=arguments.input_format,
        fields=Fields(arguments.text_field, arguments.id_field, arguments.date_field),
        device=arguments.device,
    )
    Terminal().print(
        f"{arguments.out}: {counts['documents']:,} documents with {counts['events']:,} events; "
        f"{counts['errors']:,} could not be tagged" + (f" (see {arguments.out}/errors)" if counts["errors"] else "")
    )
