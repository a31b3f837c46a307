"""The countries of an event's actors and targets, by names in the text and rules that leave open what they cannot tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from .gazetteer import Mention, gazette

_PLAIN = r"(?:(?!(?:of|in|at|on|from|to|by|with|and)\b)[a-z-]+ )"
_HEAD_ENDS = re.compile(
    r"\s(?:of|from|at|in|on|to|for|by|with|against|near|over|after|who|whom|that|which|loyal|under|suspected|accused|and)\s"
)
_BELONGS = re.compile(rf"\s*(?:\w+ ){{0,2}}?(of|from|at|in|loyal to|under) (?:the |an? )?{_PLAIN}{{0,3}}")
_LIST = re.compile(r"\s*(?:,|and|or|/|–|-|, and|with)\s*(?:the )?")
_THERE = re.compile(
    rf"\b(?:in|at|near|across|outside|inside|around|throughout|from|of) (?:the |an? )?{_PLAIN}{{0,3}}$", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    rf"(?<!police )(?<!court )\b(?:in|at|near|across|outside|inside|around|throughout|from|with|to|against|over|than)"
    rf" (?:the |an? )?{_PLAIN}{{0,2}}$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]|\b(?:that|which|who|when|after|as|while|because|if|but|and)\b")
_PRONOUN = re.compile(r"(?:its?|their|they|them|his|he|him|her|she|you)\b", re.IGNORECASE)
_PERSON = re.compile(r"(?:their|they|them|his|he|him|her|she)$", re.IGNORECASE)
_STATE = re.compile(r"the (?:latter|country|nation)$", re.IGNORECASE)
_BOTH = re.compile(
    r"(?:the two|the|both|its|their) (?:\w+ )?(?:countries|nations|states|governments|sides)$", re.IGNORECASE
)
_KNOWN = re.compile(
    r"(?:the|these|those|both)\b|they$|he$|she$|him$|her$|his$|them$|their$|who$|whose\b", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"(?:people|persons?|men|women|suspects?|detainees|prisoners?|rest|others|arrested|pair|group|individuals?|those|both"
    r"|whose members|students|dozens|hundreds|thousands|more|many|children|\d[\d,]*|two|three|four|five|six|ten)$",
    re.IGNORECASE,
)
_APPOSED = re.compile(r",? \(|, ")
_APPOSED_END = re.compile(
    r"[,;.:()]|\b(?:who|is|was|are|were|has|have|had|after|and|for|in connection|on|been|arrested|detained|jailed|held)\b"
)
_NAMELY = re.compile(rf"(?:an? |the |one of (?:the )?|[\w-]*\d[\w-]* |{_PLAIN}){{0,4}}(?:(?:of|from|in) (?:the )?)?")
_NOUNS = (
    "former ousted deposed detained jailed imprisoned exiled opposition leader president prime minister foreign interior "
    "defence defense dictator politician lawmaker activist dissident journalist human rights democracy political terror "
    "suspect militant rebel warlord general coup party governor mayor judge lawyer businessman tycoon king national "
    "citizen drug lord kingpin blogger editor writer singer actor actress footballer cleric student engineer soldier "
    "officer chief ambassador"
)
_TITLED = re.compile(rf"(?:['’]s)?(?: (?:ambassador to [A-Z]\w+|[A-ZÀ-Þ][\w'’.-]*|{'|'.join(_NOUNS.split())}))* ?")
_DOMESTIC = frozenset(
    "police policeman policemen officer officers authority authorities court courts judge judges prosecutor prosecutors "
    "army military soldier soldiers troops forces force junta government regime parliament president king monarch "
    "ministry agents agent official officials department commission tribunal guard guards gendarmes navy council senate "
    "cabinet administration mutineers rebels leaders leader general generals commander commanders detectives "
    "investigators constabulary patrol marines commandos state bureau service services congress party opposition "
    "militia militiamen mayor governor minister prison jail law".split()
)
_CITIZENS = frozenset(
    "protester protesters demonstrator demonstrators activist activists politician politicians lawmaker lawmakers "
    "minister ministers official officials member members dissident dissidents priest priests monk monks bishop father "
    "president vice-president king monarch government governor mayor senator senators deputy deputies parliamentarian "
    "parliamentarians legislator legislators critic critics supporter supporters opponent opponents leader leaders "
    "guerrillas general generals judge judges policeman policemen regime rioters marchers unionists strikers candidate "
    "candidates mp mps islamists founder protestors".split()
)
_UNREST = re.compile(
    r"\b(?:protest|demonstrat|rall(?:y|ies)\b|riot|unrest|march(?:ed|es|ers)\b|uprising|crackdown|strikes?\b|rampage|overthrow"
    r"|coup\b|subversion|sedition)",
    re.IGNORECASE,
)
_FROM_ANYWHERE = re.compile(
    r"qa[ei]da|Islamic State|ISI[LS]\b|Brotherhood|\b(?:terror|insurgent|militant|traffick|smuggl|gang|syndicate|cartel|foreign"
    r"|migrant|refugee|asylum|journalist|reporter|employee|tourist|pilot|sailor|crew|suspect)",
    re.IGNORECASE,
)


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

    def side(self, name: str) -> tuple[tuple[str, ...], str]:
        """The codes of the participants of one role and what decided each."""
        found: dict[str, str] = {}
        for role in self.roles(name):
            way, mentions = self.resolve(role)
            for mention in mentions:
                if mention.code:
                    found.setdefault(mention.code, f"{way} {mention.how}".strip())
        return tuple(found), "; ".join(found.values())

    def roles(self, name: str) -> list[Role]:
        return [role for role in self.event.roles or () if role.role == name]

    def resolve(self, role: Role) -> tuple[str, list[Mention]]:
        """The names that decide whose a participant is, by the first rule that finds any, and that rule."""
        rules = {
            "": self.own,
            "apposition": self.apposition,
            "list": self.listed,
            "same": self.same,
            "earlier": self.earlier,
            "antecedent": self.antecedent,
            "scene": self.scene,
        }
        for way, rule in rules.items():
            if found := rule(role):
                return way, found
        return "", []

    def own(self, role: Role) -> list[Mention]:
        """What a participant's own words name it after: at or before the head, else what it belongs to."""
        names = self.gazette.within(role.start, role.end)
        start, end = head(role)
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
        if role.role == "actor":
            names = names or self.gazette.within(role.end, min(role.end + 40, self.sentence[1]))
        match = next((m for m in names if (found := _BELONGS.fullmatch(self.text[end : m.start]))), None)
        return (
            [match]
            if match and (role.role != "target" or found[1] not in ("in", "at") or match.kind == "demonym")
            else []
        )

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
        return names[:1] if names and _NAMELY.fullmatch(self.text[start : names[0].start]) else []

    def listed(self, role: Role) -> list[Mention]:
        """The adjective of the one before in a list: *American diplomats and officials*."""
        for other in self.event.roles or ():
            if other.role == role.role and _LIST.fullmatch(self.text[other.end : role.start]):
                names = self.own(other)
                if names and names[0].kind == "demonym" and role.start == head(role)[0] and role.text.islower():
                    return names
        return []

    def same(self, role: Role) -> list[Mention]:
        """The name that the same person stands with elsewhere in the document."""
        start, end = head(role)
        name = re.sub(r"['’]s?$", "", self.text[start:end])
        if name.islower() or len(name) < 3 or name.lower() in _CITIZENS | _DOMESTIC | set(self.text.split()):
            return []
        found: list[Mention] = []
        for match in re.finditer(rf"\b{re.escape(name)}\b", self.text, re.IGNORECASE):
            names = self.gazette.within(*self.gazette.sentence(match.start()))
            found += [m for m in names if m.kind == "person" and m.end == match.end()]
            if match.start() == start:
                continue
            before = [m for m in names if m.end < match.start() and not self.text[: m.start].endswith(" to ")]
            found += [m for m in before if _TITLED.fullmatch(self.text[m.end : match.start()])][-1:]
            after = [m for m in names if m.start > match.end() and self.text.startswith(", ", match.end())]
            found += [m for m in after if _NAMELY.fullmatch(self.text[match.end() + 2 : m.start])][:1]
        return one(found)

    def earlier(self, role: Role) -> list[Mention]:
        """Whom *he*, *the suspects* or *the officers* takes up: one before with that head, else the last target."""
        if role.role != "target" or not _KNOWN.match(role.text):
            return []
        start, end = head(role)
        noun = self.text[start:end]
        since = self.gazette.sentence(max(0, self.sentence[0] - 2))[0]
        if len(noun) > 4:
            for mention in reversed(self.gazette.within(0, role.start)):
                if re.compile(rf" (?:[a-z-]+ ){{0,2}}{re.escape(noun)}\b").match(self.text, mention.end):
                    return [mention]
        if not _PERSON.match(role.text) and not _PEOPLE.search(noun):
            return []
        before = [
            (other, event)
            for event in self.document.events
            for other in event.roles or ()
            if other.role == "target"
            and since <= other.start
            and other.end <= role.start
            and not _KNOWN.match(other.text)
        ]
        if not before:
            return []
        other, event = max(before, key=lambda pair: pair[0].start)
        return _Scene(event, self.document).resolve(other)[1]

    def antecedent(self, role: Role) -> list[Mention]:
        """What a pronoun, *the country* or *both countries* takes up."""
        if _BOTH.match(role.text):
            states = unique(m for m in self.gazette.within(*self.sentence) if m.kind in ("name", "demonym", "capital"))
            return states if len(states) == 2 else []
        person = bool(_PERSON.match(role.text)) and role.role == "target"
        if not _PRONOUN.match(role.text) and not _STATE.match(role.text):
            return []
        if role.role == "target" and self.event.type == "arrest" and not person:
            return []
        spared = [other.span for other in self.roles("place")]
        apart = {
            m.code
            for other in self.event.roles or ()
            if other.role not in (role.role, "object")
            for m in self.own(other)
        }
        start, end = self.sentence[0], min(role.start, self.sentence[1])
        while True:
            names = [
                m
                for m in self.gazette.within(start, end)
                if not any(first <= m.start < last for first, last in spared)
                and not _NO_SUBJECT.search(self.text[start : m.start])
                and not (person and (m.code == "IGO" or m.kind in ("name", "body") or self.acts(m)))
            ]
            if found := one(names) or one(m for m in names if m.code not in apart):
                return found
            if names and role.role == "actor" and end == min(role.start, self.sentence[1]):
                subject = [names[0]]
                for mention in names[1:]:
                    if _LIST.fullmatch(self.text[subject[-1].end : mention.start]):
                        subject.append(mention)
                if len(subject) > 1 or not _CLAUSE.search(self.text[names[0].end : role.start]):
                    return subject
            if names or start == 0:
                return []
            start, end = self.gazette.sentence(max(0, start - 2))
            if end > self.sentence[0]:
                return []

    def acts(self, mention: Mention) -> bool:
        """Whether a name is that of police, a court or a government: no one who is taken."""
        return not _DOMESTIC.isdisjoint(re.findall(r"\w+", self.text[mention.end : mention.end + 30].lower())[:3])

    def scene(self, role: Role) -> list[Mention]:
        """Where it happens, for those who are of the country."""
        noun = self.text[slice(*head(role))].lower()
        if role.role == "actor":
            return self.where if self.event.type == "coup" or noun in _DOMESTIC else []
        if self.event.type == "coup":
            return self.where
        told = role.text + " " + self.text[slice(*self.behind(role))]
        if self.event.type != "arrest" or _FROM_ANYWHERE.search(told) or _PRONOUN.match(role.text):
            return []
        citizens = not _CITIZENS.isdisjoint(re.findall(r"[a-z-]+", told.lower()))
        if not citizens and not (_UNREST.search(self.text[slice(*self.sentence)]) and noun.islower() | noun.isdigit()):
            return []
        acting = one(m for other in self.roles("actor") for m in self.own(other))
        return acting if acting and acting[0].code != "IGO" else self.where

    @cached_property
    def where(self) -> list[Mention]:
        """The country where the event happens: by its place, its sentence, or the sentences before."""
        if placed := one(m for role in self.roles("place") for m in self.own(role)):
            return placed
        spared = [role.span for role in self.roles("target")]
        start, end = self.sentence
        while True:
            names = [m for m in self.gazette.within(start, end) if m.code != "IGO"]
            others = [
                m
                for m in names
                if self.event.type in ("arrest", "coup")
                and (start < self.sentence[0] or m.start < self.event.start)
                and not any(first <= m.start < last for first, last in spared)
            ]
            found = one(m for m in names if _THERE.search(self.text[start : m.start])) or one(others)
            if found and (start == self.sentence[0] or found[0].code == self.most):
                return found
            if unique(names) or start == 0:
                break
            start, end = self.gazette.sentence(max(0, start - 2))
            if end > self.sentence[0]:
                break
        return one(m for m in self.gazette.mentions if m.code != "IGO")

    @cached_property
    def most(self) -> str | None:
        """The code that the document names most often."""
        counts = Counter(m.code for m in self.gazette.mentions if m.code and m.code != "IGO")
        return max(counts, key=counts.__getitem__, default=None)


def head(role: Role) -> tuple[int, int]:
    """The head of a participant; where nobody marked one, its last word before a preposition.

    >>> head(Role("target", 10, 33, "a leader of the Taliban"))
    (12, 18)
    """
    if role.head:
        return role.head
    cut = _HEAD_ENDS.search(role.text, 1)
    word = re.search(r"\S+$", role.text[: cut.start()].rstrip() if cut else role.text)
    return (role.start + word.start(), role.start + word.end()) if word else role.span


def unique(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of each code, in order; those that are open count as none."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        if mention.code:
            first.setdefault(mention.code, mention)
    return list(first.values())


def one(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention where all are of one code; none where they are of several."""
    found = unique(mentions)
    return found if len(found) == 1 else []
