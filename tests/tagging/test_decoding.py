"""The decoder against all label sequences, written out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from news_event_tagger.tagging.decoding import allowed, best_path, posteriors, spans_of

SCORES = st.integers(1, 4).flatmap(
    lambda length: arrays(np.float64, (length, 5), elements=st.floats(-8, 8, allow_nan=False))
)


def legal_paths(length: int) -> list[tuple[int, ...]]:
    def legal(path: tuple[int, ...]) -> bool:
        return all(
            label == 0 or label % 2 == 1 or (place > 0 and path[place - 1] in (label, label - 1))
            for place, label in enumerate(path)
        )

    return [path for path in product(range(5), repeat=length) if legal(path)]


def weight(scores: np.ndarray, path: tuple[int, ...]) -> float:
    return float(sum(scores[place, label] for place, label in enumerate(path)))


@given(SCORES)
@settings(deadline=None)
def test_best_path_is_the_best_of_all_legal_ones(scores: np.ndarray) -> None:
    path = tuple(best_path(scores).tolist())
    assert path in legal_paths(len(scores))
    assert weight(scores, path) == pytest.approx(max(weight(scores, other) for other in legal_paths(len(scores))))


@given(SCORES)
@settings(deadline=None)
def test_posterior_is_the_share_of_the_legal_paths_that_hold_the_span(scores: np.ndarray) -> None:
    paths = legal_paths(len(scores))
    everything = sum(np.exp(weight(scores, path)) for path in paths)
    spans = sorted({span for path in paths for span in spans_of(np.array(path))})
    for span, posterior in zip(spans, posteriors(scores, spans), strict=True):
        holding = sum(np.exp(weight(scores, path)) for path in paths if span in spans_of(np.array(path)))
        assert posterior == pytest.approx(holding / everything)


@given(st.integers(0, 999), st.sampled_from([1.0, 8.0, 40.0]))
@settings(deadline=None, max_examples=40)
def test_posteriors_of_long_sentences_are_those_of_sums_of_logarithms(seed: int, scale: float) -> None:
    scores = scale * np.random.default_rng(seed).normal(size=(300, 7))
    follow = np.where(allowed(7), 0.0, -np.inf)
    spans = spans_of(best_path(scores))[::20]
    # Of all paths, and for each span of those that go through it: what is ruled out weighs nothing.
    held = np.repeat(scores[None], len(spans) + 1, axis=0)
    for own, (start, end, type_) in zip(held[1:], spans, strict=True):
        own[start:end] = -np.inf
        own[start, 1 + 2 * type_] = scores[start, 1 + 2 * type_]
        own[start + 1 : end, 2 + 2 * type_] = scores[start + 1 : end, 2 + 2 * type_]
        own[end : end + 1, 2 + 2 * type_] = -np.inf
    reached = held[:, 0] + follow[-1]
    for word in range(1, 300):
        reached = np.logaddexp.reduce(reached[:, :, None] + follow[:-1], axis=1) + held[:, word]
    weights = np.logaddexp.reduce(reached, axis=1)
    assert posteriors(scores, spans) == pytest.approx(np.exp(weights[1:] - weights[0]), abs=1e-9)


def test_spans_of_neighbours_stay_apart() -> None:
    assert spans_of(np.array([1, 1, 2, 3, 4, 0])) == [(0, 1, 0), (1, 3, 0), (3, 5, 1)]


def test_inside_follows_its_own_type_only() -> None:
    follow = allowed(5)
    assert follow[3, 4]
    assert follow[4, 4]
    assert not follow[1, 4]
    assert not follow[0, 4]
    assert not follow[-1, 4]


def test_extreme_scores_stay_finite() -> None:
    scores = np.array([[1e4, -1e4, -1e4], [-1e4, 1e4, -1e4]])
    assert posteriors(scores, [(1, 2, 0)]) == [1.0]
    assert posteriors(scores, [(0, 1, 0)]) == pytest.approx([0.0], abs=1e-100)
    # A label that may not stand first does not count, however great its score.
    assert posteriors(np.array([[0.0, 100.0, 500.0]]), [(0, 1, 0)]) == [1.0]
