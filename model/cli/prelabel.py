"""The command ``prelabel``: a model's guesses, to correct in an annotation tool."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..documents.document import Document
from ..documents.schema import ROLES
from . import options
from .sources import texts_of
from .terminal import Terminal

if TYPE_CHECKING:
    from ..tagging.tagger import EventTagger

TOOLS = ("label-studio", "doccano", "prodigy", "brat")
"""The formats of tools in which guesses can be corrected."""


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    prelabel = commands.add_parser("prelabel", help="write a model's guesses for correcting in an annotation tool")
    prelabel.add_argument(
        "source", type=Path, metavar="IN", help="texts (.txt, a folder of them), or any annotation set"
    )
    prelabel.add_argument("target", type=Path, metavar="OUT", help="the file, or for brat the new folder, to write")
    prelabel.add_argument("--to", dest="target_format", required=True, choices=TOOLS, help="the tool")
    options.add_reading(prelabel)
    options.add_model(prelabel)
    options.add_device(prelabel)
    prelabel.set_defaults(command=_prelabel)


def _prelabel(arguments: argparse.Namespace) -> None:
    documents = texts_of(arguments.source, **options.reading(arguments))
    from ..tagging.tagger import EventTagger

    tagger = EventTagger.from_pretrained(arguments.model, arguments.device)
    ranked = rank(tagger, documents)
    write_guesses(ranked, arguments.target, arguments.target_format)
    events = sum(len(document.events) for document, _ in ranked)
    terminal = Terminal()
    terminal.print(f"{arguments.target}: {events:,} guesses in {len(ranked):,} documents, the least sure first")
    if arguments.target_format == "label-studio":
        from ..corpus.formats.label_studio import interface

        terminal.print("The labelling interface (Settings, Labeling Interface, Code):")
        looked = any(event.roles is not None for document, _ in ranked for event in document.events)
        terminal.print(interface(tagger.schema.types, tagger.schema.statuses, ROLES if looked else ()))


def rank(tagger: EventTagger, documents: Sequence[Document]) -> list[tuple[Document, float]]:
    """Tag documents and put first those whose correction teaches most.

    A document is as sure as its least sure event. One without events is as sure as that none was missed: one minus
    the greatest probability with which a word of it, taken by itself, belongs to an event.

    Returns:
        Documents with the model's events and how sure each is, in [0, 1], the least sure first.
    """
    ranked = [
        (document, min((event.score or 0.0 for event in document.events), default=1.0 - missed))
        for document, missed in tagger.stream_with_doubt(documents)
    ]
    return sorted(ranked, key=lambda pair: pair[1])


def write_guesses(ranked: Sequence[tuple[Document, float]], target: Path, tool: str) -> None:
    """Write ranked documents for a tool: predictions for Label Studio, labels for the others.

    brat shows documents by name, so theirs begin with their rank.

    Raises:
        InputError: the target stands there already, or a document's name cannot be that of a file.
    """
    from ..corpus.formats import brat, doccano, label_studio, prodigy
    from ..corpus.formats.registry import write_with

    documents = [document for document, _ in ranked]
    sure = [round(value, 4) for _, value in ranked]
    if tool == "brat":
        digits = len(str(len(documents)))
        documents = [
            Document(document.text, document.events, f"{number:0{digits}}-{document.id}")
            for number, document in enumerate(documents, 1)
        ]
        write_with(documents, target, "brat", partial(brat.write, documents))
    elif tool == "doccano":
        write_with(
            documents, target, "doccano", lambda path: doccano.write(documents, path, [{"sure": s} for s in sure])
        )
    elif tool == "prodigy":
        # Prodigy shows what is in meta beside the text.
        shown = [
            Document(document.text, document.events, document.id, {**document.meta, "score": value})
            for document, value in zip(documents, sure, strict=True)
        ]
        write_with(shown, target, "prodigy", partial(prodigy.write, shown))
    else:
        write_with(documents, target, "label-studio", lambda path: label_studio.write(documents, path, sure))
