"""How far two annotators of the same texts agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event
from ..documents.text import Span, overlapping, words
from .coefficients import with_intervals
from .errors import error_counts
from .matching import match
from .pairing import pair
from .results import with_intervals as scores_with_intervals
from .roles import BYS, names_of_roles, tally_roles
from .scores import names_of, tally

VERSION = 1
_BOTH, _FIRST, _SECOND = range(3)


def agreement(
    first: Sequence[Document], second: Sequence[Document], sets: Sequence[str] = ("A", "B")
) -> dict[str, Any]:
    """Agreement of two label sets; exchanging them exchanges the counts of the two and changes no other figure.

    Args:
        first: documents as one annotator labelled them.
        second: the same texts, in any order, as another did; see :func:`.pair`.
        sets: names of the two sets.

    Returns:
        What ``agreement.json`` holds, see docs/SCORES.md. ``"all"`` and each of ``"types"`` have the strict ``f1`` of
        the spans and ``overlap_f1``, the counts behind the strict one (``both``, ``first`` only, ``second`` only),
        ``kappa`` and ``alpha`` of the words, and the ``interval`` of each; ``"status"`` is ``None`` if no mention
        that both marked has two statuses, ``"roles"`` if there is none for which both looked for participants. What
        is not defined is ``None``.

    Raises:
        InputError: the two sets cannot be paired.

    >>> one = [Document.mark("A coup.", [(2, 6, "coup", "actual")], "a")]
    >>> result = agreement(one, one)
    >>> result["all"]["f1"], result["all"]["kappa"], result["status"]["kappa"]
    (1.0, 1.0, None)
    """
    ours, theirs = pair(first, second)
    unpaired = [len(first) - len(ours), len(second) - len(theirs)]
    # Drawn in an order that neither annotator's names nor files decide, so that A B and B A draw the same documents.
    pairs = sorted(zip(ours, theirs, strict=True), key=lambda both: (both[0].text, both[0].id))
    ours, theirs = [one for one, _ in pairs], [other for _, other in pairs]
    names = names_of(ours, theirs)
    everything, of_types = _tally_words(ours, theirs, names)
    spans = scores_with_intervals(tally(ours, theirs, names, ["strict", "overlap"]), names)
    marked = np.concatenate([everything[:, None, 1:].any(axis=(2, 3)), of_types[:, :, 0].any(axis=2)], axis=1)
    involved = marked.sum(axis=0)
    coefficients = with_intervals(everything[:, None], involved[:1]) + with_intervals(of_types, involved[1:])
    modes = [[spans[mode]["micro"], *spans[mode]["types"].values()] for mode in ("strict", "overlap")]
    all_, *rows = map(_row, *modes, coefficients)
    return {
        "version": VERSION,
        "sets": list(sets),
        "documents": len(pairs),
        "unpaired": unpaired,
        "words": int(everything[:, :, [_BOTH, _FIRST]].sum()),
        "all": all_,
        "types": dict(zip(names, rows, strict=True)),
        "status": _status(ours, theirs),
        "roles": _roles(ours, theirs),
        "disagreements": error_counts(ours, theirs, names),
    }


def labels_of_words(document: Document, spans: Sequence[Span]) -> list[str | None]:
    """The one type of each word, for coefficients that want one category per unit.

    A word is of the type of the event it shares a character with; of events that overlap one counts, see
    :meth:`Document.without_overlaps`.

    Args:
        document: with the labels of one annotator.
        spans: its words.

    Returns:
        A type for each word, ``None`` outside of events.

    >>> document = Document.mark("A failed coup.", [(2, 13, "coup"), (9, 13, "arrest")])
    >>> labels_of_words(document, words(document.text))
    [None, 'coup', 'coup', None]
    """
    labels: list[str | None] = [None] * len(spans)
    for event in document.without_overlaps().events:
        for place in overlapping(spans, *event.span):
            labels[place] = event.type
    return labels


def _tally_words(
    first: Sequence[Document], second: Sequence[Document], types: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the words that the two put into the same category, or one alone.

    Returns:
        ``[documents, 1 + types, 3]``, the categories being none and the types; and for each type whether a word
        stands in one of its events at all, ``[documents, types, 2, 3]``, the categories being yes and no.
    """
    place = {name: index for index, name in enumerate([None, *types])}
    everything = np.zeros((len(first), 1 + len(types), 3), dtype=np.int64)
    of_types = np.zeros((len(first), len(types), 2, 3), dtype=np.int64)
    for index, documents in enumerate(zip(first, second, strict=True)):
        spans = words(documents[0].text)
        left, right = (
            np.array([place[label] for label in labels_of_words(document, spans)], dtype=np.int64)
            for document in documents
        )
        sides = (left[left == right], left[left != right], right[left != right])
        everything[index] = np.stack([np.bincount(side, minlength=1 + len(types)) for side in sides], axis=-1)
        of_types[index, :, 1, _BOTH] = len(spans)
        for name in {event.type for document in documents for event in document.events}:
            yes, too = (_mask(document.events, name, spans) for document in documents)
            both, one, other = (int(mask.sum()) for mask in (yes & too, yes & ~too, too & ~yes))
            of_types[index, place[name] - 1] = [[both, one, other], [len(spans) - both - one - other, other, one]]
    return everything, of_types


