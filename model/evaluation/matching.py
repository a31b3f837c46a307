"""Which prediction is which gold event: one-to-one, the best such pairing, whatever the order."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from ..documents.text import sentences

EventMode = Literal["strict", "identification", "overlap"]
UnitMode = Literal["sentence", "document"]
Mode = EventMode | UnitMode
EVENT_MODES: tuple[EventMode, ...] = get_args(EventMode)
UNIT_MODES: tuple[UnitMode, ...] = get_args(UnitMode)
MODES: tuple[Mode, ...] = (*EVENT_MODES, *UNIT_MODES)


def match(gold: Sequence[Event], predicted: Sequence[Event], mode: EventMode) -> list[tuple[int, int]]:
    """Pair gold events with predictions, as many as can be.

    Args:
        gold: the events that are there.
        predicted: the events that a system found.
        mode: ``"strict"`` wants the same span and type; ``"identification"`` the same span, and prefers the same
            type; ``"overlap"`` the same type and spans that share a character, and of the pairings with most pairs
            takes one that shares most characters. Of predictions that stand twice the surest is paired.

    Returns:
        ``(index in gold, index in predicted)`` pairs, each index at most once, by gold index.

    >>> event = Event(0, 4, "coup", "coup")
    >>> match([event], [event, event], "strict")
    [(0, 0)]
    >>> match([event], [Event(2, 8, "coup", "up d'é")], "overlap")
    [(0, 0)]
    """
    if mode != "overlap":
        return _match_equal(gold, predicted, mode)
    pairs: list[tuple[int, int]] = []
    for left, right in clusters(gold, predicted):
        shared = shared_characters(gold, predicted, left, right)
        same = np.array([[gold[one].type == predicted[other].type for other in right] for one in left])
        # All that one pairing shares is less than one more pair is worth.
        longest = 1 + sum(gold[one].end - gold[one].start for one in left)
        pairs += assign(np.where(same & (shared > 0), 1 + shared / longest, 0.0), left, right)
    return sorted(pairs)


def _match_equal(gold: Sequence[Event], predicted: Sequence[Event], mode: EventMode) -> list[tuple[int, int]]:
    """Equal spans fall into groups within which any pairing of equals is optimal: nothing has to be assigned."""
    by_span: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, event in enumerate(predicted):
        by_span[event.span].append(index)
    for candidates in by_span.values():
        if len(candidates) > 1:
            candidates.sort(key=lambda index: -(predicted[index].score or 0.0))
    pairs = []
    left = []
    for index, event in enumerate(gold):
        candidates = by_span.get(event.span, [])
        same = next((other for other in candidates if predicted[other].type == event.type), None)
        if same is None:
            left.append(index)
        else:
            candidates.remove(same)
            pairs.append((index, same))
    if mode == "identification":
        for index in left:
            if candidates := by_span.get(gold[index].span, []):
                pairs.append((index, candidates.pop(0)))
    return sorted(pairs)


def clusters(gold: Sequence[Event], predicted: Sequence[Event]) -> Iterator[tuple[list[int], list[int]]]:
    """Stretches of text in which gold events and predictions hang together by overlapping.

    Yields:
        ``(indices in gold, indices in predicted)``, neither empty; no event overlaps one of another cluster.

    >>> spans = [Event(0, 2, "coup", "ab"), Event(5, 6, "coup", "f")]
    >>> list(clusters(spans, [Event(1, 3, "arrest", "bc")]))
    [([0], [0])]
    """
    left: list[int] = []
    right: list[int] = []
    behind = 0
    order = [(event.start, event.end, index, True) for index, event in enumerate(gold)]
    order += [(event.start, event.end, index, False) for index, event in enumerate(predicted)]
    for start, end, index, is_gold in sorted(order):
        if start >= behind:
            if left and right:
                yield left, right
            left, right = [], []
        (left if is_gold else right).append(index)
        behind = max(behind, end)
    if left and right:
        yield left, right


def shared_characters(
    gold: Sequence[Event], predicted: Sequence[Event], left: Sequence[int], right: Sequence[int]
) -> NDArray[np.int64]:
    """How many characters the spans share, ``[left, right]``; 0 or less where they share none."""
    spans = np.array([gold[index].span for index in left])
    others = np.array([predicted[index].span for index in right])
    start = np.maximum(spans[:, None, 0], others[None, :, 0])
    end = np.minimum(spans[:, None, 1], others[None, :, 1])
    return np.asarray(end - start)


def assign(weights: NDArray[np.float64], left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    """The one-to-one pairing with the greatest sum of weights (linear sum assignment); weights of 0 pair nothing.

    Args:
        weights: ``[left, right]``, 0 or more.
        left: what the rows are called in the answer.
        right: what the columns are called.

    >>> assign(np.array([[3.0, 2.0], [2.0, 0.0]]), [0, 1], [7, 8])
    [(0, 8), (1, 7)]
    """
    if 1 in weights.shape:
        best = int(weights.argmax())
        chosen = [(best // weights.shape[1], best % weights.shape[1])]
    else:
        # Imported here, for it takes longer than scoring a set of which it is seldom wanted.
        from scipy.optimize import linear_sum_assignment

        chosen = list(zip(*(side.tolist() for side in linear_sum_assignment(weights, maximize=True)), strict=True))
    return [(left[row], right[column]) for row, column in chosen if weights[row, column] > 0]


def units(document: Document, mode: UnitMode, ends: Sequence[int]) -> set[tuple[int, str]]:
    """What an analyst codes: which types of event occur in which sentence, or in the document at all.

    Args:
        document: a text with events.
        mode: ``"sentence"`` or ``"document"``.
        ends: where the sentences of the text end, see :func:`sentence_ends`; an event belongs to the sentence in
            which it starts.

    Returns:
        ``(number of the sentence, type)`` of each; the number is 0 in a document.

    >>> found = Document.mark("A coup. Held and held.", [(2, 6, "coup"), (8, 12, "arrest"), (17, 21, "arrest")])
    >>> sorted(units(found, "sentence", sentence_ends(found)))
    [(0, 'coup'), (1, 'arrest')]
    """
    if mode == "document":
        return {(0, event.type) for event in document.events}
    return {(bisect_right(ends, event.start), event.type) for event in document.events}


def sentence_ends(document: Document) -> list[int]:
    """Where the sentences of a document end, in order."""
    return [end for _, end in sentences(document.text)]
