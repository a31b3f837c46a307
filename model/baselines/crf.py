"""A conditional random field over plain features of words, trained by CRFsuite."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from ..documents.schema import Schema
from ..documents.text import SURROGATE
from ..tagging.decoding import spans_of
from .sentences import labelled, sentence_words

_ITERATIONS = 50


class CRFTagger:
    """Labels the words of a sentence together, from their forms, their shapes and their neighbours.

    A linear-chain CRF (Lafferty et al. 2001) fitted by L-BFGS with an L2 penalty, decoded by Viterbi; nothing of it is
    random. The score of an event is the least marginal probability among its words' labels, which the probability of
    the span as a whole never exceeds.

    Needs the package sklearn-crfsuite (``pip install "news-event-tagger[crf]"``), see :meth:`is_installed`.
    """

    def __init__(self) -> None:
        self._crf: Any = None
        self._schema = Schema(("none",))

    @staticmethod
    def is_installed() -> bool:
        """Whether the package it needs is there."""
        return importlib.util.find_spec("sklearn_crfsuite") is not None

    def fit(self, documents: Sequence[Document]) -> Self:
        """Learn from labelled documents.

        Raises:
            InputError: there is no labelled event.
        """
        from sklearn_crfsuite import CRF

        self._schema, sentences = labelled(documents)
        features = [_features(tokens) for tokens, _ in sentences]
        targets = [[self._schema.labels[label] for label in labels] for _, labels in sentences]
        self._crf = CRF(algorithm="lbfgs", c2=0.1, max_iterations=_ITERATIONS, all_possible_transitions=True)
        self._crf.fit(features, targets)
        return self

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with what the field finds."""
        return [document.with_events(self._find(document.text)) for document in documents]

    def _find(self, text: str) -> list[Event]:
        events = []
        for spans in sentence_words(text):
            features = _features([text[start:end] for start, end in spans])
            names = self._crf.predict_single(features)
            if not any(name != "O" for name in names):
                continue
            marginals = self._crf.predict_marginals_single(features)
            # Rounding may lift a sum of probabilities a hair above 1.
            sure = [min(1.0, row[name]) for row, name in zip(marginals, names, strict=True)]
            for first, last, type_ in spans_of(_mended([self._schema.labels.index(name) for name in names])):
                start, end = spans[first][0], spans[last - 1][1]
                score = min(sure[first:last])
                events.append(Event(start, end, self._schema.types[type_], text[start:end], score=score))
        return events


def _mended(labels: Sequence[int]) -> NDArray[np.int64]:
    """The labels with each ``I-`` that follows no word of its type made a ``B-``; the field knows no forbidden step.

    >>> _mended([0, 2, 2, 4]).tolist()
    [0, 1, 2, 3]
    """
    before = [0, *labels[:-1]]
    strays = [
        label and label % 2 == 0 and last not in (label, label - 1) for last, label in zip(before, labels, strict=True)
    ]
    return np.array([label - bool(stray) for label, stray in zip(labels, strays, strict=True)], dtype=np.int64)


def _features(tokens: Sequence[str]) -> list[list[str]]:
    """The features of each word of a sentence: the word, its affixes and shape, and two neighbours to either side."""
    count = len(tokens)
    # CRFsuite takes UTF-8, which has no half of a surrogate pair.
    tokens = [SURROGATE.sub("\ufffd", token) for token in tokens]
    lower = [token.lower() for token in tokens]
    shapes = [_shape(token) for token in tokens]
    rows = []
    for index, (token, word) in enumerate(zip(tokens, lower, strict=True)):
        row = ["bias", f"form={token}", f"word={word}", f"shape={shapes[index]}"]
        row += [f"prefix={word[:length]}" for length in (2, 3, 4)]
        row += [f"suffix={word[-length:]}" for length in (2, 3, 4)]
        for offset in (-2, -1, 1, 2):
            place = index + offset
            inside = 0 <= place < count
            row.append(f"{offset}:word={lower[place] if inside else ''}")
            if inside and abs(offset) == 1:
                row.append(f"{offset}:shape={shapes[place]}")
        if index == 0:
            row.append("begin")
        rows.append(row)
    return rows


def _shape(token: str) -> str:
    """Capitals, small letters and digits as ``X``, ``x`` and ``d``, runs shortened.

    >>> _shape("McCoy"), _shape("1994"), _shape("-")
    ('XxXx', 'd', '-')
    """
    shape = ""
    for character in token:
        kind = "X" if character.isupper() else "x" if character.isalpha() else "d" if character.isdigit() else character
        if not shape.endswith(kind):
            shape += kind
    return shape
