"""The head of a phrase by rule, for participants whose head nobody marked.

The rules are those of section 9 of the annotation guidelines, read off the words alone: no tagger, no parser.
"""

from __future__ import annotations

import re

from .document import Role
from .text import Span

_TOKEN = re.compile(r"\$?\d[\d.,]*\d(?![\w-])|[^\s,;:()\[\]\"“”«»—]+|[,;:()—]")
_END = re.compile(r"['’]s?$|[.!?]$")
_ABBREVIATION = re.compile(r"(?:\w\.)+$")
_NUMBER = re.compile(r"[$£€]?[\d.,]+[mk]?")
_MONTH = re.compile(
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|Mar|April|Apr|May|June|Jun|July|Jul|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
# Behind the noun of the phrase; capitals throughout are a name (the WHO).
_CUT = re.compile(
    r"of|in|on|at|from|to|for|with|without|by|near|under|against|over|after|before|between|into|during|about|since|"
    r"until|as|via|amid|among|around|behind|inside|outside|within|because|regarding|involving|including|across|aboard|"
    r"onboard|who|which|that|whose|where|when|while|[;:(–—]"
)
_BEFORE_NUMBERS = re.compile(r"up|more|less|fewer|at|close|over|about|around|nearly")
_BEHIND = re.compile(r"ago|earlier|later|prior|before|more|alone|general|jr\.?|d\.c\.|\)|north|south|east|west")
_QUANTITY = re.compile(
    r"dozens?|scores|hundreds?|thousands?|tens|millions?|billions?|worth|number|couple|handful|pair|some|most|many|much|"
    r"several|few|all|both|none|majority|total|whole|rest|one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|twenty|thirty|forty|fifty|any|each|another|others|kind|type|series|lot"
)
# The verb of a reason.
_GERUND = re.compile(r"(?!king|(?:some|any|every|no)?thing|building|meeting)[\w'’-]+ing")
_ADVERB = re.compile(r"\w+ly|not|never|been|be|also|then|again|twice")
_AUXILIARY = re.compile(r"had|has|have|was|were|is|are|did|does|do|will|would|could|can|may|might|must|should")
_PRONOUN = re.compile(r"he|she|they|it|we|you|i|who|that")
_DETERMINER = re.compile(r"an?|the|his|her|their|its|th(?:is|at|ese|ose)|two|three|several|many|some|no")
_PAST = re.compile(
    r"(?!(?:alleg|suspect|attempt|organi[sz]|plann?|perceiv|report|suppos|arm|fail|continu|repeat|unauthori[sz]|aggravat|"
    r"claim|increas|disput|propos|need|relat|unspecifi|leak|fabricat|forg|classifi|contest|unlicen[sc]|unregister)ed)"
    r"\w+[^e]ed"
)


def head_of(text: str, role: str = "") -> Span:
    """The head word of a phrase: where it begins and ends in it.

    The noun before *of*, another preposition or a comma; of a name its last word, of a date its month; quantities are
    looked through (*dozens of people*). Of a reason that is a clause, or begins with a verb, it is that verb.

    Args:
        text: a phrase, without what stands around it.
        role: what the phrase is to its event, where known.

    Returns:
        Start and end, ``0 <= start < end <= len(text)``.

    >>> def shown(text, role=""):
    ...     start, end = head_of(text, role)
    ...     return text[start:end]
    >>> shown("two members of the opposition"), shown("dozens of people"), shown("President Bazoum")
    ('members', 'people', 'Bazoum')
    >>> shown("15 August 2023"), shown("a week ago"), shown("plotting a coup", "reason")
    ('August', 'week', 'plotting')
    """
    spans = [_trimmed(text, *found.span()) for found in _TOKEN.finditer(text)]
    spans = [span for span in spans if span[0] < span[1]]
    return spans[_index([text[start:end] for start, end in spans], role)] if spans else (0, len(text))


def head_span(role: Role) -> Span:
    """Where the head word of a participant stands in the document: as marked, or by the rule of :func:`head_of`."""
    if role.head is not None:
        return role.head
    start, end = head_of(role.text, role.role)
    return role.start + start, role.start + end


def _trimmed(text: str, start: int, end: int) -> Span:
    """A token without quotes, and without the possessive or the stop behind it."""
    token = text[start:end].strip("'’‘")
    start = text.find(token, start)
    found = None if _ABBREVIATION.match(token) else _END.search(token)
    return start, start + (found.start() if found and found.start() else len(token))


def _index(tokens: list[str], role: str) -> int:
    lower = [token.lower() for token in tokens]
    months = [index for index, token in enumerate(tokens) if _MONTH.fullmatch(token)]
    if role in ("", "time") and months and (len(tokens) == 1 or any(map(_NUMBER.fullmatch, tokens))):
        return months[0]
    first = 0
    if role == "reason":
        if (verb := _verb(tokens, lower)) is not None:
            return verb
    elif "," in tokens[:-1]:
        # Lists are taken apart, so what stands before a comma is an apposition or a place.
        first = len(tokens) - 1 - tokens[-2::-1].index(",")
    while True:
        cut = _cut(tokens, lower, first, role == "reason")
        head = cut - 1
        while head > first and _BEHIND.fullmatch(lower[head]):
            head -= 1
        is_quantity = _QUANTITY.fullmatch(lower[head]) or _NUMBER.fullmatch(lower[head])
        if not (is_quantity and cut + 1 < len(tokens) and lower[cut] in ("of", "in")):
            return head
        first = cut + 1


def _cut(tokens: list[str], lower: list[str], first: int, is_reason: bool) -> int:
    """Where the noun phrase ends that begins at a token."""
    for index in range(first + 1, len(tokens)):
        ends = _CUT.fullmatch(lower[index]) and not (len(lower[index]) > 1 and tokens[index].isupper())
        if is_reason and not ends:
            # Of several reasons the first; and before a preposition a participle tells of the noun before it.
            followed = index + 1 < len(tokens) and _CUT.fullmatch(lower[index + 1])
            ends = lower[index] in ("and", "or", ",") or bool(followed and _PAST.fullmatch(lower[index]))
        if ends and not _BEFORE_NUMBERS.fullmatch(lower[index - 1]):
            return index
    return len(tokens)


def _verb(tokens: list[str], lower: list[str]) -> int | None:
    """The main verb of a reason that begins with one or is a clause."""
    start = _behind_adverbs(lower, 0)
    if lower[start] in ("being", "having") and start + 1 < len(lower):
        start = _behind_adverbs(lower, start + 1)
        return None if _DETERMINER.fullmatch(lower[start]) else start
    if _GERUND.fullmatch(lower[start]) or (start + 1 < len(lower) and _PAST.fullmatch(lower[start])):
        return start
    for index in range(start, len(lower) - 1):
        if index > start and _CUT.fullmatch(lower[index]):
            return None
        if _PRONOUN.fullmatch(lower[index]) or _AUXILIARY.fullmatch(lower[index]):
            verb = _behind_adverbs(lower, index + 1)
            behind = _AUXILIARY.fullmatch(lower[verb]) and verb + 1 < len(lower)
            return _behind_adverbs(lower, verb + 1) if behind else verb
        has_object = _DETERMINER.fullmatch(lower[index + 1]) or tokens[index + 1][0].isupper()
        if index > start and has_object and _PAST.fullmatch(tokens[index]):
            return index
    return None


def _behind_adverbs(lower: list[str], start: int) -> int:
    return next((at for at in range(start, len(lower)) if not _ADVERB.fullmatch(lower[at])), len(lower) - 1)
