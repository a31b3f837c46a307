"""All that is known of a system's predictions on a set, as ``scores.json`` holds it (see docs/SCORES.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..baselines.cues import CueStatuses
from ..baselines.phrases import NearestPhrases
from ..corpus import digest
from ..documents.document import Document
from ..documents.schema import STATUSES
from ..documents.text import Span
from .confidence import confidence
from .errors import error_counts
from .numbers import RATIOS
from .resampling import intervals
from .role_errors import role_error_counts
from .roles import BYS, MEASURES, ROLE_MEASURES, By, Measure, have_roles, names_of_roles, tally_binding, tally_roles
from .scores import by_type, names_of, summary, tally
from .slices import slices
from .status import status_confusion, status_names, status_types, tally_end_to_end, tally_statuses

VERSION = 3
_Key = TypeVar("_Key")


def results(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    types: Sequence[str] = (),
    *,
    system: str,
    sets: Sequence[str],
    missing: Sequence[str] = (),
    learnt: Sequence[str] = (),
    training: Iterable[Document] = (),
) -> dict[str, Any]:
    """Score predictions in every way there is.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: event types to report even where none occurs; others that occur are added by name.
        system: name of what predicted.
        sets: names of the gold sets.
        missing: ids of documents without a prediction, which are among ``predicted`` without events.
        learnt: ids of documents that the system was trained or tuned on.
        training: what the system learnt from, if known; used to tell seen triggers from unseen ones.

    Returns:
        What ``scores.json`` holds.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")], str(number)) for number in range(10)]
    >>> results(gold, gold, system="perfect", sets=["ten"])["strict"]["micro"]["interval"]["f1"]
    [0.6915, 1.0]
    """
    names = names_of(gold, predicted, types)
    counts = tally(gold, predicted, names)
    documents = by_document([document.id for document in gold], counts["strict"], names)
    participants = roles(gold, predicted, names)
    if participants:
        documents["arg_c_plus"] = participants.pop("documents")
    return {
        "version": VERSION,
        "system": system,
        "data": describe(gold, sets),
        "types": names,
        **with_intervals(counts, names),
        "confidence": confidence(gold, predicted),
        "errors": error_counts(gold, predicted, names),
        "status": status(gold, predicted, names),
        "roles": participants,
        "slices": slices(gold, predicted, training),
        "missing": list(missing),
        "learnt": list(learnt),
        "documents": documents,
    }


def status(gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str]) -> dict[str, Any] | None:
    """Scores of the statuses, over the triggers that gold and prediction share and end to end.

    Args:
        gold: documents with their gold events; those whose status nobody judged are left out.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.

    Returns:
        ``None`` if gold or prediction has no status at all. Else ``matched``, ``accuracy`` and ``macro_f1`` (over the
        statuses that occur) with their ``interval``, rows of ``statuses`` and ``types``, the ``confusion`` table,
        ``end_to_end``: scores in which span, type and status must be right, and ``baseline``: accuracy and macro-F1
        that cue words in the clause reach on the same triggers.

    >>> gold = [Document.mark("No coup.", [(3, 7, "coup", "negated")])]
    >>> status(gold, gold, ["coup"])["macro_f1"]
    1.0
    """
    names = status_names(gold, predicted)
    if not names:
        return None
    scores = _status_rows(gold, predicted, names)
    baseline = _status_rows(gold, CueStatuses().predict(predicted), sorted({*names, *STATUSES}))
    del baseline["statuses"]
    return {
        **scores,
        "baseline": baseline,
        "types": status_types(gold, predicted),
        "confusion": status_confusion(gold, predicted, names),
        "end_to_end": with_intervals({"strict": tally_end_to_end(gold, predicted, types)}, types)["strict"],
    }


def _status_rows(gold: Sequence[Document], predicted: Sequence[Document], statuses: Sequence[str]) -> dict[str, Any]:
    counts = tally_statuses(gold, predicted, statuses)
    rows = with_intervals({"strict": counts}, statuses)["strict"]
    # Every shared trigger has one gold status, so recall over all statuses is the share of right ones.
    micro, macro = rows["micro"], rows["macro"]
    return {
        "matched": micro["support"],
        "accuracy": micro["recall"],
        "macro_f1": macro["f1"],
        "interval": {"accuracy": micro["interval"]["recall"], "macro_f1": macro["interval"]["f1"]},
        "statuses": rows["types"],
    }


def roles(gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str]) -> dict[str, Any] | None:
    """Scores of the participants.

    Args:
        gold: documents with their gold events; those whose participants nobody looked for are left out.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.

    Returns:
        ``None`` if nobody looked for participants in gold or in prediction. Else ``triggers``: ``"gold"`` if the
        predicted events are those of gold, or ``"predicted"``; ``events``, how many gold events are asked; ``strict``
        and ``head``, each with the four measures of :mod:`.roles`, which have a row ``micro`` and rows of ``types`` and
        ``roles`` (Arg-I and Arg-I+ know no role); ``binding``: of :func:`.tally_binding` the number ``asked`` and
        ``wrong``, their ``share`` and its ``interval``; the kinds of ``errors``; ``baseline``: the rows of the nearest
        noun phrases around the same triggers; and ``documents``: Arg-C+ of each.

    >>> from news_event_tagger.documents.document import Event, Role
    >>> event = Event(5, 9, "arrest", "held", roles=(Role("target", 10, 17, "two men"),))
    >>> document = Document("Chad held two men.", (event,))
    >>> scores = roles([document], [document], ["arrest"])
    >>> scores["head"]["arg_c"]["roles"]["target"]["f1"], scores["baseline"]["head"]["arg_c"]["micro"]["precision"]
    (1.0, 0.5)
    """
    if not have_roles(gold) or not have_roles(predicted):
        return None
    sides = {"system": predicted, "baseline": NearestPhrases().predict(predicted)}
    _, names = names_of_roles(gold, *sides.values())
    counts = {
        (side, by, measure): table
        for side, documents in sides.items()
        for by in BYS
        for measure, table in tally_roles(gold, documents, types, names, by).items()
    }
    rows = _role_rows(counts, types, names)
    of: dict[str, dict[str, Any]] = {
        side: {by: {measure: rows[side, by, measure] for measure in MEASURES} for by in BYS} for side in sides
    }
    return {
        "triggers": "gold" if _spans(gold) == _spans(predicted) else "predicted",
        "events": sum(event.roles is not None for document in gold for event in document.events),
        **of["system"],
        "binding": _shares({by: tally_binding(gold, predicted, by) for by in BYS}),
        "errors": role_error_counts(gold, predicted),
        "baseline": of["baseline"],
        "documents": {by: counts["system", by, "arg_c_plus"].sum(axis=(1, 2)).tolist() for by in BYS},
    }


def _spans(documents: Sequence[Document]) -> list[list[tuple[Span, str]]]:
    return [[(event.span, event.type) for event in document.events] for document in documents]


def _role_rows(
    counts: Mapping[tuple[str, By, Measure], NDArray[np.int64]], types: Sequence[str], names: Sequence[str]
) -> dict[tuple[str, By, Measure], Any]:
    of_types = with_intervals({key: table.sum(axis=2) for key, table in counts.items()}, types)
    rows = {key: {"micro": scores["micro"], "types": scores["types"]} for key, scores in of_types.items()}
    asked = {key: table.sum(axis=1) for key, table in counts.items() if key[2] in ROLE_MEASURES}
    for key, scores in with_intervals(asked, names).items():
        rows[key]["roles"] = scores["types"]
    return rows


def _shares(counts: Mapping[By, NDArray[np.int64]]) -> dict[By, dict[str, Any]]:
    """How many of those that were asked are wrong, from ``[documents, 2]`` each."""
    tables = {
        by: np.stack([wrong, asked - wrong, np.zeros_like(wrong)], axis=-1)[:, None]
        for by, (wrong, asked) in ((by, table.T) for by, table in counts.items())
    }
    rows = {by: scores["micro"] for by, scores in with_intervals(tables, ["wrong"]).items()}
    return {
        by: {
            "asked": row["tp"] + row["fp"],
            "wrong": row["tp"],
            "share": row["precision"],
            "interval": row["interval"]["precision"],
        }
        for by, row in rows.items()
    }


def describe(gold: Sequence[Document], sets: Sequence[str]) -> dict[str, Any]:
    """What was scored on: names, size and the SHA-256 of the gold labels and texts."""
    return {
        "sets": list(sets),
        "documents": len(gold),
        "events": sum(len(document.events) for document in gold),
        "sha256": digest(gold),
    }


def with_intervals(counts: Mapping[_Key, NDArray[np.int64]], types: Sequence[str]) -> dict[Any, Any]:
    """Scores of some modes with their 95 % intervals, for all of which the same documents are drawn.

    Args:
        counts: ``[documents, types, 3]`` of tp, fp, fn, per mode.
        types: their names.

    Returns:
        As :func:`.score` has it, each row with ``interval``: ``{ratio: [low, high]}``,
        ``None`` for a ratio that has none. Rounded to four decimals, for drawing is not more exact.
    """
    scores: dict[Any, Any] = {}
    limits = intervals(np.stack(list(counts.values()), axis=1)).round(4).tolist()
    for (mode, table), rows in zip(counts.items(), limits, strict=True):
        scores[mode] = summary(by_type(table, types))
        micro, macro = scores[mode]["micro"], scores[mode]["macro"]
        for row, sides in zip([micro, macro, *scores[mode]["types"].values()], rows, strict=True):
            pairs = [None if math.isnan(low) else [low, high] for low, high in sides]
            row["interval"] = dict(zip(RATIOS, pairs, strict=True))
    return scores


def by_document(ids: Sequence[str], counts: NDArray[np.int64], types: Sequence[str]) -> dict[str, Any]:
    """The strict counts of each document, so that two systems can be compared from their score files alone.

    >>> by_document(["a", "b"], np.array([[[1, 0, 1]], [[0, 1, 0]]]), ["coup"])
    {'ids': ['a', 'b'], 'strict': {'coup': [[1, 0, 1], [0, 1, 0]]}}
    """
    return {"ids": list(ids), "strict": {name: counts[:, place].tolist() for place, name in enumerate(types)}}


def document_counts(documents: Mapping[str, Any], types: Sequence[str]) -> NDArray[np.int64]:
    """The table of :func:`by_document` as ``[documents, types, 3]``; zeros for a type it does not have."""
    none = [[0, 0, 0]] * len(documents["ids"])
    rows = [documents["strict"].get(name, none) for name in types]
    return np.array(rows, dtype=np.int64).reshape(len(types), len(none), 3).swapaxes(0, 1)
