"""Documents and the events marked in them: the one currency of this package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Role:
    """A participant of an event: a half-open span of code points with what it is to the event.

    Args:
        role: ``"actor"``, ``"target"``, ``"object"``, ``"reason"``, ``"place"`` or ``"time"`` (or a set's own).
        start: offset of the first code point, 0 or more.
        end: offset behind the last one, greater than ``start``.
        text: the text of the span.
        head: start and end of its head word, within the span; ``None`` where nobody marked it.
        score: confidence in [0, 1]; ``None`` for labels made by people.

    Raises:
        ValueError: the span or its head is empty or out of place, the role an empty string, or the score no share.

    >>> Role("actor", 0, 10, "The police", head=(4, 10)).text
    'The police'
    """

    role: str
    start: int
    end: int
    text: str
    head: tuple[int, int] | None = None
    score: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span {self.start}:{self.end} is empty or negative")
        if self.role == "":
            raise ValueError(f"the role of {self.text!r} is empty; name it")
        if self.head is not None and not self.start <= self.head[0] < self.head[1] <= self.end:
            raise ValueError(f"the head {self.head[0]}:{self.head[1]} of {self.text!r} is empty or outside it")
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score {self.score} of {self.text!r} is outside [0, 1]")

    @property
    def span(self) -> tuple[int, int]:
        """``(start, end)``."""
        return self.start, self.end

    def to_dict(self) -> dict[str, Any]:
        """The participant as JSON holds it: only what is known.

        >>> Role("place", 3, 9, "Bamako").to_dict()
        {'role': 'place', 'start': 3, 'end': 9, 'text': 'Bamako'}
        """
        row: dict[str, Any] = {"role": self.role, "start": self.start, "end": self.end, "text": self.text}
        head = {} if self.head is None else {"head": list(self.head)}
        return row | head | ({} if self.score is None else {"score": self.score})


@dataclass(frozen=True, slots=True)
class Event:
    """A mention of an event: a half-open span of code points with a type.

    Args:
        start: offset of the first code point of the trigger, 0 or more.
        end: offset behind the last one, greater than ``start``.
        type: name of the event type, ``"arrest"`` for one.
        trigger: the text of the span.
        score: confidence in [0, 1]; ``None`` for labels made by people.
        status: ``"actual"``, ``"alleged"``, ``"prospective"`` or ``"negated"`` (or a set's own
            values); ``None`` where nobody said.
        status_score: confidence in the status, in [0, 1].
        roles: its participants, in any order; ``None`` where nobody looked for any.

    Raises:
        ValueError: the span is empty or negative, the type or status an empty string, or a score outside [0, 1].

    >>> Event(0, 8, "arrest", "Arrested", status="actual").trigger
    'Arrested'
    """

    start: int
    end: int
    type: str
    trigger: str
    score: float | None = None
    status: str | None = None
    status_score: float | None = None
    roles: tuple[Role, ...] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span {self.start}:{self.end} is empty or negative")
        if self.type == "":
            raise ValueError(f"the type of {self.trigger!r} is empty; name it")
        if self.status == "":
            raise ValueError(f"the status of {self.trigger!r} is empty; leave it out where nobody judged it")
        for value in (self.score, self.status_score):
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"score {value} of {self.trigger!r} is outside [0, 1]")
        if self.roles is not None:
            roles = tuple(sorted(self.roles, key=lambda role: (role.start, role.end, role.role)))
            object.__setattr__(self, "roles", roles)

    @property
    def span(self) -> tuple[int, int]:
        """``(start, end)``."""
        return self.start, self.end

    def overlaps(self, other: Event) -> bool:
        """Whether the two spans share a code point; touching spans do not.

        >>> Event(0, 4, "coup", "coup").overlaps(Event(4, 8, "coup", "coup"))
        False
        """
        return self.start < other.end and other.start < self.end

    def to_dict(self) -> dict[str, Any]:
        """The event as JSON holds it: only what is known.

        >>> Event(0, 4, "coup", "Coup", score=0.5).to_dict()
        {'start': 0, 'end': 4, 'type': 'coup', 'trigger': 'Coup', 'score': 0.5}
        """
        row: dict[str, Any] = {"start": self.start, "end": self.end, "type": self.type, "trigger": self.trigger}
        optional = {"score": self.score, "status": self.status, "status_score": self.status_score}
        row |= {key: value for key, value in optional.items() if value is not None}
        return row if self.roles is None else row | {"roles": [role.to_dict() for role in self.roles]}


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the events marked in it, sorted by place.

    ``text[event.start:event.end] == event.trigger`` holds for every event of every document, and the same for the
    participants.

    Args:
        text: the article, any Unicode, never changed.
        events: its events, in any order.
        id: name of the document in its set.
        meta: what else is known of it (title, dateline, style …).

    Raises:
        ValueError: the span of an event or a participant does not fit the text.

    >>> doc = Document.mark("Troops staged a coup.", [(16, 20, "coup")])
    >>> [(event.trigger, event.type) for event in doc.events]
    [('coup', 'coup')]
    """

    text: str
    events: tuple[Event, ...] = ()
    id: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        events = tuple(sorted(self.events, key=lambda event: (event.start, event.end, event.type)))
        object.__setattr__(self, "events", events)
        for event in events:
            self._check(event.trigger, *event.span)
            for role in event.roles or ():
                self._check(role.text, *role.span)

    def _check(self, marked: str, start: int, end: int) -> None:
        found = self.text[start:end]
        if end > len(self.text) or found != marked:
            raise ValueError(
                f"document {self.id!r}: {marked!r} does not stand at {start}:{end}, the text there is {found[:40]!r}"
            )

    @classmethod
    def mark(
        cls,
        text: str,
        spans: Iterable[tuple[int, int, str] | tuple[int, int, str, str | None]],
        id: str = "",
        meta: Mapping[str, Any] | None = None,
    ) -> Self:
        """A document from bare spans; the triggers are read off the text.

        Args:
            text: the article.
            spans: ``(start, end, type)`` or ``(start, end, type, status)`` each.
            id: name of the document.
            meta: what else is known of it.

        >>> Document.mark("No arrests.", [(3, 10, "arrest", "negated")]).events[0].status
        'negated'
        """
        events = [
            Event(start, end, type_, text[start:end], status=status[0] if status else None)
            for start, end, type_, *status in spans
        ]
        return cls(text, tuple(events), id, meta or {})

    def with_events(self, events: Iterable[Event]) -> Document:
        """The same text with other events."""
        return replace(self, events=tuple(events))

    def without_overlaps(self) -> Document:
        """The document with no two events on the same character: what one label per word can say.

        Of events that overlap the one that begins first stays, of these the longest, of equally long ones the one whose
        type comes first in the alphabet.

        >>> doc = Document.mark("A coup plot.", [(2, 6, "coup"), (2, 11, "plot"), (7, 11, "plot")])
        >>> [event.trigger for event in doc.without_overlaps().events]
        ['coup plot']
        """
        kept: list[Event] = []
        for event in sorted(self.events, key=lambda event: (event.start, -event.end, event.type)):
            if not kept or not event.overlaps(kept[-1]):
                kept.append(event)
        return self if len(kept) == len(self.events) else self.with_events(kept)

    def to_dict(self) -> dict[str, Any]:
        """The document as one line of our JSON Lines format holds it.

        >>> Document("Nothing.", id="a").to_dict()
        {'id': 'a', 'text': 'Nothing.', 'events': []}
        """
        row = {"id": self.id, "text": self.text, "events": [event.to_dict() for event in self.events]}
        return row | ({"meta": dict(self.meta)} if self.meta else {})
