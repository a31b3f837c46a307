"""Which mentions tell one event, and which do not."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.coding.dates import EventDates
from news_event_tagger.coding.linking import EventMention, event_links
from news_event_tagger.coding.rows import one_a_day, rows_of, with_status
from news_event_tagger.documents.document import Role

Told = tuple[str, str, str, dict[str, str]]
"""A sentence, its trigger and type, its participants by role."""


def document(name: str, day: str, *told: Told, status: str = "actual") -> Document:
    """A document of several sentences with an event each."""
    text, events = "", []
    for sentence, trigger, type_, roles in told:
        at = len(text) + sentence.index(trigger)
        spans = {role: len(text) + sentence.index(words) for role, words in roles.items()}
        found = tuple(Role(role, start, start + len(roles[role]), roles[role]) for role, start in spans.items())
        events.append(Event(at, at + len(trigger), type_, trigger, status=status, roles=found))
        text += sentence + "\n"
    return Document(text, tuple(events), name, {"date": day} if day else {})


def groups(documents: Sequence[Document]) -> list[int]:
    """The number of its group for each event, numbered as they come."""
    links = [row["event_link"] for row in rows_of(documents)]
    order = list(dict.fromkeys(links))
    return [order.index(link) for link in links]


def expels(actor: str, target: str, trigger: str = "expelled", type_: str = "expulsion") -> Told:
    return f"{actor} {trigger} {target}.", trigger, type_, {"actor": actor, "target": target}


def stops(actor: str, trigger: str, thing: str, type_: str = "cooperation-suspension") -> Told:
    return f"{actor} {trigger} {thing}.", trigger, type_, {"actor": actor, "object": thing}


EXPELS = expels("Mali", "five French diplomats")


@pytest.mark.parametrize(
    ("other", "day", "same"),
    [
        (expels("Mali", "five French envoys", "dismissed"), "2025-09-20", True),
        (expels("Mali", "two French envoys"), "2025-09-20", False),
        (expels("Chad", "five French diplomats"), "2025-09-20", False),
        (expels("Mali", "five German diplomats"), "2025-09-20", False),
        (expels("Mali", "five French diplomats", "arrested", "arrest"), "2025-09-20", False),
        (EXPELS, "2025-10-20", False),
        (EXPELS, "", True),
    ],
)
def test_two_papers_tell_one_event_if_type_countries_heads_numbers_and_days_agree(
    other: Told, day: str, same: bool
) -> None:
    found = groups([document("a", "2025-09-19", EXPELS), document("b", day, other)])
    assert found == ([0, 0] if same else [0, 1])


def test_days_further_apart_than_three_are_two_events() -> None:
    def arrest(name: str, day: str) -> Document:
        sentence = f"Police arrested Ali Bongo on {day}."
        return document(name, "2025-09-19", (sentence, "arrested", "arrest", {"target": "Ali Bongo", "time": day}))

    assert groups([arrest("a", "10 September"), arrest("b", "13 September"), arrest("c", "19 September")]) == [0, 0, 1]


def test_people_of_whom_nothing_is_known_are_not_one_because_they_are_called_alike() -> None:
    def arrest(name: str) -> Document:
        return document(name, "2025-09-19", ("A man was arrested.", "arrested", "arrest", {"target": "A man"}))

    assert groups([arrest("a"), arrest("b")]) == [0, 1]


def test_within_a_document_a_bare_noun_goes_with_what_the_text_is_about() -> None:
    suspended = [stops("France", trigger, "aid to Mali") for trigger in ("suspended", "froze")]
    bare = ("The suspension hurts.", "suspension", "cooperation-suspension", dict[str, str]())
    told = document("a", "", *suspended, stops("Chad", "left", "the bloc"), bare)
    assert groups([told]) == [0, 0, 1, 0]


def test_what_is_denied_is_not_what_happened() -> None:
    done, denied = (document(status, "2025-09-19", EXPELS, status=status) for status in ("actual", "negated"))
    assert groups([done, denied]) == [0, 1]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 2),
            st.sampled_from(["Mali", "Chad", "France"]),
            st.sampled_from(["", "2025-09-19", "2025-09-29"]),
        ),
        max_size=8,
    )
)
def test_a_link_is_the_id_of_a_row_that_has_it_itself_and_stands_no_later(parts: list[tuple[int, str, str]]) -> None:
    told = [
        document(f"{number}", day, *[expels(state, f"{state} envoys")] * often)
        for number, (often, state, day) in enumerate(parts)
    ]
    rows = rows_of(told)
    ids = [row["event_id"] for row in rows]
    assert len(set(ids)) == len(ids)
    for place, row in enumerate(rows):
        first = ids.index(row["event_link"])
        assert first <= place
        assert rows[first]["event_link"] == row["event_link"]
        assert rows[first]["type"] == row["type"]


SETS = st.frozensets(st.sampled_from("ab"))


@given(st.lists(st.tuples(st.integers(0, 1), SETS, SETS), min_size=3, max_size=8))
@example([(0, frozenset(whom), frozenset()) for whom in ("a", "b", "a", "ab")])
def test_the_first_row_of_a_group_names_it(parts: list[tuple[int, frozenset[str], frozenset[str]]]) -> None:
    nothing = frozenset[str]()
    mentions = [
        EventMention(
            number, None, "expulsion", None, nothing, frozenset({"FRA"}), whom, what, nothing, nothing,
            frozenset(), EventDates(),
        )
        for number, whom, what in sorted(parts, key=lambda part: part[0])
    ]  # fmt: skip
    first = event_links(mentions)
    assert all(group <= place and first[group] == group for place, group in enumerate(first))


def test_two_documents_of_one_id_have_rows_links_and_days_of_their_own() -> None:
    told = [document("1", "2025-09-19", EXPELS), document("1", "2025-09-19", stops("Chad", "left", "the bloc"))]
    again = document("1", "2025-09-20", EXPELS)
    rows = rows_of([*told, again, document("1~2", "", expels("Peru", "two envoys"))])
    assert len({row["event_id"] for row in rows}) == 4
    assert rows[0]["event_id"] == "1:5-13:expulsion"
    assert rows[2]["event_link"] == rows[0]["event_id"] != rows[1]["event_link"]
    assert [row["id"] for row in rows] == ["1", "1", "1", "1~2"]
    same_place = [document("1", "2025-09-19", EXPELS), document("1", "2025-09-19", expels("Peru", "two envoys"))]
    assert len(one_a_day(rows_of(same_place))) == 2


def test_of_some_statuses_the_first_row_that_is_left_names_the_group() -> None:
    alleged = document("a", "2025-09-19", EXPELS, status="alleged")
    rows = rows_of([alleged, *(document(name, "2025-09-19", EXPELS) for name in "bc")])
    assert {row["event_link"] for row in rows} == {rows[0]["event_id"]}
    kept = with_status(rows, ["actual"])
    assert [row["id"] for row in kept] == ["b", "c"]
    assert {row["event_link"] for row in kept} == {rows[1]["event_id"]}


def test_one_a_day_keeps_a_row_of_each_link_and_day() -> None:
    named = document("a", "2025-09-19", EXPELS)
    sentence, trigger, type_, roles = EXPELS
    bare = document("b", "2025-09-19", (sentence, trigger, type_, {"target": roles["target"]}))
    other = document("c", "2025-09-19", stops("Chad", "left", "the bloc"))
    rows = rows_of([bare, named, other])
    assert [row["id"] for row in one_a_day(rows)] == ["a", "c"]
    assert [row["id"] for row in rows] == ["b", "a", "c"]


def test_the_work_grows_with_the_mentions_and_not_with_their_square() -> None:
    def seconds(count: int) -> float:
        told = [document(str(number), "2025-09-19", EXPELS) for number in range(count)]
        begin = time.perf_counter()
        rows_of(told)
        return time.perf_counter() - begin

    seconds(50)
    assert seconds(1600) < 25 * max(seconds(200), 0.01)
