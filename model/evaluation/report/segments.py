"""The text of a document cut where a mark begins or ends, so that a template can write it piece by piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ...documents.document import Document
from ...documents.text import Span
from ..errors import Finding

# A browser takes seconds to lay out a megabyte at once; blocks of so many characters it takes as they come in sight.
BLOCK = 20_000


class Mark(NamedTuple):
    """The words of a finding.

    Args:
        start: offset of their first character.
        end: offset behind the last one.
        classes: who says so, ``gold``, ``predicted`` or both, and ``unreal`` where the event is not told as a fact.
        finding: what came of it.
    """

    start: int
    end: int
    classes: str
    finding: Finding


class Segment(NamedTuple):
    """A stretch of text that is all under the same marks.

    Args:
        text: its characters.
        marks: those over it, the first one outermost.
        endings: the findings whose last character is its last.
    """

    text: str
    marks: tuple[Mark, ...]
    endings: Sequence[Finding]


def blocks_of(document: Document, findings: Sequence[Finding]) -> list[list[Segment]]:
    """Cut the text of a document into segments, and a long one into blocks of them.

    A text of more than ``BLOCK`` characters is cut into blocks at line ends or spaces where there are any, never inside
    a mark.

    Args:
        document: the text; its own events are not looked at.
        findings: what to mark; marks may nest and cross.

    Returns:
        The segments of each block; there is always one block, and their texts together are the document's.

    >>> from news_event_tagger.documents.document import Event
    >>> ((plain, coup),) = blocks_of(Document("A coup"), [Finding("missed", Event(2, 6, "coup", "coup"), None)])
    >>> plain.text, coup.text, coup.marks[0].classes, len(coup.endings)
    ('A ', 'coup', 'gold', 1)
    """
    marks: list[Mark] = []
    endings: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        sides: dict[Span, list[str]] = defaultdict(list)
        for side, event in (("gold", finding.gold), ("predicted", finding.predicted)):
            if event:
                sides[event.span] += [side] + ["unreal"] * (event.status not in (None, "actual"))
        marks += [Mark(*span, " ".join(sorted(set(classes))), finding) for span, classes in sides.items()]
        endings[max(end for _, end in sides)].append(finding)
    # A long mark is opened before the short ones inside it.
    marks.sort(key=lambda mark: (mark.start, -mark.end))
    text = document.text
    breaks = _breaks(text, marks)
    cuts = sorted({0, len(text), *breaks, *(place for mark in marks for place in (mark.start, mark.end))})
    blocks: list[list[Segment]] = [[]]
    over: tuple[Mark, ...] = ()
    coming = 0
    for start, end in pairwise(cuts):
        if start in breaks:
            blocks.append([])
        over = tuple(mark for mark in over if mark.end > start)
        while coming < len(marks) and marks[coming].start == start:
            over += (marks[coming],)
            coming += 1
        blocks[-1].append(Segment(text[start:end], over, endings.get(end, ())))
    return blocks


def _breaks(text: str, marks: Sequence[Mark]) -> set[int]:
    """Where blocks after the first one begin."""
    places: set[int] = set()
    place = 0
    while len(text) - place > BLOCK:
        half, full = place + BLOCK // 2, place + BLOCK
        place = text.rfind("\n", half, full) + 1 or text.rfind(" ", half, full) + 1 or full
        # Sorted by start, so that one pass leaves every mark that holds the place.
        for mark in marks:
            place = mark.end if mark.start < place < mark.end else place
        places.add(place)
    return places - {len(text)}
