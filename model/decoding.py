"""From label scores of words to spans: the best path that BIO allows, and how sure it is.

The labels form a lattice in which ``I-x`` may only follow ``B-x`` or ``I-x``. The best path through it is found by
Viterbi's algorithm. The confidence of a span is not a product of token probabilities but the exact
posterior of the span in that lattice: the share of all allowed paths' weight that goes through just this span
(forward-backward; Rabiner 1989, A Tutorial on Hidden Markov Models, section III).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def allowed(labels: int) -> NDArray[np.bool_]:
    """Which label may follow which under BIO.

    Args:
        labels: number of labels: ``O``, then ``B-`` and ``I-`` of each type in turn.

    Returns:
        ``[labels + 1, labels]``; the last row says which label may stand first.

    >>> allowed(3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 1, 0]]
    """
    follow = np.ones((labels + 1, labels), dtype=bool)
    follow[:, 2::2] = False
    for inside in range(2, labels, 2):
        follow[[inside - 1, inside], inside] = True
    return follow


def best_path(scores: Scores) -> NDArray[np.int64]:
    """The allowed label sequence with the greatest sum of scores.

    Args:
        scores: ``[words, labels]`` logits or log-probabilities.

    Returns:
        ``[words]`` label indices.

    >>> best_path(np.array([[0.0, -1.0, 5.0], [0.0, -9.0, 5.0]])).tolist()
    [1, 2]
    """
    greedy = scores.argmax(axis=1)
    follow = allowed(scores.shape[1])
    if not len(greedy) or follow[np.concatenate([[-1], greedy[:-1]]), greedy].all():
        return np.asarray(greedy)
    barrier = np.where(follow, 0.0, -np.inf)
    total = scores[0] + barrier[-1]
    back = np.zeros(scores.shape, dtype=np.int64)
    for word in range(1, len(scores)):
        step = total[:, None] + barrier[:-1]
        back[word] = step.argmax(axis=0)
        total = step.max(axis=0) + scores[word]
    path = np.empty(len(scores), dtype=np.int64)
    path[-1] = total.argmax()
    for word in range(len(scores) - 1, 0, -1):
        path[word - 1] = back[word, path[word]]
    return path


def spans_of(path: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """The spans of an allowed label sequence: first word, word behind the last, index of the type.

    >>> spans_of(np.array([0, 1, 2, 1, 0, 3]))
    [(1, 3, 0), (3, 4, 0), (5, 6, 1)]
    """
    spans: list[tuple[int, int, int]] = []
    for begin in np.flatnonzero(path % 2 == 1).tolist():
        end = begin + 1
        while end < len(path) and path[end] == path[begin] + 1:
            end += 1
        spans.append((begin, end, int(path[begin] - 1) // 2))
    return spans


def posteriors(scores: Scores, spans: list[tuple[int, int, int]]) -> list[float]:
    """The probability of each span among all allowed label sequences.

    Args:
        scores: ``[words, labels]`` logits.
        spans: as :func:`spans_of` gives them.

    Returns:
        One number in [0, 1] per span.

    >>> posteriors(np.zeros((1, 3)), [(0, 1, 0)])  # one word: O or B
    [0.5]
    """
    if not spans:
        return []
    length, labels = scores.shape
    barrier = np.where(allowed(labels), 0.0, -np.inf)
    forward, backward = np.empty((length, labels)), np.zeros((length, labels))
    forward[0] = scores[0] + barrier[-1]
    for word in range(1, length):
        forward[word] = _logsumexp(forward[word - 1][:, None] + barrier[:-1], axis=0) + scores[word]
    for word in range(length - 2, -1, -1):
        backward[word] = _logsumexp(barrier[:-1] + (scores[word + 1] + backward[word + 1])[None, :], axis=1)
    everything = float(_logsumexp(forward[-1], axis=0))
    found = []
    for start, end, type_ in spans:
        begin = 1 + 2 * type_
        inside = begin + 1
        weight = forward[start, begin] + scores[start + 1 : end, inside].sum()
        last = begin if end == start + 1 else inside
        if end < length:
            onward = scores[end] + backward[end] + barrier[last]
            onward[inside] = -np.inf
            weight += float(_logsumexp(onward, axis=0))
        found.append(float(np.clip(np.exp(weight - everything), 0.0, 1.0)))
    return found


def _logsumexp(values: Scores, axis: int) -> Scores:
    top = values.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis=axis)))
