"""Names of states in a text, with what belongs to states: demonyms, cities, seats, bodies, rulers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path

from ..documents.text import sentences, span_at, words
from .nouns import vocabulary

TABLE = Path(__file__).with_name("countries.tsv")
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


@cache
def entries() -> dict[str, tuple[tuple[str, str], ...]]:
    """The table: each name with the code and kind of every line it stands on.

    >>> entries()["Burma"]
    (('MMR', 'name'),)
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, kind, names = line.split("\t")
            for name in names.split("; "):
                found[name].append((code, kind))
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]]:
    """By its first word: the words of every written form, longest first, with its lines."""
    forms: dict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    spare: dict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    for name, lines in entries().items():
        forms[_key(name)].update(dict.fromkeys(lines))
        for other in _spellings(name, lines):
            spare[_key(other)].update(dict.fromkeys(lines))
    for key, lines_ in spare.items():
        forms.setdefault(key, lines_)
    index = defaultdict(list)
    for key in sorted(forms, key=len, reverse=True):
        index[key[0]].append((key, tuple(forms[key])))
    return dict(index)


def _key(name: str) -> tuple[str, ...]:
    name = name.replace("’", "'")
    return tuple(name[start:end] for start, end in words(name))


def _spellings(name: str, lines: tuple[tuple[str, str], ...]) -> Iterator[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    yield plain
    if any(kind == "demonym" for _, kind in lines) and not name.endswith(("s", "sh", "ch", "ese")):
        yield from (name + "s", plain + "s")


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
        self.sentences = sentences(text)
        self._words = words(text)
        found = list(self._find())
        sure = [(start, end, lines[0][0]) for start, end, lines in found if len({code for code, _ in lines}) == 1]
        mentions = [self._decide(*item, sure) for item in found]
        self.mentions = [
            m for m, after in zip_longest(mentions, mentions[1:]) if after is None or not self._is_in(m, after)
        ]
        self._starts = [mention.start for mention in self.mentions]

    def within(self, start: int, end: int) -> list[Mention]:
        """The names that stand in a stretch of the text, in order."""
        return [m for m in self.mentions[bisect_left(self._starts, start) :] if m.end <= end and m.start < end]

    def sentence(self, place: int) -> tuple[int, int]:
        """The sentence around a place of the text."""
        return span_at(self.sentences, place) or (0, len(self.text))

    def sentence_before(self, start: int) -> tuple[int, int]:
        """The sentence before one that starts there; of the first one itself."""
        return self.sentences[max(0, bisect_left(self.sentences, start, key=lambda span: span[0]) - 1)]

    def _find(self) -> Iterator[tuple[int, int, tuple[tuple[str, str], ...]]]:
        tokens = [self.text[start:end].replace("’", "'") for start, end in self._words]
        index, place, last = _index(), 0, -1
        while place < len(tokens):
            for key, lines in index.get(tokens[place], ()):
                if tuple(tokens[place : place + len(key)]) == key:
                    end = place + len(key)
                    if self._counts(tokens, place, end, lines, last):
                        last = end
                        named = tuple(line for line in lines if line[1] not in ("given", "seat"))
                        yield self._words[place][0], self._words[end - 1][1], named
                    place = end
                    break
            else:
                place += 1

    def _counts(self, tokens: list[str], place: int, end: int, lines: tuple[tuple[str, str], ...], last: int) -> bool:
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
        if (
            before[:1].isupper()
            and place != last
            and self.text[self._words[place - 1][1]] == " "
            and before.lower() not in _TITLES | _DIRECTIONS | _OPENERS
            and not before.endswith("ed")
        ):
            return False
        return not (
            "given" in kinds
            and after[:1].isupper()
            and self.text[self._words[end - 1][1]] == " "
            and after not in _INSTITUTIONS
            and after not in _index()
        )

    def _is_in(self, place: Mention, state: Mention) -> bool:
        """Whether a city is the namesake of a known one, in another state: *Moscow, Idaho,*."""
        return (
            place.kind in ("place", "capital")
            and state.kind in ("name", "place")
            and place.code != state.code
            and _COMMA.fullmatch(self.text[place.end : state.start]) is not None
            and self.text[state.end : state.end + 1] in (",", ".", ";", ")", "")
        )

    def _decide(
        self,
        start: int,
        end: int,
        lines: tuple[tuple[str, str], ...],
        sure: list[tuple[int, int, str]],
    ) -> Mention:
        kind, name = lines[0][1], self.text[start:end]
        codes = {code for code, _ in lines}
        if len(codes) == 1:
            return Mention(start, end, name, kind, *codes)
        beside = {
            code
            for first, last, code in sure
            if self.text[end:first] in (", ", " (") or self.text[last:start] in (", ", " (")
        }
        if len(beside & codes) == 1:
            return Mention(start, end, name, kind, *(beside & codes))
        if "name" in {kind for _, kind in lines}:
            # A state is no evidence for the province of another that has the same name.
            codes -= {code for code, kind in lines if kind == "place"}
        first, last = self.sentence(start)
        for near in ({code for place, _, code in sure if first <= place < last}, {code for *_, code in sure}):
            if near & codes:
                return Mention(start, end, name, kind, *(near & codes if len(near & codes) == 1 else [None]))
        full = {code for code, kind in lines if kind != "short"}
        return Mention(start, end, name, kind, *(full if len(full) == 1 else [None]))


@lru_cache(maxsize=64)
def gazette(text: str) -> Gazette:
    """The names of a text; those of the last ones are kept, as a document has several events."""
    return Gazette(text)
