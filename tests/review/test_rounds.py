"""Which documents come next, and how offsets reach the page and come back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.documents.text import words
from news_event_tagger.review.decisions import Decision, Edit, State
from news_event_tagger.review.rounds import ROUND, Candidate, choose, pool_of, with_keywords
from news_event_tagger.review.wire import read_edit, suggestions_to_page, words_to_page, work_to_page
from news_event_tagger.review.workspace import Suggestion


def candidates(seed: int, size: int = 200) -> list[Candidate]:
    draw = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(300)]
    return [
        Candidate(number, " ".join(draw.sample(vocabulary, 12)), draw.random() < 0.2, draw.random())
        for number in range(size)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_half_of_a_round_is_likely_and_a_quarter_doubtful(seed: int) -> None:
    found = candidates(seed)
    chosen = choose(found, [], "ann", 1)
    assert len(set(chosen)) == ROUND
    assert sum(found[number].likely for number in chosen) >= ROUND // 2
    doubts = sorted((found[number].doubt for number in chosen), reverse=True)
    assert doubts[ROUND // 4 - 1] > 0.8
    # Not all of the others are doubtful: some are drawn from all that are left.
    assert doubts[-3] < 0.6


def test_likely_documents_do_not_come_first() -> None:
    places = [0] * ROUND
    for round_ in range(200):
        found = candidates(round_, 60)
        for place, number in enumerate(choose(found, [], "ann", round_)):
            places[place] += found[number].likely
    assert max(places) < 1.5 * min(places)


def test_a_text_like_one_that_was_seen_waits() -> None:
    seen = "the junta in Bamako suspended the treaty with Paris"
    other = "prices of cocoa rose again at the exchange"
    found = [Candidate(0, seen, False, 1.0), Candidate(1, other, False, 0.9)]
    found += [Candidate(number, "quiet " * 5, False, 0.0) for number in range(2, 8)]
    quarter = [choose(found, [seen], "ann", round_, size=4) for round_ in range(50)]
    assert all(1 in chosen for chosen in quarter)
    assert sum(0 in chosen for chosen in quarter) < 40


def test_small_sets_come_whole_and_large_ones_are_sampled() -> None:
    assert sorted(choose(candidates(1, 7), [], "ann", 1)) == list(range(7))
    assert choose([], [], "ann", 1) == []
    assert len(pool_of(range(100_000), "ann", 1)) == 200
    assert pool_of([3, 1], "ann", 1) == [3, 1]


def test_keywords_tell_where_an_event_is_likely_before_a_model_does() -> None:
    texts = ["Troops staged a coup.", "The weather was fine.", "Strikes."]
    found = with_keywords(list(enumerate(map(Document, texts))), ("coup", "strike"))
    assert [one.likely for one in found] == [True, False, False]


LETTERS = st.text(st.sampled_from("aé 漢🎉𐐷\u0301\u202e\r\n\0\ud800مر\ufeff"), max_size=30)


@given(LETTERS, st.data())
def test_offsets_come_back_from_the_page_as_they_went(text: str, data: st.DataObject) -> None:
    spans = data.draw(
        st.sets(st.tuples(*[st.integers(0, len(text))] * 2).filter(lambda one: one[0] < one[1]), max_size=4)
    )
    role = [Role("actor", start, end, text[start:end], head=(start, end)) for start, end in sorted(spans)[:1]]
    marks = [Decision(Event(s, e, "coup", text[s:e], roles=tuple(role)), False) for s, e in spans]
    document = Document(text)
    state = State().after(Edit(add=tuple(marks)))
    page = work_to_page(document, state, [])
    units = text.encode("utf-16-le", "surrogatepass")
    for row in page["decisions"]:
        cut = units[2 * row["start"] : 2 * row["end"]].decode("utf-16-le", "surrogatepass")
        # Halves of a pair that stand side by side by chance are one character on the page.
        assert any(
            cut == m.event.trigger.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
            for m in marks
        )
    edit = read_edit({"add": page["decisions"], "revision": 0}, document)
    assert {one.key: one for one in edit.add} == dict(state.decisions)
    ends: list[int] = []
    for step in words_to_page(text):
        ends.append((ends[-1] if ends else 0) + step)
    if text.isascii() or max(text) <= "\uffff":
        assert ends == [offset for span in words(text) for offset in span]


@pytest.mark.parametrize(("start", "end"), [(1, 3), (0, 1), (3, 99), (3, 3)])
def test_half_a_character_is_no_event(start: int, end: int) -> None:
    with pytest.raises(InputError, match="empty or outside"):
        read_edit({"add": [{"start": start, "end": end, "type": "coup"}]}, Document("🎉 coup"))


def test_suggestions_of_two_are_told_apart_by_status() -> None:
    one, other = (Document.mark("A coup.", [(2, 6, "coup", status)]) for status in ("actual", "alleged"))
    rows: list[dict[str, Any]] = suggestions_to_page([Suggestion("ann", one), Suggestion("bob", other)])
    assert [(row["status"], row["by"]) for row in rows] == [("actual", ["ann"]), ("alleged", ["bob"])]
