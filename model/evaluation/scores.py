"""Counts over documents, made into precision, recall and F1 last."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from model.document import Document
from model.evaluation.matching import MODES, Mode, match


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


def count(gold: Document, predicted: Document, mode: Mode, types: Sequence[str]) -> dict[str, Counts]:
    """The counts of one document, per type.

    A missed event counts under its gold type, a spurious one under the predicted type.
    """
    pairs = match(gold.events, predicted.events, mode)
    tally = {type_: [0, 0, 0] for type_ in types}
    matched_gold = {index for index, _ in pairs}
    matched_predicted = {index for _, index in pairs}
    for index, event in enumerate(gold.events):
        tally[event.type][0 if index in matched_gold else 2] += 1
    for index, event in enumerate(predicted.events):
        if index not in matched_predicted:
            tally[event.type][1] += 1
    return {type_: Counts(*values) for type_, values in tally.items()}


def score(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str] | None = None
) -> dict[str, Any]:
    """Score predictions against gold labels.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: event types to report even where none occurs; others that occur are added by name.

    Returns:
        ``{mode: {"micro": …, "macro": …, "types": {name: …}}}`` for the modes strict and identification; micro
        and types hold tp, fp, fn, support, precision, recall and f1, macro the mean ratios over types that have any.

    Raises:
        ValueError: the documents are not the same texts in the same order.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> score(gold, gold)["strict"]["micro"]["f1"]
    1.0
    """
    if [document.text for document in gold] != [document.text for document in predicted]:
        raise ValueError("gold and predicted must be the same texts in the same order")
    found = {event.type for document in (*gold, *predicted) for event in document.events}
    names = list(dict.fromkeys([*(types or ()), *sorted(found)]))
    result: dict[str, Any] = {}
    for mode in MODES:
        totals = {name: Counts() for name in names}
        for truth, guess in zip(gold, predicted, strict=True):
            for name, counts in count(truth, guess, mode, names).items():
                totals[name] += counts
        result[mode] = summary(totals)
    return result


def summary(totals: dict[str, Counts]) -> dict[str, Any]:
    """Micro, macro and per-type scores from the counts per type."""
    return {
        "micro": sum(totals.values(), Counts()).to_dict(),
        "macro": {
            ratio: _mean(getattr(counts, ratio) for counts in totals.values())
            for ratio in ("precision", "recall", "f1")
        },
        "types": {name: counts.to_dict() for name, counts in totals.items()},
    }


def pool(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Scores of several sets as one: counts are added, ratios made anew.

    >>> one = score([Document.mark("A coup.", [(2, 6, "coup")])], [Document("A coup.")])
    >>> pool([one, one])["strict"]["micro"]["fn"]
    2
    """
    pooled: dict[str, Any] = {}
    for mode in MODES:
        totals: dict[str, Counts] = {}
        for part in parts:
            for name, row in part[mode]["types"].items():
                totals[name] = totals.get(name, Counts()) + Counts(row["tp"], row["fp"], row["fn"])
        pooled[mode] = summary(totals)
    return pooled


def over_seeds(values: Sequence[float | None]) -> dict[str, Any]:
    """Mean of a score over seeds with its 95 % interval (Student's t; n/a for one seed).

    >>> over_seeds([0.5, 1.0])["mean"]
    0.75
    """
    known = [value for value in values if value is not None]
    if len(known) < max(len(values), 2):
        return {"values": list(values), "mean": _mean(values), "low": None, "high": None}
    # Imported here, for it takes longer than scoring a set does.
    from scipy.stats import t as student

    mean = fmean(known)
    half = float(student.ppf(0.975, len(known) - 1)) * stdev(known) / math.sqrt(len(known))
    return {"values": known, "mean": mean, "low": mean - half, "high": mean + half}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
