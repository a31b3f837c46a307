"""What labels say of each place of each window: the table that a network is trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import datasets

from ..documents.document import Document, Event
from ..documents.schema import Schema
from ..documents.text import overlapping
from ..tagging.questions import LABELLED_TO
from ..tagging.windows import Windower, Windows

IGNORED = -100
"""Label or status of pieces that the loss leaves out: special tokens and context, for statuses all but triggers."""


def training_table(documents: Sequence[Document], windower: Windower, schema: Schema) -> datasets.Dataset:
    """The windows of labelled documents as a table of token ids, label ids and status ids.

    Args:
        documents: labelled documents.
        windower: cuts them.
        schema: gives labels and statuses their numbers.

    Returns:
        A table with the columns ``input_ids``, ``labels`` and ``statuses``, one row per window, in order.
    """
    rows: dict[str, list[Any]] = {"input_ids": [], "labels": [], "statuses": []}
    for document in documents:
        cut = windower(document.text)
        for window, (labels, statuses) in zip(cut.windows, label_pieces(document, cut, schema), strict=True):
            rows["input_ids"].append(window.ids)
            rows["labels"].append(labels)
            rows["statuses"].append(statuses)
    return datasets.Dataset.from_dict(rows)


def label_pieces(document: Document, cut: Windows, schema: Schema) -> Iterator[tuple[list[int], list[int]]]:
    """For each window the label and the status of each place.

    It is :data:`IGNORED` where the window decides no word, or where nobody said what stands there.

    Every piece of a word is labelled: the first of a trigger ``B-``, all others of it ``I-``. So a plain
    token-classification pipeline, which knows no words, reads the network as our decoding does. A status stands at
    every piece of a trigger whose status somebody judged.

    Args:
        document: labels; of those that overlap one is learnt.
        cut: its words and windows.
        schema: gives labels and statuses their numbers.
    """
    owners: dict[int, tuple[Event, int]] = {}
    for event in document.without_overlaps().events:
        own = overlapping(cut.words, *event.span)
        owners |= dict.fromkeys(own, (event, own.start))
    known = document.meta.get(LABELLED_TO, len(document.text))
    for window in cut.windows:
        labels, statuses = [], []
        previous = -1
        for word in window.pieces.tolist():
            label, status = IGNORED if word < 0 or cut.words[word][0] >= known else 0, IGNORED
            if word in owners:
                event, first_word = owners[word]
                label = schema.begin(event.type) + (0 if word == first_word and word != previous else 1)
                status = schema.statuses.index(event.status) if event.status in schema.statuses else IGNORED
            labels.append(label)
            statuses.append(status)
            previous = word
        yield labels, statuses
