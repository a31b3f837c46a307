"""Intervals and p values keep what they promise; the full simulations are benchmarks/simulation.py."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from news_event_tagger.evaluation.resampling import difference, gain, holm, intervals, ratios
from news_event_tagger.evaluation.scores import Counts, summary

TABLES = npst.arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 3), st.just(3)), elements=st.integers(0, 3))


def corpus(random: np.random.Generator, documents: int, quality: float) -> NDArray[np.int64]:
    """Articles with a varying number of events, of which some are much harder than others."""
    gold = random.negative_binomial(1.5, 0.3, documents)
    tp = random.binomial(gold, random.beta(5 * quality, 5 * (1 - quality), documents))
    fp = random.poisson(random.gamma(1, 3.5 * (1 - quality), documents))
    return np.stack([tp, fp, gold - tp], axis=1)[:, None]


@given(TABLES)
def test_ratios_are_those_of_the_scores(counts: NDArray[np.int64]) -> None:
    names = [f"type {place}" for place in range(counts.shape[1])]
    rows = summary({name: Counts(*row) for name, row in zip(names, counts.sum(axis=0).tolist(), strict=True)})
    for row, values in zip(
        [rows["micro"], rows["macro"], *rows["types"].values()], ratios(counts.sum(axis=0)).tolist(), strict=True
    ):
        for key, value in zip(("precision", "recall", "f1"), values, strict=True):
            assert row[key] == (None if np.isnan(value) else pytest.approx(value))


@given(TABLES)
def test_intervals_are_ordered_and_within_range(counts: NDArray[np.int64]) -> None:
    low, high = np.moveaxis(intervals(counts, resamples=50), -1, 0)
    known = ~np.isnan(low)
    assert (known == ~np.isnan(high)).all()
    assert (low[known] >= 0).all()
    assert (low[known] <= high[known]).all()
    assert (high[known] <= 1).all()


def test_true_f1_lies_in_the_interval_as_often_as_promised() -> None:
    random = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        low, high = intervals(corpus(random, 60, 0.85), resamples=400)[0, 2]
        held += low <= 0.85 <= high
    # Four standard errors below, for this is 200 corpora.
    assert 0.89 <= held / 200 < 1


def test_equal_systems_differ_significantly_as_seldom_as_promised() -> None:
    random = np.random.default_rng(0)
    p = []
    for _ in range(200):
        gold = random.negative_binomial(1.5, 0.3, 50)
        hard = random.beta(4, 1, 50)
        sides = []
        for _ in range(2):
            tp = random.binomial(gold, hard)
            sides.append(np.stack([tp, random.poisson(0.5, 50), gold - tp], axis=1)[:, None])
        p.append(difference(*sides, resamples=199)[2][0])
    assert 0.005 <= np.mean(np.array(p) <= 0.05) <= 0.11
    assert 0.4 < np.mean(p) < 0.6


def test_a_better_system_is_told_from_a_worse_one() -> None:
    random = np.random.default_rng(0)
    gain, interval, p = difference(corpus(random, 200, 0.9), corpus(random, 200, 0.6), resamples=999)
    assert gain[0] == pytest.approx(0.3, abs=0.06)
    assert 0 < interval[0, 0] < gain[0] < interval[0, 1]
    assert p[0] == 0.001


def test_all_right_is_not_certain() -> None:
    # Clopper and Pearson for 36 of 36: [0.9026, 1].
    perfect = np.tile([3, 0, 0], (36, 1, 1))
    assert intervals(perfect)[0, 2].tolist() == [pytest.approx(0.9026, abs=1e-4), 1.0]
    assert intervals(perfect[..., ::-1])[0, 1].tolist() == [0.0, pytest.approx(1 - 0.9026, abs=1e-4)]


def test_what_stands_in_one_document_has_no_interval() -> None:
    counts = np.zeros((5, 2, 3), dtype=np.int64)
    counts[:, 0] = [2, 1, 1]
    counts[0, 1] = [1, 0, 3]
    found = intervals(counts, resamples=100)
    assert np.isnan(found[3]).all()
    assert not np.isnan(found[2]).any()


def test_same_seed_gives_the_same_numbers() -> None:
    counts = corpus(np.random.default_rng(0), 30, 0.8)
    assert intervals(counts, 100).tolist() == intervals(counts, 100).tolist()
    assert difference(counts, counts[::-1], 100)[2].tolist() == difference(counts, counts[::-1], 100)[2].tolist()


def test_holm_leaves_out_what_has_no_p_value() -> None:
    assert holm([0.02, float("nan"), 0.9])[::2] == [0.04, 0.9]


def test_macro_is_no_surer_than_the_rarest_type_lets_it_be() -> None:
    common, rare = [3, 0, 0], [1, 0, 0]
    counts = np.array([[common, rare if index < 2 else [0, 0, 0]] for index in range(100)])
    low = intervals(counts)[..., 2, 0]
    # Micro, macro, common, rare: all is right, but two documents of the rare type prove little.
    assert low[1] < low[2] - 0.1


def test_gain_tells_growth_from_noise() -> None:
    rng = np.random.default_rng(0)
    found = rng.binomial(9, 0.6, (3, 80))
    before = np.stack([found, np.ones_like(found), 9 - found], axis=-1)
    better = np.minimum(found + 2, 9)
    after = np.stack([better, np.ones_like(found), 9 - better], axis=-1)
    grown = gain(before, after)
    assert 0 < grown["low"] < grown["difference"] < grown["high"]  # type: ignore[operator]
    shuffled = gain(before, before[:, rng.permutation(80)])
    assert shuffled["low"] < 0 < shuffled["high"]  # type: ignore[operator]
    assert gain(before * 0, after * 0)["difference"] is None


def test_gain_of_a_large_test_set_fits_into_memory() -> None:
    counts = np.random.default_rng(0).integers(0, 9, (3, 2_000, 3))
    tracemalloc.start()
    grown = gain(counts, counts + np.array([1, 0, 0]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
    assert 0 < grown["low"] < grown["difference"] < grown["high"]  # type: ignore[operator]


def test_gain_holds_the_true_growth_as_often_as_promised() -> None:
    random = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        points = [np.stack([corpus(random, 60, quality)[:, 0] for _ in range(3)]) for quality in (0.7, 0.8)]
        grown = gain(*points, resamples=400)
        held += grown["low"] <= 0.1 <= grown["high"]  # type: ignore[operator]
    assert 0.89 <= held / 200 <= 1
