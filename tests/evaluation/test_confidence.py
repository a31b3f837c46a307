import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss

from news_event_tagger import Document, Event
from news_event_tagger.evaluation.confidence import UNINFORMED, choose_thresholds, confidence
from news_event_tagger.evaluation.scores import score

TEXT = "x" * 12
JUDGED = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.7, 1.0]), st.booleans()), min_size=1, max_size=12)


def documents(judged: list[tuple[float, bool]], missed: int = 0) -> tuple[list[Document], list[Document]]:
    """One event per character: predicted with a score, right or not; then gold ones that are missed."""
    gold = [place for place, (_, right) in enumerate(judged) if right] + [*range(len(judged), len(judged) + missed)]
    text = TEXT + "x" * missed
    guess = [Event(place, place + 1, "coup", "x", value) for place, (value, _) in enumerate(judged)]
    return [Document.mark(text, [(place, place + 1, "coup") for place in gold])], [Document(text, tuple(guess))]


@given(JUDGED)
def test_agrees_with_scikit_learn(judged: list[tuple[float, bool]]) -> None:
    row = confidence(*documents(judged))
    assert row is not None
    values, right = zip(*judged, strict=True)
    assert row["brier"] == pytest.approx(brier_score_loss(right, values, pos_label=True))
    if any(right):
        assert row["average_precision"] == pytest.approx(average_precision_score(right, values))
    else:
        assert row["average_precision"] is None


def test_recall_counts_all_gold_events() -> None:
    row = confidence(*documents([(0.9, True), (0.8, True)], missed=2))
    assert row is not None
    assert row["curve"][-1] == {"threshold": 0.8, "precision": 1.0, "recall": 0.5}
    assert row["average_precision"] == 0.5


def test_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    row = confidence(*documents([(0.95, True), (0.95, False), (0.15, False), (1.0, True)]))
    assert row is not None
    # Bin 0.9 to 1: mean score 2.9 / 3, two of three right; bin 0.1 to 0.2: 0.15, none right.
    assert row["ece"] == pytest.approx((3 * (2.9 / 3 - 2 / 3) + 0.15) / 4)
    assert [part["count"] for part in row["bins"] if part["count"]] == [1, 3]


def test_predictions_without_scores_have_no_confidence() -> None:
    gold = [Document.mark(TEXT, [(0, 1, "coup")])]
    assert confidence(gold, gold) is None
    with pytest.raises(ValueError, match="no score"):
        choose_thresholds(gold, gold, ["coup"])


def kept(predicted: list[Document], threshold: float) -> list[Document]:
    return [doc.with_events(event for event in doc.events if (event.score or 0) >= threshold) for doc in predicted]


@given(JUDGED, st.integers(0, 2))
def test_no_threshold_has_a_better_f1(judged: list[tuple[float, bool]], missed: int) -> None:
    gold, guess = documents(judged, missed)

    def f1(threshold: float) -> float:
        return score(gold, kept(guess, threshold), modes=["strict"])["strict"]["micro"]["f1"] or 0.0

    chosen = choose_thresholds(gold, guess, ["coup"])["coup"]
    best = max(map(f1, np.linspace(0, 1, 41)))
    assert f1(chosen) == pytest.approx(best)
    assert all(f1(lower) < best - 1e-9 or f1(lower) == f1(chosen) for lower in np.linspace(0, chosen, 20))


def test_a_wanted_precision_is_reached_with_the_lowest_threshold() -> None:
    gold, guess = documents([(0.9, True), (0.8, True), (0.6, False), (0.4, True), (0.2, False)])
    assert choose_thresholds(gold, guess, ["coup"], precision=0.75)["coup"] == pytest.approx(0.3)
    assert choose_thresholds(gold, guess, ["coup"], precision=0.9)["coup"] == pytest.approx(0.7)
    assert choose_thresholds(gold, guess, ["coup"], precision=0.1)["coup"] == 0.0


def test_an_unreachable_precision_gives_the_highest_there_is() -> None:
    gold, guess = documents([(0.9, False), (0.8, True), (0.6, True), (0.2, False)])
    assert choose_thresholds(gold, guess, ["coup"], precision=0.99)["coup"] == pytest.approx(0.4)


def test_a_type_that_is_never_predicted_teaches_nothing() -> None:
    gold, guess = documents([(0.9, True)])
    assert choose_thresholds(gold, guess, ["coup", "arrest"]) == {"coup": 0.0, "arrest": UNINFORMED}


@pytest.mark.parametrize("precision", [None, 0.9])
def test_a_type_that_was_never_right_is_not_let_through(precision: float | None) -> None:
    gold = [Document.mark("coup coup", [(0, 4, "coup")])]
    found = [gold[0].with_events([Event(5, 9, "coup", "coup", score=0.4)])]
    assert choose_thresholds(gold, found, ["coup"], precision) == {"coup": UNINFORMED}
