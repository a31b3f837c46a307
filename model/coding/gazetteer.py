"""Names of states in a text, with what belongs to states: demonyms, cities, seats, bodies, rulers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest

from ..documents.text import Span, sentences, span_at, words
from .names import Lines, entries, index
from .nouns import OF_STATE, OFFICE, PLAIN, TITLED, vocabulary

_TITLES = vocabulary(
    "president premier minister prime king queen prince sheikh ayatollah leader chancellor senator governor general "
    "colonel captain commodore marshal mr mrs ms dr sir dictator ruler deposed ousted former mayor candidate ex"
)
_DIRECTIONS = vocabulary(
    "north south east west northern southern eastern western central greater upper lower downtown occupied "
    "northeastern northwestern southeastern southwestern inner outer"
)
_OPENERS = vocabulary(
    "in from the a an and of for to by with when after while as at on near outside across both against since but over "
    "following before that between although inside throughout if because meanwhile"
)
_INSTITUTIONS = vocabulary(
    "Police Court Supreme High Army President Prime Minister Parliament Government Defence Defense Ministry National "
    "Airport State City County University Foreign Interior Air Navy Armed Bureau Security Federal Central Party"
)
_COMMA = re.compile(r"(?: [\w'’-]+){0,2}, ")
_PROVINCE_ENDS = re.compile(
    r"(?!,? (?:and|or) (?:the )?[A-Z]|, [A-Z])"
    r"(?:[,.;:)]|$| (?:on|in|for|after|over|when|while|with|were|was|have|has)\b)"
)
"""What stands behind a province that says where a place is, and does not follow it in a list of places."""
_FAITH = r"(?:(?:Catholic|Christian|Muslim|Islamic|Islamist|Jewish|Buddhist|Shia|Shiite|Sunni|Orthodox|Olympic) )"
NAMELY = re.compile(
    rf"(?:an? |the |one of (?:the )?|[\w-]*\d[\w-]* |{_FAITH}|(?!including|foreign|visiting){PLAIN}){{0,6}}"
    rf"(?:(?:of|from|(?<!journalist )(?<!correspondent )(?<!ambassador )(?<!diplomat )(?<!envoy )in) (?:the )?)?"
)
"""What stands before a name that says who somebody is: *a 34-year-old*."""
_LONGEST = 2000
"""Characters of a sentence; what goes on without an end is read in parts, as each event looks at its sentence."""
_CALLING = re.compile(r"(?:or|er|ate|ist|ian|ary|ant|ent|man|ion|[A-Z]{2})$")
"""How a word in capitals ends that says what somebody is: *Counsellor*, *Laureate*, *CEO*."""
_NO_NAME = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:I|II|III|IV|Jr|Sr)$")
"""What stands in capitals behind a name and belongs to no longer one."""
_AGAINST = frozenset(["pro", "anti", "non", "post"])
_ONLY_BY = vocabulary(
    "born based backed trained made flagged occupied aligned educated inspired speaking style era bound"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the table as it stands in a text.

    Args:
        start: offset of its first code point.
        end: offset behind the last one.
        name: the text there.
        kind: ``"name"``, ``"demonym"``, ``"capital"``, ``"body"``, ``"person"`` or ``"place"``.
        code: whose it is; ``None`` where it is ambiguous and the text does not decide.
    """

    start: int
    end: int
    name: str
    kind: str
    code: str | None

    @property
    def how(self) -> str:
        """What it is, in words.

        >>> Mention(0, 6, "French", "demonym", "FRA").how
        'demonym French'
        """
        return f"{self.kind} {self.name}"


