"""What a page calls the two sides that it shows, and what came of their events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import FindingKind


class KindWords(NamedTuple):
    """What a page calls a kind of finding: its sign in the text, its name, and what that means."""

    sign: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Wording:
    """What a page calls the two sides of a finding.

    Args:
        gold: the events marked below the words.
        predicted: the events marked above them.
        below: what such a line below is.
        above: what such a line above is.
        error: what every finding but the correct ones is.
        kinds: words for each kind, in the order of the legend.
        roles: words for what becomes of participants, likewise.
    """

    gold: str
    predicted: str
    below: str
    above: str
    error: str
    kinds: Mapping[FindingKind, KindWords]
    roles: Mapping[FindingKind, KindWords]


SCORING = Wording(
    gold="gold",
    predicted="predicted",
    below="the gold label",
    above="the prediction",
    error="error",
    kinds={
        "correct": KindWords("✓", "found", "the same words, the same type"),
        "status": KindWords("?", "wrong status", "gold → predicted"),
        "missed": KindWords("−", "missed", "only the gold label has it"),
        "spurious": KindWords("+", "false alarm", "only the prediction has it"),
        "type": KindWords("≠", "wrong type", "gold → predicted"),
        "boundary": KindWords("↔", "wrong boundary", "not the same words"),
    },
    roles={
        "correct": KindWords("✓", "found", "the same words, the same role"),
        "missed": KindWords("−", "missing", "only the gold label has it"),
        "spurious": KindWords("+", "spurious", "only the prediction has it"),
        "type": KindWords("≠", "wrong role", "gold → predicted"),
        "boundary": KindWords("↔", "wrong boundary", "not the same words"),
        "binding": KindWords("⇄", "bound to the wrong event", "gold has it at another event of the sentence"),
    },
)
ANNOTATORS = Wording(
    gold="A",
    predicted="B",
    below="a label of A",
    above="one of B",
    error="disagreement",
    kinds={
        "correct": KindWords("✓", "agreed", "the same words, the same type"),
        "status": KindWords("?", "other status", "that of A → that of B"),
        "missed": KindWords("A:", "only A", "B has no label here"),
        "spurious": KindWords("B:", "only B", "A has no label here"),
        "type": KindWords("≠", "other type", "that of A → that of B"),
        "boundary": KindWords("↔", "other boundary", "not the same words"),
    },
    roles={
        "correct": KindWords("✓", "agreed", "the same words, the same role"),
        "missed": KindWords("A:", "only A", "B has it not"),
        "spurious": KindWords("B:", "only B", "A has it not"),
        "type": KindWords("≠", "other role", "that of A → that of B"),
        "boundary": KindWords("↔", "other boundary", "not the same words"),
        "binding": KindWords("⇄", "other event", "A has it at another event of the sentence"),
    },
)
