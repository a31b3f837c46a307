"""Counts over documents, made into precision, recall and F1 last."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from .matching import EVENT_MODES, MODES, UNIT_MODES, EventMode, Mode, match, sentence_ends, units
from .numbers import RATIOS
from .resampling import student_t


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives; they add up over documents.

    A ratio with nothing below the line is ``None``: no gold and no prediction is neither 0 nor 1.

    >>> counts = Counts(tp=3, fp=1, fn=1) + Counts()
    >>> counts.precision, counts.recall, counts.f1
    (0.75, 0.75, 0.75)
    >>> Counts().f1 is None
    True
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """Share of the predictions that are right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """Share of the gold events that were found."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two, ``2 tp / (2 tp + fp + fn)``."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else None

    def to_dict(self) -> dict[str, Any]:
        """Counts and ratios, as ``scores.json`` holds them."""
        ratios = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {"tp": self.tp, "fp": self.fp, "fn": self.fn, "support": self.tp + self.fn, **ratios}


def names_of(gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str] = ()) -> list[str]:
    """The event types to report: those given, then others that occur, by name."""
    found = {event.type for document in (*gold, *predicted) for event in document.events}
    return list(dict.fromkeys([*types, *sorted(found)]))


def tally(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str], modes: Sequence[Mode] = MODES
) -> dict[Mode, NDArray[np.int64]]:
    """Count document by document, so that scores can be summed and documents drawn anew.

    A missed event counts under its gold type, a spurious one under the predicted type.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.
        modes: what counts as found, see :mod:`.matching`.

    Returns:
        Per mode ``[documents, types, 3]``: true positives, false positives, false negatives.

    Raises:
        ValueError: the documents are not the same texts in the same order.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> tally(gold, [Document("A coup.")], ["coup"], ["strict"])["strict"].tolist()
    [[[0, 0, 1]]]
    """
    if len(gold) != len(predicted) or any(one.text != other.text for one, other in zip(gold, predicted, strict=True)):
        raise ValueError("gold and predicted must be the same texts in the same order")
    place = {name: index for index, name in enumerate(types)}
    result = {mode: np.zeros((len(gold), len(types), 3), dtype=np.int64) for mode in modes}
    for index, (truth, guess) in enumerate(zip(gold, predicted, strict=True)):
        for event_mode in EVENT_MODES:
            if event_mode in result:
                _count_events(truth.events, guess.events, event_mode, place, result[event_mode][index])
        for unit_mode in UNIT_MODES:
            if unit_mode in result:
                ends = sentence_ends(truth) if unit_mode == "sentence" else []
                there, found = units(truth, unit_mode, ends), units(guess, unit_mode, ends)
                for column, part in enumerate((there & found, found - there, there - found)):
                    for _, type_ in part:
                        result[unit_mode][index, place[type_], column] += 1
    return result


def _count_events(
    gold: Sequence[Event], predicted: Sequence[Event], mode: EventMode, place: Mapping[str, int], row: NDArray[np.int64]
) -> None:
    pairs = match(gold, predicted, mode)
    found, used = {left for left, _ in pairs}, {right for _, right in pairs}
    for index, event in enumerate(gold):
        row[place[event.type], 0 if index in found else 2] += 1
    for index, event in enumerate(predicted):
        if index not in used:
            row[place[event.type], 1] += 1


def score(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str] = (), modes: Sequence[Mode] = MODES
) -> dict[str, Any]:
    """Score predictions against gold labels.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: event types to report even where none occurs; others that occur are added by name.
        modes: what to score, see :mod:`.matching`.

    Returns:
        ``{mode: {"micro": …, "macro": …, "types": {name: …}}}``; micro and types hold tp, fp, fn, support, precision,
        recall and f1, macro the mean ratios over types that have any.

    Raises:
        ValueError: the documents are not the same texts in the same order.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> score(gold, gold)["strict"]["micro"]["f1"]
    1.0
    """
    names = names_of(gold, predicted, types)
    return {mode: summary(by_type(counts, names)) for mode, counts in tally(gold, predicted, names, modes).items()}


def by_type(counts: NDArray[np.int64], types: Sequence[str]) -> dict[str, Counts]:
    """The totals of each type from the counts of documents, ``[documents, types, 3]``."""
    return {name: Counts(*row) for name, row in zip(types, counts.sum(axis=0).tolist(), strict=True)}


def summary(totals: dict[str, Counts]) -> dict[str, Any]:
    """Micro, macro and per-type scores from the counts per type."""
    return {
        "micro": sum(totals.values(), Counts()).to_dict(),
        "macro": {ratio: _mean(getattr(counts, ratio) for counts in totals.values()) for ratio in RATIOS},
        "types": {name: counts.to_dict() for name, counts in totals.items()},
    }


def pool(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Scores of several sets as one: counts are added, ratios made anew.

    >>> one = score([Document.mark("A coup.", [(2, 6, "coup")])], [Document("A coup.")])
    >>> pool([one, one])["strict"]["micro"]["fn"]
    2
    """
    pooled: dict[str, Any] = {}
    for mode in parts[0]:
        totals: dict[str, Counts] = {}
        for part in parts:
            for name, row in part[mode]["types"].items():
                totals[name] = totals.get(name, Counts()) + Counts(row["tp"], row["fp"], row["fn"])
        pooled[mode] = summary(totals)
    return pooled


def over_seeds(values: Sequence[float | None]) -> dict[str, Any]:
    """Mean of a score over seeds with its 95 % interval (Student's t, cut at 0 and 1; n/a for one seed).

    >>> over_seeds([0.5, 1.0])["mean"]
    0.75
    """
    known = [value for value in values if value is not None]
    if len(known) < max(len(values), 2):
        return {"values": list(values), "mean": _mean(values), "low": None, "high": None}
    mean = fmean(known)
    half = student_t(len(known) - 1) * stdev(known) / math.sqrt(len(known))
    return {"values": known, "mean": mean, "low": max(mean - half, 0.0), "high": min(mean + half, 1.0)}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