def _mask(events: Sequence[Event], type_: str, spans: Sequence[Span]) -> NDArray[np.bool_]:
    mask = np.zeros(len(spans), dtype=np.bool_)
    for event in events:
        if event.type == type_:
            mask[overlapping(spans, *event.span)] = True
    return mask


def _row(strict: Mapping[str, Any], overlap: Mapping[str, Any], coefficients: Mapping[str, Any]) -> dict[str, Any]:
    limits = {"f1": strict["interval"]["f1"], "overlap_f1": overlap["interval"]["f1"], **coefficients["interval"]}
    return {
        "both": strict["tp"],
        "first": strict["fn"],
        "second": strict["fp"],
        "f1": strict["f1"],
        "overlap_f1": overlap["f1"],
        **coefficients,
        "interval": limits,
    }


def _status(first: Sequence[Document], second: Sequence[Document]) -> dict[str, Any] | None:
    """Agreement on the statuses of the mentions that both marked and both judged."""
    shared = [
        [
            (one.events[left].status, other.events[right].status)
            for left, right in match(one.events, other.events, "strict")
        ]
        for one, other in zip(first, second, strict=True)
    ]
    judged = [[(one, other) for one, other in pairs if one and other] for pairs in shared]
    names = sorted({status for pairs in judged for both in pairs for status in both})
    if not names:
        return None
    place = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(judged), len(names), len(names)), dtype=np.int64)
    for index, pairs in enumerate(judged):
        for one, other in pairs:
            table[index, place[one], place[other]] += 1
    both = np.diagonal(table, axis1=1, axis2=2)
    counts = np.stack([both, table.sum(axis=2) - both, table.sum(axis=1) - both], axis=-1)
    others = table.sum(axis=(1, 2))[:, None] - counts.sum(axis=-1)
    of_statuses = np.stack([counts, np.stack([others, counts[..., _SECOND], counts[..., _FIRST]], axis=-1)], axis=2)
    (row,) = with_intervals(counts[:, None], counts.any(axis=(1, 2)).sum(keepdims=True))
    rows = with_intervals(of_statuses, counts.any(axis=2).sum(axis=0))
    total = counts.sum(axis=0).tolist()
    keys = ("both", "first", "second")
    return {
        "shared": sum(map(len, shared)),
        "judged": int(table.sum()),
        "equal": float(both.sum() / table.sum()),
        **row,
        "statuses": {
            name: dict(zip(keys, of_name, strict=True)) | coefficients
            for name, of_name, coefficients in zip(names, total, rows, strict=True)
        },
        "confusion": {"types": names, "counts": table.sum(axis=0).tolist()},
    }


def _roles(first: Sequence[Document], second: Sequence[Document]) -> dict[str, Any] | None:
    """Agreement on the participants of the mentions that both marked, and for which both looked for some."""
    ours, theirs = [], []
    for one, other in zip(first, second, strict=True):
        shared = [(one.events[left], other.events[right]) for left, right in match(one.events, other.events, "strict")]
        shared = [pair for pair in shared if all(event.roles is not None for event in pair)]
        ours.append(one.with_events(event for event, _ in shared))
        theirs.append(other.with_events(event for _, event in shared))
    events = sum(len(document.events) for document in ours)
    if not events:
        return None
    types, names = names_of_roles(ours, theirs)
    counts = {by: tally_roles(ours, theirs, types, names, by)["arg_c_plus"].sum(axis=1) for by in BYS}
    scores = scores_with_intervals(counts, names)
    all_, *rows = (
        {
            "both": strict["tp"],
            "first": strict["fn"],
            "second": strict["fp"],
            "f1": strict["f1"],
            "head_f1": head["f1"],
            "interval": {"f1": strict["interval"]["f1"], "head_f1": head["interval"]["f1"]},
        }
        for strict, head in zip(*([scores[by]["micro"], *scores[by]["types"].values()] for by in counts), strict=True)
    )
    return {"shared": events, "all": all_, "roles": dict(zip(names, rows, strict=True))}
