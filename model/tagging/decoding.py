"""From label scores of words to events: the best path that BIO allows, and how sure it is.

The labels form a lattice in which ``I-x`` may only follow ``B-x`` or ``I-x``. The best path through it is found by
Viterbi's algorithm. The confidence of a span is not a product of token probabilities but the exact
posterior of the span in that lattice: the share of all allowed paths' weight that goes through just this span
(forward-backward, scaled; Rabiner 1989, A Tutorial on Hidden Markov Models, sections III and V.A).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Event
from ..documents.schema import Schema
from ..documents.text import overlapping
from .windows import Windows

Scores = NDArray[np.float64]

_FARTHEST = 300.0


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
        scores: ``[words, labels]`` logits; a label that is 300 below the best of its word counts as no farther.
        spans: as :func:`spans_of` gives them.

    Returns:
        One number in [0, 1] per span.

    >>> posteriors(np.zeros((1, 3)), [(0, 1, 0)])  # one word: O or B
    [0.5]
    """
    if not spans:
        return []
    # Each word's weights are divided by what all paths to it weigh, so none of the products runs out of range.
    follow = allowed(scores.shape[1]).astype(np.float64)
    best = scores.max(axis=1)
    best[0] = scores[0, follow[-1] > 0].max()
    weights = np.exp(np.clip(scores - best[:, None], -_FARTHEST, 0.0))
    forward, backward = np.empty_like(weights), np.ones_like(weights)
    reached = follow[-1]
    for word, own in enumerate(weights):
        own *= 1 / (own @ reached)
        forward[word] = own * reached
        reached = forward[word] @ follow[:-1]
    for word in range(len(weights) - 1, 0, -1):
        backward[word - 1] = follow[:-1] @ (weights[word] * backward[word])
    found = []
    for start, end, type_ in spans:
        begin = 1 + 2 * type_
        inside = begin + 1
        share = forward[start, begin] * weights[start + 1 : end, inside].prod()
        if end < len(weights):
            onward = weights[end] * backward[end] * follow[begin if end == start + 1 else inside]
            onward[inside] = 0.0
            share *= onward.sum()
        found.append(min(float(share), 1.0))
    return found


def events_of(
    text: str, windows: Windows, scores: Sequence[Scores], schema: Schema, thresholds: Mapping[str, float]
) -> list[Event]:
    """The events of a text from the label scores of its words.

    Args:
        text: the text that was cut.
        windows: how it was cut.
        scores: for each window ``[its words, labels + statuses]`` logits; without statuses the events have none.
        schema: names of the types and statuses.
        thresholds: least score of an event, by its type.

    Returns:
        Events with their scores, in order; they begin and end at words.
    """
    events = []
    for decided, part in _joined(windows, scores):
        labels, statuses = np.split(part, [len(schema.labels)], axis=1)
        if not (labels.argmax(axis=1) > 0).any():
            continue
        found = spans_of(best_path(labels))
        for (first, last, type_), score in zip(found, posteriors(labels, found), strict=True):
            name = schema.types[type_]
            if score < thresholds[name]:
                continue
            start, end = windows.words[decided[first]][0], windows.words[decided[last - 1]][1]
            status, sure = _status(statuses[first:last], schema)
            events.append(Event(start, end, name, text[start:end], score, status, sure))
    return events


def missed(windows: Windows, scores: Sequence[NDArray[np.float64]], events: Sequence[Event], labels: int) -> float:
    """The greatest probability that a word outside the events is in one.

    Args:
        windows: how a text was cut.
        scores: as of :func:`events_of`.
        events: what was found.
        labels: number of labels.

    Returns:
        A probability in [0, 1], of each word by itself; 0 where no word is outside.
    """
    outside = np.ones(len(windows.words), dtype=bool)
    for event in events:
        outside[overlapping(windows.words, *event.span)] = False
    most = 0.0
    for decided, part in _joined(windows, scores):
        most = float(inside(part[:, :labels])[outside[decided]].max(initial=most))
    return most


def inside(scores: Scores) -> Scores:
    """``[words]`` the probability that each word, taken by itself, is in an event, from ``[words, labels]`` logits."""
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(1 - weights[:, 0] / weights.sum(axis=1))


def _status(scores: NDArray[np.float64], schema: Schema) -> tuple[str | None, float | None]:
    """The likeliest status and its probability from the ``[words, statuses]`` logits of a trigger."""
    if not scores.shape[1]:
        return None, None
    logits = scores.mean(axis=0)
    best = int(logits.argmax())
    return schema.statuses[best], float(1 / np.exp(logits - logits[best]).sum())


def _joined(windows: Windows, scores: Sequence[Scores]) -> Iterator[tuple[NDArray[np.int64], Scores]]:
    """Windows cut from one sentence are decoded as one, so a trigger across the cut stays whole."""
    groups: list[tuple[list[NDArray[np.int64]], list[Scores]]] = []
    for window, part in zip(windows.windows, scores, strict=True):
        if not (groups and window.joins):
            groups.append(([], []))
        groups[-1][0].append(window.words)
        groups[-1][1].append(part)
    for decided, parts in groups:
        yield np.concatenate(decided), np.concatenate(parts)
