"""The commands ``convert``, from one format to another, and ``prelabel``, a model's guesses to correct."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.document import Document

if TYPE_CHECKING:
    from model.tagger import EventTagger

TOOLS = ("label-studio", "doccano", "prodigy", "brat")
"""The formats of tools in which guesses can be corrected."""


def add_commands(commands: Any) -> None:
    """Add both commands to a parser's subcommands."""
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
    convert.set_defaults(run=_convert)

    prelabel = commands.add_parser("prelabel", help="write a model's guesses for correcting in an annotation tool")
    prelabel.add_argument(
        "source", type=Path, metavar="IN", help="texts (.txt, a folder of them), or any annotation set"
    )
    prelabel.add_argument("target", type=Path, metavar="OUT", help="the file, or for brat the new folder, to write")
    prelabel.add_argument("--to", dest="target_format", required=True, choices=TOOLS, help="the tool")
    prelabel.add_argument("--from", dest="source_format", metavar="FORMAT", help="default: by what is in the files")
    prelabel.add_argument(
        "--model", metavar="RUN", help="run folder, or fast, the small model (default: the model of the package)"
    )
    prelabel.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    prelabel.set_defaults(run=_prelabel)


def _convert(arguments: argparse.Namespace) -> None:
    from model.corpus import formats
    from model.corpus.reading import Reading

    if arguments.target_format is not None:
        formats.named(arguments.target_format)
    reading = Reading(None, arguments.texts, arguments.offsets)
    documents = formats.load(arguments.source, reading, arguments.source_format)
    reading.notes.log(arguments.source)
    for sentence in formats.save(documents, arguments.target, arguments.target_format):
        print(f"{arguments.target}: {sentence}", file=sys.stderr)
    events = sum(len(document.events) for document in documents)
    print(f"{arguments.target}: {len(documents):,} documents read with {events:,} events, and written")


def _prelabel(arguments: argparse.Namespace) -> None:
    documents = texts_of(arguments.source, arguments.source_format)
    from model.tagger import EventTagger

    tagger = EventTagger.from_pretrained(arguments.model, arguments.device)
    ranked = rank(tagger, documents)
    write_guesses(ranked, arguments.target, arguments.target_format)
    events = sum(len(document.events) for document, _ in ranked)
    print(f"{arguments.target}: {events:,} guesses in {len(ranked):,} documents, the least sure first")
    if arguments.target_format == "label-studio":
        from model.corpus.label_studio import interface

        print("The labelling interface (Settings, Labeling Interface, Code):")
        print(interface(tagger.schema.types, tagger.schema.statuses))


def texts_of(source: Path, source_format: str | None = None) -> list[Document]:
    """The texts to label: plain text files, or the documents of an annotation set without their events.

    Raises:
        InputError: nothing is there, or it is not what its format says.
    """
    from model.corpus import formats, read
    from model.files import read_text

    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    texts = [file for file in files if file.suffix == ".txt"]
    plain = texts and not any(file.suffix in (".ann", ".json", ".jsonl") for file in files)
    if plain and source_format is None and formats.detect(texts[0]) == "inline":
        # An article in our inline format has its title in the header.
        header = read_text(texts[0]).partition("\n\n")[0].split("\n")
        if not any(line.startswith("title: ") for line in header):
            return [Document(read_text(file), id=file.stem) for file in texts]
    return [document.with_events([]) for document in read(source, format=source_format)]


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
    from model.corpus import brat, doccano, label_studio, prodigy
    from model.corpus.formats import write_with

    documents = [document for document, _ in ranked]
    sure = [round(value, 4) for _, value in ranked]
    if tool == "brat":
        digits = len(str(len(documents)))
        documents = [
            Document(document.text, document.events, f"{number:0{digits}}-{document.id}")
            for number, document in enumerate(documents, 1)
        ]
        write_with(documents, target, True, partial(brat.write, documents))
    elif tool == "doccano":
        write_with(documents, target, False, lambda path: doccano.write(documents, path, [{"sure": s} for s in sure]))
    elif tool == "prodigy":
        # Prodigy shows what is in meta beside the text.
        shown = [
            Document(document.text, document.events, document.id, {**document.meta, "score": value})
            for document, value in zip(documents, sure, strict=True)
        ]
        write_with(shown, target, False, partial(prodigy.write, shown))
    else:
        write_with(documents, target, False, lambda path: label_studio.write(documents, path, sure))
