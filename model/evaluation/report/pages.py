"""The pages: every score, plot and article of a system, and where two annotators disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...documents.document import Document, Event
from ...documents.text import Span, sentences, span_at
from ..errors import Finding, findings
from ..role_errors import EventRoles, role_findings
from ..scores import names_of
from .rendering import render
from .segments import Segment, blocks_of
from .wording import ANNOTATORS, SCORING, Wording

_ARREST = Event(0, 8, "arrest", "arrested")
_ALLEGED = Event(13, 17, "coup", "coup", status="alleged")
_FACT = Event(13, 17, "coup", "coup", status="actual")
_LEGEND = (
    ("arrested", Finding("correct", _ARREST, _ARREST)),
    ("plotting the coup", Finding("status", _ALLEGED, _FACT)),
    ("arrested", Finding("missed", _ARREST, None)),
    ("arrested", Finding("spurious", None, _ARREST)),
    ("removed", Finding("type", Event(0, 7, "coup", "removed"), Event(0, 7, "expulsion", "removed"))),
    (
        "put under arrest",
        Finding("boundary", Event(4, 16, "arrest", "under arrest"), Event(0, 16, "arrest", "put under arrest")),
    ),
    ("plotting the coup", Finding("correct", _ALLEGED, _ALLEGED)),
)


def report(gold: Sequence[Document], predicted: Sequence[Document], scores: Mapping[str, Any]) -> str:
    """One self-contained HTML page about a system's predictions.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        scores: the content of ``scores.json``; parts that are absent are left out.

    Returns:
        The page; write it as UTF-8.

    Raises:
        ValueError: the documents are not the same texts in the same order.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> report(gold, gold, {"system": "ours"})[:15]
    '<!doctype html>'
    """
    if [document.text for document in gold] != [document.text for document in predicted]:
        raise ValueError("gold and predicted must be the same texts in the same order")
    return render("scores.html", scores=scores, articles=_articles(gold, predicted, scores.get("types", ()), SCORING))


def disagreements(first: Sequence[Document], second: Sequence[Document], agreement: Mapping[str, Any]) -> str:
    """One self-contained HTML page about two annotators, called A and B.

    Args:
        first: the documents as A labelled them.
        second: the same texts in the same order as B did, see :func:`.pair`.
        agreement: what :func:`.agreement` says of them.

    Returns:
        The page; write it as UTF-8.

    >>> from news_event_tagger.evaluation.agreement import agreement
    >>> one = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> "only A: coup" in disagreements(one, [Document("A coup.")], agreement(one, [Document("A coup.")]))
    True
    """
    articles = _articles(first, second, agreement["types"], ANNOTATORS)
    return render("agreement.html", agreement=agreement, articles=articles)


def _articles(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str], wording: Wording
) -> dict[str, Any]:
    """What the templates write of the documents.

    Types that occur and are not among ``types`` get a filter behind theirs, by name.
    """
    found = [findings(*pair) for pair in zip(gold, predicted, strict=True)]
    participants = [role_findings(*pair) for pair in zip(gold, predicted, strict=True)]
    return {
        "wording": wording,
        "legend": [(blocks_of(Document(text), [example]), example.kind) for text, example in _LEGEND],
        "numbers": {name: index for index, name in enumerate(names_of(gold, predicted, types))},
        "counts": Counter(finding.kind for all_ in found for finding in all_),
        "role_counts": Counter(role.kind for events in participants for event in events for role in event.participants),
        "documents": [
            (
                document,
                Counter(finding.kind for finding in all_),
                blocks_of(document, all_),
                _sentences(document, roles),
            )
            for document, all_, roles in zip(gold, found, participants, strict=True)
        ],
    }


def _sentences(document: Document, events: Sequence[EventRoles]) -> list[tuple[Finding, list[list[Segment]]]]:
    """The events with a participant that is not as gold has it, each with its sentence and the participants in it."""
    spans = sentences(document.text) if events else []
    return [
        (event.event, blocks_of(*_cut(document, event.participants, span_at(spans, event.event.events[0].start))))
        for event in events
        if any(participant.kind != "correct" for participant in event.participants)
    ]


def _cut(document: Document, participants: Sequence[Finding], sentence: Span | None) -> tuple[Document, list[Finding]]:
    """The stretch of the text that holds a sentence and some participants, with these at their places in it."""
    spans = [event.span for participant in participants for event in participant.events]
    spans += [sentence] if sentence else []
    start, end = min(start for start, _ in spans), max(end for _, end in spans)

    def moved(event: Event | None) -> Event | None:
        return event and replace(event, start=event.start - start, end=event.end - start)

    found = [replace(one, gold=moved(one.gold), predicted=moved(one.predicted)) for one in participants]
    return Document(document.text[start:end]), found
