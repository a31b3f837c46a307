from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.baselines.cues import CueStatuses
from news_event_tagger.documents.schema import STATUSES
from news_event_tagger.evaluation.report.markdown import markdown
from news_event_tagger.evaluation.report.pages import report
from news_event_tagger.evaluation.results import results, status

TEXT = "coup " * 8
PLACES = [(5 * index, 5 * index + 4) for index in range(8)]


def document(statuses: list[str | None]) -> Document:
    """One event per place, in order; none where the status is an empty string."""
    spans = [(*place, "coup", name) for place, name in zip(PLACES, statuses, strict=False) if name != ""]
    return Document.mark(TEXT, spans)


def test_only_shared_triggers_count_for_the_status() -> None:
    gold = document(["actual", "alleged", "negated", ""])
    found = document(["actual", "negated", "", "actual"])
    scores = status([gold], [found], ["coup"])
    assert scores is not None
    assert (scores["matched"], scores["accuracy"]) == (2, 0.5)
    assert scores["statuses"]["alleged"]["fn"] == scores["statuses"]["negated"]["fp"] == 1
    # Three found, one of them right in all; three were there.
    assert {key: scores["end_to_end"]["micro"][key] for key in ("tp", "fp", "fn")} == {"tp": 1, "fp": 2, "fn": 2}
    names, counts = scores["confusion"]["types"], scores["confusion"]["counts"]
    assert counts[names.index("alleged")][names.index("negated")] == 1


def test_sets_or_systems_without_statuses_have_no_status_scores() -> None:
    bare, known = document([None]), document(["actual"])
    assert status([bare], [known], ["coup"]) is None
    assert status([known], [bare], ["coup"]) is None


def test_an_event_that_nobody_judged_is_neither_right_nor_wrong() -> None:
    gold, found = document(["actual", None]), document(["actual", "negated"])
    scores = status([gold], [found], ["coup"])
    assert scores is not None
    assert (scores["matched"], scores["end_to_end"]["micro"]["f1"]) == (1, 1.0)


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.sampled_from(STATUSES)), min_size=1, max_size=8))
def test_accuracy_is_the_share_of_equal_statuses(pairs: list[tuple[str, str]]) -> None:
    gold, found = (document(list(side)) for side in zip(*pairs, strict=True))
    scores = status([gold], [found], ["coup"])
    assert scores is not None
    equal = sum(one == other for one, other in pairs)
    assert scores["accuracy"] == equal / len(pairs)
    assert scores["end_to_end"]["micro"]["tp"] == equal
    assert sum(map(sum, scores["confusion"]["counts"])) == len(pairs)


def test_cue_words_count_in_their_own_clause_only() -> None:
    text = "Rome denied an arrest, but police will expel two men accused of a coup."
    places = [(text.index(word), text.index(word) + len(word)) for word in ("arrest", "expel", "coup")]
    marked = Document.mark(text, [(*place, "arrest") for place in places])
    (found,) = CueStatuses().predict([marked])
    assert [event.status for event in found.events] == ["negated", "prospective", "prospective"]
    assert [replace(event, status=None) for event in found.events] == list(marked.events)


def test_sets_may_bring_statuses_of_their_own() -> None:
    scores = status([document(["none", "none"])], [document(["none", "likely"])], ["coup"])
    assert scores is not None
    names, counts = scores["confusion"]["types"], scores["confusion"]["counts"]
    assert names == ["likely", "none"]
    assert counts[names.index("none")] == [1, 1]


def test_an_empty_status_is_refused() -> None:
    with pytest.raises(ValueError, match="is empty"):
        Event(0, 4, "coup", "coup", status="")


def test_statuses_stand_in_every_output() -> None:
    gold, found = document(["alleged", "actual"]), document(["actual", "actual"])
    scores = results([gold], [found], system="ours", sets=["gold"])
    page = report([gold], [found], scores)
    assert "Did it happen?" in page
    assert "Confusion of statuses" in page
    assert "## Statuses" in markdown(scores)
    assert scores["errors"]["kinds"] == {
        **dict.fromkeys(("type", "boundary", "missed", "spurious"), 0),
        "correct": 1,
        "status": 1,
    }
