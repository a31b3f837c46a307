"""How sure a score is: intervals and paired tests by drawing documents anew.

A document is what is drawn, for the events of one text hang together. All is done on counts: a resample is a row of
whole-number weights times the table of counts, so ten thousand of them are one product of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Statistic = Callable[[Numbers], Numbers]

RESAMPLES = 10_000
LEVEL = 0.95
_SEED = 20_240_229
_CELLS = 2**21
_NORMAL = NormalDist()


def ratios(totals: Numbers) -> Numbers:
    """Precision, recall and F1 of micro, macro and each type.

    Args:
        totals: ``[…, types, 3]`` of tp, fp, fn.

    Returns:
        ``[…, 2 + types, 3]``; NaN where there is nothing below the line.

    >>> ratios(np.array([[1.0, 1.0, 0.0]])).round(2).tolist()
    [[0.5, 1.0, 0.67], [0.5, 1.0, 0.67], [0.5, 1.0, 0.67]]
    """
    micro = totals.sum(axis=-2, keepdims=True)
    tp, fp, fn = np.moveaxis(np.concatenate([micro, totals], axis=-2), -1, 0)
    with np.errstate(invalid="ignore"):
        values = np.stack([tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)], axis=-1)
    known = ~np.isnan(values[..., 1:, :])
    with np.errstate(invalid="ignore"):
        macro = np.where(known, values[..., 1:, :], 0.0).sum(axis=-2) / known.sum(axis=-2)
    return np.concatenate([values[..., :1, :], macro[..., None, :], values[..., 1:, :]], axis=-2)


def intervals(counts: NDArray[np.int64], resamples: int = RESAMPLES) -> Numbers:
    """95 % intervals of precision, recall and F1 of micro, macro and each type.

    Args:
        counts: ``[documents, …, types, 3]`` of tp, fp, fn.
        resamples: how many sets of documents are drawn.

    Returns:
        ``[…, 2 + types, 3, 2]``, low and high; NaN where there is nothing to score, or it stands in one document only.
        Where all is right (or all wrong) in ``m`` documents no resample differs; the far end is then that of Clopper
        and Pearson for ``m`` of ``m``, ``0.025 ** (1 / m)``, as if the events of a document were one.

    >>> counts = np.array([[[3, 1, 0]], [[2, 0, 1]], [[4, 1, 1]], [[5, 0, 2]]])
    >>> intervals(counts)[0, 2].round(2).tolist()
    [0.8, 0.86]
    """
    values = counts.astype(np.float64)
    involved = _involved(counts)
    found = corrected(values, ratios, involved, resamples)
    estimate = ratios(values.sum(axis=0))
    with np.errstate(divide="ignore"):
        far = ((1 - LEVEL) / 2) ** (1 / involved)
    found[..., 0] = np.where((estimate == 1) & (involved > 1), far, found[..., 0])
    found[..., 1] = np.where((estimate == 0) & (involved > 1), 1 - far, found[..., 1])
    return found


def difference(
    first: NDArray[np.int64], second: NDArray[np.int64], resamples: int = RESAMPLES
) -> tuple[Numbers, Numbers, Numbers]:
    """How much two systems differ in F1 on the same documents.

    Args:
        first: counts of the one, ``[documents, types, 3]``.
        second: counts of the other, document by document.
        resamples: how many sets of documents are drawn, and how often the two are exchanged.

    Returns:
        For micro and each type: the difference first - second ``[1 + types]``; its 95 % interval ``[1 + types, 2]``;
        and the p value ``[1 + types]`` of the paired approximate randomisation test, two-sided, ``(k + 1) / (n + 1)``
        (Noreen 1989, Computer-Intensive Methods for Testing Hypotheses): the share of exchanges, in each document by
        the toss of a coin, after which the systems differ as much as they do.

    >>> one = np.array([[[4, 0, 0]], [[3, 0, 1]], [[5, 0, 0]]])
    >>> gain, interval, p = difference(one, one)
    >>> gain.tolist(), interval.tolist(), p.tolist()
    ([0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]], [1.0, 1.0])
    """
    pair = np.stack([first, second], axis=1).astype(np.float64)
    estimate = _difference(pair.sum(axis=0))
    involved = _involved(first + second)[[0, *range(2, 2 + first.shape[1])], 2]
    interval = corrected(pair, _difference, involved, resamples)
    exchanged = pair[:, 0] - pair[:, 1]
    shape = exchanged.shape[1:]
    exchanged = exchanged.reshape(len(exchanged), -1)
    exchanged = exchanged[exchanged.any(axis=1)]
    random = np.random.default_rng(_SEED)
    total = pair.sum(axis=0)
    # A hair's breadth less, for equal differences may round unequally.
    threshold = np.abs(estimate) - 1e-12
    extreme = np.zeros(len(estimate), dtype=np.int64)
    for rows in _chunks(resamples, len(exchanged)):
        moved = (random.integers(0, 2, (rows, len(exchanged)), dtype=np.int8) @ exchanged).reshape(rows, *shape)
        shuffled = np.stack([total[0] - moved, total[1] + moved], axis=1)
        with np.errstate(invalid="ignore"):
            # Where one side has nothing to score after an exchange, that exchange speaks for no difference.
            extreme += (np.abs(np.nan_to_num(_difference(shuffled))) >= threshold).sum(axis=0)
    p = np.where(np.isnan(estimate), np.nan, (extreme + 1) / (resamples + 1))
    return estimate, interval, p


def gain(before: NDArray[np.int64], after: NDArray[np.int64], resamples: int = RESAMPLES) -> dict[str, float | None]:
    """How much the mean F1 over training seeds grew from one point of a learning curve to the next.

    The 95 % interval is one of percentiles: test documents and training seeds are both drawn anew, the same for both
    points. So it holds the luck of the test set and, as far as two or more seeds show it, that of the training. Drawing
    from n seeds shows (n - 1) / n of their variance only, so it is widened by the root of n / (n - 1).

    Args:
        before: counts of the smaller point, ``[seeds, documents, 3]`` of tp, fp, fn.
        after: counts of the larger point, for the same seeds and documents.
        resamples: how many sets of documents and of seeds are drawn.

    Returns:
        ``difference``, ``low`` and ``high``; ``None`` where there is nothing to score, and no interval where fewer than
        two documents have an event.

    >>> gain(np.array([[[1, 0, 1]] * 9]), np.array([[[2, 0, 0]] * 9]))["difference"]
    0.33333333333333337
    """
    counts = np.stack([before, after]).transpose(2, 0, 1, 3).astype(np.float64)
    seeds = counts.shape[2]
    difference = float(_growth(_f1(counts.sum(axis=0))))
    if np.isnan(difference):
        return {"difference": None, "low": None, "high": None}
    if counts.any(axis=(1, 2, 3)).sum() < 2:
        return {"difference": difference, "low": None, "high": None}
    f1 = np.concatenate([_f1(totals) for totals in _resampled(counts, resamples)])
    # Not the stream of numbers that drew the documents.
    drawn = np.random.default_rng([_SEED, seeds]).integers(seeds, size=(resamples, 1, seeds))
    growth = _growth(np.take_along_axis(f1, drawn, axis=-1))
    wider = math.sqrt(seeds / (seeds - 1)) if seeds > 1 else 1.0
    ends = np.nanquantile(growth, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    low, high = (difference + wider * (end - difference) for end in ends)
    return {"difference": difference, "low": low, "high": high}


def _f1(totals: Numbers) -> Numbers:
    """F1 of each training seed, ``[…, seeds, 3]`` to ``[…, seeds]``."""
    return ratios(totals)[..., 2:, 2]


def _growth(f1: Numbers) -> Numbers:
    """How much the mean grew, ``[…, 2, seeds]`` to ``[…]``."""
    mean = f1.mean(axis=-1)
    return np.asarray(mean[..., 1] - mean[..., 0])


def holm(p: Sequence[float]) -> list[float]:
    """p values corrected for their number (Holm 1979); NaN stays and does not count.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted((value, index) for index, value in enumerate(p) if not math.isnan(value))
    corrected = list(p)
    floor = 0.0
    for rank, (value, index) in enumerate(order):
        floor = max(floor, min(1.0, value * (len(order) - rank)))
        corrected[index] = floor
    return corrected


