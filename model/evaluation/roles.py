"""Scores of participants, counted as TextEE counts arguments (Huang et al. 2024, arXiv:2311.09562).

A participant is a tuple, and a prediction is right if gold has that tuple. Each document has a set of them, so what
stands twice counts once. With *e* the type of the event, *s* the span of the participant, *r* its role and *t* the
trigger's span, Arg-I is ``(e, s)``, Arg-C ``(e, s, r)``, Arg-I+ ``(e, s, t)`` and Arg-C+ ``(e, s, r, t)``: the two with
a plus want the participant at the right trigger. ``"head"`` has the head word in the place of the span.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from ..documents.document import Document, Event, Role
from ..documents.heads import head_span
from ..documents.schema import ROLES
from ..documents.text import Span, sentences, span_at
from .matching import match
from .scores import Counts

By = Literal["strict", "head"]
Measure = Literal["arg_i", "arg_c", "arg_i_plus", "arg_c_plus"]
Part = tuple[str, Span]
BYS: tuple[By, ...] = get_args(By)
MEASURES: tuple[Measure, ...] = get_args(Measure)
ROLE_MEASURES: tuple[Measure, ...] = ("arg_c", "arg_c_plus")
"""Those that ask for the role."""


class Argument(NamedTuple):
    """A participant as it is counted; what a measure does not ask for is ``None``."""

    type: str
    place: Span
    role: str | None
    trigger: Span | None


def role_scores(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[By, dict[Measure, dict[str, Any]]]:
    """Micro scores of participants, without intervals.

    Args:
        gold: documents with their gold events; those whose ``roles`` are ``None`` count in nothing.
        predicted: the same texts with predicted events, in the same order. If they have the gold events, the scores
            are those on gold triggers.

    Returns:
        ``{"strict" or "head": {"arg_i", "arg_c", "arg_i_plus" or "arg_c_plus": row}}``, a row with tp, fp, fn, support,
        precision, recall and f1.

    >>> roles = (Role("target", 5, 15, "two envoys"),)
    >>> event = Event(16, 20, "arrest", "held", roles=roles)
    >>> document = Document("They two envoys held.", (event,))
    >>> role_scores([document], [document])["strict"]["arg_c"]["f1"]
    1.0
    """
    types, roles = names_of_roles(gold, predicted)
    return {
        by: {
            measure: Counts(*table.sum(axis=(0, 1, 2)).tolist()).to_dict()
            for measure, table in tally_roles(gold, predicted, types, roles, by).items()
        }
        for by in BYS
    }


def have_roles(documents: Iterable[Document]) -> bool:
    """Whether somebody looked for participants of an event."""
    return any(event.roles is not None for document in documents for event in document.events)


def names_of_roles(*sides: Sequence[Document]) -> tuple[list[str], list[str]]:
    """The event types and the roles that occur: types by name, our roles in our order and others behind them."""
    events = [event for side in sides for document in side for event in document.events]
    found = {role.role for event in events for role in event.roles or ()}
    ours = [role for role in ROLES if role in found]
    return sorted({event.type for event in events}), [*ours, *sorted(found - set(ROLES))]


def tally_roles(
    gold: Sequence[Document], predicted: Sequence[Document], types: Sequence[str], roles: Sequence[str], by: By
) -> dict[Measure, NDArray[np.int64]]:
    """Count participants, document by document.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        types: names of all event types that occur.
        roles: names of all roles that occur.
        by: ``"strict"`` asks for the span, ``"head"`` for its head word.

    Returns:
        ``[documents, types, roles, 3]`` of tp, fp, fn, per measure. Arg-I and Arg-I+ know no role; all their counts
        stand under the first.

    >>> roles = (Role("target", 0, 10, "Two envoys"),)
    >>> gold = Document("Two envoys held.", (Event(11, 15, "arrest", "held", roles=roles),))
    >>> tally_roles([gold], [gold.with_events([])], ["arrest"], ["target"], "head")["arg_c_plus"].tolist()
    [[[[0, 0, 1]]]]
    """
    of_type = {name: index for index, name in enumerate(types)}
    of_role: dict[str | None, int] = {None: 0, **{name: index for index, name in enumerate(roles)}}
    shape = (len(gold), len(types), max(len(roles), 1), 3)
    counts = {measure: np.zeros(shape, dtype=np.int64) for measure in MEASURES}
    for index, (truth, guess) in enumerate(zip(gold, predicted, strict=True)):
        sides = [_arguments(events, by) for events in judged(truth, guess)]
        for measure, table in counts.items():
            there, found = ({_asked(argument, measure) for argument in side} for side in sides)
            for column, part in enumerate((there & found, found - there, there - found)):
                for argument in part:
                    table[index, of_type[argument.type], of_role[argument.role], column] += 1
    return counts


def judged(gold: Document, predicted: Document) -> tuple[list[Event], list[Event]]:
    """The gold events whose participants somebody looked for, and the predicted ones but those of the other events."""
    truth = [event for event in gold.events if event.roles is not None]
    if len(truth) == len(gold.events):
        return truth, list(predicted.events)
    pairs = match(gold.events, predicted.events, "strict")
    unjudged = {right for left, right in pairs if gold.events[left].roles is None}
    return truth, [event for index, event in enumerate(predicted.events) if index not in unjudged]


def place_of(role: Role, by: By) -> Span:
    """The span of a participant, or that of its head word: the marked one, or that of the rule."""
    return role.span if by == "strict" else head_span(role)


def tally_binding(gold: Sequence[Document], predicted: Sequence[Document], by: By) -> NDArray[np.int64]:
    """Count the participants that a prediction gives to the wrong one of several events.

    Asked are the sentences with two or more gold events of one type, and of these the events whose trigger and type
    were found. A predicted participant is bound to the wrong event if gold has it in that role at another event of that
    type in the sentence, and not at its own.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        by: ``"strict"`` asks for the span, ``"head"`` for its head word.

    Returns:
        ``[documents, 2]``: how many are bound to the wrong event, and how many are asked at all.
    """
    counts = np.zeros((len(gold), 2), dtype=np.int64)
    for index, (truth, guess) in enumerate(zip(gold, predicted, strict=True)):
        beside = parts_beside(truth, by, of_one_type=True) if guess.events else {}
        for left, right in match(truth.events, guess.events, "strict") if beside else ():
            event = truth.events[left]
            if event in beside and event.roles is not None:
                parts = parts_of(guess.events[right], by)
                counts[index] += len((parts & beside[event]) - parts_of(event, by)), len(parts)
    return counts


def parts_of(event: Event, by: By) -> set[Part]:
    """Role and place of each participant of an event."""
    return {(role.role, place_of(role, by)) for role in event.roles or ()}


def parts_beside(document: Document, by: By, of_one_type: bool) -> dict[Event, set[Part]]:
    """The participants that stand in a sentence with several events, its own among them, for each of these.

    Args:
        document: with events; each belongs to the sentence in which its trigger begins.
        by: see :func:`place_of`.
        of_one_type: whether only events of one type count as several.
    """
    spans = sentences(document.text) if len(document.events) > 1 else []
    groups: dict[tuple[Span | None, str], list[Event]] = defaultdict(list)
    for event in document.events:
        groups[span_at(spans, event.start), event.type if of_one_type else ""].append(event)
    found: dict[Event, set[Part]] = {}
    for group in groups.values():
        if len(group) > 1:
            parts = {part for event in group for part in parts_of(event, by)}
            found |= dict.fromkeys(group, parts)
    return found


def _arguments(events: Iterable[Event], by: By) -> list[Argument]:
    return [
        Argument(event.type, place_of(role, by), role.role, event.span)
        for event in events
        for role in event.roles or ()
    ]


def _asked(argument: Argument, measure: Measure) -> Argument:
    """The argument without what a measure does not ask for."""
    return Argument(
        argument.type,
        argument.place,
        argument.role if measure in ROLE_MEASURES else None,
        argument.trigger if measure in ("arg_i_plus", "arg_c_plus") else None,
    )