class Gazette:
    """All names of the table in a text.

    Args:
        text: the document.

    >>> [mention.code for mention in Gazette("Police in Niger expelled a Nigerian to South Sudan.").mentions]
    ['NER', 'NGA', 'SSD']
    >>> Gazette("Congolese soldiers fled.").mentions[0].code is None
    True
    >>> Gazette("Congolese soldiers fled to Kinshasa.").mentions[0].code
    'COD'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.sentences = [part for span in sentences(text) for part in _parts(*span)] or [(0, len(text))]
        self._words = words(text)
        found = list(self._find())
        sure = [(start, end, lines[0]) for start, end, lines in found if len({code for code, _ in lines}) == 1]
        self._sure, self._sure_starts = sure, [start for start, *_ in sure]
        self._sure_names = {(text[start:end], line) for start, end, line in sure}
        self._evidence: dict[str, set[str]] = {}
        mentions = [self._decide(*item) for item in found]
        self.mentions = [
            replace(m, kind="place", code=after.code) if after and self._is_in(m, after) else m
            for m, after in zip_longest(mentions, mentions[1:])
            if m
        ]
        self._starts = [mention.start for mention in self.mentions]
        self._beside: dict[str, dict[str, list[tuple[int, Mention]]]] = {}

    def within(self, start: int, end: int) -> list[Mention]:
        """The names that stand in a stretch of the text, in order."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [mention for mention in self.mentions[first:last] if mention.end <= end]

    def last(self, end: int, count: int) -> list[Mention]:
        """The last names before a place of the text, backwards."""
        stop = bisect_left(self._starts, end)
        return self.mentions[max(0, stop - count) : stop][::-1]

    def sentence(self, place: int) -> Span:
        """The sentence around a place of the text; nothing where it is between two."""
        return span_at(self.sentences, place) or (place, place)

    def sentence_before(self, start: int) -> Span:
        """The sentence before one that starts there; of the first one itself."""
        before = bisect_left(self.sentences, start, key=lambda span: span[0]) - 1
        return self.sentences[max(0, before)]

    @cached_property
    def most(self) -> str | None:
        """The code that the text names most often."""
        counts = Counter(m.code for m in self.mentions if m.code and m.code != "IGO")
        return max(counts, key=counts.__getitem__, default=None)

    @cached_property
    def states(self) -> list[Mention]:
        """The first name of each state that is named, itself or its institutions."""
        return unique(self._of_states)

    @cached_property
    def main(self) -> list[Mention]:
        """The first name of the state that the text is about; none where several are named about as often."""
        main = [mention for mention in self._of_states if mention.code == self.most]
        return main[:1] if len(main) > 1 and len(main) >= 0.7 * len(self._of_states) else []

    @cached_property
    def _of_states(self) -> list[Mention]:
        return [m for m in self.mentions if m.code and m.code != "IGO" and self.is_state(m)]

    def is_state(self, mention: Mention) -> bool:
        """Whether a name is that of a country or its institutions, not of somebody from there."""
        if mention.kind == "person":
            return OFFICE.search(self.text, max(0, mention.start - 30), mention.start) is not None
        return mention.kind != "demonym" or bool(OF_STATE.match(self.text, mention.end))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What stands between blanks."""
        return frozenset(self.text.split())

    @cached_property
    def persons(self) -> dict[str, list[Mention]]:
        """The people of the table who are named, by the last word of their name, once for each code."""
        found: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            if mention.kind == "person":
                found[re.findall(r"\w+", mention.name.casefold())[-1]].append(mention)
        return {word: unique(mentions) for word, mentions in found.items()}

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for start, end in self._words:
            found[self.text[start:end].casefold()].append(start)
        return found

    def beside(self, name: str) -> dict[str, list[tuple[int, Mention]]]:
        """The states that stand beside a person's name to say whose he is.

        Args:
            name: of a person.

        Returns:
            By code, the first two places of the person's name and of the state's there: one is left to each participant
            that does not look at itself.
        """
        if name not in self._beside:
            found: dict[str, list[tuple[int, Mention]]] = defaultdict(list)
            first = next((name[start:end] for start, end in words(name)), "")
            for place in self._places.get(first.casefold(), ()):
                end = place + len(name)
                if self.text[place:end].casefold() == name.casefold() and not self.text[end : end + 1].isalnum():
                    for mention in self._told(place, end):
                        pairs = found[mention.code or ""]
                        if mention.code and len(pairs) < 2 and place not in [at for at, _ in pairs]:
                            pairs.append((place, mention))
            self._beside[name] = found
        return self._beside[name]

    def _told(self, start: int, end: int) -> Iterator[Mention]:
        """The name of a state before a person's name, and the one in the apposition behind it."""
        names = self.within(*self.sentence(start))
        before = [m for m in names if m.end < start and not self.text.endswith(" to ", 0, m.start)]
        yield from [m for m in before if TITLED.fullmatch(self.text, m.end, start)][-1:]
        if self.text.startswith(", ", end):
            after = [m for m in names if m.start > end]
            yield from [m for m in after if NAMELY.fullmatch(self.text, end + 2, m.start)][:1]

    def _find(self) -> Iterator[tuple[int, int, Lines]]:
        tokens = [self.text[start:end].replace("’", "'") for start, end in self._words]
        forms, place, last = index(), 0, -1
        while place < len(tokens):
            for key, lines in forms.get(tokens[place], ()):
                if tuple(tokens[place : place + len(key)]) == key:
                    end = place + len(key)
                    if self._counts(tokens, place, end, lines, last):
                        last = end
                        named = tuple(line for line in lines if line[1] not in ("given", "seat", "province"))
                        yield self._words[place][0], self._words[end - 1][1], named
                    place = end
                    break
            else:
                place += 1

    def _counts(self, tokens: list[str], place: int, end: int, lines: Lines, last: int) -> bool:
        """Whether a name is the state's, and no part of another name or word."""
        kinds = {kind for _, kind in lines}
        if "mask" in kinds or kinds == {"given"}:
            return False
        before = tokens[place - 1] if place else ""
        after = tokens[end] if end < len(tokens) else ""
        if before == "-" and place > 1 and tokens[place - 2].lower() in _AGAINST:
            return False
        if after == "-" and end + 1 < len(tokens) and tokens[end + 1].lower() in _ONLY_BY:
            return False
        if not kinds & {"given", "place", "person"}:
            return True
        full = "person" in kinds and end - place > 1
        if (
            before[:1].isupper()
            and place != last
            and self.text[self._words[place - 1][1]] == " "
            and before.lower() not in _TITLES | _DIRECTIONS | _OPENERS
            and not before.endswith("ed")
            and not (full and _CALLING.search(before))
        ):
            return False
        if full and after[:1].isupper() and self.text[self._words[end - 1][1]] == " " and not _NO_NAME.match(after):
            return False
        return not (
            "given" in kinds
            and after[:1].isupper()
            and self.text[self._words[end - 1][1]] == " "
            and after not in _INSTITUTIONS
            and after not in index()
        )

    def _is_in(self, place: Mention, state: Mention) -> bool:
        """Whether a place is the namesake of a known one, in another state: *Moscow, Idaho,* or *Peru, Indiana*."""
        if place.code == state.code or state.kind not in ("name", "place"):
            return False
        between = self.text[place.end : state.start]
        if place.kind in ("place", "capital"):
            ends = self.text[state.end : state.end + 1] in (",", ".", ";", ")", "")
            return ends and _COMMA.fullmatch(between) is not None
        is_province = state.kind == "place" and any(kind == "province" for _, kind in entries().get(state.name, ()))
        return (
            place.kind == "name"
            and is_province
            and between == ", "
            and _PROVINCE_ENDS.match(self.text, state.end) is not None
        )

    def _decide(self, start: int, end: int, lines: Lines) -> Mention:
        kind, name = lines[0][1], self.text[start:end]
        codes = {code for code, _ in lines}
        if len(codes) == 1:
            return Mention(start, end, name, kind, *codes)
        first, last = (bisect_left(self._sure_starts, place) for place in self.sentence(start))
        near = [
            item for item in self._sure[first:last] if _is_evidence(name, lines, self.text[item[0] : item[1]], item[2])
        ]
        beside = {
            line[0]
            for before, after, line in near
            if self.text[end:before] in (", ", " (") or self.text[after:start] in (", ", " (")
        }
        if len(beside & codes) == 1:
            return Mention(start, end, name, kind, *(beside & codes))
        if "name" in {kind for _, kind in lines}:
            # A state is no evidence for the province of another that has the same name.
            codes -= {code for code, kind in lines if kind == "place"}
        if name not in self._evidence:
            self._evidence[name] = {
                line[0] for other, line in self._sure_names if _is_evidence(name, lines, other, line)
            }
        for told in ({line[0] for *_, line in near}, self._evidence[name]):
            if told & codes:
                return Mention(start, end, name, kind, *(told & codes if len(told & codes) == 1 else [None]))
        full = {code for code, kind in lines if kind != "short"}
        return Mention(start, end, name, kind, *(full if len(full) == 1 else [None]))


@lru_cache(maxsize=2)
def gazette(text: str) -> Gazette:
    """The names of a text; those of the last ones are kept, as a document has several events."""
    return Gazette(text)


def _parts(start: int, end: int) -> Iterator[Span]:
    for place in range(start, end, _LONGEST):
        yield place, min(place + _LONGEST, end)


def _is_evidence(name: str, lines: Lines, other: str, line: tuple[str, str]) -> bool:
    """Whether another name tells whose an ambiguous one is: *Bissau* whose *Guinea* is, but not *Guinea-Bissau*.

    Args:
        name: the ambiguous one.
        lines: on which it stands in the table.
        other: the one that is sure.
        line: on which that stands.
    """
    root = name.removesuffix("n")
    if other == root or not {name, root} & set(re.split(r"[\s-]", other)):
        return True
    code, kind = line
    return (code, "short") not in lines and kind not in {kind for _, kind in lines}


def unique(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of each code, in order; those that are open count as none."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        if mention.code:
            first.setdefault(mention.code, mention)
    return list(first.values())


def one(mentions: Iterable[Mention | None]) -> list[Mention]:
    """The first mention where all are of one code; none where they are of several."""
    found = unique(mention for mention in mentions if mention)
    return found if len(found) == 1 else []