def _difference(totals: Numbers) -> Numbers:
    """Difference in F1 of micro and each type, ``[…, 2, types, 3]`` to ``[…, 1 + types]``."""
    f1 = np.delete(ratios(totals)[..., 2], 1, axis=-1)
    return np.asarray(f1[..., 0, :] - f1[..., 1, :])


def _involved(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many documents there is something below the line, ``[…, 2 + types, 3]``.

    Macro rests on as few as the rarest of its types.
    """
    rows = np.concatenate([counts.sum(axis=-2, keepdims=True), counts], axis=-2)
    tp, fp, fn = np.moveaxis(rows, -1, 0)
    found = np.stack([((tp + part) > 0).sum(axis=0) for part in (fp, fn, fp + fn)], axis=-1)
    of_types = np.where(found[..., 1:, :] > 0, found[..., 1:, :], len(counts) + 1).min(axis=-2, initial=len(counts) + 1)
    macro = np.where(of_types > len(counts), 0, of_types)
    return np.concatenate([found[..., :1, :], macro[..., None, :], found[..., 1:, :]], axis=-2)


def corrected(
    counts: Numbers, statistic: Statistic, involved: NDArray[np.int64], resamples: int = RESAMPLES
) -> Numbers:
    """Bias-corrected and accelerated intervals (Efron 1987), widened for few documents.

    A plain percentile interval of a ratio over clustered counts is too narrow and stands too low. The correction for
    bias and skewness mends its place, and the widening its length: quantiles are taken where Student's t with
    ``involved - 1`` degrees of freedom would have them (Hesterberg 2015, The American Statistician 69:371, 5.4).

    Args:
        counts: ``[documents, …]``.
        statistic: makes totals ``[…]`` into values ``[values]``, with any dimensions before.
        involved: number of documents that a value rests on, ``[values]``.
        resamples: how many sets of documents are drawn.

    Returns:
        ``[values, 2]``, low and high; NaN where the value is, or rests on fewer than two documents.

    >>> share = lambda totals: totals[..., :1] / totals.sum(axis=-1, keepdims=True)
    >>> counts = np.array([[3.0, 1.0], [2.0, 1.0], [4.0, 2.0], [5.0, 2.0]])
    >>> corrected(counts, share, np.array([4])).round(2).tolist()
    [[0.67, 0.75]]
    """
    total = counts.sum(axis=0)
    estimate = statistic(total)
    found = np.full((*estimate.shape, 2), np.nan)
    if len(counts) < 2:
        return found
    drawn = np.concatenate([statistic(totals) for totals in _resampled(counts, resamples)])
    drawn.sort(axis=0)
    known = (~np.isnan(drawn)).sum(axis=0)
    below = ((drawn < estimate).sum(axis=0) + (drawn <= estimate).sum(axis=0)) / 2
    without = statistic(total - counts)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(without, axis=0) / (~np.isnan(without)).sum(axis=0)
        pull = np.nan_to_num(mean - without)
        acceleration = np.nan_to_num((pull**3).sum(axis=0) / (6 * (pull**2).sum(axis=0) ** 1.5))
    for place in np.ndindex(estimate.shape):
        if involved[place] < 2 or np.isnan(estimate[place]):
            continue
        count = int(known[place])
        bias = _NORMAL.inv_cdf(min(max(below[place] / count, 1 / (count + 1)), count / (count + 1)))
        reach = _reach(int(involved[place]))
        for side, sign in enumerate((-1, 1)):
            moved = bias + sign * reach
            # Past this the correction turns around; only absurdly skewed samples come near.
            level = _NORMAL.cdf(bias + moved / max(1 - float(acceleration[place]) * moved, 0.1))
            found[(*place, side)] = np.quantile(drawn[(slice(count), *place)], level)
    return found


def _resampled(counts: Numbers, resamples: int) -> Iterator[Numbers]:
    """Totals of drawn sets of documents, ``[draws, …]`` each, in parts that keep memory bounded."""
    random = np.random.default_rng(_SEED)
    documents = len(counts)
    flat = counts.reshape(documents, -1)
    for rows in _chunks(resamples, documents):
        drawn = random.integers(documents, size=(rows, documents))
        drawn += np.arange(rows)[:, None] * documents
        weights = np.bincount(drawn.ravel(), minlength=rows * documents).reshape(rows, documents)
        yield (weights.astype(np.float64) @ flat).reshape(rows, *counts.shape[1:])


def _chunks(resamples: int, documents: int) -> Iterator[int]:
    size = max(1, _CELLS // max(documents, 1))
    for start in range(0, resamples, size):
        yield min(size, resamples - start)


def _reach(documents: int) -> float:
    """Half an interval's width in standard errors, from Student's t for a sample of this size.

    >>> round(_reach(2), 3), round(_reach(10), 3), round(_reach(10_000), 3)  # 12.706 * sqrt(2), 2.262 * sqrt(10 / 9)
    (17.969, 2.385, 1.96)
    """
    return math.sqrt(documents / (documents - 1)) * student_t(documents - 1)


def student_t(free: int) -> float:
    """Quantile of Student's t between whose negative and itself 95 % lie, for so many degrees of freedom."""
    # Imported here, for it takes longer than scoring a set does.
    from scipy.special import stdtrit

    return float(stdtrit(free, (1 + LEVEL) / 2))
