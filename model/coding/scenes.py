"""The country where an event happens, by the names around it."""

from __future__ import annotations

import re

from ..documents.document import Event
from .gazetteer import Gazette, Mention, one, unique
from .nouns import PLAIN

_THERE = re.compile(
    r"\b(?i:in|at|near|across|outside|inside|around|throughout|(?:city|town|village|capital|province|region|state|district"
    rf"|island|government|parts?|north|south|east|west|streets) of) (?:the |an? )?{PLAIN}{{0,3}}$"
)
_BEYOND = re.compile(r"(?:['’]s)? (?i:border|embassy|consulate|legation|high commission|coast|waters|territory)\b")
_FAR = 50
"""Sentences that are looked back at: the work grows with the events, not their square."""


def country_where(event: Event, gazette: Gazette) -> list[Mention]:
    """The country of an event whose place no participant tells: by its sentence, the ones before, or the whole text.

    Args:
        event: with its roles; whom it is done to says nothing of where.
        gazette: the names of its text.

    Returns:
        The name that decides; none where several countries could be meant.

    >>> text = "Riots shook Paris. Some were held."
    >>> country_where(Event(29, 33, "arrest", "held"), Gazette(text))[0].code
    'FRA'
    """
    text = gazette.text
    spared = [role.span for role in event.roles or () if role.role == "target"]
    own = start, end = gazette.sentence(event.start)
    for _ in range(_FAR):
        names = [m for m in gazette.within(start, end) if m.code != "IGO"]
        others = [
            m
            for m in names
            if (event.type in ("arrest", "coup") or (m.kind == "demonym" and start == own[0]))
            and gazette.is_state(m)
            and (start < own[0] or m.start < event.start)
            and not any(first <= m.start < last for first, last in spared)
        ]
        there = [m for m in names if m.kind != "person" and _THERE.search(text[start : m.start])]
        if found := one(m for m in there if not _BEYOND.match(text, m.end)):
            return found
        found = one(others)
        if found and (start == own[0] or found[0].code == gazette.most):
            return found
        if unique(others) or start <= gazette.sentences[0][0]:
            break
        start, end = gazette.sentence_before(start)
    main = gazette.main if event.type in ("arrest", "coup") else []
    if found := main or one(gazette.states):
        return found
    persons = [m for m in gazette.mentions if m.kind == "person" and not any(a <= m.start < b for a, b in spared)]
    return one(persons) if one(gazette.mentions) else []
