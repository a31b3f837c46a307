"""What kind of error each participant is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, get_args

from ..documents.document import Document, Event
from ..documents.text import Span
from .errors import Finding, FindingKind, findings
from .roles import parts_beside, parts_of, place_of

ROLE_KINDS: tuple[FindingKind, ...] = tuple(kind for kind in get_args(FindingKind) if kind != "status")


class EventRoles(NamedTuple):
    """An event and what became of its participants.

    Args:
        event: what became of the event itself.
        participants: a finding for each participant of gold and prediction; a participant is written as an event whose
            type is its role.
    """

    event: Finding
    participants: list[Finding]


def role_findings(gold: Document, predicted: Document) -> list[EventRoles]:
    """Sort all participants of a document into hits and kinds of error.

    Events are paired as :func:`.findings` does it, and so are the participants of two paired events, with their roles
    for types. Of those that then are spurious, the ones that gold has in that role at another event of the sentence
    (the same head) are bound to the wrong event.

    Args:
        gold: a document with its gold events; those whose participants nobody looked for are left out.
        predicted: the same text with predicted events.

    Returns:
        The events that have a participant in gold or prediction, by place.

    >>> from news_event_tagger.documents.document import Role
    >>> text = "Chad held two men."
    >>> men, chad = Role("target", 10, 17, "two men"), Role("actor", 0, 4, "Chad")
    >>> gold = Document(text, (Event(5, 9, "arrest", "held", roles=(chad, men)),))
    >>> guess = Document(text, (Event(5, 9, "arrest", "held", roles=(Role("target", 14, 17, "men"),)),))
    >>> [finding.kind for finding in role_findings(gold, guess)[0].participants]
    ['missed', 'boundary']
    """
    if not any(event.roles for document in (gold, predicted) for event in document.events):
        return []
    beside = parts_beside(gold, "head", of_one_type=False)
    found = []
    for finding in findings(gold, predicted):
        truth, guess = finding.gold, finding.predicted
        if truth and truth.roles is None:
            continue
        participants = findings(*(Document(gold.text, _as_events(event)) for event in (truth, guess)))
        if truth and guess and truth in beside:
            elsewhere = beside[truth] - parts_of(truth, "head")
            stray = {
                (role.span, role.role) for role in guess.roles or () if (role.role, place_of(role, "head")) in elsewhere
            }
            participants = [_bound(participant, stray) for participant in participants]
        if participants:
            found.append(EventRoles(finding, participants))
    return found


def role_error_counts(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, int]:
    """How many participants are of which kind, see :func:`role_findings`."""
    counts: dict[str, int] = dict.fromkeys(ROLE_KINDS, 0)
    for documents in zip(gold, predicted, strict=True):
        for event in role_findings(*documents):
            for participant in event.participants:
                counts[participant.kind] += 1
    return counts


def _as_events(event: Event | None) -> tuple[Event, ...]:
    roles = event.roles or () if event else ()
    return tuple(Event(role.start, role.end, role.role, role.text, role.score) for role in roles)


def _bound(finding: Finding, stray: set[tuple[Span, str]]) -> Finding:
    guess = finding.predicted
    is_stray = finding.kind == "spurious" and guess and (guess.span, guess.type) in stray
    return replace(finding, kind="binding") if is_stray else finding
