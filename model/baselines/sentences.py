"""What the taggers of words share: the sentences of a text as spans of words, and their BIO labels."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents.document import Document, Event
from ..documents.schema import Schema
from ..documents.text import Span, sentences, words
from ..exceptions import InputError


def sentence_words(text: str) -> list[list[Span]]:
    """The spans of the words of each sentence that has any.

    >>> sentence_words("Who? He.")
    [[(0, 3), (3, 4)], [(5, 7), (7, 8)]]
    """
    parts = (
        [(start + first, start + last) for first, last in words(text[start:end])] for start, end in sentences(text)
    )
    return [spans for spans in parts if spans]


def labelled(documents: Sequence[Document]) -> tuple[Schema, list[tuple[list[str], list[int]]]]:
    """The schema of some documents, and the words of each sentence with their labels.

    Raises:
        InputError: there is no labelled event.
    """
    if not any(document.events for document in documents):
        raise InputError("the baselines need labelled events to learn from")
    schema = Schema.of(documents)
    return schema, [
        ([document.text[start:end] for start, end in spans], bio(document, spans, schema))
        for document in documents
        for spans in sentence_words(document.text)
    ]


def bio(document: Document, spans: Sequence[Span], schema: Schema) -> list[int]:
    """The BIO label of each word of a sentence, as an index into the schema's labels.

    A trigger that begins inside a word cannot be learnt and is left out.

    >>> document = Document.mark("He took over.", [(3, 12, "coup")])
    >>> bio(document, sentence_words(document.text)[0], Schema(("coup",)))
    [0, 1, 2, 0]
    """
    begins = {event.start: event for event in document.events}
    labels = []
    inside: Event | None = None
    for start, end in spans:
        if event := begins.get(start):
            inside = event
            labels.append(schema.begin(event.type))
        elif inside and end <= inside.end:
            labels.append(schema.begin(inside.type) + 1)
        else:
            inside = None
            labels.append(0)
    return labels
