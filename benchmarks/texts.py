"""What the systems read: sentences as texts, taken from labelled articles or from a user's file."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from news_event_tagger.corpus import read
from news_event_tagger.documents.document import Document
from news_event_tagger.documents.text import sentences
from news_event_tagger.exceptions import InputError
from news_event_tagger.files import read_text

NEWSWIRE = Path(__file__).parent.parent / "annotations" / "newswire"


def split(documents: Sequence[Document]) -> list[Document]:
    """The sentences of some documents as documents; a label across a sentence's end is left out.

    >>> [part.text for part in split([Document("A coup. No coup.")])]
    ['A coup.', 'No coup.']
    """
    found = []
    for document in documents:
        for start, end in sentences(document.text):
            inside = [event for event in document.events if start <= event.start and event.end <= end]
            spans = [(event.start - start, event.end - start, event.type) for event in inside]
            found.append(Document.mark(document.text[start:end], spans, str(len(found))))
    return found


def repeated(documents: Sequence[Document], count: int, seed: int) -> list[Document]:
    """``count`` sentences of some documents, which come in a random order, again and again."""
    order = random.Random(seed).sample(documents, len(documents))
    return _numbered(islice(cycle(split(order)), count))


def mix(documents: Sequence[Document], count: int, seed: int) -> list[Document]:
    """``count`` sentences, of which a tenth holds an event, in random order; none is used twice before all were once.

    >>> found = mix([Document.mark("A coup. One. Two.", [(2, 6, "coup")])], 20, seed=0)
    >>> sum(bool(sentence.events) for sentence in found)
    2
    """
    draw = random.Random(seed)
    distinct = list({sentence.text: sentence for sentence in split(documents)}.values())
    draw.shuffle(distinct)
    eventful = [sentence for sentence in distinct if sentence.events]
    quiet = [sentence for sentence in distinct if not sentence.events]
    tenth = round(count / 10)
    chosen = [*islice(cycle(eventful), tenth), *islice(cycle(quiet), count - tenth)]
    draw.shuffle(chosen)
    return _numbered(chosen)


def own(path: Path) -> list[Document]:
    """The documents of a user's file: plain text if it ends in ``.txt``, else any annotation set we read.

    Raises:
        InputError: it is not there, holds nothing, or is not what it should be.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; give a .txt file, .jsonl lines of {{'text'}}, or an annotation set")
    documents = [Document(read_text(path))] if path.suffix == ".txt" else read(path)
    if not split(documents):
        raise InputError(f"{path}: empty; there is no sentence to time")
    return documents


def _numbered(sentences: Iterable[Document]) -> list[Document]:
    """The scorer tells documents by their ids."""
    return [replace(sentence, id=str(number)) for number, sentence in enumerate(sentences)]
