import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event, Role


@st.composite
def marked_documents(draw: st.DrawFn, text: st.SearchStrategy[str] | None = None) -> Document:
    """Documents of any Unicode with labels that do not overlap."""
    body = draw(text or st.text(min_size=1, max_size=80))
    cuts = sorted(draw(st.sets(st.integers(0, len(body)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    types = st.sampled_from(["arrest", "coup", "cooperation-suspension"])
    statuses = st.sampled_from([None, "actual", "alleged", "negated"])
    return Document.mark(body, [(start, end, draw(types), draw(statuses)) for start, end in pairs], "d")


@given(marked_documents())
def test_trigger_is_the_text_of_its_span(document: Document) -> None:
    for event in document.events:
        assert document.text[event.start : event.end] == event.trigger


def test_events_are_sorted_by_place() -> None:
    document = Document.mark("coup, coup", [(6, 10, "coup"), (0, 4, "coup")])
    assert [event.start for event in document.events] == [0, 6]


@pytest.mark.parametrize("span", [(0, 5), (1, 5), (3, 9)])
def test_trigger_that_does_not_stand_there_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not stand at"):
        Document("A coup", (Event(*span, "coup", "coup"),))


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2)])
def test_empty_or_negative_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="empty or negative"):
        Event(start, end, "coup", "")


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_score_outside_zero_and_one_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        Event(0, 1, "coup", "x", score=score)


@pytest.mark.parametrize(
    ("start", "end", "text", "head", "score", "why"),
    [
        (3, 3, "", None, None, "empty or negative"),
        (0, 4, "Chad", (2, 6), None, "outside it"),
        (0, 4, "Chad", (2, 2), None, "outside it"),
        (0, 4, "Chad", None, 1.5, r"outside \[0, 1\]"),
    ],
)
def test_impossible_participants_are_refused(
    start: int, end: int, text: str, head: tuple[int, int] | None, score: float | None, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Role("actor", start, end, text, head, score)


def test_a_participant_must_be_the_text_of_its_span() -> None:
    event = Event(5, 12, "expulsion", "expelled"[:7], roles=(Role("actor", 0, 4, "Mali"),))
    with pytest.raises(ValueError, match="'Mali' does not stand at 0:4"):
        Document("Chad expelled envoys.", (event,))


def test_nobody_looked_differs_from_nobody_there() -> None:
    assert "roles" not in Event(0, 4, "coup", "Coup").to_dict()
    assert Event(0, 4, "coup", "Coup", roles=()).to_dict()["roles"] == []
