"""Where a system is good and where not: strict scores of parts of the events."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..documents.document import Document, Event
from ..documents.text import SURROGATE
from .matching import match, sentence_ends
from .scores import Counts

LEAST = 20
"""A slice with fewer gold events gives counts and no ratios: they would be read as more than they are."""
_BANDS = ((10, "1-10 words"), (20, "11-20 words"), (30, "21-30 words"))
_LONGEST = "31 words or more"
_META = {"register": "style", "kind": "kind", "source": "source"}

Property = Callable[[Event], str | None]


def slices(
    gold: Sequence[Document], predicted: Sequence[Document], training: Iterable[Document] = ()
) -> dict[str, dict[str, dict[str, Any]]]:
    """Strict scores of slices of the events.

    A property that a prediction has as well (place, trigger, document) gives precision, recall and F1. The status is
    known of gold events only and gives recall.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        training: what the system learnt from, to tell triggers seen there from unseen ones. A trigger counts as seen
            if the same words, in lower case, are a trigger of any type there; *expels* does not make *expelled* seen.

    Returns:
        ``{property: {value: row}}``; a row has tp, fp, fn, support, precision, recall, f1, and ``"note": "too few"``
        where the support is below :data:`LEAST` and the ratios are ``None`` for that. Properties: ``trigger`` (with
        training), ``status``, ``sentence``, ``place`` (of documents with a title as first line), ``register``,
        ``kind`` and ``source`` (where the meta data say).

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")], meta={"style": "wire copy"})] * 20
    >>> slices(gold, gold)["register"]["wire copy"]["f1"]
    1.0
    """
    seen = {_trigger(event) for document in training for event in document.events}
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for truth, guess in zip(gold, predicted, strict=True):
        pairs = match(truth.events, guess.events, "strict")
        hits, used = {left for left, _ in pairs}, {right for _, right in pairs}
        properties = _properties(truth, seen)
        judged = [(event, 0 if index in hits else 2) for index, event in enumerate(truth.events)]
        judged += [(event, 1) for index, event in enumerate(guess.events) if index not in used]
        for event, column in judged:
            for name, value_of in properties.items():
                if (value := value_of(event)) is not None:
                    table[name][value][column] += 1
            if column != 1 and event.status is not None:
                table["status"][event.status][column] += 1
    order = ["trigger", "status", "sentence", "place", *_META]
    return {
        name: {value: _row(Counts(*table[name][value]), name != "status") for value in sorted(table[name])}
        for name in order
        if name in table
    }


def _properties(document: Document, seen: set[str]) -> Mapping[str, Property]:
    ends = sentence_ends(document)
    bands = _sentence_bands(document, ends)
    properties: dict[str, Property] = {
        "sentence": lambda event: bands[min(bisect_right(ends, event.start), len(bands) - 1)] if bands else None
    }
    if seen:
        properties["trigger"] = lambda event: "seen" if _trigger(event) in seen else "unseen"
    title = document.meta.get("title")
    if title and document.text.split("\n", 1)[0] == title:
        properties["place"] = lambda event: "headline" if event.start < len(title) else "body"
    for name, key in _META.items():
        # No output takes half a surrogate pair.
        if value := SURROGATE.sub("\ufffd", str(document.meta.get(key) or "")):
            properties[name] = lambda _, value=value: value  # type: ignore[misc]
    return properties


def _sentence_bands(document: Document, ends: Sequence[int]) -> list[str]:
    bands = []
    for start, end in zip([0, *ends], ends, strict=False):
        length = len(document.text[start:end].split())
        bands.append(next((name for most, name in _BANDS if length <= most), _LONGEST))
    return bands


def _trigger(event: Event) -> str:
    return " ".join(event.trigger.lower().split())


def _row(counts: Counts, both_sides: bool) -> dict[str, Any]:
    row = counts.to_dict()
    if not both_sides:
        row |= {"fp": None, "precision": None, "f1": None}
    if row["support"] < LEAST:
        row |= {"precision": None, "recall": None, "f1": None, "note": "too few"}
    return row
