"""The countries of actors and targets, by names in the text and rules that leave open what they cannot tell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from ..documents.heads import head_span
from . import nouns
from .gazetteer import NAMELY, Mention, gazette, one, unique
from .names import entries
from .scenes import country_where

_BELONGS = re.compile(
    rf"\s*(?:\w+ ){{0,2}}?(of|from|at|in|loyal to|under) (?:the |an? )?{nouns.PLAIN}{{0,3}}"
    r"(?:(?<!in )(?:[A-Z][\w-]+ ){1,3}(?:of )?)?"
)
_BESIDE = re.compile(rf" (?:in|of) (?:the |an? )?{nouns.PLAIN}{{0,3}}")
_LIST = re.compile(
    r"\s*(?:,|and|or|/|–|-|, and|with)\s*(?:the )?(?:governments? of (?:the )?)?"
    r"(?:(?:an?|\d+|one|two|three|four|five|six|seven|eight|nine|ten) )?"
)
_NO_PERSON = ("name", "capital", "place")
_APPOSED = re.compile(r",? \(|, ")
_APPOSED_END = re.compile(
    r"[,;.:()]|\b(?:who|is|was|are|were|has|have|had|after|and|for|in connection|on|been|arrested"
    r"|detained|jailed|held)\b"
)
_OPENING = 20
"""Characters of a sentence in which the state stands that speaks of its own: *The UK Foreign Office says …*."""
_PERSON_FAR = 2
"""Sentences in which a pronoun may find its person."""
_FAR = 50
"""Names that are looked back at: the work grows with the events, not their square."""


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
        document: the text it stands in, with its other events, whose participants may be the same.

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
        self.before = self.gazette.sentence_before(self.sentence[0])[0]

    def side(self, name: str) -> tuple[tuple[str, ...], str]:
        """The codes of the participants of one role and what decided each."""
        found: dict[str, str] = {}
        for role in self.roles(name):
            way, mentions = self.resolve(role)
            for mention in mentions:
                if code := self.seated(mention) or mention.code:
                    found.setdefault(code, f"{way} {mention.how}".strip())
        return tuple(found), "; ".join(found.values())

    def seated(self, mention: Mention) -> str | None:
        """The body that a city stands for where cooperation is suspended: *Brussels*."""
        if self.event.type != "cooperation-suspension":
            return None
        return next((code for code, kind in entries().get(mention.name, ()) if kind == "seat"), None)

    def roles(self, name: str) -> list[Role]:
        return [role for role in self.event.roles or () if role.role == name]

    def resolve(self, role: Role, again: bool = True) -> tuple[str, list[Mention]]:
        """The names that decide whose a participant is, by the first rule that finds any, and that rule.

        Args:
            role: the participant.
            again: whether it may take up one before, which resolves that one without: no chain forms.
        """
        rules = {
            "": self.own,
            "apposition": self.apposition,
            "list": self.listed,
            "same": self.same,
            "earlier": self.earlier,
            "antecedent": self.antecedent,
            "group": self.group,
            "sent": self.sent,
            "scene": self.scene,
        }
        for way, rule in rules.items():
            if (again or way != "earlier") and (found := rule(role)):
                return way, found
        return "", []

    def own(self, role: Role) -> list[Mention]:
        """What a participant's own words name it after: at or before the head, else what it belongs to."""
        names = self.gazette.within(role.start, role.end)
        start, end = head_span(role)
        for number, mention in enumerate(names):
            if mention.start < end and start < mention.end:
                namesake = role.role == "target" and self.event.type == "arrest" and mention.kind in _NO_PERSON
                return [] if namesake else self.chain_back(names[: number + 1])
        before = [mention for mention in names if mention.end <= start]
        before = [m for m in before if not nouns.SENT_TO.search(self.text[role.start : m.start])] or before
        if role.role == "target" and self.event.type == "expulsion":
            names = [m for m in names if not (m.kind in ("capital", "place") and nouns.POST.match(self.text, m.end))]
            before = [m for m in before if m in names]
        if before:
            return self.chain_back(before)
        if role.role == "actor" and not names and self.text[start:end].lower() in nouns.DOMESTIC:
            names = self.gazette.within(role.end, self.sentence[1])
            return self.chain(names) if names and _BESIDE.fullmatch(self.text[role.end : names[0].start]) else []
        for mention in names:
            if link := _BELONGS.fullmatch(self.text[end : mention.start]):
                beside = role.role == "target" and link[1] in ("in", "at")
                fits = not beside or mention.kind in ("demonym", "body") or nouns.MISSION.match(self.text, mention.end)
                return self.chain(names[names.index(mention) :]) if fits else []
        return []

    def chain(self, names: Sequence[Mention]) -> list[Mention]:
        """The first name with those that are listed behind it."""
        found = list(names[:1])
        for mention in names[1:]:
            if not _LIST.fullmatch(self.text[found[-1].end : mention.start]):
                break
            found.append(mention)
        return found

    def chain_back(self, names: Sequence[Mention]) -> list[Mention]:
        """The last name with those that are listed before it."""
        found = list(names[-1:])
        for mention in reversed(names[:-1]):
            if not _LIST.fullmatch(self.text[mention.end : found[0].start]):
                break
            found.insert(0, mention)
        return found

    def behind(self, role: Role) -> tuple[int, int]:
        """What stands behind a participant to say who it is; empty where nothing does."""
        match = _APPOSED.match(self.text, role.end)
        if not match:
            return role.end, role.end
        last = self.event.start if self.event.start > role.end else self.sentence[1]
        stop = _APPOSED_END.search(self.text, match.end(), last)
        return match.end(), max(match.end(), stop.start() if stop else last)

    def apposition(self, role: Role) -> list[Mention]:
        """The name in what stands behind a participant to say who it is."""
        start, end = self.behind(role)
        names = self.gazette.within(start, end)
        if not names or not NAMELY.fullmatch(self.text[start : names[0].start]):
            return []
        if names[0].kind == "person" and nouns.POSSESSIVE.match(self.text, names[0].end):
            return []
        return [m for m in self.chain(names) if m is names[0] or self.text[m.start - 1] == "-"]

    def listed(self, role: Role) -> list[Mention]:
        """The adjective of the one before in a list: *American diplomats and officials*."""
        place = bisect_left(self.by_end, role.start + 1, key=lambda other: other.end)
        other = self.by_end[place - 1] if place else role
        if other.role != role.role or not _LIST.fullmatch(self.text[other.end : role.start]):
            return []
        names = self.own(other)
        adjective = names and names[0].kind == "demonym" and role.start == head_span(role)[0] and role.text.islower()
        return names if adjective else []

    @cached_property
    def by_end(self) -> list[Role]:
        return sorted(self.event.roles or (), key=lambda role: role.end)

    def same(self, role: Role) -> list[Mention]:
        """The name that the same person stands with elsewhere in the document."""
        start, end = head_span(role)
        name = re.sub(r"['’]s?$", "", self.text[start:end])
        if name.islower() or len(name) < 3 or nouns.PRONOUN.fullmatch(name):
            return []
        if name.lower() in nouns.NO_NAMES or name.lower() in self.gazette.tokens:
            return []
        own = re.findall(r"\w{4,}", role.text.casefold())
        persons = [mention for word in own for mention in self.gazette.persons.get(word, ())]
        beside = self.gazette.beside(name)
        return one([*persons, *(next((m for at, m in pairs if at != start), None) for pairs in beside.values())])

    def earlier(self, role: Role) -> list[Mention]:
        """Whom *he*, *the suspects* or *the officers* takes up: one before with that head, else the last target."""
        if role.role != "target" or not nouns.KNOWN.match(role.text):
            return []
        start, end = head_span(role)
        noun = self.text[start:end]
        if len(noun) > 4 and noun not in ("those", "others"):
            theirs = re.compile(rf" (?:{nouns.NOT_THEIRS}[\w-]+ )?(?:{nouns.NO_ARTICLE}[\w-]+ )?{re.escape(noun)}\b")
            for mention in self.gazette.last(role.start, _FAR):
                if theirs.match(self.text, mention.end):
                    return [mention]
        if not nouns.PERSON_PRONOUN.match(role.text) and not nouns.ANYONE.search(noun):
            return []
        events = self.document.events
        first, last = (bisect_left(events, at, key=lambda event: event.start) for at in (self.before, self.sentence[1]))
        before = [
            (other, event)
            for event in events[first:last]
            for other in event.roles or ()
            if other.role == "target" and self.before <= other.start and other.end <= role.start
            if not nouns.PERSON_PRONOUN.match(other.text)
            and not (nouns.KNOWN.match(other.text) and nouns.ANYONE.search(self.text[slice(*head_span(other))]))
        ]
        if not before:
            return []
        other, event = max(before, key=lambda pair: pair[0].start)
        return _Scene(event, self.document).resolve(other, again=False)[1]

    def antecedent(self, role: Role) -> list[Mention]:
        """What a pronoun, *the country* or *both countries* takes up."""
        if nouns.BOTH_STATES.match(role.text):
            for start in (self.sentence[0], self.before):
                named = self.gazette.within(start, role.start)
                states = unique(m for m in named if m.kind in ("name", "demonym", "capital"))
                if len(states) == 2:
                    return states
            return []
        if nouns.THE_BODY.match(role.text):
            return [m for m in self.gazette.within(self.before, self.sentence[1]) if m.code == "IGO"][:1]
        if nouns.of_a_person(role.text, self.text[slice(*head_span(role))]):
            found = self.person_before(role)
            if found or role.role == "target":
                return found
        if role.role == "target" and nouns.OF_ITS.match(role.text):
            if self.text[slice(*head_span(role))].lower() in nouns.EMPLOYEES:
                return []
            acting = {m.code for other in self.roles("actor") for m in self.own(other)}
            names = [m for m in self.gazette.within(self.sentence[0], role.start) if self.acts(m, self.sentence[0])]
            return one(m for m in names if m.code not in acting and self.gazette.is_state(m))
        if not nouns.PRONOUN.match(role.text) and not nouns.THE_STATE.match(role.text):
            return []
        sent = nouns.THE_STATE.match(role.text) or self.text[slice(*head_span(role))].lower() in nouns.SENT_ABROAD
        if role.role == "target" and (self.event.type == "arrest" or not sent or "foreign" in role.text):
            return []
        spared = [other.span for other in self.roles("place")]
        apart = {
            m.code
            for other in self.event.roles or ()
            if other.role not in (role.role, "object")
            for m in self.own(other)
        }
        foreign = role.role == "target" or self.event.type not in ("arrest", "coup")
        start, end = self.sentence[0], min(role.start, self.sentence[1])
        while True:
            names = [
                m
                for m in self.gazette.within(start, end)
                if not any(first <= m.start < last for first, last in spared)
                and ((sent and role.role == "target") or self.acts(m, start))
                and not (m.code == "IGO" and nouns.THE_STATE.match(role.text))
            ]
            if found := one(names) or one(m for m in names if m.code not in apart and (foreign or m.code != "IGO")):
                return found
            if names and role.role == "actor" and start == self.sentence[0]:
                subject = self.chain(names)
                if len(subject) > 1 or not nouns.CLAUSE.search(self.text[names[0].end : role.start]):
                    return subject
            if names or start == self.before:
                return []
            start, end = self.before, self.sentence[0]

    def person_before(self, role: Role) -> list[Mention]:
        """Whom *he* takes up, or whose somebody is: who is named before, by preference at a sentence's beginning."""
        start, end = self.sentence[0], min(role.start, self.sentence[1])
        for _ in range(_PERSON_FAR):
            named = [m for m in self.gazette.within(start, end) if self.acts(m, start) and self.someone(m, role)]
            subject = [m for m in named if start == self.sentence[0] or m.start < start + 60]
            if named:
                return one(subject or named)
            if start <= self.gazette.sentences[0][0]:
                break
            start, end = self.gazette.sentence_before(start)[0], start
        return []

    def group(self, role: Role) -> list[Mention]:
        """The armed group whose fighters are taken: *two Hamas militants were killed and more detained*."""
        noun = self.text[slice(*head_span(role))].lower()
        if (
            role.role != "target"
            or self.event.type != "arrest"
            or role.text.lower().startswith(("his", "her", "their"))
        ):
            return []
        others = nouns.CROWD.search(noun) and noun not in ("prisoners", "detainees")
        fallen = others and nouns.FALLEN.search(self.text, *self.sentence)
        if noun not in nouns.FIGHTERS and not fallen:
            return []
        spared = [other.span for other in self.roles("actor")]
        near = self.gazette.within(self.before, self.sentence[1])
        groups = [m for m in near if nouns.ARMED_GROUP.fullmatch(m.name)]
        return one(m for m in groups if not any(first <= m.start < last for first, last in spared))

    def sent(self, role: Role) -> list[Mention]:
        """Whose soldiers or diplomats are told to leave or are held: of the other of two states that are named."""
        noun = self.text[slice(*head_span(role))].lower()
        if role.role != "target" or self.event.type not in ("arrest", "expulsion") or noun not in nouns.SENT:
            return []
        if nouns.KNOWN.match(role.text) or re.search(r"\b(?:foreign|former|ex)\b", role.text):
            return []
        there = {m.code for name in ("actor", "place") for other in self.roles(name) for m in self.own(other)}
        states = {m.code for m in self.gazette.within(*self.sentence)} - {"IGO", None}
        if len(there) != 1 or len(states) != 2 or not there < states:
            return []
        last = self.sentence[1] if self.event.type == "expulsion" else self.sentence[0] + _OPENING
        others = [m for m in self.gazette.within(self.sentence[0], last) if m.kind in ("name", "demonym", "body")]
        return one(m for m in others if m.code not in there and self.gazette.is_state(m))

    def acts(self, mention: Mention, start: int) -> bool:
        """Whether a name can be a subject: not behind a preposition, but for *police in X* and *calls for X to*."""
        match = nouns.GOVERNED.search(self.text[start : mention.start])
        return (
            match is None
            or match[1].lower() in nouns.DOMESTIC
            or (" for " in match[0] and self.text.startswith(" to ", mention.end))
        )

    def someone(self, mention: Mention, role: Role) -> bool:
        """Whether a name is that of a person or begins with whom one may take: *Iranian diplomat*, *Navalny*."""
        many = role.text.lower().startswith(("they", "them", "their"))
        if mention.kind == "person":
            return not many and not nouns.NOT_HIMSELF.match(self.text, mention.end)
        if many and mention.kind == "demonym" and mention.name.endswith("s"):
            return True
        match = nouns.SOMEONE.match(self.text, mention.end) if mention.kind == "demonym" else None
        return match is not None and (not many or match[0].endswith(("s", "men", "couple", "pair")))

    def scene(self, role: Role) -> list[Mention]:
        """Where it happens, for those who are of the country."""
        noun = self.text[slice(*head_span(role))].lower()
        if role.role == "actor":
            told = role.text
            if nouns.PRONOUN.fullmatch(told):
                told = self.text[self.sentence[0] : role.start]
            elif nouns.FROM_ANYWHERE.search(told):
                return []
            domestic = not nouns.DOMESTIC.isdisjoint(re.findall(r"[a-z]+", told.lower()))
            return self.where if self.event.type == "coup" or domestic else []
        if self.event.type == "coup":
            return self.where
        told = self.text[slice(*self.behind(role))]
        if self.event.type != "arrest" or nouns.PRONOUN.match(role.text) or nouns.OF_ITS.match(role.text):
            return []
        if nouns.FROM_ANYWHERE.search(f"{role.text} {told}"):
            return []
        title = f"{self.text[role.start : head_span(role)[1]]} {told}"
        if nouns.CITIZENS.isdisjoint(re.findall(r"[a-z-]+", title.lower())):
            near = {m.code for m in self.gazette.within(self.before, self.sentence[1])}
            named = self.text[head_span(role)[0]].isupper() and len(near) == 1
            lately = self.text[max(0, self.sentence[0] - 400) : self.sentence[1]]
            if not (named or nouns.CROWD.search(noun)) or not nouns.UNREST.search(lately):
                return []
        acting = self.acting
        if noun in nouns.SOLDIERS and len({m.code for m in self.gazette.within(*self.sentence)} - {"IGO"}) > 1:
            return []
        return acting if acting and acting[0].code != "IGO" else self.where

    @cached_property
    def acting(self) -> list[Mention]:
        """The state of all actors."""
        return one(m for other in self.roles("actor") for m in self.own(other))

    @cached_property
    def where(self) -> list[Mention]:
        placed = one(m for role in self.roles("place") for m in self.own(role) if m.kind != "person")
        return placed or country_where(self.event, self.gazette)
