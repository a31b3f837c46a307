"""What a person decided about the events of one document, and how one edit leads to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Any, Self

from ..corpus.formats.jsonl import read_spans
from ..corpus.reading import Reading
from ..documents.document import Event, Role
from ..exceptions import InputError

Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """An event that somebody accepted, or a suggestion that somebody rejected.

    Args:
        event: the event, without scores. Its participants are labels where somebody looked at them, a suggestion
            where nobody did.
        accepted: whether it is one.
        seen: whether somebody looked at its participants.

    >>> Decision(Event(2, 6, "coup", "coup"), False).to_dict()
    {'start': 2, 'end': 6, 'type': 'coup', 'trigger': 'coup', 'rejected': True}
    """

    event: Event
    accepted: bool = True
    seen: bool = False

    @property
    def key(self) -> Key:
        """What two decisions of a document never share."""
        return (*self.event.span, self.event.type)

    @property
    def label(self) -> Event:
        """The event as it counts: without participants that nobody looked at.

        >>> event = Event(5, 9, "coup", "coup", roles=(Role("place", 0, 4, "Chad"),))
        >>> Decision(event).label.roles, Decision(event, seen=True).label == event
        (None, True)
        """
        return self.event if self.seen or self.event.roles is None else replace(self.event, roles=None)

    def to_dict(self) -> dict[str, Any]:
        """The decision as a journal and the page hold it."""
        flags = {"rejected": not self.accepted, "seen": self.seen}
        return self.event.to_dict() | {key: True for key, holds in flags.items() if holds}


def read_decisions(rows: Any, text: str, place: str, offsets: str = "code-points") -> tuple[Decision, ...]:
    """Decisions from their objects.

    Args:
        rows: a list of events, some with ``"rejected": true`` or ``"seen": true``.
        text: what they mark.
        place: where they stand, for the message.
        offsets: the unit they count in, see :data:`.UNITS`.

    Raises:
        InputError: one is no event of the text, two are the same, or its participants cannot be labels.

    >>> [decision.accepted for decision in read_decisions([{"start": 2, "end": 6, "type": "coup"}], "A coup.", "f:1")]
    [True]
    """
    events = read_spans(rows, text, place, Reading(offsets=offsets))
    if len(events) < len(rows):
        raise InputError(f"{place}: an event stands twice")
    found = []
    for row, event in zip(rows, events, strict=True):
        rejected, seen = row.get("rejected", False), row.get("seen", False)
        for key, value in (("rejected", rejected), ("seen", seen)):
            if type(value) is not bool:
                raise InputError(f"{place}: {key!r} must be true or false, this is {value!r}")
        if seen and (rejected or event.roles is None):
            raise InputError(f"{place}: 'seen' says that somebody looked at participants; {event.trigger!r} has none")
        roles = None if event.roles is None else tuple(replace(role, score=None) for role in event.roles)
        if seen:
            _check_apart(roles or (), place)
        found.append(Decision(replace(event, score=None, status_score=None, roles=roles), not rejected, seen))
    return tuple(found)


def _check_apart(roles: Sequence[Role], place: str) -> None:
    """Refuse participants in one role that share a word."""
    for one, other in combinations(roles, 2):
        if one.role == other.role and one.start < other.end and other.start < one.end:
            raise InputError(f"{place}: {one.text!r} and {other.text!r} overlap and are both {one.role}")


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of the work on a document.

    Args:
        remove: decisions that no longer hold.
        add: those that hold from now on.
        complete: whether the document is complete from now on; ``None`` leaves that as it was.
    """

    remove: tuple[Decision, ...] = ()
    add: tuple[Decision, ...] = ()
    complete: bool | None = None

    @classmethod
    def read(cls, row: Mapping[str, Any], text: str, place: str, offsets: str = "code-points") -> Self:
        """An edit from its object, of which other keys are not looked at.

        Raises:
            InputError: it is none of the text's.
        """
        complete = row.get("complete")
        if complete not in (None, True, False):
            raise InputError(f"{place}: 'complete' must be true or false, this is {complete!r}")
        sides = [read_decisions(row.get(key, []), text, place, offsets) for key in ("remove", "add")]
        return cls(sides[0], sides[1], complete)

    def to_dict(self) -> dict[str, Any]:
        """The edit as JSON holds it: only what it changes."""
        sides = {"remove": self.remove, "add": self.add}
        row: dict[str, Any] = {key: [one.to_dict() for one in side] for key, side in sides.items() if side}
        return row | ({} if self.complete is None else {"complete": self.complete})


@dataclass(frozen=True, slots=True)
class State:
    """Where the work on a document stands.

    Args:
        revision: how many edits led here.
        decisions: by their keys.
        complete: whether all its events are decided.

    >>> state = State().after(Edit(add=(Decision(Event(2, 6, "coup", "coup")),), complete=True))
    >>> state.revision, state.complete, [event.trigger for event in state.events]
    (1, True, ['coup'])
    """

    revision: int = 0
    decisions: Mapping[Key, Decision] = field(default_factory=dict)
    complete: bool = False

    @property
    def events(self) -> list[Event]:
        """The accepted ones, by place."""
        found = [decision.label for decision in self.decisions.values() if decision.accepted]
        return sorted(found, key=lambda event: (event.start, event.end, event.type))

    @property
    def unseen(self) -> int:
        """How many accepted events have suggested participants that nobody looked at."""
        return sum(one.accepted and not one.seen and bool(one.event.roles) for one in self.decisions.values())

    def after(self, edit: Edit) -> State:
        """What an edit makes of this.

        Raises:
            InputError: it removes what is not there, adds what is there, or lets two accepted events overlap.
        """
        decisions = dict(self.decisions)
        for decision in edit.remove:
            if decisions.pop(decision.key, None) != decision:
                raise InputError(
                    f"{decision.event.trigger!r} ({decision.event.type}) cannot be removed: it is not there"
                )
        for decision in edit.add:
            if decision.key in decisions:
                raise InputError(f"{decision.event.trigger!r} ({decision.event.type}) is there already")
            decisions[decision.key] = decision
        complete = self.complete if edit.complete is None else edit.complete
        state = State(self.revision + 1, decisions, complete)
        accepted = state.events
        for one, other in pairwise(accepted):
            if one.overlaps(other):
                raise InputError(f"{one.trigger!r} ({one.type}) and {other.trigger!r} ({other.type}) overlap")
        return state

    def undecided(self, suggested: Iterable[Event]) -> list[Event]:
        """The suggestions about which nothing is decided: neither themselves nor by an accepted event in their place.

        >>> state = State().after(Edit(add=(Decision(Event(2, 6, "coup", "coup"), False),)))
        >>> [e.trigger for e in state.undecided([Event(2, 6, "coup", "coup"), Event(0, 1, "arrest", "A")])]
        ['A']
        """
        accepted = self.events
        return [
            event
            for event in suggested
            if (*event.span, event.type) not in self.decisions and not any(map(event.overlaps, accepted))
        ]


def replayed(edits: Sequence[Edit]) -> State:
    """The state after some edits, from nothing."""
    state = State()
    for edit in edits:
        state = state.after(edit)
    return state
