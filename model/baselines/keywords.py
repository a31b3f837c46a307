"""What anybody would write in an afternoon: a list of keywords for each event type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from ..documents.document import Document, Event

# From general knowledge of English news and the annotation guidelines, not from labelled articles. Where the trigger is
# not all that must match, it is the group of that name.
_KEYWORDS = {
    "arrest": (
        r"house arrest|(?<!cardiac )arrest(?:s|ed|ing)?(?! warrants?)|detain(?:s|ed|ing)?|detentions?(?! cent)",
        r"(?:take[ns]?|taking|took|remanded) into custody|custody|behind bars|apprehend(?:s|ed|ing)?|nab(?:s|bed)?",
        r"imprison(?:s|ed|ing|ment)?|jail(?:ed|ing)|incarcerat(?:e[ds]?|ing|ion)|intern(?:ed|ing|ment)|captured",
        r"(?:round|pick|lock)(?:s|ed|ing)? up|haul(?:s|ed|ing)? in|held(?= without| in custody| for questioning)",
    ),
    "expulsion": (
        r"expel(?:s|led|ling)?|expulsions?|deport(?:s|ed|ing|ations?)?|banish(?:e[ds]|ing|ment)?|exiled",
        r"persona non grata|personae non gratae|unwelcome|eject(?:s|ed|ing)?|sen[dt]s? (?:home|packing)",
        r"(?:kick|boot)(?:s|ed|ing)? out|thr(?:ow[ns]?|owing|ew) out|dr(?:ive[ns]?|iving|ove) out",
        r"(?:order\w*|tells?|told|asked|hours|days)\b[^.!?\n]{0,60}? to (?P<trigger>leave|depart|quit|withdraw)",
    ),
    "coup": (
        r"coups?(?: d['’][ée]tats?)?(?! de (?:gr[âa]ce|th[ée][âa]tre|main))|putsch(?:es)?|military takeovers?",
        r"overthr(?:ow[ns]?|owing|ew)|toppl(?:e[ds]?|ing)|oust(?:s|ed|ing|er)?|depos(?:e[ds]?|ing)|mutin(?:y|ies)",
        r"(?:seiz(?:e[ds]?|ing)|t(?:ake[ns]?|aking|ook)|grab(?:s|bed|bing)?|usurp(?:s|ed|ing)?) (?:power|control)",
        r"unseat(?:s|ed|ing)?|seizures? of power|power grabs?",
    ),
    "cooperation-suspension": (
        r"suspend(?:s|ed|ing)?|suspensions?|sever(?:s|ed|ing)|ruptures?|abrogat(?:e[ds]?|ing|ion)",
        r"(?:cut(?:s|ting)?|br(?:eaks?|eaking|oken?)|call(?:s|ed|ing)?) off|t(?:ears?|earing|ore|orn) up",
        r"fr(?:eez|oz)(?:e[ns]?|ing)|halt(?:s|ed|ing)?|terminat(?:e[ds]?|ing|ion)|pull(?:s|ed|ing)? out(?= of)",
        r"withdr(?:aw[ns]?|awing|awal|ew)(?= from)|scal(?:e[ds]?|ing) back|cuts?(?= (?:\w+ )?(?:ties|relations))",
    ),
}
_PATTERNS = {type_: re.compile(rf"\b(?:{'|'.join(lines)})\b", re.I) for type_, lines in _KEYWORDS.items()}


class KeywordTagger:
    """Marks every occurrence of a keyword, of those types that the training articles have; it knows four.

    >>> train = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> [event.trigger for event in KeywordTagger().fit(train).predict([Document("Troops seized power.")])[0].events]
    ['seized power']
    """

    def __init__(self) -> None:
        self._types: set[str] = set()

    def fit(self, documents: Sequence[Document]) -> Self:
        """Look which types there are; nothing is learnt."""
        self._types = {event.type for document in documents for event in document.events}
        return self

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with what the lists find, without scores or statuses."""
        return [document.with_events(self._find(document.text)).without_overlaps() for document in documents]

    def _find(self, text: str) -> list[Event]:
        return [
            Event(start, end, type_, text[start:end])
            for type_, pattern in _PATTERNS.items()
            if type_ in self._types
            for found in pattern.finditer(text)
            for start, end in [found.span(found.lastgroup or 0)]
        ]
