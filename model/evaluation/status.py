"""Scores of statuses: over the triggers that gold and prediction share, and end to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from .matching import match

UNSAID = "none"
"""Name of the column of the confusion table for predictions without a status."""


def judged_pairs(gold: Document, predicted: Document) -> list[tuple[Event, Event]]:
    """The strictly matched triggers whose gold status somebody judged.

    >>> gold = Document.mark("No coup.", [(3, 7, "coup", "negated")])
    >>> judged_pairs(gold, gold)[0][1].status
    'negated'
    """
    pairs = match(gold.events, predicted.events, "strict")
    found = [(gold.events[left], predicted.events[right]) for left, right in pairs]
    return [(truth, guess) for truth, guess in found if truth.status is not None]


def status_names(gold: Sequence[Document], predicted: Sequence[Document]) -> list[str]:
    """The statuses that occur in gold and predicted, by name; empty if one of the two has none at all."""
    sides = [{e.status for document in side for e in document.events if e.status} for side in (gold, predicted)]
    return sorted(sides[0] | sides[1]) if all(sides) else []


def tally_statuses(
    gold: Sequence[Document], predicted: Sequence[Document], statuses: Sequence[str]
) -> NDArray[np.int64]:
    """Count statuses over the shared triggers, document by document.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        statuses: names of the statuses, see :func:`status_names`.

    Returns:
        ``[documents, statuses, 3]`` of tp, fp, fn. The micro-F1 of these counts is the accuracy, if each prediction
        has a status.

    >>> gold = Document.mark("No coup.", [(3, 7, "coup", "negated")])
    >>> guess = Document.mark("No coup.", [(3, 7, "coup", "actual")])
    >>> tally_statuses([gold], [guess], ["actual", "negated"]).tolist()
    [[[0, 1, 0], [0, 0, 1]]]
    """
    place = {name: index for index, name in enumerate(statuses)}
    counts = np.zeros((len(gold), len(statuses), 3), dtype=np.int64)
    for row, truth, guess in zip(counts, gold, predicted, strict=True):
        for one, other in judged_pairs(truth, guess):
            if one.status == other.status:
                row[place[str(one.status)], 0] += 1
                continue
            row[place[str(one.status)], 2] += 1
            if other.status is not None:
                row[place[other.status], 1] += 1
    return counts


def tally_end_to_end(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str]
) -> NDArray[np.int64]:
    """Count events that are right in span, type and status, document by document.

    Gold events whose status nobody judged, and the predictions matched with them, are left out.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.

    Returns:
        ``[documents, types, 3]`` of tp, fp, fn.

    >>> gold = Document.mark("No coup.", [(3, 7, "coup", "negated")])
    >>> guess = Document.mark("No coup.", [(3, 7, "coup", "actual")])
    >>> tally_end_to_end([gold], [guess], ["coup"]).tolist()
    [[[0, 1, 1]]]
    """
    place = {name: index for index, name in enumerate(types)}
    counts = np.zeros((len(gold), len(types), 3), dtype=np.int64)
    for row, truth, guess in zip(counts, gold, predicted, strict=True):
        pairs = match(truth.events, guess.events, "strict")
        unjudged = {right for left, right in pairs if truth.events[left].status is None}
        for event in truth.events:
            row[place[event.type], 2] += event.status is not None
        for index, event in enumerate(guess.events):
            row[place[event.type], 1] += index not in unjudged
        for one, other in judged_pairs(truth, guess):
            if one.status == other.status:
                row[place[one.type]] += (1, -1, -1)
    return counts


def status_confusion(
    gold: Sequence[Document], predicted: Sequence[Document], statuses: Sequence[str]
) -> dict[str, Any]:
    """Which statuses are taken for which, over the shared triggers.

    Returns:
        ``{"types": names, "counts": table}``, rows are gold, columns predicted; the last is for no status.
    """
    place: dict[str | None, int] = {name: index for index, name in enumerate(statuses)}
    table = np.zeros((len(statuses) + 1, len(statuses) + 1), dtype=np.int64)
    for documents in zip(gold, predicted, strict=True):
        for one, other in judged_pairs(*documents):
            table[place[one.status], place.get(other.status, len(statuses))] += 1
    names = [*statuses, UNSAID] if table[:, -1].any() else list(statuses)
    return {"types": names, "counts": table[: len(names), : len(names)].tolist()}


def status_types(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, dict[str, Any]]:
    """For each event type the number of shared triggers and the share of them whose status is right.

    >>> gold = Document.mark("No coup.", [(3, 7, "coup", "negated")])
    >>> status_types([gold], [gold])
    {'coup': {'matched': 1, 'accuracy': 1.0}}
    """
    pairs = [pair for documents in zip(gold, predicted, strict=True) for pair in judged_pairs(*documents)]
    rows = {}
    for name in sorted({one.type for one, _ in pairs}):
        right = [one.status == other.status for one, other in pairs if one.type == name]
        rows[name] = {"matched": len(right), "accuracy": sum(right) / len(right)}
    return rows
