"""The kinds of faults that annotation sets may have, and a fault with its place and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..documents.document import Document

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::\d+)?)?(?:: .+)?")


class Kind(NamedTuple):
    """A kind of fault."""

    title: str
    severity: str
    fix: str


KINDS = {
    "unreadable": Kind("Cannot be read", "error", "Mend what the line says; nothing else in that part was checked."),
    "misaligned": Kind(
        "Spans that miss their trigger",
        "error",
        "Correct start and end; they count characters from 0, the end is behind the last.",
    ),
    "overlap": Kind("Spans that overlap", "error", "Keep one of the two labels, or shorten one."),
    "edge": Kind("Spans with blanks at an edge", "error", "Move start or end so that the span has no blank around it."),
    "inside-word": Kind("Spans that begin or end inside a word", "error", "Move start or end to the edge of the word."),
    "participant-overlap": Kind(
        "Participants of one role that overlap", "error", "Keep one of the two, or shorten one; lists are parted."
    ),
    "unknown-type": Kind("Unknown types", "error", "Use a type of the set, or add this one to those it may have."),
    "typo": Kind(
        "Types and roles that look like typos", "error", "Correct the name, or choose names that differ more."
    ),
    "contradiction": Kind(
        "The same text labelled differently", "error", "Decide which labels are right, mend the rest."
    ),
    "double-id": Kind("Names given twice", "error", "Rename all but one document."),
    "duplicate": Kind("The same text twice in a set", "error", "Keep one of the two documents."),
    "leakage": Kind("Texts that an earlier set has too", "error", "Take the document out of one of the two sets."),
    "near-duplicate": Kind("Nearly the same text twice in a set", "warning", "Keep one, or both in the same set."),
    "rare-type": Kind("Rare types", "warning", "Annotate more of the type, or merge it with another."),
    "far-participant": Kind(
        "Participants in another sentence than their event",
        "warning",
        "Mark what stands in the sentence of the trigger, a pronoun for one.",
    ),
    "no-status": Kind("Events without a status", "warning", "Give the event a status; others have one."),
    "no-labels": Kind("Articles without labels", "hint", "Look whether it was annotated; having no event is no fault."),
}
"""The kinds of faults by name; ``error`` means that a set is unsound, ``warning`` and ``hint`` that one should look."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a set.

    Args:
        kind: one of :data:`KINDS`.
        place: file, line, and number of the event, as far as known.
        document: the document's id.
        message: what is wrong.
        span: start and end in the document's text, code points.
    """

    kind: str
    place: str
    document: str
    message: str
    span: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fault as JSON holds it.

        >>> row = Fault("edge", "set.jsonl:3", "a", "'coup ' ends with a blank", (2, 7)).to_dict()
        >>> [row[key] for key in ("severity", "file", "line", "start", "end")]
        ['error', 'set.jsonl', 3, 2, 7]
        """
        match = _PLACE.fullmatch(self.place)
        start, end = self.span or (None, None)
        return {
            "kind": self.kind,
            "severity": KINDS[self.kind].severity,
            "file": match["file"] if match else self.place,
            "line": int(match["line"]) if match and match["line"] else None,
            "place": self.place,
            "document": self.document,
            "start": start,
            "end": end,
            "message": self.message,
            "fix": KINDS[self.kind].fix,
        }


@dataclass(frozen=True, eq=False)
class Item:
    """A document, where it stands, and the number of its set."""

    document: Document
    place: str
    set: int

    def fault(self, kind: str, message: str, span: tuple[int, int] | None = None) -> Fault:
        """A fault of the document, or of a span of it."""
        return Fault(kind, self.place, self.document.id, message, span)

    @property
    def name(self) -> str:
        """What the document is called in a message about another one."""
        return f"{self.document.id!r} ({self.place})"

    @property
    def order(self) -> tuple[Any, ...]:
        """What items are sorted by, so that nothing depends on the order of the documents."""
        return self.set, self.document.id, self.document.text, self.place
