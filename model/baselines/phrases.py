"""A baseline for participants: the nearest noun phrases, and the words that announce a reason, a place or a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from ..documents.text import Span, overlapping, sentences, span_at, words

# What stands between noun phrases, in lower case.
_PREPOSITION = re.compile(
    r"of|in|on|at|from|to|for|with|without|by|near|under|against|over|after|before|between|into|during|since|until|as|"
    r"amid|among|outside|inside|following|across|through|about|within|towards?"
)
_BETWEEN = re.compile(
    r"and|or|but|who|which|that|where|when|while|because|if|than|was|were|is|are|be|been|being|has|have|had|will|would|"
    r"could|can|may|might|must|should|did|do|does|not|also|then|later|reportedly|said|says?|announced|reported|told|"
    r"\w+ed|\w+ly"
)
_PRONOUN = re.compile(r"he|she|they|it|we|him|her|them|us|you|i")
_DETERMINER = re.compile(r"an?|the|his|her|their|its|this|that|these|those|last|next")
_PASSIVE = re.compile(r"was|were|is|are|be|been|being|gets?|got")
_NOUN = re.compile(
    r"arrests?|detentions?|custody|coups?(?:\W.*)?|mutin(?:y|ies)|putsch|takeovers?|withdrawals?|\w+(?:sion|tion|ment)s?",
    re.I,
)
_ALSO_VERB = re.compile(r"arrests?|raids?", re.I)
_NATIONALITY = re.compile(
    r"[A-Z]\w+(?:[aei]an|ese|[ktdnl]ish)|French|German|Greek|Czech|Swiss|Dutch|Welsh|Thai|Iraqi|Israeli|Pakistani|Saudi|"
    r"Yemeni|Somali|Kuwaiti|Qatari|Omani|Emirati|Afghan|Azeri|Uzbek|Kazakh|Turkmen|US|UK|UN|EU|NATO"
)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_TIME = re.compile(
    r"\b(?:(?:(?:last|next|this|late|early) )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: night| morning| evening)?|"
    rf"(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}\b)?(?:,? \d{{4}}\b)?|(?<=[Ii]n )[12]\d{{3}}\b|\d+ hours|"
    r"(?:last|this|next|earlier this) (?:week|month|year|night|weekend)|yesterday|today|tonight|overnight|"
    r"(?:an?|\d+|two|three|four|five|six|ten) (?:day|week|month|year)s? ago)"
)
_NAME = r"[A-Z][\w’'-]*(?: (?:of |de |al-)?[A-Z][\w’'-]*)*"
_WHERE = re.compile(
    rf"\b(?:[Ii]n|at|near) ((?:the )?(?:(?:north|south|east|west|capital|city)\w* (?:of )?)*{_NAME})(?:, ({_NAME}))?"
)
_REASON = re.compile(
    r"\b(?:(?:on|under|over|amid)(?: \w+)? (?:charges?|suspicion|accusations?|allegations?) of|accused of|suspected of|"
    r"charged with|in connection with|because of|due to|for|over) (?!(?:\w+ )?(?:hours|days|weeks|months|years)\b)"
    r"([^,.;:()\n]*[^,.;:()\s])"
)
_REACH = 60


class _Phrase(NamedTuple):
    """A noun phrase: its first and last word, and the word before it in lower case."""

    first: int
    last: int
    before: str


class NearestPhrases:
    """Gives each event the noun phrases beside its trigger, by voice and preposition; learns nothing.

    >>> document = Document.mark("The police arrested two men in Bamako on Tuesday.", [(11, 19, "arrest")])
    >>> (event,) = NearestPhrases().predict([document])[0].events
    >>> [(role.role, role.text) for role in event.roles]
    [('actor', 'The police'), ('target', 'two men'), ('place', 'Bamako'), ('time', 'Tuesday')]
    """

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The same documents with the same events, and participants of this baseline."""
        return [document.with_events(_with_roles(document)) for document in documents]


def _with_roles(document: Document) -> Iterator[Event]:
    known: dict[Span, list[Span]] = {}
    spans = sentences(document.text) if document.events else []
    for event in document.events:
        sentence = span_at(spans, event.start) or event.span
        if sentence not in known:
            start = sentence[0]
            known[sentence] = [(start + first, start + last) for first, last in words(document.text[slice(*sentence)])]
        yield replace(event, roles=tuple(_roles(document.text, event, known[sentence])))


def _roles(text: str, event: Event, sentence: Sequence[Span]) -> Iterator[Role]:
    """The participants of an event from the words around it, no more than ``_REACH`` on each side."""
    left, right = overlapping(sentence, *event.span).start, overlapping(sentence, *event.span).stop
    before, after = sentence[max(left - _REACH, 0) : left], sentence[right : right + _REACH]
    beside = list(dict.fromkeys(_beside(text, event, before, after)))
    yield from (Role(role, start, end, text[start:end]) for role, (start, end) in beside)
    taken = {span for _, span in beside}
    around = ((before or after)[0][0], (after or before)[-1][1]) if before or after else event.span
    told = [("time", span) for span in _nearest(_TIME, text, around, event)]
    told += [("place", span) for span in _nearest(_WHERE, text, around, event)]
    told += [("reason", found.span(1)) for found in _REASON.finditer(text, event.end, around[1])][:1]
    yield from (Role(role, start, end, text[start:end]) for role, (start, end) in told if (start, end) not in taken)


