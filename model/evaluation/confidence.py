"""Whether a system's confidence can be believed, and where to cut it off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..documents.document import Document, Event
from .matching import match
from .resampling import Numbers

UNINFORMED = 0.5
"""Threshold of a type of which no event was predicted rightly, so that nothing can be learnt about it."""
_BINS = 10
_CURVE = 200


def confidence(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any] | None:
    """How confidence and strict correctness go together, over the predicted events that carry a score.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.

    Returns:
        ``None`` if no prediction has a score, else

        - ``scored``, ``unscored``: how many predictions carry a score and how many do not;
        - ``bins``: ten of equal width, each with ``low``, ``high``, ``count``, the mean score ``confidence`` and the
          share of correct ones ``accuracy`` (``None`` where empty);
        - ``ece``: expected calibration error, the mean over predictions of their bin's |accuracy - confidence|
          (Naeini et al. 2015, Obtaining Well Calibrated Probabilities);
        - ``brier``: mean squared difference of score and correctness;
        - ``curve``: rows of ``threshold``, ``precision`` and ``recall``, from the highest score down, 200 at most;
          recall's denominator is all gold events;
        - ``average_precision``: the sum of precision times gain in recall along the whole curve; ``None`` without gold.

    >>> text = Document.mark("A coup.", [(2, 6, "coup")])
    >>> row = confidence([text], [text.with_events([Event(2, 6, "coup", "coup", score=0.75)])])
    >>> row["ece"], row["brier"], row["average_precision"]
    (0.25, 0.0625, 1.0)
    """
    rows = _judged(gold, predicted)
    scores = np.array([event.score for event, _ in rows if event.score is not None], dtype=np.float64)
    right = np.array([is_right for event, is_right in rows if event.score is not None], dtype=np.float64)
    if not len(scores):
        return None
    support = sum(len(document.events) for document in gold)
    bins = _bins(scores, right)
    gaps = [row["count"] * abs(row["accuracy"] - row["confidence"]) for row in bins if row["count"]]
    thresholds, kept, hits = _cuts(scores, right)
    precision = hits / kept
    recall = hits / support if support else np.full(len(hits), np.nan)
    average = float((precision * np.diff(recall, prepend=0.0)).sum()) if support else None
    shown = np.linspace(0, len(kept) - 1, min(len(kept), _CURVE)).round().astype(int)
    return {
        "scored": len(scores),
        "unscored": len(rows) - len(scores),
        "bins": bins,
        "ece": float(sum(gaps) / len(scores)),
        "brier": float(((scores - right) ** 2).mean()),
        "curve": [
            {
                "threshold": float(thresholds[index]),
                "precision": float(precision[index]),
                "recall": float(recall[index]) if support else None,
            }
            for index in shown
        ],
        "average_precision": average,
    }


def choose_thresholds(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str], precision: float | None = None
) -> dict[str, float]:
    """The least score at which to keep an event, per type; to be chosen on dev, never on test.

    A threshold lies midway between two scores, or at 0 if all are kept. Of equally good ones the lowest is taken.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with all events that a system can find, as it finds them with a threshold of 0.
        types: names of the event types.
        precision: ``None`` wants the best strict F1. A number wants the lowest threshold at which at least this share
            of what is kept is right; where no threshold reaches it, the one of the highest precision.

    Returns:
        A threshold per type; :data:`UNINFORMED` for a type without a right prediction.

    Raises:
        ValueError: a predicted event has no score.

    >>> gold = Document.mark("coup coup coup", [(0, 4, "coup"), (10, 14, "coup")])
    >>> spans = [(0, 4, 0.9), (5, 9, 0.3), (10, 14, 0.2)]
    >>> guess = gold.with_events([Event(start, end, "coup", "coup", sure) for start, end, sure in spans])
    >>> choose_thresholds([gold], [guess], ["coup"]), choose_thresholds([gold], [guess], ["coup"], precision=0.9)
    ({'coup': 0.0}, {'coup': 0.6})
    """
    rows = _judged(gold, predicted)
    support = dict.fromkeys(types, 0)
    for document in gold:
        for event in document.events:
            support[event.type] = support.get(event.type, 0) + 1
    chosen = {}
    for type_ in types:
        mine = [(event.score, is_right) for event, is_right in rows if event.type == type_]
        if any(score is None for score, _ in mine):
            raise ValueError(f"a predicted event of type {type_!r} has no score")
        if not any(is_right for _, is_right in mine):
            chosen[type_] = UNINFORMED
            continue
        scores, right = (np.array(column, dtype=np.float64) for column in zip(*mine, strict=True))
        thresholds, kept, hits = _cuts(scores, right)
        if precision is None:
            quality = 2 * hits / (kept + support[type_])
        else:
            quality = hits / kept
            quality = np.where(quality >= precision, 2.0, quality) if (quality >= precision).any() else quality
        # The last of the best is the lowest.
        best = len(quality) - 1 - int(quality[::-1].argmax())
        below = thresholds[best + 1] if best + 1 < len(thresholds) else None
        chosen[type_] = 0.0 if below is None else float((thresholds[best] + below) / 2)
    return chosen


def _judged(gold: Sequence[Document], predicted: Sequence[Document]) -> list[tuple[Event, bool]]:
    """Every predicted event and whether it is strictly right."""
    rows = []
    for truth, guess in zip(gold, predicted, strict=True):
        right = {index for _, index in match(truth.events, guess.events, "strict")}
        rows += [(event, index in right) for index, event in enumerate(guess.events)]
    return rows


def _bins(scores: Numbers, right: Numbers) -> list[dict[str, Any]]:
    places = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    bins = []
    for place in range(_BINS):
        inside = places == place
        count = int(inside.sum())
        bins.append(
            {
                "low": place / _BINS,
                "high": (place + 1) / _BINS,
                "count": count,
                "confidence": float(scores[inside].mean()) if count else None,
                "accuracy": float(right[inside].mean()) if count else None,
            }
        )
    return bins


def _cuts(scores: Numbers, right: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The different scores from the highest down, how many predictions reach each, and how many of them are right."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return ordered[last], (last + 1).astype(np.float64), np.cumsum(right[order])[last]
