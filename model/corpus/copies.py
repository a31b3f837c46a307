"""Texts and sentences that stand in two places: duplicates, leaks, and copies that are labelled differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..documents.document import Event
from ..documents.text import sentences
from .faults import Fault, Item
from .similarity import RUN, near

LONG = 8
"""Words from which on a sentence means the same wherever it stands, so that its labels must be the same."""


def copies(items: Sequence[Item]) -> Iterator[Fault]:
    """Faults of texts that are the same, white space aside, or nearly."""
    bare = {item: "".join(item.document.text.split()) for item in items}
    by_text = defaultdict(list)
    for item in filter(bare.get, items):
        by_text[bare[item]].append(item)
    groups = list(by_text.values())
    distinct: list[Item] = []
    leaked: set[Item] = set()
    for group in groups:
        first: dict[int, Item] = {}
        for item in group:
            if (other := first.setdefault(item.set, item)) is not item:
                yield item.fault("duplicate", f"the same text as {other.name}")
            if item.set > group[0].set:
                leaked.add(item)
                yield item.fault("leakage", f"the same text as {group[0].name}")
        distinct += first.values()
        yield from _contradictions([_Passage(item, 0, len(item.document.text)) for item in group], "the text")
    # Of documents with one text a fault of its sentences is one.
    yield from _sentences([group[0] for group in groups])
    distinct.sort(key=lambda item: item.order)
    best: dict[tuple[Item, bool], tuple[float, Item]] = {}
    for text, earlier, share in near([item.document.text for item in distinct], [item.set for item in distinct]):
        item, other = distinct[text], distinct[earlier]
        leaks = other.set < item.set
        # What stands in an earlier set whole need not be said to stand there nearly.
        if bare[item] != bare[other] and not (leaks and item in leaked):
            best[item, leaks] = max(best.get((item, leaks), (0.0, other)), (share, other), key=lambda pair: pair[0])
    for (item, leaks), (share, other) in best.items():
        message = f"{share:.0%} of the shorter of the two, in runs of {RUN} words, stands in {other.name} too"
        yield item.fault("leakage" if leaks else "near-duplicate", message)


_Label = tuple[int, int, str, str | None]
"""Characters before an event and in it, blanks aside, type and status."""


class _Passage(NamedTuple):
    """A stretch of a document."""

    item: Item
    start: int
    end: int

    def labels(self) -> dict[_Label, Event]:
        """Its events, each by what it is in any passage with the same characters."""
        text, found = self.item.document.text, {}
        for event in self.item.document.events:
            if self.start <= event.start and event.end <= self.end:
                before = len("".join(text[self.start : event.start].split()))
                length = len("".join(event.trigger.split()))
                found[before, length, event.type, event.status] = event
        return found


def _sentences(items: Sequence[Item]) -> Iterator[Fault]:
    """Long sentences that are labelled otherwise elsewhere."""
    passages: dict[str, list[_Passage]] = defaultdict(list)
    for item in items:
        text = item.document.text
        for start, end in sentences(text):
            if len(words := text[start:end].split()) >= LONG:
                passages["".join(words)].append(_Passage(item, start, end))
    for found in passages.values():
        yield from _contradictions(found, "the sentence")


def _contradictions(passages: Sequence[_Passage], what: str) -> Iterator[Fault]:
    """Those of passages with the same characters whose labels are not those of most, or of the first."""
    if len(passages) < 2:
        return
    labels = [passage.labels() for passage in passages]
    if not all(event.status for found in labels for event in found.values()):
        # A status that nobody judged contradicts none.
        labels = [{(*label[:3], None): event for label, event in found.items()} for found in labels]
    counts = Counter(frozenset(found) for found in labels)
    if len(counts) < 2:
        return
    most = max(range(len(labels)), key=lambda index: counts[frozenset(labels[index])])
    right, other = labels[most], passages[most].item.name
    for passage, found in zip(passages, labels, strict=True):
        if found.keys() != right.keys():
            here = [f"{_shown(found[label])} only here" for label in found if label not in right]
            there = [f"{_shown(right[label])} only there" for label in right if label not in found]
            first, more = [*here, *there][:2], len(here) + len(there) - 2
            message = f"{what} is labelled otherwise in {other}: {', '.join(first)}"
            message += f" and {more} more" if more > 0 else ""
            yield passage.item.fault("contradiction", message, (passage.start, passage.end))


def _shown(event: Event) -> str:
    return f"{event.trigger!r} ({event.type}{f', {event.status}' if event.status else ''})"
