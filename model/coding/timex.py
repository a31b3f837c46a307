"""Stretches of days, and a small grammar of the words for them: the forms that occur in news, and no others."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import NamedTuple


class Days(NamedTuple):
    """A stretch of days, both ends within it."""

    start: date
    end: date


class UndatedError(Exception):
    """Words of time that count from a day which is not known."""


class _Now(NamedTuple):
    """The day from which words count, and whether they look ahead of it."""

    today: date
    future: bool


_WARS = (Days(date(1914, 7, 28), date(1918, 11, 11)), Days(date(1939, 9, 1), date(1945, 9, 2)))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{'|'.join(_ORDINALS)})"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH_DAY = rf"(?P<date>{_MONTH} {_DAY}|{_DAY} (?:of )?{_MONTH})"
_COUNT = rf"(?:\d{{1,3}}|an?|{'|'.join(_NUMBERS[1:])})"
_AMOUNT = rf"(?P<count>{_COUNT})[ -](?P<unit>hour|day|week|month|year)s?"
_HOURS = r"(?:morning|afternoon|evening|night|midnight|noon|dawn)"
_ZONE = r"(?:gmt|utc|[cew]es?t|[ew]at|bst|ist|msk|sast|[jk]st|hkt|[ecmp][sd]t|local time)"
_FOUR = r"(?:[01]\d|2[0-4])[0-5]\d"
"""A time of day that looks like a year."""
_CLOCK = rf"(?:\d{{1,2}}(?::\d\d(?: ?[ap]m)?| ?[ap]m)(?: {_ZONE})?|{_FOUR} ?(?:hours|hrs|h|{_ZONE})(?: {_ZONE})?)"
_PART = rf"(?:(?:early|late|mid) )?(?:{_HOURS} )?"
_TAIL = rf"(?: (?:early|late|at ))?(?: {_HOURS})?"
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"


_ABOUT = "exactly|about|around|approximately|just|nearly|almost|over|more than|less than|at least|some|roughly"
_PLAIN = str.maketrans({".": None, "–": "-", "’": "'"})


def days_of(words: str, today: date | None = None, future: bool = False) -> Days | None:
    """The stretch that words of time give.

    Args:
        words: of time, without a preposition.
        today: the day from which relative words count, that of the document.
        future: whether they look ahead: *Tuesday* is then the next one, otherwise the last one; *today* may be either.

    Returns:
        The stretch; ``None`` where the grammar has no such form.

    Raises:
        UndatedError: the words count from a day, and none is known.

    >>> str(days_of("last month", date(2025, 9, 19)).end), str(days_of("1967").start)
    ('2025-08-31', '1967-01-01')
    >>> days_of("the eve of the summit", date(2025, 9, 19)) is None
    True
    """
    said = re.sub(r"[,\s]+", " ", words.lower().translate(_PLAIN)).strip()
    said = _TIME_OF_DAY.sub("", said)
    said = re.sub(rf"^(?:(?:the(?! last| past)|{_ABOUT}) )+", "", said)
    try:
        for pattern, absolute in _ABSOLUTE:
            if match := pattern.fullmatch(said):
                return absolute(match)
        for pattern, relative in _RELATIVE:
            if match := pattern.fullmatch(said):
                if today is None:
                    raise UndatedError(words)
                return relative(match, _Now(today, future))
        if match := _PARTS.fullmatch(said):
            return _part(match, days_of(match["whole"], today, future))
    except (OverflowError, ValueError):  # no day of the calendar
        pass
    return None


def after(day: date, count: int, unit: str) -> date:
    """The day so many hours, days, weeks, months or years after another; before it where the count is negative.

    Raises:
        OverflowError: it is before the first or behind the last year of a calendar.

    >>> str(after(date(2024, 1, 31), 1, "month")), str(after(date(2024, 1, 31), -72, "hour"))
    ('2024-02-29', '2024-01-28')
    """
    if unit in ("hour", "day", "week"):
        days = {"hour": -(-abs(count) // 24), "day": abs(count), "week": 7 * abs(count)}[unit]
        return day + timedelta(days if count > 0 else -days)
    year, month = divmod(12 * day.year + day.month - 1 + count * (12 if unit == "year" else 1), 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later_than(words: str, anchor: Days) -> Days | None:
    """The stretch that words count from another: *three years later*, *the same day*; ``None`` where they do not.

    Days, weeks and months count from a day, years from a year too.

    >>> str(later_than("the following day", Days(date(1988, 7, 11), date(1988, 7, 11))).start)
    '1988-07-12'
    """
    match = _LATER.fullmatch(words.lower().strip())
    if match is None:
        return None
    count, unit = (_count(match["count"]), match["unit"]) if match["count"] else (1, match["next"] or match["same"])
    if unit == "hour" or (anchor.start != anchor.end and unit != "year"):
        return None
    try:
        day = anchor.start if match["same"] else after(anchor.start, count, unit)
    except OverflowError:
        return None
    return _one(day) if unit == "day" else _around(day, unit)


def amount_of(words: str) -> tuple[int, str] | None:
    """Number and unit of words that give a length of time.

    >>> amount_of("72 hours"), amount_of("six-day"), amount_of("hours")
    ((72, 'hour'), (6, 'day'), None)
    """
    match = re.fullmatch(_AMOUNT, words.lower().strip())
    return (_count(match["count"]), match["unit"]) if match else None


def _one(day: date) -> Days:
    return Days(day, day)


def _month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _around(day: date, unit: str) -> Days:
    """The week (Monday to Sunday), weekend, month or year that holds a day."""
    if unit == "year":
        return Days(date(day.year, 1, 1), date(day.year, 12, 31))
    if unit == "month":
        return _month(day.year, day.month)
    monday = day - timedelta(day.weekday())
    return Days(monday + timedelta(5 if unit == "weekend" else 0), monday + timedelta(6))


def _count(word: str) -> int:
    return int(word) if word.isdigit() else 1 if word in ("a", "an") else _NUMBERS.index(word)


def _month_number(words: str) -> int:
    return next(_MONTHS.index(word[:3]) + 1 for word in words.split() if re.fullmatch(_MONTH, word))


def _month_and_day(words: str) -> tuple[int, int]:
    day = next(word for word in words.split() if re.fullmatch(_DAY, word))
    number = _ORDINALS.index(day) + 1 if day in _ORDINALS else int(re.sub(r"\D", "", day))
    return _month_number(words), number


def _dated(match: re.Match[str]) -> Days:
    return _one(date(int(match["year"]), *_month_and_day(match["date"])))


def _days_of_month(match: re.Match[str]) -> Days:
    year, month = int(match["year"]), _month_number(match["month"])
    return Days(date(year, month, int(match["first"])), date(year, month, int(match["last"])))


def _years(match: re.Match[str]) -> Days:
    """*1965-77*, *between 1976 and 1983*."""
    first, last = int(match["year"]), match["last"]
    end = int(last if len(last) == 4 else match["year"][:2] + last)
    if end < first:
        raise ValueError
    return Days(date(first, 1, 1), date(end, 12, 31))


def _season(year: int, name: str) -> Days:
    """The three months of a season; winter begins in December of the year before."""
    month = _SEASONS[name]
    return Days(date(year - (month == 12), month, 1), _month(year, (month + 1) % 12 + 1).end)


def _said_season(match: re.Match[str], now: _Now) -> Days:
    """*Last summer*, *this spring*: the last that has begun, or the one before where it is this year's."""
    found = _season(now.today.year + (match["season"] == "winter" and now.today.month == 12), match["season"])
    if match["which"] == "this" or (match["which"] == "last" and found.end < now.today):
        return found
    return _season(
        now.today.year + (1 if match["which"] == "next" and found.start <= now.today else -1), match["season"]
    )


