"""Contrast sets: one sentence in its four statuses, with the same names and trigger where English allows.

``python -m tests.test_contrast [RUN]`` prints what the shipped model, or another one, makes of them.
"""

import sys
from collections.abc import Sequence

import pytest

from news_event_tagger import Document, EventTagger
from news_event_tagger.corpus import read
from news_event_tagger.documents.schema import STATUSES
from tests.conftest import REPOSITORY
from tests.test_annotations import SPLITS, TYPES, split


def contrast_sets() -> list[list[Document]]:
    """Each sentence as a document of its own, so that no sentence helps another."""
    sets = []
    for document in read(REPOSITORY / "annotations" / "contrast", types=TYPES):
        place = len(document.text) - len(document.text.partition("\n\n")[2])
        for block in document.text[place:].split("\n\n"):
            sets.append([])
            for line in block.strip().split("\n"):
                events = [e for e in document.events if place <= e.start < place + len(line)]
                spans = [(e.start - place, e.end - place, e.type, e.status) for e in events]
                sets[-1].append(Document.mark(line, spans, id=f"{document.id}-{len(sets)}"))
                place += len(line) + 1
            place += 1
    return sets


def right(gold: Document, found: Document) -> bool:
    """Whether just the gold trigger was found, with its type and status."""
    return [(e.span, e.type, e.status) for e in found.events] == [(e.span, e.type, e.status) for e in gold.events]


def results(tagger: EventTagger) -> list[list[bool]]:
    """For each set whether each of its four sentences is right."""
    sets = contrast_sets()
    found = iter(tagger.predict([document for four in sets for document in four]))
    return [[right(document, next(found)) for document in four] for four in sets]


def shares(answers: Sequence[Sequence[bool]]) -> tuple[float, float]:
    """Share of the sets that are all right, and share of the sentences."""
    sentences = [answer for four in answers for answer in four]
    return sum(map(all, answers)) / len(answers), sum(sentences) / len(sentences)


def test_each_set_is_one_trigger_in_four_statuses() -> None:
    sets = contrast_sets()
    assert len(sets) >= 25
    for four in sets:
        assert [event.status for document in four for event in document.events] == list(STATUSES)
        assert len({event.type for document in four for event in document.events}) == 1


def test_no_contrast_sentence_is_trained_on() -> None:
    lines = {document.text for four in contrast_sets() for document in four}
    assert not any(lines & set(document.text.split("\n")) for name in SPLITS for document in split(name))


@pytest.fixture(scope="module")
def told_apart() -> tuple[float, float]:
    """The shares of sets and of sentences that the shipped model has right."""
    return shares(results(EventTagger.from_pretrained(device="cpu")))


# What is wanted, and not reached yet: rarer triggers are missed, and some orders and plans read as facts.
@pytest.mark.xfail(reason="0.57 of the sets and 0.82 of the sentences are right", strict=False)
def test_shipped_model_tells_statuses_apart(told_apart: tuple[float, float]) -> None:
    sets, sentences = told_apart
    assert sets >= 0.6
    assert sentences >= 0.85


def test_shipped_model_does_not_fall_far_behind(told_apart: tuple[float, float]) -> None:
    sets, sentences = told_apart
    assert sets >= 0.4
    assert sentences >= 0.75


if __name__ == "__main__":
    tagger = EventTagger.from_pretrained(sys.argv[1] if len(sys.argv) > 1 else None, device="cpu")
    answers = results(tagger)
    for four, row in zip(contrast_sets(), answers, strict=True):
        for document, good in zip(four, row, strict=True):
            if not good:
                event = document.events[0]
                found = [(e.trigger, e.type, e.status, round(e.score or 0, 2)) for e in tagger.predict(document).events]
                print(f"{event.type} {event.status}: {document.text}\n    found {found}")
    print("share of sets all right {:.3f}, of sentences {:.3f}".format(*shares(answers)))
