"""Mentions of one event, put together: within a document, then across the documents of one input."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, product
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from ..documents.heads import head_span
from .countries import EventCountries
from .dates import EventDates
from .gazetteer import gazette

_NEAR, _LONG = timedelta(3), timedelta(30)
"""Between two days of one event; between two papers that name one person."""
_LATEST, _MEMBERS = 50, 10
"""Groups, and mentions of each, that a mention is compared with: the work grows with the mentions, not their square."""
_NUMBER = re.compile(
    r"^an?\b|\b(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds|thousands)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile("he|him|his|she|her|its?|they|them|their|who|whom|which|that|country|countries|sides")
_CLASSES = {
    word: group.split()[0]
    for group in (
        "diplomat envoy ambassador attaché attache embassy consulate staff staffer official member representative",
        "cooperation co-operation collaboration tie relation relationship partnership contract channel sharing",
        "troop force soldier army contingent",
    )
    for word in group.split()
}
"""Heads that papers use for one another, each with the first of its class."""


class EventMention(NamedTuple):
    """What linking looks at.

    Args:
        document: the number of its document in the input.
        today: the day of its document.
        type: of the event.
        status: of the event.
        actors: countries of the actors.
        targets: countries of the targets; of a coup, the country where it happens.
        whom: head words of the targets; where the target is a state, its code.
        what: head words of what is stopped.
        names: those of ``whom`` that are people's names.
        numbers: of the targets, as they are written.
        spans: where the targets stand.
        days: when it happened, as far as that is known.
    """

    document: int
    today: date | None
    type: str
    status: str | None
    actors: frozenset[str]
    targets: frozenset[str]
    whom: frozenset[str]
    what: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    spans: frozenset[tuple[int, int]]
    days: EventDates

    @classmethod
    def of(
        cls,
        event: Event,
        document: Document,
        number: int,
        today: date | None,
        countries: EventCountries,
        days: EventDates,
    ) -> EventMention:
        """The mention of an event that is coded."""
        roles, text = event.roles or (), document.text
        targets = [role for role in roles if role.role == "target"]
        named = [role for role in targets if text[slice(*head_span(role))].istitle()]
        actors, against = frozenset(countries.actor), frozenset(countries.target)
        if event.type == "coup":
            # Who seizes power is told in as many ways as there are papers; where, in one.
            actors, against = frozenset(), against or _scene(event, document)
        states = event.type in ("coup", "cooperation-suspension") and against
        return cls(
            document=number,
            today=today,
            type=event.type,
            status=event.status,
            actors=actors,
            targets=against,
            whom=states or _heads(targets, text),
            what=_heads([role for role in roles if role.role == "object"], text),
            names=frozenset() if states else _heads(named, text),
            numbers=frozenset(
                re.sub("^an?$", "one", word.lower()) for role in targets for word in _NUMBER.findall(role.text)
            ),
            spans=frozenset(role.span for role in targets),
            days=days,
        )


def event_links(mentions: Sequence[EventMention]) -> list[int]:
    """For each mention the place of the first one that tells the same event; its own where there is none before.

    Mentions are put together within their document first, so that one with a name brings those without. Then each of
    these groups goes with the latest group of other documents that tells the same, as far as all their words go.

    Args:
        mentions: in the order of the input; those of a document stand together.
    """
    first = list(range(len(mentions)))
    joined: dict[tuple[str, ...], list[list[EventMention]]] = defaultdict(list)
    place_of = {id(mention): place for place, mention in enumerate(mentions)}
    for group in _within(mentions):
        places = [place_of[id(mention)] for mention in group]
        keys = sorted({key for mention in group for key in _keys(mention)})
        others = (other for key in keys for other in reversed(joined[key][-_LATEST:]))
        same = next((other for other in others if _fit(other, group, _same_there)), None)
        if same is not None:
            same += group
        for place in places:
            first[place] = first[place_of[id((same or group)[0])]]
        for key in keys:
            if not any(other is (same or group) for other in joined[key][-_LATEST:]):
                joined[key].append(same or group)
    # A group of a document may be put to one of the same document that begins behind it.
    least: dict[int, int] = {}
    return [least.setdefault(group, place) for place, group in enumerate(first)]


def _within(mentions: Sequence[EventMention]) -> Iterator[list[EventMention]]:
    """The groups of each document."""
    groups: list[list[EventMention]] = []  # the one spoken of last stands last
    for mention in mentions:
        if groups and groups[0][0].document != mention.document:
            yield from groups
            groups = []
        latest = groups[-_LATEST:]
        fitting = [place for place, group in enumerate(latest) if _fit(group, [mention], _same_here)]
        # A bare noun is of the event that the text is about.
        bare = not mention.whom and not mention.what
        chosen = max(fitting, key=lambda place: (len(latest[place]) if bare else 0, place), default=None)
        group = [] if chosen is None else groups.pop(len(groups) - len(latest) + chosen)
        group.append(mention)
        groups.append(group)
    yield from groups


def _keys(mention: EventMention) -> Iterator[tuple[str, ...]]:
    """What a mention of another document shares one of, if it tells the same."""
    yield from ((mention.type, "name", name) for name in mention.names)
    yield from ((mention.type, "whom", *pair) for pair in product(mention.targets, mention.whom))
    if not mention.whom:
        yield from ((mention.type, "what", *pair) for pair in product(mention.actors, mention.what))


def _fit(
    group: list[EventMention], others: list[EventMention], same: Callable[[EventMention, EventMention], bool]
) -> bool:
    pairs = list(product(islice(group, _MEMBERS), islice(others, _MEMBERS)))
    return not any(_conflict(*pair) for pair in pairs) and any(same(*pair) for pair in pairs)


def _conflict(one: EventMention, other: EventMention) -> bool:
    """Whether two mentions cannot tell one event."""
    apart = _apart(one.days, other.days)
    return (
        one.type != other.type
        or (one.status == "negated") != (other.status == "negated")
        or (one.type == "coup" and one.status != other.status)
        or bool(one.actors and other.actors and one.actors != other.actors)
        or _differ(one.targets, other.targets)
        or _differ(one.numbers, other.numbers)
        or (apart is not None and apart > _NEAR)
    )


def _same_here(one: EventMention, other: EventMention) -> bool:
    """Whether two mentions of a document that could tell one event do."""
    return bool(one.spans & other.spans) or not (_differ(one.whom, other.whom) or _differ(one.what, other.what))


def _same_there(one: EventMention, other: EventMention) -> bool:
    """Whether two mentions of different documents that could tell one event do."""
    if set(_keys(one)).isdisjoint(_keys(other)) or _differ(one.what, other.what):
        return False
    if _apart(one.days, other.days) is None and one.today and other.today:
        return abs(one.today - other.today) <= (_LONG if one.names & other.names else _NEAR)
    return True


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _apart(one: EventDates, other: EventDates) -> timedelta | None:
    """How far two stretches are from each other; ``None`` where one of them is open."""
    if not (one.start and one.end and other.start and other.end):
        return None
    return max(one.start - other.end, other.start - one.end, timedelta(0))


def _scene(event: Event, document: Document) -> frozenset[str]:
    """The country of an event: of its own place, of its sentence, or the one that the text names most."""
    names = gazette(document.text)
    stretches = [role.span for role in event.roles or () if role.role == "place"]
    for stretch in (*stretches, names.sentence(event.start), (0, len(document.text))):
        counts = Counter(name.code for name in names.within(*stretch) if name.code).most_common(2)
        if counts and (len(counts) < 2 or counts[0][1] > counts[1][1]):
            return frozenset([counts[0][0]])
    return frozenset()


def _heads(roles: Sequence[Role], text: str) -> frozenset[str]:
    """Head words in the singular, but for pronouns; words of one class are one."""
    words = {text[slice(*head_span(role))].lower() for role in roles}
    told = {re.sub("['’]s$", "", word) for word in words if not _NOBODY.fullmatch(word)}
    singular = {re.sub(r"(?<=[a-z]{3})(?<!s)s$", "", word) for word in told}
    return frozenset(_CLASSES.get(word, word) for word in singular)
