"""Scores of participants: TextEE's numbers, and what they mean."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.documents.document import Role
from news_event_tagger.documents.text import words
from news_event_tagger.evaluation.roles import MEASURES, role_scores, tally_binding

TEXT = "Chad held two men and a guard in Mali"
WORDS = words(TEXT)


def role(name: str, text: str, head: str | None = None, of: str = TEXT) -> Role:
    start = of.index(text)
    at = None if head is None else (of.index(head), of.index(head) + len(head))
    return Role(name, start, start + len(text), text, at)


def event(trigger: str, *roles: Role, type_: str = "arrest", of: str = TEXT) -> Event:
    start = of.index(trigger)
    return Event(start, start + len(trigger), type_, trigger, roles=roles)


def row(gold: Sequence[Event], predicted: Sequence[Event], by: str, measure: str, of: str = TEXT) -> list[int]:
    scores = role_scores([Document(of, tuple(gold))], [Document(of, tuple(predicted))])
    found = scores[by][measure]  # type: ignore[index]
    return [found[key] for key in ("tp", "fp", "fn")]


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events over few words, so that triggers, spans, types and roles meet by chance."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        roles = []
        for _ in range(draw(st.integers(0, 4))):
            first = draw(st.integers(0, 4))
            last = draw(st.integers(first, min(first + 1, 4)))
            start, end = WORDS[first][0], WORDS[last][1]
            head = WORDS[draw(st.integers(first, last))]
            roles.append(Role(draw(st.sampled_from(["actor", "target", "x"])), start, end, TEXT[start:end], head))
        start, end = WORDS[draw(st.integers(0, 2))]
        type_ = draw(st.sampled_from(["arrest", "coup"]))
        found.append(Event(start, end, type_, TEXT[start:end], roles=tuple(roles)))
    return tuple(found)


def by_sets(gold: list[Document], predicted: list[Document], by: str, measure: str) -> tuple[int, int, int]:
    """TextEE's formula: all arguments of all documents as one set of tuples; matched, predicted and gold numbers."""
    sides = []
    for documents in (gold, predicted):
        tuples = set()
        for number, document in enumerate(documents):
            for one in document.events:
                for argument in one.roles or ():
                    assert argument.head is not None
                    place = argument.span if by == "strict" else argument.head
                    full = {
                        "arg_i": (number, one.type, *place),
                        "arg_c": (number, one.type, *place, argument.role),
                        "arg_i_plus": (number, one.type, one.start, one.end, *place),
                        "arg_c_plus": (number, one.type, one.start, one.end, *place, argument.role),
                    }
                    tuples.add(full[measure])
        sides.append(tuples)
    return len(sides[0] & sides[1]), len(sides[1]), len(sides[0])


@given(st.lists(st.tuples(events(), events()), min_size=1, max_size=3))
@settings(max_examples=300)
def test_scores_are_those_of_textee(rows: list[tuple[tuple[Event, ...], tuple[Event, ...]]]) -> None:
    gold, predicted = ([Document(TEXT, side) for side in sides] for sides in zip(*rows, strict=True))
    scores = role_scores(gold, predicted)
    for by in ("strict", "head"):
        for measure in MEASURES:
            matched, found, there = by_sets(gold, predicted, by, measure)
            ours = scores[by][measure]  # type: ignore[index]
            assert [ours["tp"], ours["tp"] + ours["fp"], ours["support"]] == [matched, found, there]
            precision, recall = matched / found if found else 0.0, matched / there if there else 0.0
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            assert (ours["f1"] or 0.0) == pytest.approx(f1)


def test_each_measure_asks_for_more() -> None:
    men, chad = role("target", "two men"), role("actor", "Chad")
    gold = [event("held", men, chad)]
    assert row(gold, [event("held", men, replace(chad, role="target"))], "strict", "arg_i") == [2, 0, 0]
    assert row(gold, [event("held", men, replace(chad, role="target"))], "strict", "arg_c") == [1, 1, 1]
    assert row(gold, [event("guard", men, chad)], "strict", "arg_c") == [2, 0, 0]
    assert row(gold, [event("guard", men, chad)], "strict", "arg_c_plus") == [0, 2, 2]
    assert row(gold, [event("held", men, chad, type_="coup")], "strict", "arg_i") == [0, 2, 2]


def test_a_head_is_marked_or_found_by_the_rule() -> None:
    gold = [event("held", role("target", "two men", head="men"), role("place", "Mali", head="Mali"))]
    guess = [event("held", role("target", "men"), role("place", "in Mali", head="in"))]
    assert row(gold, guess, "head", "arg_c_plus") == [1, 1, 1]
    assert row(gold, guess, "strict", "arg_c_plus") == [0, 2, 2]


def test_events_that_nobody_looked_at_count_in_nothing() -> None:
    men = role("target", "two men")
    unseen = replace(event("held"), roles=None)
    assert row([unseen], [event("held", men)], "strict", "arg_i") == [0, 0, 0]
    # Somebody looked and found none; and a system that looked for none has none.
    assert row([event("held")], [event("held", men)], "strict", "arg_i") == [0, 1, 0]
    assert row([event("held", men)], [unseen], "strict", "arg_i") == [0, 0, 1]


def test_binding_counts_roles_of_the_other_event_of_the_sentence() -> None:
    text = "Chad held two men and Mali held a guard. Mali held one."
    first, second = Event(5, 9, "arrest", "held"), Event(27, 31, "arrest", "held")
    alone = Event(46, 50, "arrest", "held")
    men, guard = role("target", "two men", of=text), role("target", "a guard", of=text)
    one = role("target", "one", of=text)
    gold = Document(text, (replace(first, roles=(men,)), replace(second, roles=(guard,)), replace(alone, roles=(one,))))
    guess = gold.with_events(
        [
            replace(first, roles=(men, guard)),
            replace(second, roles=(replace(men, role="actor"),)),
            replace(alone, roles=(guard,)),
        ]
    )
    assert tally_binding([gold], [guess], "strict").tolist() == [[1, 3]]
    # Shared by both in gold, so no fault; and another type is another matter.
    both = gold.with_events([replace(first, roles=(men, guard)), replace(second, roles=(men, guard))])
    assert tally_binding([both], [guess], "strict")[0, 0] == 0
    other = gold.with_events([gold.events[0], replace(gold.events[1], type="coup"), gold.events[2]])
    assert tally_binding([other], [guess], "strict").tolist() == [[0, 0]]
