"""Agreement beyond chance of two annotators: Cohen's kappa and Krippendorff's alpha, both for names (nominal data).

Both need no table of who said what against whom, only how often the two chose each category together and alone. Such
counts add up over documents, as those of precision and recall do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .resampling import Numbers, corrected

COEFFICIENTS = ("kappa", "alpha")


def kappa(counts: Numbers) -> Numbers:
    """Cohen's kappa, ``(p_o - p_e) / (1 - p_e)`` (Cohen 1960, Educational and Psychological Measurement 20:37).

    Args:
        counts: ``[…, categories, 3]``: how many units both put into a category, the first alone, the second alone.

    Returns:
        ``[…]``; NaN where both put all into one category, or there is nothing.

    >>> # Both said yes 20 times, no 15 times; the first alone said yes 5 times, the second 10 times.
    >>> float(kappa(np.array([[20.0, 5.0, 10.0], [15.0, 10.0, 5.0]])).round(3))
    0.4
    """
    both, first, second = np.moveaxis(counts, -1, 0)
    units = (both + first).sum(axis=-1)
    # Multiplied by the square of the units, so that all is whole numbers and exact.
    expected = ((both + first) * (both + second)).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray((units * both.sum(axis=-1) - expected) / (units**2 - expected))


def alpha(counts: Numbers) -> Numbers:
    """Krippendorff's alpha of two observers, nominal, none missing: ``1 - (n - 1) (n - Σ o_cc) / (n² - Σ n_c²)``.

    ``n`` is the number of values, two of each unit, ``n_c`` how often category *c* is among them, ``o_cc`` the
    coincidences of *c* with itself, two of each unit that both put there (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability, section C).

    Args:
        counts: ``[…, categories, 3]``, as :func:`kappa` has them.

    Returns:
        ``[…]``; NaN where only one category occurs.

    >>> # Section A of the paper: Meg 0100000010, Owen 1110010000.
    >>> float(alpha(np.array([[5.0, 3.0, 1.0], [1.0, 1.0, 3.0]])).round(3))
    0.095
    """
    both, first, second = np.moveaxis(counts, -1, 0)
    values = 2 * both + first + second
    n = values.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (n - 1) * (n - 2 * both.sum(axis=-1)) / (n**2 - (values**2).sum(axis=-1)))


def with_intervals(counts: NDArray[np.int64], involved: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Both coefficients with their 95 % intervals over drawn documents.

    Args:
        counts: ``[documents, rows, categories, 3]``, each row a question that both answered.
        involved: number of documents that a row rests on, ``[rows]``.

    Returns:
        For each row ``kappa``, ``alpha``, and ``interval`` with both: ``[low, high]``, rounded to four decimals.
        ``None`` for what is not defined, and for the interval of what no drawing changes.
    """
    estimate = _coefficients(counts.sum(axis=0).astype(np.float64))
    limits = corrected(counts.astype(np.float64), _coefficients, np.stack([involved, involved], axis=-1)).round(4)
    rows = []
    for values, sides in zip(estimate.tolist(), limits.tolist(), strict=True):
        found = {name: None if value != value else value for name, value in zip(COEFFICIENTS, values, strict=True)}
        ends = [[low, high] if low < high else None for low, high in sides]
        rows.append({**found, "interval": dict(zip(COEFFICIENTS, ends, strict=True))})
    return rows


def _coefficients(counts: Numbers) -> Numbers:
    return np.stack([kappa(counts), alpha(counts)], axis=-1)
