"""Scores of statuses: over the triggers that gold and prediction share, and end to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.document import Document, Event
from model.evaluation.matching import match
from model.evaluation.scores import Counts, summary


def judged_pairs(gold: Document, predicted: Document) -> list[tuple[Event, Event]]:
    """The strictly matched triggers whose gold status somebody judged.

    >>> gold = Document.mark("No coup.", [(3, 7, "coup", "negated")])
    >>> judged_pairs(gold, gold)[0][1].status
    'negated'
    """
    pairs = match(gold.events, predicted.events, "strict")
    found = [(gold.events[left], predicted.events[right]) for left, right in pairs]
    return [(truth, guess) for truth, guess in found if truth.status is not None]


def status_scores(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any] | None:
    """Score the statuses that a system gave to events.

    Args:
        gold: documents with gold events; those whose status nobody judged are left out of all but the triggers.
        predicted: the same texts with predicted events, in the same order.

    Returns:
        ``None`` if gold or prediction has no status at all. Else ``matched`` (number of shared triggers), ``accuracy``,
        ``macro_f1`` (mean over the statuses that occur in gold or prediction), ``statuses`` (a row of counts and ratios
        for each), ``types`` (the same two ratios and ``matched`` for each event type), ``confusion``
        (``{gold: {predicted: n}}``), and ``end_to_end``: a row in which span, type and status must be right.

    >>> gold = [Document.mark("No coup.", [(3, 7, "coup", "negated")])]
    >>> scores = status_scores(gold, gold)
    >>> scores["accuracy"], scores["end_to_end"]["f1"]
    (1.0, 1.0)
    """
    pairs = [pair for documents in zip(gold, predicted, strict=True) for pair in judged_pairs(*documents)]
    if not any(event.status for document in gold for event in document.events) or not any(
        event.status for document in predicted for event in document.events
    ):
        return None
    types = sorted({truth.type for truth, _ in pairs})
    rows = status_counts(pairs)
    confusion: dict[str, dict[str, int]] = {}
    for truth, guess in pairs:
        line = confusion.setdefault(str(truth.status), {})
        line[str(guess.status)] = line.get(str(guess.status), 0) + 1
    right = sum(truth.status == guess.status for truth, guess in pairs)
    # A gold event whose status nobody judged is right or wrong by its trigger alone, and says nothing here.
    judged = sum(event.status is not None for document in gold for event in document.events)
    unjudged = sum(
        gold[index].events[left].status is None
        for index in range(len(gold))
        for left, _ in match(gold[index].events, predicted[index].events, "strict")
    )
    guessed = sum(len(document.events) for document in predicted) - unjudged
    return {
        **_ratios(pairs),
        "statuses": {name: counts.to_dict() for name, counts in rows.items()},
        "types": {name: _ratios([pair for pair in pairs if pair[0].type == name]) for name in types},
        "confusion": confusion,
        "end_to_end": Counts(right, guessed - right, judged - right).to_dict(),
    }


def status_counts(pairs: Sequence[tuple[Event, Event]]) -> dict[str, Counts]:
    """Counts per status over matched triggers, by name.

    >>> coup = Event(0, 4, "coup", "Coup", status="actual")
    >>> status_counts([(coup, coup)])
    {'actual': Counts(tp=1, fp=0, fn=0)}
    """
    names = sorted({str(event.status) for pair in pairs for event in pair})
    both = [(str(truth.status), str(guess.status)) for truth, guess in pairs]
    return {
        name: Counts(
            tp=sum(truth == guess == name for truth, guess in both),
            fp=sum(truth != name == guess for truth, guess in both),
            fn=sum(truth == name != guess for truth, guess in both),
        )
        for name in names
    }


def _ratios(pairs: Sequence[tuple[Event, Event]]) -> dict[str, Any]:
    right = sum(truth.status == guess.status for truth, guess in pairs)
    return {
        "matched": len(pairs),
        "accuracy": right / len(pairs) if pairs else None,
        "macro_f1": summary(status_counts(pairs))["macro"]["f1"],
    }
