"""Participants in tools that draw relations: from an event to a span labelled ``participant``, named by the role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from ...documents.document import Document, Role
from ..reading import Notes

PARTICIPANT = "participant"


class Relation(NamedTuple):
    """A relation between two spans, which go by their ids."""

    start: Any
    end: Any
    label: Any
    score: Any = None


def bind(
    spans: Sequence[tuple[Any, dict[str, Any]]], relations: Sequence[Relation], notes: Notes
) -> list[dict[str, Any]]:
    """Events with their participants.

    A span labelled ``participant`` to which no relation leads is an event like any other: nothing says what else.

    Args:
        spans: id of each, and its object as JSON Lines have events.
        relations: what leads from which to which.
        notes: takes the count of relations that are no participation.

    Returns:
        The objects of the events, those with participants with ``roles``.

    >>> spans = [("a", {"start": 5, "end": 9, "type": "coup"}), ("b", {"start": 0, "end": 3, "type": "participant"})]
    >>> bind(spans, [Relation("a", "b", "actor")], Notes())[0]["roles"]
    [{'role': 'actor', 'start': 0, 'end': 3, 'score': None}]
    """
    participants = {id_: span for id_, span in spans if span["type"] == PARTICIPANT}
    aims = {relation.end for relation in relations} & participants.keys()
    events = {id_ for id_, _ in spans} - aims
    roles: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    bound = set()
    for start, end, label, score in relations:
        fits = start in events and end in aims and isinstance(label, str)
        notes[f"{{}} relations left out that lead from no event to a span labelled {PARTICIPANT!r}"] += not fits
        if fits:
            span = participants[end]
            roles[start].append({"role": label, "start": span["start"], "end": span["end"], "score": score})
            bound.add(end)
    return [
        span | ({"roles": roles[id_]} if id_ in roles else {})
        for id_, span in spans
        if id_ not in bound or span["type"] != PARTICIPANT
    ]


def spans_of(document: Document) -> dict[tuple[int, int], Role]:
    """The spans of a document's participants in the order of the text, those of several events once."""
    roles = [role for event in document.events for role in event.roles or ()]
    return {role.span: role for role in sorted(roles, key=lambda role: role.span)}
