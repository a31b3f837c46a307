"""The countries of an event's actors and targets, by names in the text and rules that leave open what they cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from .gazetteer import Mention, gazette

_PREPOSITION = re.compile(
    r"\s(?:of|from|at|in|on|to|for|by|with|against|near|over|after|who|whom|that|which|loyal|under|suspected|accused|and)\s"
)
_BELONGS = re.compile(r"\s*(?:\w+ ){0,2}?(?:of|from|at|in|loyal to|under)(?: the| a| an)?(?: [a-z-]+){0,3} $")
_LIST = re.compile(r"\s*(?:,|and|or|/|–|-|, and|with)\s*(?:the )?$")
_OWNER = re.compile(r"(?:its|their|his|her|it|they|he|she|him|them|you|who|whose|the (?:latter|country|nation|government))\b", re.I)
_BOTH = re.compile(r"(?:the|both|its|their|the two)\b.{0,9}\b(?:countries|nations|states|governments|sides)", re.I)
_LOCAL = re.compile(
    r"\b(?:in|at|near|across|outside|inside|around|throughout|from|of)(?: the| an?)?(?: [\w-]+){0,4}? $", re.I
)
_GOVERNED = re.compile(
    r"\b(?:in|at|near|across|outside|inside|around|throughout|from|with|to|against|over|on|for|than)(?: the| an?)?(?: [a-z-]+){0,2} $",
    re.I,
)
_ARMS = frozenset(
    "police policeman policemen officer officers authority authorities court courts judge judges prosecutor prosecutors "
    "army military soldier soldiers troops forces force junta government regime parliament president king monarch "
    "ministry agents agent official officials department commission tribunal guard guards gendarmes navy "
    "council senate cabinet administration mutineers rebels leaders leader general generals commander commanders "
    "detectives investigators constabulary patrol marines commandos state bureau service services congress "
    "party opposition militia mayor governor minister prison jail".split()
)
_NATIONALS = frozenset(
    "protester protesters demonstrator demonstrators activist activists politician politicians lawmaker lawmakers "
    "minister ministers official officials member members soldier soldiers officer officers dissident dissidents "
    "priest priests monk monks bishop father president vice-president king monarch government governor mayor senator "
    "senators deputy deputies parliamentarian parliamentarians legislator legislators critic critics supporter supporters "
    "opponent opponents leader leaders rebels guerrillas general generals commander commanders judge judges policeman "
    "policemen troops regime rioters marchers unionists strikers candidate candidates mp mps".split()
)
_UNREST = re.compile(r"\b(?:protest|demonstrat|rall(?:y|ies)\b|riot|unrest|march(?:ed|es|ers)\b|uprising|opposition|crackdown|strike)", re.I)


class EventCountries(NamedTuple):
    """Whose an event is.

    Args:
        actor: ISO 3166-1 alpha-3 codes of the actors in the order of the text, each once (of states that ended those of
            ISO 3166-3, ``SUN``); ``IGO`` for a body of several states; empty where the text does not say.
        actor_how: what in the text decided, ``"demonym French"``, a part for each code, joined by ``"; "``.
        target: the same of the targets.
        target_how: what decided it.
    """

    actor: tuple[str, ...] = ()
    actor_how: str = ""
    target: tuple[str, ...] = ()
    target_how: str = ""


def event_countries(event: Event, document: Document) -> EventCountries:
    """The countries of an event's actors and targets; open where the text does not decide.

    Args:
        event: with its roles; without any all is open.
        document: the text it stands in.

    >>> text = "France expelled two Malian envoys."
    >>> roles = (Role("actor", 0, 6, "France"), Role("target", 16, 33, "two Malian envoys"))
    >>> event = Event(7, 15, "expulsion", "expelled", roles=roles)
    >>> event_countries(event, Document(text))
    EventCountries(actor=('FRA',), actor_how='name France', target=('MLI',), target_how='demonym Malian')
    """
    scene = _Scene(event, document)
    return EventCountries(*scene.side("actor"), *scene.side("target"))


class _Scene:
    """An event with the names around it."""

    def __init__(self, event: Event, document: Document) -> None:
        self.event, self.document, self.text = event, document, document.text
        self.gazette = gazette(document.text)
        self.sentence = self.gazette.sentence(event.start)
        self.names = self.gazette.within(*self.sentence)

    def side(self, name: str) -> tuple[tuple[str, ...], str]:
        """The codes of the participants of one role and what decided each."""
        found: dict[str, str] = {}
        for role in self.roles(name):
            for code, how in self.resolve(role):
                found.setdefault(code, how)
        return tuple(found), "; ".join(found.values())

    def roles(self, name: str) -> list[Role]:
        return [role for role in self.event.roles or () if role.role == name]

    def resolve(self, role: Role) -> list[tuple[str, str]]:
        """The codes of one participant, each with what decided it."""
        for way, rule in (
            ("", self.own), ("apposition ", self.apposition), ("antecedent ", self.antecedent), ("same ", self.same),
            ("scene ", self.scene),
        ):
            found = [mention for mention in rule(role)]
            if found:
                return [(mention.code, way + mention.how) for mention in found if mention.code]
        return []

    def own(self, role: Role) -> list[Mention]:
        """What a participant's own words name it after: at or before the head, else what it belongs to."""
        names = self.gazette.within(role.start, role.end)
        start, end = role.head or self.head(role)
        for mention in names:
            if mention.start < end and start < mention.end:
                return [mention]
        before = [mention for mention in names if mention.end <= start]
        if before:
            kept = [before[-1]]
            for mention in reversed(before[:-1]):
                if not _LIST.fullmatch(self.text[mention.end : kept[0].start]):
                    break
                kept.insert(0, mention)
            return kept
        return [mention for mention in names if _BELONGS.fullmatch(self.text[end : mention.start])][:1]

    def apposition(self, role: Role) -> list[Mention]:
        """The name in what stands behind a participant to say who it is."""
        match = re.compile(r",? \(?(?:an?|the|who (?:is|was) an?|one of) |, ").match(self.text, role.end)
        if not match:
            return []
        stop = re.compile(r"[,;.:()]|\b(?:who|is|was|are|were|has|have|had|after|and)\b|$").search(self.text, match.end())
        end = stop.start() if stop else self.sentence[1]
        return self.gazette.within(match.end(), min(end, self.sentence[1]))[:1] if match.end() < end else []

    def antecedent(self, role: Role) -> list[Mention]:
        """What a pronoun, *the country* or *both countries* takes up."""
        if _BOTH.match(role.text):
            codes = unique(m for m in self.names if m.kind in ("name", "demonym", "capital"))
            return codes if len(codes) == 2 else []
        if not _OWNER.match(role.text):
            return []
        places = [place.span for place in self.roles("place")]
        other = "actor" if role.role == "target" else "target"
        others = {m.code for r in self.roles(other) for m in self.own(r)}
        first = self.sentence[0]
        while True:
            names = [
                m for m in self.gazette.within(first, min(role.start, self.sentence[1]))
                if not any(start <= m.start < end for start, end in places)
                and not _GOVERNED.search(self.text[first : m.start])
            ]
            for some in (names, [m for m in names if m.code not in others]):
                if len(unique(some)) == 1:
                    return unique(some)
            if names or first == 0:
                return []
            first = self.gazette.sentence(max(0, first - 2))[0]
            if first >= role.start:
                return []

    def same(self, role: Role) -> list[Mention]:
        """The name that another mention of the same person stands with."""
        words = [w for w in re.findall(r"[A-ZÀ-Þ][\w'’-]{2,}", role.text)]
        if not words:
            return []
        name = re.sub(r"['’]s?$", "", words[-1])
        found = [
            m
            for event in self.document.events
            for other in event.roles or ()
            if other.span != role.span and re.search(rf"\b{re.escape(name)}\b", other.text)
            for m in self.own(other) or self.apposition(other)
        ]
        return unique(found) if len(unique(found)) == 1 else []

    def scene(self, role: Role) -> list[Mention]:
        """Where it happens, for those who are of the country."""
        start, end = role.head or self.head(role)
        head = self.text[start:end].lower()
        if role.role == "actor":
            fits = self.event.type == "coup" or head in _ARMS
        else:
            fits = (
                self.event.type == "coup"
                or head in _NATIONALS
                or bool(_UNREST.search(self.text[slice(*self.sentence)]))
            ) and self.event.type in ("arrest", "coup")
        if not fits:
            return []
        if role.role == "target" and self.event.type == "arrest":
            acting = unique(m for r in self.roles("actor") for m in self.own(r))
            if len(acting) == 1:
                return acting
        return self.where

    @cached_property
    def where(self) -> list[Mention]:
        """The country where the event happens: by its place, its sentence, or the sentences before."""
        placed = unique(m for role in self.roles("place") for m in self.own(role))
        if len(placed) == 1:
            return placed
        start, end = self.sentence
        while True:
            names = [m for m in self.gazette.within(start, end) if m.code != "IGO"]
            for some in ([m for m in names if _LOCAL.search(self.text[start : m.start])], names):
                if len(unique(some)) == 1:
                    return unique(some)
            if unique(names) or start == 0:
                break
            start, end = self.gazette.sentence(max(0, start - 2))
            if end > self.sentence[0]:
                break
        everything = unique(m for m in self.gazette.mentions if m.code != "IGO")
        return everything if len(everything) == 1 else []

    def head(self, role: Role) -> tuple[int, int]:
        """The head of a phrase where nobody marked one: its last word before a preposition."""
        cut = _PREPOSITION.search(role.text, 1)
        phrase = role.text[: cut.start()].rstrip() if cut else role.text
        word = re.search(r"\S+$", phrase)
        return (role.start + word.start(), role.start + word.end()) if word else role.span


def unique(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of each code, in order; those that are open count as none."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        if mention.code:
            first.setdefault(mention.code, mention)
    return list(first.values())
