"""Which prediction is which gold event: one-to-one, greatest in number, whatever the order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from model.document import Event

Mode = Literal["strict", "identification"]
MODES: tuple[Mode, ...] = ("strict", "identification")


def match(gold: Sequence[Event], predicted: Sequence[Event], mode: Mode) -> list[tuple[int, int]]:
    """Pair gold events with predictions.

    Both modes ask for equal spans, so events fall into groups within which any pairing of equals is optimal; no
    assignment problem has to be solved. Of predictions that stand twice one is paired.

    Args:
        gold: the events that are there.
        predicted: the events that a system found.
        mode: ``"strict"`` wants the same span and type, ``"identification"`` the same span; where it has a
            choice it prefers the same type.

    Returns:
        ``(index in gold, index in predicted)`` pairs, each index at most once, by gold index.

    >>> event = Event(0, 4, "coup", "coup")
    >>> match([event], [event, event], "strict")
    [(0, 0)]
    """
    by_span: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, event in enumerate(predicted):
        by_span[event.span].append(index)
    pairs = []
    left = []
    for index, event in enumerate(gold):
        candidates = by_span[event.span]
        same = next((other for other in candidates if predicted[other].type == event.type), None)
        if same is None:
            left.append(index)
        else:
            candidates.remove(same)
            pairs.append((index, same))
    if mode == "identification":
        for index in left:
            if candidates := by_span[gold[index].span]:
                pairs.append((index, candidates.pop(0)))
    return sorted(pairs)
