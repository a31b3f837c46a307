"""What went wrong, and where: each gold and predicted event in one finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.document import Document, Event
from model.evaluation.matching import match

Kind = Literal["correct", "type", "boundary", "missed", "spurious"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A gold event, a predicted one, or the two that belong together."""

    kind: Kind
    gold: Event | None
    predicted: Event | None


def findings(gold: Document, predicted: Document) -> list[Finding]:
    """Every gold and predicted event in exactly one finding, sorted by place.

    >>> truth = Document.mark("A coup.", [(2, 6, "coup")])
    >>> [finding.kind for finding in findings(truth, truth.with_events(()))]
    ['missed']
    """
    found: list[Finding] = []
    truths, guesses = dict(enumerate(gold.events)), dict(enumerate(predicted.events))
    for left, right in match(gold.events, predicted.events, "identification"):
        truth, guess = truths.pop(left), guesses.pop(right)
        found.append(Finding("correct" if truth.type == guess.type else "type", truth, guess))
    touching = [(truths[i].type != guesses[j].type, i, j) for i in truths for j in guesses]
    for wrong_type, i, j in sorted(pair for pair in touching if truths[pair[1]].overlaps(guesses[pair[2]])):
        if i in truths and j in guesses:
            found.append(Finding("type" if wrong_type else "boundary", truths.pop(i), guesses.pop(j)))
    found += [Finding("missed", truth, None) for truth in truths.values()]
    found += [Finding("spurious", None, guess) for guess in guesses.values()]
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[int, int]:
    return min(event.span for event in (finding.gold, finding.predicted) if event)
