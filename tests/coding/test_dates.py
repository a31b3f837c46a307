"""Words of time as news uses them, against the day of their document."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.coding.dates import document_date, event_dates
from news_event_tagger.coding.timex import UndatedError, days_of
from news_event_tagger.documents.document import Role

FRIDAY = date(2025, 9, 19)
WORDS = "last next this early end of the 29 february 31 June 1999 999 years ago day week Monday 9999"


def said(words: str, today: date | None = FRIDAY, future: bool = False) -> str:
    """The stretch, as ``start/end``."""
    days = days_of(words, today, future)
    assert days is not None, words
    return f"{days.start or '..'}/{days.end or '..'}"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("1967", "1967-01-01/1967-12-31"),
        ("the 1970s", "1970-01-01/1979-12-31"),
        ("the late 1980s", "1985-01-01/1989-12-31"),
        ("the 2008 war in South Ossetia", "2008-01-01/2008-12-31"),
        ("October, 1999", "1999-10-01/1999-10-31"),
        ("July 13, 2004", "2004-07-13/2004-07-13"),
        ("16 October 2017", "2017-10-16/2017-10-16"),
        ("Monday, October 10, 2005", "2005-10-10/2005-10-10"),
        ("May 25-26, 1947", "1947-05-25/1947-05-26"),
        ("the end of March 2006", "2006-03-31/2006-03-31"),
        ("2025-08-15", "2025-08-15/2025-08-15"),
        ("early 2001", "2001-01-01/2001-03-31"),
        ("1965-77", "1965-01-01/1977-12-31"),
        ("between 1976 and 1983", "1976-01-01/1983-12-31"),
        ("summer 2014", "2014-06-01/2014-08-31"),
        ("the winter of 1944", "1943-12-01/1944-02-29"),
        ("the Second World War", "1939-09-01/1945-09-02"),
    ],
)
def test_a_date_with_its_year_needs_no_other(words: str, days: str) -> None:
    assert said(words, None) == said(words) == days


@pytest.mark.parametrize(
    ("words", "past", "ahead"),
    [
        ("Friday", "2025-09-19/2025-09-19", "2025-09-19/2025-09-19"),
        ("Tuesday night", "2025-09-16/2025-09-16", "2025-09-23/2025-09-23"),
        ("early Sunday", "2025-09-14/2025-09-14", "2025-09-21/2025-09-21"),
        ("15 August", "2025-08-15/2025-08-15", "2026-08-15/2026-08-15"),
        ("December", "2024-12-01/2024-12-31", "2025-12-01/2025-12-31"),
        ("this week", "2025-09-15/2025-09-19", "2025-09-19/2025-09-21"),
        ("the weekend", "2025-09-13/2025-09-14", "2025-09-20/2025-09-21"),
    ],
)
def test_the_tense_tells_the_last_from_the_next(words: str, past: str, ahead: str) -> None:
    assert (said(words), said(words, future=True)) == (past, ahead)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("last Friday", "2025-09-12/2025-09-12"),
        ("yesterday afternoon", "2025-09-18/2025-09-18"),
        ("the previous day", "2025-09-18/2025-09-18"),
        ("overnight", "2025-09-18/2025-09-19"),
        ("now", "2025-09-19/2025-09-19"),
        ("10 a.m. local time", "2025-09-19/2025-09-19"),
        ("1430 GMT", "2025-09-19/2025-09-19"),
        ("1945 CET", "2025-09-19/2025-09-19"),
        ("1000 hours", "2025-09-19/2025-09-19"),
        ("1930 GMT on Tuesday", "2025-09-16/2025-09-16"),
        ("2000 local time Friday", "2025-09-19/2025-09-19"),
        ("2030 on Tuesday", "2025-09-16/2025-09-16"),
        ("10 a.m. on Tuesday", "2025-09-16/2025-09-16"),
        ("last week", "2025-09-08/2025-09-14"),
        ("the last week", "2025-09-12/2025-09-19"),
        ("the past 24 hours", "2025-09-18/2025-09-19"),
        ("Last month", "2025-08-01/2025-08-31"),
        ("last year", "2024-01-01/2024-12-31"),
        ("last September", "2024-09-01/2024-09-30"),
        ("last February", "2025-02-01/2025-02-28"),
        ("next January 20", "2026-01-20/2026-01-20"),
        ("earlier this month", "2025-09-01/2025-09-19"),
        ("early August", "2025-08-01/2025-08-10"),
        ("late last year", "2024-10-01/2024-12-31"),
        ("five days ago", "2025-09-14/2025-09-14"),
        ("about two weeks ago", "2025-09-01/2025-09-07"),
        ("24 years ago", "2001-01-01/2001-12-31"),
        ("exactly 24 years ago today", "2001-09-19/2001-09-19"),
        ("tomorrow", "2025-09-20/2025-09-20"),
        ("nearly five years ago", "2020-01-01/2020-12-31"),
        ("two days earlier", "2025-09-17/2025-09-17"),
        ("last summer", "2025-06-01/2025-08-31"),
        ("this spring", "2025-03-01/2025-05-31"),
        ("next winter", "2025-12-01/2026-02-28"),
        ("last October and November", "2024-10-01/2024-11-30"),
        ("an overnight raid", "2025-09-18/2025-09-19"),
        ("October 5", "2025-10-05/2025-10-05"),  # eleven months ago it would have its year
    ],
)
def test_relative_words_count_from_the_day_of_the_document(words: str, days: str) -> None:
    assert said(words) == days
    with pytest.raises(UndatedError):
        days_of(words)


@pytest.mark.parametrize(
    "words", ["the eve of the summit", "three years later", "recently", "5", "February 30, 2001", ""]
)
def test_what_no_reader_can_reckon_stays_open(words: str) -> None:
    assert days_of(words, FRIDAY) is None


@given(
    words=st.one_of(
        st.text(),
        st.builds(
            " ".join,
            st.lists(
                st.sampled_from(WORDS.split()),
                max_size=5,
            ),
        ),
    ),
    today=st.dates(),
    future=st.booleans(),
)
def test_any_words_on_any_day_are_a_stretch_or_none(words: str, today: date, future: bool) -> None:
    days = days_of(words, today, future)
    assert days is None or (days.start and days.end and days.start <= days.end)


def event_in(text: str, trigger: str, times: list[str], type_: str = "arrest", status: str = "actual") -> Document:
    roles = tuple(Role("time", text.index(time), text.index(time) + len(time), time) for time in times)
    start = text.index(trigger)
    return Document(text, (Event(start, start + len(trigger), type_, trigger, status=status, roles=roles),))


@pytest.mark.parametrize(
    ("text", "trigger", "times", "how", "days"),
    [
        ("He has been held since May.", "held", ["May"], {}, "2025-05-01/.."),
        ("Protests went on since his March 25 arrest.", "arrest", ["March 25"], {}, "2025-03-25/2025-03-25"),
        ("Held since capturing him in March, he spoke.", "Held", ["March"], {}, "2025-03-01/.."),
        ("Troops must leave by February.", "leave", ["February"], {"type_": "expulsion"}, "../2026-02-28"),
        ("Mali gives the envoy 72 hours to leave.", "leave", ["72 hours"], {"type_": "expulsion"}, "../2025-09-22"),
        ("A six-day ultimatum to leave.", "leave", ["six-day"], {"type_": "expulsion"}, "../2025-09-25"),
        ("They arrested 200 people in 48 hours.", "arrested", ["48 hours"], {}, "../.."),
        ("He was held for 72 hours.", "held", ["72 hours"], {"type_": "expulsion"}, "../.."),
        ("One today, one yesterday were arrested.", "arrested", ["today", "yesterday"], {}, "2025-09-18/2025-09-19"),
        ("This week, on Tuesday, he was seized.", "seized", ["This week", "Tuesday"], {}, "2025-09-16/2025-09-16"),
        ("He will be deported on Monday.", "deported", ["Monday"], {"status": "prospective"}, "2025-09-22/2025-09-22"),
        ("It joined in 1999, but left three years later.", "left", ["three years later"], {}, "2002-01-01/2002-12-31"),
        ("On July 11, 1988 they spoke. He left the next day.", "left", ["the next day"], {}, "1988-07-12/1988-07-12"),
        ("In 1988 they spoke. He will leave next week.", "leave", ["next week"], {}, "2025-09-22/2025-09-28"),
        ("They spoke in 1988. Later that year he left.", "left", ["Later that year"], {}, "1988-01-01/1988-12-31"),
        ("In 1988 they spoke. He left the next day.", "left", ["the next day"], {}, "../.."),
        ("He left the next day.", "left", ["the next day"], {}, "../.."),
        ("Dozens were arrested in recent days.", "arrested", ["recent days"], {}, "../2025-09-19"),
        ("He escapes two years after being imprisoned.", "imprisoned", [], {}, "2023-01-01/2023-12-31"),
        ("He escapes years after being imprisoned.", "imprisoned", [], {}, "../.."),
    ],
)
def test_the_words_around_make_it_a_beginning_a_deadline_or_a_stretch(
    text: str, trigger: str, times: list[str], how: dict[str, str], days: str
) -> None:
    document = event_in(text, trigger, times, **how)
    found = event_dates(document.events[0], document, FRIDAY)
    assert f"{found.start or '..'}/{found.end or '..'}" == days
    assert all(" ".join(time.split()) in found.how for time in times)


def test_without_a_day_of_the_document_relative_words_stay_open() -> None:
    document = event_in("He was arrested on Tuesday.", "arrested", ["Tuesday"])
    assert event_dates(document.events[0], document, None) == (
        None,
        None,
        "Tuesday, open, for the document's day is not known",
    )


def test_without_a_day_of_the_document_a_month_is_of_the_year_named_before() -> None:
    document = event_in("They spoke in 1967. He was arrested on June 6.", "arrested", ["June 6"])
    found = event_dates(document.events[0], document, None)
    assert (found.start, found.end) == (date(1967, 6, 6), date(1967, 6, 6))
    assert "year named before" in found.how


def test_a_noun_that_takes_an_event_up_has_its_day_and_others_have_none() -> None:
    text = "Police arrested a man on Monday.\nThe arrest was filmed.\nArrests are rare."
    spans = [(7, 15, "arrested"), (37, 43, "arrest"), (56, 63, "Arrests")]
    time = (Role("time", 25, 31, "Monday"),)
    events = [Event(start, end, "arrest", word, roles=time if word == "arrested" else ()) for start, end, word in spans]
    document = Document(text, tuple(events))
    first, taken_up, other = (event_dates(event, document, FRIDAY) for event in document.events)
    assert first.start == taken_up.start == date(2025, 9, 15)
    assert "arrested at 7" in taken_up.how
    assert other == (None, None, "")


def test_who_is_known_was_arrested_on_the_day_told_before() -> None:
    text = "Two men were arrested on Monday.\nThe pair were held.\nTwo others were jailed."

    def event(trigger: str, role: str, words: str) -> Event:
        start, first = text.index(trigger), text.index(words)
        roles = (Role(role, first, first + len(words), words),)
        return Event(start, start + len(trigger), "arrest", trigger, roles=roles)

    events = (
        event("arrested", "time", "Monday"),
        event("held", "target", "The pair"),
        event("jailed", "target", "Two others"),
    )
    first, known, other = (event_dates(event, Document(text, events), FRIDAY) for event in events)
    assert first.start == known.start == date(2025, 9, 15)
    assert other == (None, None, "")


@pytest.mark.parametrize(
    ("text", "meta", "day"),
    [
        ("A coup.", {"date": "2025-09-18"}, "2025-09-18"),
        ("A coup.", {"date": "2025-09-18T23:00:00+02:00"}, "2025-09-18"),
        ("A coup.", {"date": "20250918"}, "2025-09-18"),
        ("A coup.", {"date": datetime(2025, 9, 18, 12)}, "2025-09-18"),
        ("A coup.", {"dateline": "OSLO, 3 March 1983"}, "1983-03-03"),
        ("N'DJAMENA, March 3, 1983 (Reuters) - A coup.", {}, "1983-03-03"),
        (" date 2025-09-19 Some logo\nFrance suspends aid", {}, "2025-09-19"),
        ("A title\n\nBy RFI\nFRI, 19 SEP 2025\nA coup.", {}, "2025-09-19"),
        ("A coup.", {"date": "2025/09/18"}, "2025-09-18"),
        ("A coup.", {"date": "2025-9-8"}, "2025-09-08"),
        ("A coup.", {"date": "20250918101500"}, "2025-09-18"),
        ("A coup.", {"date": 20250918101500}, "2025-09-18"),
        ("A coup.", {"date": "20250918T101500Z"}, "2025-09-18"),
        ("A coup.", {"date": "2025-9-188"}, "None"),
        ("A coup.", {"date": "20251318"}, "None"),
        ("A coup.", {"date": "soon"}, "None"),
        ("Putin speaks in Moscow, Russia, 23 June 2025 - PHOTO", {}, "None"),
        ("On 19 June 1965 the army struck.", {}, "None"),
        ("BAMAKO, March 3 - A coup.", {}, "None"),
    ],
)
def test_the_day_of_a_document_is_given_or_stands_at_its_head(text: str, meta: dict[str, object], day: str) -> None:
    assert str(document_date(Document(text, meta=meta))) == day
