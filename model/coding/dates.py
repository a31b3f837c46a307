"""The day of a document, and the days of its events: read off their words of time, never guessed."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from ..documents.document import Document, Event, Role
from ..documents.text import one_line
from .nouns import KNOWN, PERSON_PRONOUN
from .timex import Days, UndatedError, after, amount_of, days_of, later_than

_HEAD = 8
"""Lines of a text in which its date is looked for."""
_DATE = r"(?P<date>\d{4}-\d\d-\d\d|\d{1,2} [A-Z][A-Za-z]{2,8}\.?,? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})"
_STAMP = re.compile(
    r"\s*(?:(\d{4})([01]\d)([0-3]\d)(?:[T ]?(?:\d{4}|\d{6}).*)?\s*$|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d))"
)
"""A day with or without a time, as machines write it."""
_DATELINE = re.compile(rf"[A-Z][A-Z'’.,/ -]+(?:\([\w ]+\))?[, ] ?{_DATE}\s*(?:\(|[–—-]|$)")
_DATE_LINE = re.compile(
    rf"\s*(?:(?P<called>date|published|updated|posted)\W+(?:on\W+)?)?(?:[a-z]{{3,9}},? )?{_DATE}"
    r"(?(called).{0,24}|[\d:,.|apmgtuc\s+–-]*)",
    re.IGNORECASE,
)
_OWN = r"(?:(?:the|his|her|its|their)\W+)?$"
_SINCE = re.compile(rf"\b(?:since|from|later than|(?:starting|beginning) (?:in|on|from))\W+{_OWN}", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(?:by|until|till|before|no later than)\W+(?:at least\W+)?{_OWN}", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:with)?in\W+(?:the next\W+)?$|\b(?:has|have|had|having)\W+(?:\w+\W+)?$|"
    r"\b(?:give|gives|given|gave|giving)\b(?:\W+(?!for\b)\w+){0,8}\W+$",
    re.IGNORECASE,
)
_HELD = re.compile(r"\bsince (?:\w+ ){0,4}(?:in|on) $", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|this|that|his|her|their|its)\s+(?:\w+\s+)?$", re.IGNORECASE)
_NEAR = 300
"""Characters from an event to the noun that takes it up."""
_NAME = 30
"""Characters between a time and the trigger whose name it belongs to."""
_CLAUSE = re.compile(r"[,;:]|\b(?:has|have|had|was|were|is|are|been|be)\b", re.IGNORECASE)
_ANCHOR = re.compile(
    r"\b(?:[A-Z][a-z]{2,8} \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}|[A-Z][a-z]{2,5}day"
    r"|(?:in|of|since) (?P<year>1\d{3}|20\d\d))\b"
)
"""A day or a year from which *later* may count."""
_YEAR = re.compile(r"\b(?:1[6-9]\d\d|20\d\d)\b")
_OF_MONTH = re.compile(r"(?:[A-Z][a-z]{2,8}(?: \d{1,2})?|\d{1,2} [A-Z][a-z]{2,8})")
"""A month or its day, without a year."""
_ANCHORED = 250
"""Characters between it and the words that count from it."""
_RECENT = re.compile(r"(?:recent|(?:the )?(?:last|past) (?:few|several)) (?:days|weeks|months)")
_AFTER = re.compile(
    r"(?P<amount>(?:an?|\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r" (?:day|week|month|year)s?) after(?: (?!that\b)\w+){0,2}\W?$",
    re.IGNORECASE,
)
"""A length of time from the event to what the document tells of its own day."""
_ULTIMATUM = re.compile(r"(?:\W+\w+)?\W+(?:ultimatum|deadline|notice)", re.IGNORECASE)


_Stretch = tuple[date | None, date | None]
"""From a day to a day; ``None`` is an open end."""


class EventDates(NamedTuple):
    """When an event happened or is to happen.

    Args:
        start: the first day of the stretch that the text gives; ``None`` where it is open.
        end: the last one; ``None`` where it is open.
        how: the words of time and from which day they count, or why they give no day.
    """

    start: date | None = None
    end: date | None = None
    how: str = ""


def document_date(document: Document) -> date | None:
    """The day of a document: ``meta["date"]``, or else its dateline, in ``meta`` or at the head of the text.

    >>> str(document_date(Document("OSLO, 3 March 1983 (Reuters) - A coup.")))
    '1983-03-03'
    >>> str(document_date(Document("A coup.", meta={"date": "2025-09-18T10:00:00Z"})))
    '2025-09-18'
    """
    for name in ("date", "dateline"):
        if found := _given(document.meta.get(name)):
            return found
    for line in document.text.split("\n", _HEAD)[:_HEAD]:
        match = _DATELINE.match(line.lstrip()[:120]) or _DATE_LINE.fullmatch(line[:120])
        if match and (found := _date_in(match["date"])):
            return found
    return None


def unread_date(document: Document) -> str | None:
    """The date that the input gives a document, if it gives one that cannot be read.

    >>> unread_date(Document("A coup.", meta={"date": "18/09/25"}))
    '18/09/25'
    """
    given = document.meta.get("date")
    return None if given in (None, "") or _given(given) else str(given)


def _given(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _date_in(str(value)) if isinstance(value, (str, int)) else None


def _date_in(words: str) -> date | None:
    """The only date in a few words."""
    if match := _STAMP.match(words):
        words = "{}-{:0>2}-{:0>2}".format(*filter(None, match.groups()))
    found = re.search(_DATE, words)
    days = days_of(found[0]) if found else None
    return days.start if days else None


def event_dates(event: Event, document: Document, today: date | None) -> EventDates:
    """When an event happened or is to happen, by its participants of the role ``time``.

    Args:
        event: with its roles; without a time among them its days are open.
        document: the text it stands in.
        today: the day of the document, from which relative words count.

    >>> text = "Mali expelled two envoys on Tuesday."
    >>> event = Event(5, 13, "expulsion", "expelled", roles=(Role("time", 28, 35, "Tuesday"),))
    >>> event_dates(event, Document(text, (event,)), date(2025, 9, 18))
    EventDates(start=datetime.date(2025, 9, 16), end=datetime.date(2025, 9, 16), how='Tuesday, counted from 2025-09-18')
    """
    times = [role for role in event.roles or () if role.role == "time"]
    found: list[tuple[_Stretch, Role]] = []
    for role in times:
        with contextlib.suppress(UndatedError):
            if days := _days(role, event, document.text, today):
                found.append((days, role))
    if found:
        how = "; ".join(_how(role, today) for _, role in found)
        return EventDates(*_together([days for days, _ in found]), one_line(how))
    if times:
        return EventDates(how=one_line("; ".join(f"{role.text}, {_why_open(role, today)}" for role in times)))
    return _before_today(event, document, today) or _of_the_one_before(event, document, today)


def _before_today(event: Event, document: Document, today: date | None) -> EventDates | None:
    """The day that lies a length of time before the document's: *he escapes two years after being imprisoned*."""
    match = _AFTER.search(document.text[max(0, event.start - 60) : event.start]) if today else None
    if match is None or event.status == "prospective":
        return None
    words = f"{match['amount']} ago"
    days = days_of(words, today)
    return EventDates(*days, f"{match['amount']} before {today}") if days else None


