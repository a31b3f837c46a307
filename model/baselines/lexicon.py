"""A word list learnt from the training triggers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Self

from ..documents.document import Document, Event
from ..documents.text import Span, words

Phrase = tuple[str, ...]


class LexiconTagger:
    """Marks every occurrence of a trigger that in training meant its type at least half of the time.

    >>> train = [Document.mark("He was jailed. She was jailed.", [(7, 13, "arrest"), (23, 29, "arrest")])]
    >>> LexiconTagger().fit(train).predict([Document("Two jailed.")])[0].events[0].score
    1.0
    """

    def __init__(self) -> None:
        self._entries: dict[Phrase, tuple[str, float]] = {}

    def fit(self, documents: Sequence[Document]) -> Self:
        """Learn the list: each trigger phrase with its most frequent type and its share of the occurrences."""
        marked: dict[Phrase, Counter[str]] = defaultdict(Counter)
        for document in documents:
            for event in document.events:
                marked[_phrase(event.trigger, words(event.trigger))][event.type] += 1
        seen: Counter[Phrase] = Counter()
        longest = max(map(len, marked), default=0)
        for document in documents:
            tokens = _phrase(document.text, words(document.text))
            for start in range(len(tokens)):
                for length in range(1, min(longest, len(tokens) - start) + 1):
                    if (phrase := tokens[start : start + length]) in marked:
                        seen[phrase] += 1
        for phrase, types in marked.items():
            type_, hits = types.most_common(1)[0]
            # A trigger marked inside a word never occurs as a phrase of words.
            if seen[phrase] and hits / seen[phrase] >= 0.5:
                self._entries[phrase] = (type_, hits / seen[phrase])
        return self

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with what the list finds, longest phrase first, the share as score."""
        return [document.with_events(self._find(document.text)) for document in documents]

    def _find(self, text: str) -> list[Event]:
        spans = words(text)
        tokens = _phrase(text, spans)
        longest = max(map(len, self._entries), default=0)
        events = []
        place = 0
        while place < len(tokens):
            for length in range(min(longest, len(tokens) - place), 0, -1):
                if entry := self._entries.get(tokens[place : place + length]):
                    start, end = spans[place][0], spans[place + length - 1][1]
                    events.append(Event(start, end, entry[0], text[start:end], score=entry[1]))
                    place += length
                    break
            else:
                place += 1
        return events


def _phrase(text: str, spans: Sequence[Span]) -> Phrase:
    return tuple(text[start:end].lower() for start, end in spans)
