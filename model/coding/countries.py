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
    r"\b(?:in|at|near|across|outside|inside|around|throughout|(?:city|town|village|capital|province|region|state|district|island"
    rf"|parts?|north|south|east|west|streets) of) (?:the |an? )?{_PLAIN}{{0,3}}$",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    rf"(?<!police )(?<!court )\b(?:in|at|near|across|outside|inside|around|throughout|from|with|to|against|over|than)"
    rf" (?:the |an? )?{_PLAIN}{{0,2}}$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]|\b(?:that|which|who|when|after|as|while|because|if|but|and)\b")
_PRONOUN = re.compile(r"(?:its?|their|they|them|his|he|him|her|she|you)\b", re.IGNORECASE)
_PERSON = re.compile(r"(?:their|they|them|his|he|him|her|she)$", re.IGNORECASE)
_STATE = re.compile(r"the (?:latter|country|nation)\b", re.IGNORECASE)
_BOTH = re.compile(r"(?:the two|the|both|its|their) (?:\w+ )?(?:countries|nations|states|governments|sides)$", re.IGNORECASE)
_KNOWN = re.compile(r"(?:the|these|those|both)\b|they$|he$|she$|him$|her$|his$|them$|their$|who$|whose\b|\w+ of (?:the|them)\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"(?:people|persons|men|women|suspects?|detainees|prisoners?|rest|others|arrested|pair|group|individuals?|those|both"
    r"|whose members|students|dozens|hundreds|thousands|more|many|children|\d[\d,]*|two|three|four|five|six|ten)$",
    re.IGNORECASE,
)
_APPOSED = re.compile(r",? \(|, ")
_APPOSED_END = re.compile(
    r"[,;.:()]|\b(?:who|is|was|are|were|has|have|had|after|and|for|in connection|on|been|arrested|detained|jailed|held)\b"
)
_NOUNS = (
    "former ousted deposed detained jailed imprisoned exiled opposition leader president prime minister foreign interior "
    "defence defense dictator politician lawmaker activist dissident journalist human rights democracy political terror "
    "suspect militant rebel warlord general coup party governor mayor judge lawyer businessman tycoon king national "
    "citizen drug lord kingpin blogger editor writer singer actor actress footballer cleric student engineer soldier "
    "officer chief ambassador"
)
_SOMEONE = re.compile(
    rf"(?: [\w'’-]+){{0,3}} (?:{'|'.join(_NOUNS.split())}|m[ae]n|wom[ae]n|boy|girl|captain|nationals?|citizens?|diplomats?|fisherm[ae]n"
    r"|sailors?|pilots?|couple|pair|teenagers?|soldiers|journalists|activists|reporters?|photojournalist|members?|cleric|prisoners?"
    r"|youtuber|artist|muslims|officials?|troops|workers?|students|tourists?|migrants?|suspects)\b",
    re.IGNORECASE,
)
_NAMELY = re.compile(rf"(?:an? |the |one of (?:the )?|[\w-]*\d[\w-]* |(?!including){_PLAIN}){{0,4}}(?:(?:of|from|in) (?:the )?)?")
_TITLED = re.compile(
    rf"(?:['’]s)?(?: (?:(?:to )?[A-ZÀ-Þ][\w'’.-]*|{'|'.join(_NOUNS.split())}))* ?"
)
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
    "soldier soldiers officer officers troops guerrillas general generals judge judges policeman policemen regime rioters marchers unionists strikers candidate "
    "candidates mp mps islamists founder protestors arabs muslims christians jews kurds".split()
)
_CROWD = re.compile(
    r"(?:people|persons|men|women|students?|youths|children|child|boy|girl|dozens|scores|hundreds|thousands|others|more|many|some"
    r"|several|\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten)$"
)
_SENT = frozenset(
    "it its troops forces soldiers personnel peacekeepers military ambassador ambassadors diplomats embassy envoy envoys staff "
    "workers citizens nationals government regime they them".split()
)
_SOLDIERS = frozenset("soldier soldiers officer officers troops colonel lieutenant-colonel".split())
_OFFICIAL = re.compile(
    rf"(?:['’]s)?(?: [\w'’-]+){{0,2}} (?:{'|'.join(sorted(_DOMESTIC))}|agency|intelligence|coup|uprising|civil|capital|city|town|province"
    r"|region|state|port|protests?)\b",
    re.IGNORECASE,
)
_BEYOND = re.compile(r"(?:['’]s)? (?:border|embassy|consulate|coast|waters|territory)\b")
_UNREST = re.compile(
    r"\b(?:protest|demonstrat|rall(?:y|ies)\b|riot|unrest|march(?:ed|es|ers)\b|uprising|rampage|overthrow"
    r"|coup\b|subversion|sedition|slogan)",
    re.IGNORECASE,
)
_FROM_ANYWHERE = re.compile(
    r"qa[ei]da|Islamic State|ISI[LS]\b|\b(?:terror|extremis|insurgent|militant|traffick|smuggl|gang|syndicate|cartel|foreign"
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
        self.before = self.gazette.sentence(max(0, self.sentence[0] - 2))[0]

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
        return [match] if match and (role.role != "target" or found[1] not in ("in", "at") or match.kind in ("demonym", "body")) else []

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
        own = set(re.findall(r"\w{4,}", role.text.casefold()))
        found = [m for m in self.gazette.mentions if m.kind == "person" and re.findall(r"\w+", m.name.casefold())[-1] in own]
        for match in re.finditer(rf"\b{re.escape(name)}\b", self.text, re.IGNORECASE):
            names = self.gazette.within(*self.gazette.sentence(match.start()))
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
        if len(noun) > 4:
            for mention in reversed(self.gazette.within(0, role.start)):
                if re.compile(rf" (?:(?!the|an?|his|its|their|said|says)[a-z-]+ ){{0,2}}{re.escape(noun)}\b").match(self.text, mention.end):
                    return [mention]
        if not _PERSON.match(role.text) and not _PEOPLE.search(noun):
            return []
        before = [
            (other, event)
            for event in self.document.events
            for other in event.roles or ()
            if other.role == "target" and self.before <= other.start and other.end <= role.start
            if not _PERSON.match(other.text) and not (_KNOWN.match(other.text) and _PEOPLE.search(other.text))
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
        if role.role == "target" and not person and not (
            self.event.type != "arrest" and (_STATE.match(role.text) or self.text[slice(*head(role))].lower() in _SENT)
        ):
            return []
        spared = [other.span for other in self.roles("place")]
        apart = {m.code for other in self.event.roles or () if other.role not in (role.role, "object") for m in self.own(other)}
        start, end = self.sentence[0], min(role.start, self.sentence[1])
        while True:
            names = [
                m
                for m in self.gazette.within(start, end)
                if not any(first <= m.start < last for first, last in spared)
                and (_STATE.match(role.text) or not _NO_SUBJECT.search(self.text[start : m.start]))
                and not (m.code == "IGO" and _STATE.match(role.text))
                and not (person and ((start < self.sentence[0] and m.start > start + 60) or not self.someone(m, role)))
            ]
            if found := one(names) or one(m for m in names if m.code not in apart):
                return found
            if names and role.role == "actor" and start == self.sentence[0]:
                subject = [names[0]]
                for mention in names[1:]:
                    if _LIST.fullmatch(self.text[subject[-1].end : mention.start]):
                        subject.append(mention)
                if len(subject) > 1 or not _CLAUSE.search(self.text[names[0].end : role.start]):
                    return subject
            if names or start == self.before:
                return []
            start, end = self.before, self.sentence[0]

    def someone(self, mention: Mention, role: Role) -> bool:
        """Whether a name is that of a person or begins with whom one may take: *Iranian diplomat*, *Navalny*."""
        many = role.text.lower() in ("they", "them", "their")
        if mention.kind == "person":
            return not many and not re.compile(r"['’]s| (?:administration|government|regime)").match(self.text, mention.end)
        if many and mention.kind == "demonym" and mention.name.endswith("s"):
            return True
        match = _SOMEONE.match(self.text, mention.end) if mention.kind == "demonym" else None
        return match is not None and (not many or match[0].endswith(("s", "men", "couple", "pair")))

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
        title = self.text[role.start : head(role)[1]] + " " + self.text[slice(*self.behind(role))]
        citizens = not _CITIZENS.isdisjoint(re.findall(r"[a-z-]+", title.lower()))
        named = self.text[head(role)[0]].isupper() and len({m.code for m in self.gazette.within(self.before, self.sentence[1])}) == 1
        unrest = (named or _CROWD.search(noun)) and _UNREST.search(self.text[max(0, self.sentence[0] - 400) : self.sentence[1]])
        if not citizens and not unrest:
            return []
        acting = one(m for other in self.roles("actor") for m in self.own(other))
        if noun in _SOLDIERS and len({m.code for m in self.gazette.within(*self.sentence)} - {"IGO"}) > 1:
            return []
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
                and (m.kind != "demonym" or _OFFICIAL.match(self.text, m.end))
                and (start < self.sentence[0] or m.start < self.event.start)
                and not any(first <= m.start < last for first, last in spared)
            ]
            there = [m for m in names if _THERE.search(self.text[start : m.start])]
            if found := one(m for m in there if not _BEYOND.match(self.text, m.end)):
                return found
            found = one(others)
            if found and (start == self.sentence[0] or found[0].code == self.most):
                return found
            if unique(others) or start == 0:
                break
            start, end = self.gazette.sentence(max(0, start - 2))
            if end > self.sentence[0]:
                break
        everywhere = [m for m in self.gazette.mentions if m.code and m.code != "IGO"]
        main = [m for m in everywhere if m.code == self.most]
        if self.event.type in ("arrest", "coup") and len(main) > 1 and len(main) >= 0.7 * len(everywhere):
            return main[:1]
        return one(everywhere)

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
