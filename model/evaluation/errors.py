"""What kind of error each event is, and which types are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from .matching import assign, clusters, shared_characters

FindingKind = Literal["correct", "status", "type", "boundary", "missed", "spurious", "binding"]
KINDS: tuple[FindingKind, ...] = get_args(FindingKind)[:-1]
"""What becomes of events; a participant may be bound to the wrong one of them besides, see :mod:`.role_errors`."""
NONE = "none"
"""Name of the row of the confusion table for predictions without a gold event, and of the column for the missed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a gold event, or what a prediction is.

    Args:
        kind: ``"correct"`` is the same span and type; ``"status"`` the same, but gold and prediction name two
            statuses; ``"type"`` the same span, or one that overlaps, of another type; ``"boundary"`` another span of
            the same type that overlaps; ``"missed"`` a gold event alone; ``"spurious"`` a prediction alone, of
            participants ``"binding"`` one that gold has at another event of the sentence.
        gold: the gold event, ``None`` if spurious.
        predicted: the prediction, ``None`` if missed.
    """

    kind: FindingKind
    gold: Event | None
    predicted: Event | None

    @property
    def events(self) -> tuple[Event, ...]:
        """The event of gold, then that of the prediction; one of them, or both."""
        return tuple(event for event in (self.gold, self.predicted) if event)


def findings(gold: Document, predicted: Document) -> list[Finding]:
    """Sort all events of a document into hits and kinds of error.

    Pairs are made so that most are correct; of those pairings, most have the same span, then most overlap with the
    same type, then most overlap at all, then they share most characters.

    Args:
        gold: a document with its gold events.
        predicted: the same text with predicted events.

    Returns:
        Every gold and every predicted event in just one finding, by place.

    >>> gold = Document.mark("Held after a coup.", [(0, 4, "arrest"), (13, 17, "coup")])
    >>> guess = Document.mark("Held after a coup.", [(0, 4, "coup"), (11, 17, "coup")])
    >>> [finding.kind for finding in findings(gold, guess)]
    ['type', 'boundary']
    """
    pairs = []
    for left, right in clusters(gold.events, predicted.events):
        if len(left) == len(right) == 1:
            one, other = gold.events[left[0]], predicted.events[right[0]]
            pairs += [(left[0], right[0])] if one.overlaps(other) else []
        else:
            pairs += assign(_closeness(gold.events, predicted.events, left, right), left, right)
    found = [
        Finding(_kind(gold.events[left], predicted.events[right]), gold.events[left], predicted.events[right])
        for left, right in pairs
    ]
    paired_gold, paired_predicted = {left for left, _ in pairs}, {right for _, right in pairs}
    found += [Finding("missed", event, None) for i, event in enumerate(gold.events) if i not in paired_gold]
    found += [Finding("spurious", None, event) for i, event in enumerate(predicted.events) if i not in paired_predicted]
    return sorted(found, key=_place)


def error_counts(gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str]) -> dict[str, Any]:
    """How many :func:`findings` are of which kind, and which gold types are taken for which.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.

    Returns:
        ``kinds``: the number of each; and ``confusion``: the names of its ``types``, :data:`NONE` last, and their
        ``counts`` ``[gold type][predicted type]``; wrong boundaries of the right type stand on the diagonal.

    >>> gold = Document.mark("Held after a coup.", [(0, 4, "arrest"), (13, 17, "coup")])
    >>> guess = Document.mark("Held after a coup.", [(0, 4, "coup")])
    >>> error_counts([gold], [guess], ["arrest", "coup"])["confusion"]["counts"]
    [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    """
    names = [*types, NONE]
    kinds: dict[str, int] = dict.fromkeys(KINDS, 0)
    table = [[0] * len(names) for _ in names]
    for truth, guess in zip(gold, predicted, strict=True):
        for finding in findings(truth, guess):
            kinds[finding.kind] += 1
            row, column = (names.index(event.type) if event else -1 for event in (finding.gold, finding.predicted))
            table[row][column] += 1
    return {"kinds": kinds, "confusion": {"types": names, "counts": table}}


def _closeness(
    gold: Sequence[Event], predicted: Sequence[Event], left: Sequence[int], right: Sequence[int]
) -> NDArray[np.float64]:
    """Weights in which one pair of a better rank outweighs all pairs of the next.

    Equal pairings are told apart by the places of their events, the same way whichever side is called gold.
    """
    shared = shared_characters(gold, predicted, left, right)
    same_type = np.array([[gold[one].type == predicted[other].type for other in right] for one in left])
    same_span = np.array([[gold[one].span == predicted[other].span for other in right] for one in left])
    rank = np.where(same_span, 2, 0) + same_type
    step = 2.0 + min(len(left), len(right))
    longest = 1 + sum(gold[one].end - gold[one].start for one in left)
    ours, theirs = (
        [(event.start, event.end, event.type) for event in side]
        for side in ([gold[one] for one in left], [predicted[other] for other in right])
    )
    order = {key: index for index, key in enumerate(sorted({*ours, *theirs}))}
    earliness = [1 - np.array([order[key] for key in side]) / len(order) for side in (ours, theirs)]
    place = np.outer(*earliness) / step
    return np.asarray(np.where(shared > 0, step**rank + (shared + place) / longest, 0.0))


def _kind(gold: Event, predicted: Event) -> FindingKind:
    if gold.type != predicted.type:
        return "type"
    if gold.span != predicted.span:
        return "boundary"
    return "status" if gold.status and predicted.status and gold.status != predicted.status else "correct"


def _place(finding: Finding) -> tuple[int, int, bool, str]:
    event = finding.events[0]
    return event.start, event.end, finding.gold is None, event.type
