"""Documents and the events marked in them: the one currency of this package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


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
        return row | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the events marked in it, sorted by place.

    ``text[event.start:event.end] == event.trigger`` holds for every event of every document.

    Args:
        text: the article, any Unicode, never changed.
        events: its events, in any order.
        id: name of the document in its set.
        meta: what else is known of it (title, dateline, style …).

    Raises:
        ValueError: an event's span or trigger does not fit the text.

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
            found = self.text[event.start : event.end]
            if event.end > len(self.text) or found != event.trigger:
                raise ValueError(
                    f"document {self.id!r}: {event.trigger!r} does not stand at {event.start}:{event.end}, "
                    f"the text there is {found[:40]!r}"
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