def _weekend(match: re.Match[str], now: _Now) -> Days:
    """The one that goes on or was last; ahead, the one to come."""
    saturday = now.today + timedelta(5 - now.today.weekday())
    if not now.future and now.today.weekday() < 5:
        saturday -= timedelta(7)
    return Days(saturday, saturday + timedelta(1))


def _nearest(now: _Now, month: int, day: int) -> date:
    """The last such day, or the next if that is meant; one that would be long past without its year is meant ahead."""
    years = range(max(now.today.year - 8, MINYEAR), min(now.today.year + 8, MAXYEAR) + 1)
    near = [date(year, month, day) for year in years if 1 <= day <= monthrange(year, month)[1]]
    last = max((found for found in near if found <= now.today), default=date.min)
    coming = min((found for found in near if found >= now.today), default=date.max)
    if not near:
        raise ValueError
    ahead = now.future or (now.today - last > timedelta(270) and coming - now.today < timedelta(95))
    return coming if ahead else last


def _named_month(words: str, now: _Now) -> Days:
    month = _month_number(words)
    if month == now.today.month:
        return _month(now.today.year, month)
    passed = month < now.today.month
    return _month(now.today.year + (passed if now.future else passed - 1), month)


def _said_month(match: re.Match[str], now: _Now) -> Days:
    """*Last March*, *next May*, *this June*."""
    found = _named_month(match["month"], now._replace(future=match["which"] == "next"))
    if match["which"] == "this" or found.start.month != now.today.month:
        return found
    return _month(found.start.year + (1 if match["which"] == "next" else -1), found.start.month)