def _nearest(pattern: re.Pattern[str], text: str, around: Span, event: Event) -> list[Span]:
    """The groups of the match nearest to the trigger, or the whole match."""
    matches = list(pattern.finditer(text, *around))
    if not matches:
        return []
    nearest = min(matches, key=lambda match: max(match.start() - event.end, event.start - match.end()))
    groups = [nearest.span(number) for number in range(1, pattern.groups + 1) if nearest[number]]
    return groups or [nearest.span()]


def _beside(text: str, event: Event, before: Sequence[Span], after: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """Who and whom: the phrases before and behind the trigger by its voice."""
    breaks_off = event.type == "cooperation-suspension"
    thing = "object" if breaks_off else "target"
    left, right = ([text[start:end] for start, end in side] for side in (before, after))
    ahead, behind = _phrases(left)[::-1], _phrases(right)
    subject = next((phrase for phrase in ahead if _may_be_subject(phrase, left)), None)

    def tied(phrase: _Phrase | None, phrases: Sequence[_Phrase], bounds: Sequence[Span]) -> Iterator[Span]:
        """A phrase and those that *and* ties to it."""
        while phrase:
            yield bounds[phrase.first][0], bounds[phrase.last][1]
            next_ = phrase.last + 2
            phrase = next((other for other in phrases if other.first == next_ and other.before == "and"), None)

    def behind_any(*prepositions: str) -> Iterator[Span]:
        return tied(next((phrase for phrase in behind if phrase.before in prepositions), None), behind, after)

    follows = right[0].lower() if right else "."
    has_object = bool(behind) and behind[0].first == 0
    yield from (("actor", span) for span in behind_any("by"))
    if _is_noun(event.trigger, left, follows):
        yield from ((thing, span) for span in behind_any("of"))
        if event.type == "coup":
            yield from (("target", span) for span in behind_any("against"))
        if left and _NATIONALITY.fullmatch(left[-1]):
            yield ("place" if event.type == "coup" else "actor"), before[-1]
        elif ahead and left[-1] == "s" and left[-2] in ("'", "’"):
            yield "actor", (before[ahead[0].first][0], before[-3][1])
    elif any(_PASSIVE.fullmatch(word.lower()) for word in left[-3:]) or not (has_object or follows == "from"):
        yield from ((thing, span) for span in tied(subject, ahead, before))
    else:
        yield from (("actor", span) for span in tied(subject, ahead, before))
        yield from ((thing, span) for span in tied(behind[0] if behind else None, behind, after))
    if breaks_off:
        yield from (("target", span) for span in behind_any("with", "to", *(["from"] * has_object)))


def _is_noun(trigger: str, left: Sequence[str], follows: str) -> bool:
    """Whether a trigger names its event, and does not tell it: *the arrest of*, and not *police arrest two men*."""
    before = left[-1].lower() if left else ""
    if not _NOUN.fullmatch(trigger):
        return False
    if not _ALSO_VERB.fullmatch(trigger):
        return True
    return bool(_DETERMINER.fullmatch(before) or _PREPOSITION.fullmatch(follows) or not follows[0].isalnum())


def _may_be_subject(phrase: _Phrase, left: Sequence[str]) -> bool:
    """Not behind a preposition, nor between commas."""
    if phrase.first == phrase.last and _PRONOUN.fullmatch(left[phrase.first].lower()):
        return True
    is_apposition = phrase.before == "," and "".join(left[phrase.last + 1 : phrase.last + 2]) == ","
    return not is_apposition and not _PREPOSITION.fullmatch(phrase.before)


def _phrases(tokens: Sequence[str]) -> list[_Phrase]:
    """The noun phrases of some words, in order: what stands between small words, tied by *of* and *'s*."""
    lower = [*(token.lower() for token in tokens), "", ""]
    found: list[_Phrase] = []
    first = -1
    for index, word in enumerate(lower[:-1]):
        before = lower[index - 1] if index else ""
        if first >= 0 and _is_tied(before, word, lower[index + 1]):
            continue
        parts = not word[:1].isalnum() or _PREPOSITION.fullmatch(word) or _BETWEEN.fullmatch(word)
        begins = _PRONOUN.fullmatch(before) or (_DETERMINER.fullmatch(word) and before != "of")
        if first >= 0 and (parts or begins):
            found.append(_Phrase(first, index - 1, lower[first - 1] if first else ""))
            first = -1
        if first < 0 and not parts:
            first = index
    return found


def _is_tied(before: str, word: str, after: str) -> bool:
    """Whether a small word or sign inside a phrase does not end it: *members of*, *Chad's army*, *far-right*, *U.S.*"""
    if word == "of":
        return after[:1].isalnum()
    return (
        word in ("-", "&")
        or before == "-"
        or (word in ("'", "’") and after == "s")
        or (word == "." and len(before) == 1)
    )
