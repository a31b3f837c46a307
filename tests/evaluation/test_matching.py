from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.documents.text import sentences
from news_event_tagger.evaluation.errors import error_counts, findings
from news_event_tagger.evaluation.matching import EventMode, match
from news_event_tagger.evaluation.scores import score

TYPES = ("arrest", "coup")
TEXT = "One. Two. Three."
PLACES = range(len(TEXT) - 3)


def event(start: int, length: int, type_: str) -> Event:
    return Event(start, start + length, type_, TEXT[start : start + length])


EVENTS = st.lists(st.builds(event, st.sampled_from(PLACES), st.integers(1, 3), st.sampled_from(TYPES)), max_size=4)
CROWDED = st.lists(st.builds(event, st.integers(0, 3), st.integers(1, 3), st.sampled_from(TYPES)), max_size=4)
EITHER = EVENTS | CROWDED


def pairings(gold: list[int], predicted: list[int]) -> Iterator[list[tuple[int, int]]]:
    """All one-to-one pairings, of any number of pairs."""
    if not gold:
        yield []
        return
    yield from pairings(gold[1:], predicted)
    for other in predicted:
        for rest in pairings(gold[1:], [index for index in predicted if index != other]):
            yield [(gold[0], other), *rest]


def shared(one: Event, other: Event) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def worth(gold: Event, predicted: Event, mode: str) -> tuple[int, int] | None:
    """What a pair counts for, or None if it is no pair: itself, then what it is preferred for."""
    if mode == "strict":
        return (1, 0) if gold.span == predicted.span and gold.type == predicted.type else None
    if mode == "identification":
        return (1, int(gold.type == predicted.type)) if gold.span == predicted.span else None
    return (1, shared(gold, predicted)) if gold.type == predicted.type and gold.overlaps(predicted) else None


def total(gold: list[Event], predicted: list[Event], pairs: list[tuple[int, int]], mode: str) -> tuple[int, int] | None:
    values = [worth(gold[left], predicted[right], mode) for left, right in pairs]
    known = [value for value in values if value is not None]
    return (sum(a for a, _ in known), sum(b for _, b in known)) if len(known) == len(values) else None


@pytest.mark.parametrize("mode", get_args(EventMode))
@given(EITHER, EITHER)
def test_no_pairing_is_better(mode: EventMode, gold: list[Event], predicted: list[Event]) -> None:
    pairs = match(gold, predicted, mode)
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)
    every = (
        total(gold, predicted, pairing, mode) for pairing in pairings([*range(len(gold))], [*range(len(predicted))])
    )
    assert total(gold, predicted, pairs, mode) == max(value for value in every if value is not None)


@given(EITHER, EITHER, st.randoms())
def test_order_of_events_changes_no_score(gold: list[Event], predicted: list[Event], random: object) -> None:
    before = score([Document(TEXT, tuple(gold))], [Document(TEXT, tuple(predicted))])
    gold, predicted = gold[::-1], predicted[::-1]
    assert score([Document(TEXT, tuple(gold))], [Document(TEXT, tuple(predicted))]) == before
    for mode in get_args(EventMode):
        assert len(match(gold, predicted, mode)) == before[mode]["micro"]["tp"]


@given(EVENTS, EVENTS)
def test_sentences_and_documents_are_sets_of_types(gold: list[Event], predicted: list[Event]) -> None:
    def coded(events: list[Event], spans: list[tuple[int, int]]) -> set[tuple[int, str]]:
        return {
            (number, event.type)
            for event in events
            for number, (start, end) in enumerate(spans)
            if start <= event.start < end
            or (event.start < start and (number == 0 or spans[number - 1][1] <= event.start))
        }

    scores = score([Document(TEXT, tuple(gold))], [Document(TEXT, tuple(predicted))])
    for mode, spans in (("sentence", sentences(TEXT)), ("document", [(0, len(TEXT))])):
        there, found = coded(gold, spans), coded(predicted, spans)
        micro = scores[mode]["micro"]
        assert (micro["tp"], micro["fp"], micro["fn"]) == (len(there & found), len(found - there), len(there - found))


def test_touching_spans_do_not_overlap() -> None:
    assert match([event(0, 2, "coup")], [event(2, 2, "coup")], "overlap") == []


def test_overlap_takes_two_pairs_rather_than_the_best_one() -> None:
    gold = [event(0, 2, "coup"), event(2, 3, "coup")]
    assert match(gold, [event(1, 3, "coup"), event(2, 3, "coup")], "overlap") == [(0, 0), (1, 1)]
    assert match(gold, [event(0, 1, "coup"), event(0, 3, "coup")], "overlap") == [(0, 0), (1, 1)]


RANKS = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}


@given(EITHER, EITHER)
def test_findings_hold_every_event_once_in_the_kindest_way(gold: list[Event], predicted: list[Event]) -> None:
    truth, guess = Document(TEXT, tuple(gold)), Document(TEXT, tuple(predicted))
    found = findings(truth, guess)
    assert sorted(map(repr, (row.gold for row in found if row.gold))) == sorted(map(repr, gold))
    assert sorted(map(repr, (row.predicted for row in found if row.predicted))) == sorted(map(repr, predicted))

    def quality(pairs: list[tuple[Event, Event]]) -> list[int]:
        ranks = [RANKS[one.span == other.span, one.type == other.type] for one, other in pairs]
        return [*(ranks.count(rank) for rank in range(4)), sum(shared(one, other) for one, other in pairs)]

    every = [
        quality([(gold[left], predicted[right]) for left, right in pairing])
        for pairing in pairings([*range(len(gold))], [*range(len(predicted))])
        if all(gold[left].overlaps(predicted[right]) for left, right in pairing)
    ]
    assert quality([(row.gold, row.predicted) for row in found if row.gold and row.predicted]) == max(every)
    counts = error_counts([truth], [guess], TYPES)
    assert sum(map(sum, counts["confusion"]["counts"])) == sum(counts["kinds"].values()) == len(found)


def test_equal_pairings_are_told_apart_alike_from_both_sides() -> None:
    one = Document.mark("abcd", [(3, 4, "coup"), (3, 4, "expulsion")])
    other = Document.mark("abcd", [(1, 3, "expulsion"), (2, 4, "arrest")])
    types = ["arrest", "coup", "expulsion"]
    there, back = (error_counts([a], [b], types)["confusion"]["counts"] for a, b in ((one, other), (other, one)))
    assert there == [list(column) for column in zip(*back, strict=True)]


def test_kinds_of_error() -> None:
    gold = Document(TEXT, (event(0, 3, "coup"), event(5, 3, "coup"), event(10, 2, "arrest"), event(13, 1, "coup")))
    guess = Document(TEXT, (event(0, 3, "coup"), event(5, 3, "arrest"), event(11, 2, "arrest"), event(8, 1, "coup")))
    assert [row.kind for row in findings(gold, guess)] == ["correct", "type", "spurious", "boundary", "missed"]
    # Gold in rows, predictions in columns, none last.
    assert error_counts([gold], [guess], TYPES)["confusion"]["counts"] == [[1, 0, 0], [1, 1, 1], [0, 1, 0]]