def _weekday(match: re.Match[str], now: _Now) -> Days:
    which, wanted = match["which"], _WEEKDAYS.index(match["weekday"][:3])
    ahead = which in ("next", "coming", "this coming") or (which != "last" and now.future)
    away = (wanted - now.today.weekday()) % 7 if ahead else -((now.today.weekday() - wanted) % 7)
    return _one(now.today + timedelta(away or {"last": -7, "next": 7}.get(which or "", 0)))


def _period(match: re.Match[str], now: _Now) -> Days:
    """*Last week*, *this month*, *next year*: of the calendar; up to today, or from today, what goes on."""
    unit, which = match["unit"], match["which"]
    if which != "this":
        step = {"weekend": "week"}.get(unit, unit)
        return _around(after(now.today, 1 if which == "next" else -1, step), unit)
    start, end = _around(now.today, unit)
    if unit == "weekend":
        return Days(start, end)
    return Days(now.today, end) if now.future else Days(start, now.today)


def _within_period(match: re.Match[str], now: _Now) -> Days:
    start, end = _around(now.today, match["unit"])
    return Days(start, now.today) if match["side"] == "earlier" else Days(now.today, end)


def _ago(match: re.Match[str], now: _Now) -> Days:
    unit = match["unit"]
    day = after(now.today, -_count(match["count"]), unit)
    return _one(day) if unit in ("hour", "day") else _around(day, unit)


def _past(match: re.Match[str], now: _Now) -> Days:
    return Days(after(now.today, -_count(match["count"] or "one"), match["unit"]), now.today)


def _part(match: re.Match[str], whole: Days | None) -> Days | None:
    """The third of a month, the quarter of a year or the half of a decade that words name; one day for an end."""
    if whole is None:
        return None
    start, end = whole
    length = (end - start).days
    if length < 27:
        return None
    if match["part"] in ("beginning of", "start of", "end of"):
        return _one(end if match["part"] == "end of" else start)
    third = ("early", "mid", "late").index(match["part"].removesuffix("dle of"))
    if length < 31:
        return Days(start.replace(day=10 * third + 1), end if third == 2 else start.replace(day=10 * third + 10))
    if length < 366:
        first, last = ((1, 3), (5, 8), (10, 12))[third]
        return Days(date(start.year, first, 1), _month(start.year, last).end)
    if third == 1:
        return None
    return Days(date(start.year + 5, 1, 1), end) if third else Days(start, date(start.year + 4, 12, 31))


_Absolute = Callable[[re.Match[str]], Days]
_Relative = Callable[[re.Match[str], _Now], Days]

_ABSOLUTE: list[tuple[re.Pattern[str], _Absolute]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"(?:{_PART}{_WEEKDAY} )?{_MONTH_DAY} {_YEAR}", _dated),
        (r"\d{4}-\d\d-\d\d", lambda m: _one(date.fromisoformat(m[0]))),
        (rf"(?P<month>{_MONTH}) (?P<first>\d{{1,2}})-(?P<last>\d{{1,2}}) {_YEAR}", _days_of_month),
        (rf"(?P<month>{_MONTH}) (?:of )?{_YEAR}", lambda m: _month(int(m["year"]), _month_number(m["month"]))),
        (
            rf"(?:year )?{_YEAR}(?: (?!fiscal|(?:hours|hrs|{_ZONE})\b)\D{{,60}})?",
            lambda m: _around(date(int(m["year"]), 1, 1), "year"),
        ),
        (rf"(?:.{{0,60}} )?{_YEAR} ?(?:-|to|and|until|through) ?(?P<last>\d\d|1\d{{3}}|20\d\d)", _years),
        (rf"{_SEASON} (?:of )?{_YEAR}", lambda m: _season(int(m["year"]), m["season"])),
        (r"(?:world war i|first world war)", lambda m: _WARS[0]),
        (r"(?:world war ii|second world war)", lambda m: _WARS[1]),
        (
            r"(?:.{0,40} of the )?(?P<decade>1\d\d0|20\d0)s",
            lambda m: Days(date(int(m["decade"]), 1, 1), date(int(m["decade"]) + 9, 12, 31)),
        ),
    )
]

