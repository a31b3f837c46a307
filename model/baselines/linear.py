"""A logistic regression over the words around each word, with the same decoding as the network."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier

from ..documents.document import Document, Event
from ..documents.schema import Schema
from ..documents.text import SURROGATE
from ..tagging.decoding import best_path, posteriors, spans_of
from .sentences import labelled, sentence_words

_PAD = "<pad>"
_IMPOSSIBLE = -30.0


class LinearTagger:
    """Labels each word from its form, its ending and its neighbours."""

    def __init__(self) -> None:
        self._hasher = FeatureHasher(2**18, input_type="string")
        self._classifier = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=20, tol=1e-4, random_state=0)
        self._schema = Schema(("none",))

    def fit(self, documents: Sequence[Document]) -> Self:
        """Learn from labelled documents.

        Raises:
            InputError: there is no labelled event.
        """
        self._schema, sentences = labelled(documents)
        features = [row for tokens, _ in sentences for row in _features(tokens)]
        targets = [label for _, labels in sentences for label in labels]
        with warnings.catch_warnings():
            # Twenty passes are meant, not a limit that was met.
            warnings.simplefilter("ignore", ConvergenceWarning)
            # One class is none: no trigger begins at a word, so there is nothing to find.
            self._finds = len(set(targets)) > 1
            if self._finds:
                self._classifier.fit(self._hasher.transform(features), targets)
        return self

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with what the classifier finds."""
        return [document.with_events(self._find(document.text)) for document in documents]

    def _find(self, text: str) -> list[Event]:
        events: list[Event] = []
        for spans in sentence_words(text) if self._finds else ():
            rows = _features([text[start:end] for start, end in spans])
            scores = np.full((len(rows), len(self._schema.labels)), _IMPOSSIBLE)
            shares = self._classifier.predict_proba(self._hasher.transform(rows))
            scores[:, self._classifier.classes_] = np.log(np.maximum(shares, np.exp(_IMPOSSIBLE)))
            found = spans_of(best_path(scores))
            for (first, last, type_), score in zip(found, posteriors(scores, found), strict=True):
                start, end = spans[first][0], spans[last - 1][1]
                events.append(Event(start, end, self._schema.types[type_], text[start:end], score=score))
        return events


def _features(tokens: list[str]) -> list[list[str]]:
    # Half of a surrogate pair cannot be hashed.
    lower = [_PAD, _PAD, *(SURROGATE.sub("\ufffd", token).lower() for token in tokens), _PAD, _PAD]
    rows = []
    for index, token in enumerate(tokens):
        before2, before, word, after, after2 = lower[index : index + 5]
        rows.append(
            [
                "bias",
                f"w={word}",
                f"w-1={before}",
                f"w+1={after}",
                f"w-2={before2}",
                f"w+2={after2}",
                f"w-1w={before} {word}",
                f"ww+1={word} {after}",
                f"end={word[-3:]}",
                f"begin={word[:4]}",
                f"title={token[:1].isupper()}",
                *(f"near={near}" for near in lower[max(index - 3, 0) : index + 8]),
            ]
        )
    return rows