def _of_the_one_before(event: Event, document: Document, today: date | None) -> EventDates:
    """The days of the event that a definite noun takes up: *the arrest*, *her detention*, a sentence or two before."""
    targets = [role.text for role in event.roles or () if role.role == "target"]
    known = any(KNOWN.match(words) and not PERSON_PRONOUN.match(words) for words in targets)
    if known or _DEFINITE.search(document.text[max(0, event.start - 30) : event.start]):
        begin, end = (bisect_left(document.events, event.start - away, key=lambda e: e.start) for away in (_NEAR, 0))
        for other in reversed(document.events[begin:end]):
            if (other.type, other.status) == (event.type, event.status) and _timed(other):
                start, last, how = event_dates(other, document, today)
                return EventDates(start, last, f"{one_line(other.trigger)} at {other.start}: {how}")
    return EventDates()


def _timed(event: Event) -> bool:
    return any(role.role == "time" for role in event.roles or ())


def _how(role: Role, today: date | None) -> str:
    if _counts_from_before(role):
        return f"{role.text}, counted from what is named before"
    try:
        relative = days_of(role.text) is None
    except UndatedError:
        relative = True
    if relative and today is None:
        return f"{role.text}, of the year named before"
    return f"{role.text}, counted from {today}" if relative else f"{role.text}, as written"


def _why_open(role: Role, today: date | None) -> str:
    if today is None:
        try:
            days_of(role.text)
        except UndatedError:
            return "open, for the document's day is not known"
    return "no day to be told"


def _days(role: Role, event: Event, text: str, today: date | None) -> _Stretch | None:
    """The stretch of one span of time, with what the word before makes of it."""
    before = text[max(0, role.start - 80) : role.start].rpartition("\n")[2]
    until, since = _UNTIL.search(before), _SINCE.search(before)
    if (other := _HELD.search(before)) and event.end <= role.start - len(other[0]):
        since = other  # "held since capturing him in December": since an event of that day
    if (amount := amount_of(role.text)) and (_GIVEN.search(before) or _ULTIMATUM.match(text, role.end)):
        # Of what has been done, "in 48 hours" says how long it took.
        if event.status != "prospective" and event.type != "expulsion":
            return None
        if today is None:
            raise UndatedError(role.text)
        try:
            return None, after(today, *amount)
        except OverflowError:
            return None
    future = event.status == "prospective" or until is not None
    if today and _RECENT.fullmatch(role.text.lower()):
        return None, today
    days = _from_before(role, text, today) or days_of(role.text, today, future)
    if days and until:
        return None, days.end
    return (days.start, None) if days and since and not _names(event, role, text) else days


def _from_before(role: Role, text: str, today: date | None) -> Days | None:
    """The stretch of words that count from a day or year named before: *the next day*; *July 14* without a year."""
    start = max(0, role.start - _ANCHORED)
    if _counts_from_before(role):
        found = [*_ANCHOR.finditer(text, start, role.start)]
        with contextlib.suppress(UndatedError):
            anchor = days_of(found[-1]["year"] or found[-1][0], today) if found else None
            return later_than(role.text, anchor) if anchor else None
    if today is None and _OF_MONTH.fullmatch(role.text):
        years = _YEAR.findall(text, start, role.start)
        return days_of(f"{role.text} {years[-1]}") if years else None
    return None


def _counts_from_before(role: Role) -> bool:
    return later_than(role.text, Days(date(2000, 1, 1), date(2000, 1, 1))) is not None


def _names(event: Event, role: Role, text: str) -> bool:
    """Whether the time is part of the event's name: *since his March 25 arrest* dates the arrest itself."""
    between = text[role.end : event.start]
    return role.end <= event.start and len(between) < _NAME and not _CLAUSE.search(between)


def _together(stretches: Sequence[_Stretch]) -> _Stretch:
    """What several stretches say of one event: what all of them hold, or else from the first to the last."""
    starts, ends = zip(*stretches, strict=True)
    start = max((day for day in starts if day), default=None)
    end = min((day for day in ends if day), default=None)
    if start is None or end is None or start <= end:
        return start, end
    return min(day for day in starts if day), max(day for day in ends if day)
