"""Between our character spans and formats that hold sentences of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..documents.document import Document, Event
from ..documents.text import Span, words
from .reading import MisalignedError, Notes


@dataclass(frozen=True)
class Sentence:
    """A stretch of a document as tokens.

    Args:
        text: the stretch itself.
        tokens: start and end of each token in ``text``.
        events: first token, token behind the last, and the event.
    """

    text: str
    tokens: list[Span]
    events: list[tuple[int, int, Event]]

    @property
    def words(self) -> list[str]:
        """The texts of the tokens."""
        return [self.text[start:end] for start, end in self.tokens]


def tokenise(document: Document, notes: Notes, lines: bool) -> list[Sentence]:
    """A document as sentences of tokens, which are its words.

    Args:
        document: the document; a word with the edge of an event in it is cut there.
        notes: takes the events that tokens cannot hold.
        lines: each line is a sentence; otherwise the whole document is one.

    >>> sentence = tokenise(Document.mark("Ex-coup.", [(3, 7, "coup")]), Notes(), lines=True)[0]
    >>> sentence.words, sentence.events[0][:2]
    (['Ex', '-', 'coup', '.'], (2, 3))
    """
    found, start = [], 0
    held = 0
    for text in document.text.split("\n") if lines else [document.text]:
        end = start + len(text)
        inside = [event for event in document.events if start <= event.start and event.end <= end]
        edges = sorted({edge - start for event in inside for edge in event.span})
        tokens = [part for word in words(text) for part in _cut(word, edges)]
        events = []
        for event in inside:
            own = [i for i, (a, b) in enumerate(tokens) if event.start <= start + a and start + b <= event.end]
            if own:
                events.append((own[0], own[-1] + 1, event))
                held += 1
                trimmed = (start + tokens[own[0]][0], start + tokens[own[-1]][1]) != event.span
                notes["blanks at the edges of {} events left out; tokens have none"] += trimmed
        found.append(Sentence(text, tokens, events))
        start = end + 1
    notes["{} events left out that go over a line's end or mark blanks only; tokens cannot hold them"] += (
        len(document.events) - held
    )
    return found


def lay(sentences: Iterable[tuple[Sequence[str], str | None]], notes: Notes) -> tuple[str, list[list[Span]]]:
    """The text of tokenised sentences, a line each, and where its tokens lie.

    Args:
        sentences: tokens and text of each; where the text is ``None``, or is not the tokens with blanks between them,
            it is made of the tokens with one blank between two.
        notes: takes the count of sentences whose text does not fit.

    >>> lay([(["A", "coup", "."], "A coup."), (["No"], None)], Notes())
    ('A coup.\\nNo', [[(0, 1), (2, 6), (6, 7)], [(8, 10)]])
    """
    texts, places, start = [], [], 0
    for tokens, text in sentences:
        spans = None if text is None else align(tokens, text)
        if text is None or spans is None:
            notes["text of {} sentences made of their tokens; it is not the tokens with blanks between them"] += (
                text is not None
            )
            text = " ".join(tokens)
            spans = align(tokens, text) or []
        texts.append(text)
        places.append([(start + first, start + last) for first, last in spans])
        start += len(text) + 1
    return "\n".join(texts), places


def align(tokens: Sequence[str], text: str) -> list[Span] | None:
    """Where the tokens lie in a text that holds them in order with only blanks between; ``None`` if it does not.

    >>> align(["don", "'t"], "don't"), align(["``"], '"')
    ([(0, 3), (3, 5)], None)
    """
    spans, place = [], 0
    for token in tokens:
        start = text.find(token, place)
        if start < 0 or text[place:start].strip():
            return None
        place = start + len(token)
        spans.append((start, place))
    return None if text[place:].strip() else spans


def span_of(places: Sequence[Span], first: int, last: int) -> dict[str, int]:
    """Start and end of the tokens from ``first`` up to, not including, ``last``.

    >>> span_of([(0, 1), (2, 6)], 0, 2)
    {'start': 0, 'end': 6}
    """
    return {"start": places[first][0], "end": places[last - 1][1]}


def marked(
    words: Sequence[str], places: Sequence[Span], first: int, last: int, trigger: str | None, place: str
) -> dict[str, int]:
    """As :func:`span_of`, of tokens that must be there and be the trigger, if it is named.

    Raises:
        MisalignedError: there are no such tokens, or they are another word, with both.

    >>> marked(["A", "coup"], [(0, 1), (2, 6)], 1, 2, "coup", "f:1")
    {'start': 2, 'end': 6}
    """
    if not 0 <= first < last <= len(places):
        raise MisalignedError(f"{place}: tokens {first}:{last} of {len(places)} are none; the sentence ends before")
    if trigger is not None and "".join("".join(words[first:last]).split()) != "".join(trigger.split()):
        raise MisalignedError(
            f"{place}: the trigger {trigger!r} is not the tokens it points to, {' '.join(words[first:last])!r}"
        )
    return span_of(places, first, last)


def _cut(span: Span, edges: Sequence[int]) -> Iterable[Span]:
    start, end = span
    for edge in edges:
        if start < edge < end:
            yield start, edge
            start = edge
    yield start, end
