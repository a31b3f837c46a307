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
_BELONGS = re.compile(r"\s*(?:\w+ ){0,2}?(?:of|from|at|in|loyal to|under)(?: the| a| an)?(?: (?!of\b|in\b|at\b|on\b|from\b|to\b|by\b)[a-z-]+){0,3} $")
_LIST = re.compile(r"\s*(?:,|and|or|/|–|-|, and|with)\s*(?:the )?$")
_OWNER = re.compile(r"(?:its|their|his|her|it|they|he|she|him|them|you|who|whose|the (?:latter|country|nation|government))\b", re.I)
_BOTH = re.compile(r"(?:the|both|its|their|the two)\b.{0,9}\b(?:countries|nations|states|governments|sides)", re.I)
_LOCAL = re.compile(
    r"\b(?:in|at|near|across|outside|inside|around|throughout|from|of)(?: the| an?)?(?: (?!of\b|in\b|at\b|on\b|from\b|to\b|by\b)[a-z-]+){0,3} $", re.I
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
_ABROAD = re.compile(
    r"qa[ei]da|Islamic State|ISI[LS]\b|\b(?:terror|insurgent|militant|traffick|smuggl|gang|syndicate|cartel|foreign|migrant|refugee"
    r"|asylum|journalist|reporter|employee|tourist|pilot|sailor|crew)",
    re.I,
)
_CROWD = re.compile(r"\b(?:people|persons|men|women|students|dozens|hundreds|thousands|others|more|many|children|\d[\d,]*)$", re.I)
_TAKES_UP = re.compile(
    r"(?:he|she|him|her|his|they|them|their|it|its|(?:the|these|those|both|all|\w+ of the) (?:(?:two|three|four|five|six|other) )?"
    r"(?:suspects?|detainees|prisoners?|men|man|women|woman|pair|group|rest|others|arrested|individuals?|\w+ed \w+|persons?|people)"
    r"|the rest|the pair|both|those|who|whose members)$",
    re.I,
)
_APPOSED = re.compile(r",? \(|, (?=an? |the |one of |who (?:is|was) |(?:former|leaders?|members?|top|head) )|, ")
_STOP = re.compile(r"[,;.:()]|\b(?:who|is|was|are|were|has|have|had|after|and|for|in connection|on)\b")
_DIRECT = re.compile(r"(?:(?:an?|the|who is|who was|one of|[a-z]+|[\d-]+(?:year-old)?|\w+-year-old) ){0,4}(?:(?:of|from|in)(?: the)? )?")
_TITLED = re.compile(
    r"(?:['’]s)?(?: (?:[A-ZÀ-Þ][\w'’.-]*|former|ousted|deposed|detained|jailed|imprisoned|opposition|leader|president|prime|minister"
    r"|foreign|defen[cs]e|interior|dictator|politician|lawmaker|activist|dissident|journalist|human|rights|democracy|political|terror"
    r"|suspect|militant|rebel|warlord|general|coup|party|governor|mayor|judge|lawyer|businessman|tycoon|king|national|citizen|king"
    r"|drug|lord|kingpin|blogger|editor|writer|singer|actor|actress|footballer|cleric|student|engineer|soldier|officer|chief))* ?"
)
_NAMELY = re.compile(r", (?:(?:an?|the|one|of|former|[\w-]+-year-old|[a-z]+) ){1,4}(?:of |from )?")
_UNREST = re.compile(r"\b(?:protest|demonstrat|rall(?:y|ies)\b|riot|unrest|march(?:ed|es|ers)\b|uprising|crackdown|strikes?\b)", re.I)


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
            ("", self.own),
            ("apposition ", self.apposition),
            ("same ", self.same),
            ("earlier ", self.earlier),
            ("antecedent ", self.antecedent),
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
        words = self.behind(role)
        start = self.text.index(words, role.end) if words else 0
        names = self.gazette.within(start, start + len(words))
        return names[:1] if names and _DIRECT.fullmatch(self.text[start : names[0].start]) else []

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
                m
                for m in self.gazette.within(first, min(role.start, self.sentence[1]))
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

    def earlier(self, role: Role) -> list[Mention]:
        """Whom a pronoun, *the suspects* or *the rest* takes up: the last ones of whom this happened."""
        if role.role != "target" or not _TAKES_UP.match(role.text):
            return []
        before = [
            (other, event)
            for event in self.document.events
            for other in event.roles or ()
            if other.role == "target" and other.end <= role.start and not _TAKES_UP.match(other.text)
        ]
        if not before:
            return []
        last = max(before, key=lambda pair: pair[0].start)
        scene = _Scene(last[1], self.document)
        if last[0].start < self.gazette.sentence(max(0, self.sentence[0] - 2))[0]:
            return []
        return scene.own(last[0]) or scene.apposition(last[0]) or scene.same(last[0]) or scene.scene(last[0])

    def same(self, role: Role) -> list[Mention]:
        """The name that the same person stands with elsewhere in the document."""
        start, end = role.head or self.head(role)
        name = re.sub(r"['’]s?$", "", self.text[start:end])
        if not name[:1].isupper() or len(name) < 3 or name.lower() in _NATIONALS | _ARMS:
            return []
        found: list[Mention] = []
        for match in re.finditer(rf"\b{re.escape(name)}\b", self.text):
            if match.start() == start:
                continue
            first, last = self.gazette.sentence(match.start())
            names = self.gazette.within(first, last)
            found += [m for m in names if m.kind == "person" and m.end == match.end()]
            found += [m for m in names if m.end < match.start() and _TITLED.fullmatch(self.text[m.end : match.start()])][-1:]
            found += [m for m in names if m.start > match.end() and _NAMELY.fullmatch(self.text[match.end() : m.start])][:1]
        return unique(found) if len(unique(found)) == 1 else []

    def scene(self, role: Role) -> list[Mention]:
        """Where it happens, for those who are of the country."""
        start, end = role.head or self.head(role)
        head = self.text[start:end].lower()
        if self.event.type not in ("arrest", "coup"):
            fits = role.role == "actor" and head in _ARMS
        elif self.event.type == "coup":
            fits = True
        elif role.role == "actor":
            fits = head in _ARMS
        else:
            told = role.text + " " + self.behind(role)
            fits = not _ABROAD.search(told) and (
                not _NATIONALS.isdisjoint(re.findall(r"[a-z-]+", told.lower()))
                or (bool(_UNREST.search(self.text[slice(*self.sentence)])) and bool(_CROWD.search(role.text)))
            )
        if not fits:
            return []
        if role.role == "target" and self.event.type == "arrest":
            acting = unique(m for r in self.roles("actor") for m in self.own(r))
            if len(acting) == 1 and acting[0].code != "IGO":
                return acting
        return self.where

    def behind(self, role: Role) -> str:
        """What stands behind a participant to say who it is; empty where nothing does."""
        match = _APPOSED.match(self.text, role.end)
        if not match:
            return ""
        stop = _STOP.search(self.text, match.end(), self.sentence[1])
        return self.text[match.end() : stop.start() if stop else self.sentence[1]]

    @cached_property
    def where(self) -> list[Mention]:
        """The country where the event happens: by its place, its sentence, or the sentences before."""
        placed = unique(m for role in self.roles("place") for m in self.own(role))
        if len(placed) == 1:
            return placed
        start, end = self.sentence
        targets = [role.span for role in self.roles("target")]
        while True:
            names = [m for m in self.gazette.within(start, end) if m.code != "IGO"]
            there = [m for m in names if _LOCAL.search(self.text[start : m.start])]
            others = [m for m in names if not any(first <= m.start < last for first, last in targets)]
            for some in (there, others if self.event.type in ("arrest", "coup") else []):
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
