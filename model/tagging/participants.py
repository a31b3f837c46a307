"""Who did what to whom: each event as a question to a second tagger, whose answer is the event's participants.

A question is a text: the type of the event, and its sentence with the trigger between arrows. So what answers it is a
tagger like any other, whose types are roles: cut, batched, decoded, trained, tuned and packed by the same code. All
roles of an event are tagged in one pass (after Hsu et al. 2023, TAGPRIME: A Unified Framework for Relational Structure
Extraction), and what is said of one event cannot slip to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, Self

from ..documents.document import Document, Event, Role
from ..documents.schema import ROLES, Schema
from ..documents.text import Span, overlapping, sentences, span_at, words

_REACH = 50
"""Words on either side of a trigger that a question holds; of the participants in real news 1 in 2,500 is farther."""
_BEFORE, _BEHIND = "→ ", " ←"


class Question(NamedTuple):
    """A part of a text with the trigger of one event marked in it, and the way there and back.

    Attributes:
        text: the type, and the part with the marks.
        event: the event.
        start: where the part begins in the document.
        shift: how many characters stand before the part in ``text``.
    """

    text: str
    event: Event
    start: int
    shift: int

    @classmethod
    def about(cls, event: Event, text: str, spans: Sequence[Span]) -> Self:
        """The question about an event.

        Args:
            event: an event of the text.
            text: the text.
            spans: its sentences.

        >>> text = "He fled. Chad expelled two envoys."
        >>> Question.about(Event(14, 22, "expulsion", "expelled"), text, sentences(text)).text
        'expulsion: Chad → expelled ← two envoys.'
        """
        start, end = span_at(spans, event.start) or event.span
        end = max(end, event.end)
        near = [(start + first, start + last) for first, last in words(text[start:end])]
        own = overlapping(near, *event.span)
        if own.start > _REACH:
            start = near[own.start - _REACH][0]
        if own.stop + _REACH < len(near):
            end = near[own.stop + _REACH - 1][1]
        name = f"{event.type.replace('-', ' ')}: "
        marked = f"{_BEFORE}{event.trigger}{_BEHIND}"
        return cls(f"{name}{text[start : event.start]}{marked}{text[event.end : end]}", event, start, len(name))

    def ask(self, document: Document) -> Document:
        """The question as a document for a tagger, with the event's known participants as its labels."""
        spans = [
            (self._there(role.start, False), self._there(role.end, True), role.role) for role in self.event.roles or ()
        ]
        inside = [span for span in spans if self.shift <= span[0] and span[1] <= len(self.text)]
        place = f"{self.event.start}-{self.event.end}-{self.event.type}"
        return Document.mark(self.text, inside, id=f"{document.id}:{place}")

    def read(self, answer: Document, text: str) -> Event:
        """The event with the participants that a tagger found in its question, which stands in ``text``."""
        spans = [(self._back(found.start), self._back(found.end), found) for found in answer.events]
        return replace(
            self.event,
            roles=tuple(
                Role(found.type, start, end, text[start:end], score=found.score)
                for start, end, found in spans
                if start < end
            ),
        )

    def _there(self, place: int, is_end: bool) -> int:
        """Where an offset of the document stands in the question; a span that begins or ends with the trigger does."""
        moved = place - self.start + self.shift
        if place > self.event.start or (place == self.event.start and not is_end):
            moved += len(_BEFORE)
        if place > self.event.end or (place == self.event.end and not is_end):
            moved += len(_BEHIND)
        return moved

    def _back(self, place: int) -> int:
        """Where an offset of the question stands in the document: the type before its part, a mark at the trigger."""
        moved = max(place - self.shift, 0) + self.start
        if moved > self.event.start:
            moved = max(moved - len(_BEFORE), self.event.start)
        if moved > self.event.end:
            moved = max(moved - len(_BEHIND), self.event.end)
        return moved


def questions(documents: Iterable[Document]) -> list[tuple[Document, list[Question]]]:
    """Each document with the questions about its events.

    >>> [(document, asked)] = questions([Document.mark("Police held two.", [(7, 11, "arrest")])])
    >>> asked[0].text
    'arrest: Police → held ← two.'
    """
    found = []
    for document in documents:
        spans = sentences(document.text) if document.events else []
        found.append((document, [Question.about(event, document.text, spans) for event in document.events]))
    return found


def lessons_of(documents: Iterable[Document]) -> list[Document]:
    """The questions about all events whose participants somebody marked, with the answers as labels."""
    return [
        question.ask(document)
        for document, asked in questions(documents)
        for question in asked
        if question.event.roles is not None
    ]


def role_schema(lessons: Iterable[Document]) -> Schema:
    """The roles that some lessons use as types: ours in our order, then a set's own by name."""
    used = {event.type for lesson in lessons for event in lesson.events}
    return Schema((*(role for role in ROLES if role in used), *sorted(used - set(ROLES))))