_RELATIVE: list[tuple[re.Pattern[str], _Relative]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"(?:{_PART}{_WEEKDAY} )?{_MONTH_DAY}", lambda m, now: _one(_nearest(now, *_month_and_day(m["date"])))),
        (
            rf"(?P<which>last|next) {_MONTH_DAY}",
            lambda m, now: _one(_nearest(now._replace(future=m["which"] == "next"), *_month_and_day(m["date"]))),
        ),
        (
            rf"(?P<month>{_MONTH}) (?P<first>\d{{1,2}})-(?P<last>\d{{1,2}})",
            lambda m, now: Days(*(_nearest(now, _month_number(m["month"]), int(m[end])) for end in ("first", "last"))),
        ),
        (rf"(?P<month>{_MONTH})", lambda m, now: _named_month(m["month"], now)),
        (rf"(?P<which>last|next|this) (?P<month>{_MONTH})", _said_month),
        (
            rf"{_PART}(?:(?P<which>last|next|this|past|coming|this past|this coming) )?(?P<weekday>{_WEEKDAY}){_TAIL}",
            _weekday,
        ),
        (
            rf"{_PART}(?:today|tonight|now|this {_HOURS}|(?:early )?(?:morning|afternoon|evening)|{_CLOCK})",
            lambda m, now: _one(now.today),
        ),
        (
            rf"{_PART}(?:yesterday|last night|previous (?:day|night|evening)|day before|night before){_TAIL}",
            lambda m, now: _one(now.today - timedelta(1)),
        ),
        (rf"tomorrow{_TAIL}", lambda m, now: _one(now.today + timedelta(1))),
        (r"(?:an )?overnight(?: \w+)?", lambda m, now: Days(now.today - timedelta(1), now.today)),
        (r"(?P<which>last|previous|this|next) (?P<unit>week|weekend|month|year)", _period),
        (r"(?P<side>earlier|later) (?:this|in the) (?P<unit>week|month|year)", _within_period),
        (rf"{_AMOUNT} (?:ago|earlier|prior|previously|before)", _ago),
        (r"(?:several |a few |few )?hours (?:ago|earlier|before)", lambda m, now: _one(now.today)),
        (r"weekend", _weekend),
        (rf"(?P<which>last|this|next) {_SEASON}", _said_season),
        (
            rf"(?:(?P<which>last|next|this) )?(?P<month>{_MONTH}) and (?P<other>{_MONTH})",
            lambda m, now: Days(_named_month(m["month"], now).start, _named_month(m["other"], now).end),
        ),
        (rf"{_AMOUNT} ago (?:this day|today)", lambda m, now: _one(after(now.today, -_count(m["count"]), m["unit"]))),
        (
            rf"(?:the )?(?:last|past) (?:(?P<count>{_COUNT}) )?(?P<unit>hour|day|week|month|year)s?",
            _past,
        ),
        (
            r"(?P<part>end|beginning|start) of (?:the )?(?P<unit>week|month|year)",
            lambda m, now: _one(_around(now.today, m["unit"])[m["part"] == "end"]),
        ),
    )
]

_LATER = re.compile(
    rf"(?:(?:{_ABOUT}) )?{_AMOUNT} (?:later|after|afterwards?)"
    r"|(?:(?:the )?following|the next|next(?= day)) (?P<next>day|week|month|year)"
    r"|(?:(?:earlier|later) )?(?:that|the same) (?P<same>day|month|year)"
)
_TIME_OF_DAY = re.compile(
    rf"^(?:{_CLOCK} (?:on )?(?!{_ZONE}\b)(?=.)|{_FOUR} (?:on )?(?={_WEEKDAY}\b|(?:today|yesterday|tomorrow)\b))"
)
"""A time before its day."""
_PARTS = re.compile(r"(?P<part>early|late|mid|(?:beginning|start|middle|end) of)[ -](?:the )?(?P<whole>.+)")
