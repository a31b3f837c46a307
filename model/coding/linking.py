"""Mentions of one event, put together: within a document and across the documents of one input."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from ..documents.document import Event, Role
from .countries import EventCountries
from .dates import EventDates

_APART = timedelta(3)


class EventMention(NamedTuple):
    """What linking looks at.

    Args:
        document: the number of its document in the input.
        type: of the event.
        status: of the event.
        actors: countries of the actors.
        targets: countries of the targets.
        heads: head words of the targets, or else of what is stopped or where, as :func:`_heads` writes them.
        days: when it happened, as far as that is known.
    """

    document: int
    type: str
    status: str | None
    actors: frozenset[str]
    targets: frozenset[str]
    heads: frozenset[str]
    days: EventDates

    @classmethod
    def of(cls, event: Event, text: str, document: int, countries: EventCountries, days: EventDates) -> EventMention:
        """The mention of an event that is coded."""
        actors, targets = frozenset(countries.actor), frozenset(countries.target)
        return cls(document, event.type, event.status, actors, targets, _heads(event, text), days)


def event_links(mentions: Sequence[EventMention]) -> list[int]:
    """For each mention the place of the first one that tells the same event; its own where there is none before.

    A mention goes with the nearest one before it that tells the same event. Those that name nobody are compared within
    their document alone, so that the work grows with the mentions of one head and not with all of them.

    Args:
        mentions: in the order of the input; those of a document stand together.
    """
    first: list[int] = []
    places: dict[tuple[str | int, ...], list[int]] = defaultdict(list)
    for place, mention in enumerate(mentions):
        here = mention.type, "", mention.document
        keys = [here, *((mention.type, head) for head in sorted(mention.heads))]
        before = sorted({other for key in keys for other in places[key]}, reverse=True)
        first.append(next((first[other] for other in before if same_event(mentions[other], mention)), place))
        for key in keys:
            places[key].append(place)
    return first


def same_event(one: EventMention, other: EventMention) -> bool:
    """Whether two mentions tell one event, as far as their words go."""
    if one.type != other.type or (one.status == "negated") != (other.status == "negated"):
        return False
    if _differ(one.targets, other.targets) or _differ(one.actors, other.actors):
        return False
    together = one.document == other.document
    if not one.heads & other.heads and not (together and not (one.heads and other.heads)):
        return False
    if (apart := _apart(one.days, other.days)) is None:
        return together
    return apart <= _APART


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _apart(one: EventDates, other: EventDates) -> timedelta | None:
    """How far two stretches are from each other; ``None`` where one of them is open."""
    if not (one.start and one.end and other.start and other.end):
        return None
    return max(one.start - other.end, other.start - one.end, timedelta(0))


_ENVOYS = frozenset(
    ["diplomat", "envoy", "ambassador", "attache", "attaché", "embassy", "consul", "staff", "official", "member"]
)
_PRONOUNS = frozenset(
    ["he", "him", "his", "she", "her", "it", "its", "they", "them", "their", "who", "whom", "which", "that"]
)


def _heads(event: Event, text: str) -> frozenset[str]:
    """Head words of the targets, or else of what is stopped, or of the place; in the singular, without pronouns."""
    for name in ("target", "object", "place"):
        words = {_singular(_head(role, text)) for role in event.roles or () if role.role == name} - _PRONOUNS
        if words:
            return frozenset("diplomat" if word in _ENVOYS else word for word in words)
    return frozenset()


def _head(role: Role, text: str) -> str:
    return text[slice(*role.head)] if role.head else role.text.split()[-1]


def _singular(word: str) -> str:
    word = word.lower().removesuffix("'s").removesuffix("’s")
    return re.sub(r"(?<=[a-z]{3})(?<!s)s$", "", word)
