"""Thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from model.document import Document


def choose_thresholds(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str], precision: float | None = None
) -> dict[str, float]:
    """Placeholder until the evaluation branch lands."""
    result = {}
    for type_ in types:
        rows = []
        support = 0
        for truth, guess in zip(gold, predicted, strict=True):
            spans = {event.span for event in truth.events if event.type == type_}
            support += len(spans)
            rows += [(event.score or 0.0, event.span in spans) for event in guess.events if event.type == type_]
        rows.sort(reverse=True)
        best, place, tp = -1.0, 0.0, 0
        for index, (score, right) in enumerate(rows):
            tp += right
            nxt = rows[index + 1][0] if index + 1 < len(rows) else 0.0
            f1 = 2 * tp / (index + 1 + support) if precision is None else (tp / (index + 1) >= precision) * (index + 1)
            if f1 >= best:
                best, place = f1, (score + nxt) / 2
        result[type_] = place
    return result
