"""Texts to tag, from files of any kind."""

from __future__ import annotations

from pathlib import Path

from ..document import Document


def texts_of(source: Path, source_format: str | None = None) -> list[Document]:
    """The texts to label: plain text files, or the documents of an annotation set without their events.

    Raises:
        InputError: nothing is there, or it is not what its format says.
    """
    from ..corpus import read
    from ..corpus.formats import registry as formats
    from ..files import read_text

    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    texts = [file for file in files if file.suffix == ".txt"]
    plain = texts and not any(file.suffix in (".ann", ".json", ".jsonl") for file in files)
    if plain and source_format is None and formats.detect(texts[0]) == "inline":
        # An article in our inline format has its title in the header.
        header = read_text(texts[0]).partition("\n\n")[0].split("\n")
        if not any(line.startswith("title: ") for line in header):
            return [Document(read_text(file), id=file.stem) for file in texts]
    return [document.with_events([]) for document in read(source, format=source_format)]
