"""Who did what to whom, and did it happen: each event as a question to a second tagger, whose answer says it.

A question is a text: the type of the event, and its sentence with the trigger between arrows. So what answers it is a
tagger like any other, whose types are roles: cut, batched, decoded, trained, tuned and packed by the same code. All
roles of an event are tagged in one pass (after Hsu et al. 2023, TAGPRIME: A Unified Framework for Relational Structure
Extraction), and what is said of one event cannot slip to another. The type that stands in front is an answer too: it
has the event's status, which who reads one event at a time tells better than who reads a page.
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
_NO_PHRASE = frozenset(("", "a", "an", "the"))
"""What is no participant by itself, however sure a network is of it."""
_ITSELF = "(event)"
"""What the type in front of a question is labelled as: no role, but what the status of the event stands at."""
LABELLED_TO = "(labelled to)"
"""In the meta of a lesson: how far its labels are known, behind which nobody looked for any."""


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
    def about(cls, event: Event, text: str, sentence: Span, near: Sequence[Span]) -> Self:
        """The question about an event.

        Args:
            event: an event of the text.
            text: the text.
            sentence: the one that it stands in.
            near: the words of the sentence.

        >>> text = "Chad expelled two envoys."
        >>> Question.about(Event(5, 13, "expulsion", "expelled"), text, (0, 25), words(text)).text
        'expulsion: Chad → expelled ← two envoys.'
        """
        start, end = sentence[0], max(sentence[1], event.end)
        own = overlapping(near, *event.span)
        if own.start > _REACH:
            start = near[own.start - _REACH][0]
        if own.stop + _REACH < len(near):
            end = near[own.stop + _REACH - 1][1]
        name = f"{event.type.replace('-', ' ')}: "
        marked = f"{_BEFORE}{event.trigger}{_BEHIND}"
        return cls(f"{name}{text[start : event.start]}{marked}{text[event.end : end]}", event, start, len(name))

    def ask(self, document: Document) -> Document:
        """The question as a document for a tagger, labelled with what is known of the event."""
        spans: list[tuple[int, int, str, str | None]] = [(0, self.shift - 1, _ITSELF, self.event.status)]
        for role in self.event.roles or ():
            start, end = self._there(role.start, False), self._there(role.end, True)
            if self.shift <= start and end <= len(self.text):
                spans.append((start, end, role.role, None))
        place = f"{self.event.start}-{self.event.end}-{self.event.type}"
        meta = {} if self.event.roles is not None else {LABELLED_TO: self.shift}
        return Document.mark(self.text, spans, f"{document.id}:{place}", meta)

    def read(self, answer: Document, text: str) -> Event:
        """The event with the participants and the status that a tagger told of it.

        Args:
            answer: what it made of the question.
            text: the text that the event stands in.
        """
        roles, event = [], self.event
        for found in answer.events:
            start, end = self._back(found.start), self._back(found.end)
            # A span that takes an arrow in has the blank beside it too.
            start, end = end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())
            if found.type == _ITSELF and found.status:
                event = replace(event, status=found.status, status_score=found.status_score)
            elif found.type != _ITSELF and text[start:end].lower() not in _NO_PHRASE:
                roles.append(Role(found.type, start, end, text[start:end], score=found.score))
        return replace(event, roles=tuple(roles))

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
        text, spans = document.text, sentences(document.text) if document.events else []
        # Cut once for all events of a sentence, which may be as long as the text.
        known: dict[Span, list[Span]] = {}
        asked = []
        for event in document.events:
            start, end = sentence = span_at(spans, event.start) or event.span
            if sentence not in known:
                known[sentence] = [(start + first, start + last) for first, last in words(text[start:end])]
            asked.append(Question.about(event, text, sentence, known[sentence]))
        found.append((document, asked))
    return found


def lessons_of(documents: Iterable[Document]) -> list[Document]:
    """The questions about all events with their answers as labels, as far as somebody gave any.

    >>> [lesson] = lessons_of([Document.mark("Police held two.", [(7, 11, "arrest", "actual")])])
    >>> [(event.trigger, event.status) for event in lesson.events], lesson.meta
    ([('arrest:', 'actual')], {'(labelled to)': 8})
    """
    return [question.ask(document) for document, asked in questions(documents) for question in asked]


def role_schema(lessons: Iterable[Document], statuses: tuple[str, ...]) -> Schema | None:
    """What some lessons teach: the event itself, our roles in our order, then a set's own by name.

    Args:
        lessons: as :func:`lessons_of` makes them.
        statuses: those of the events.

    Returns:
        The schema; ``None`` where no participant is marked.
    """
    used = {event.type for lesson in lessons for event in lesson.events} - {_ITSELF}
    roles = (*(role for role in ROLES if role in used), *sorted(used - set(ROLES)))
    return Schema((_ITSELF, *roles), statuses) if roles else None
