from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from news_event_tagger import Document, EventTagger, Schema
from news_event_tagger.evaluation.confidence import confidence
from news_event_tagger.training.config import build
from news_event_tagger.training.thresholds import tune
from news_event_tagger.training.trainer import EventTrainer

LINES = ["two men were arrested in the coup .", "the army said a treaty was on .", "envoys and aid to the men ."]


@pytest.fixture
def tagger(untrained: Path) -> EventTagger:
    """Random weights, by which each word is an event or a part of one, and half of the words are of either status."""
    tagger = EventTagger.from_pretrained(untrained, device="cpu")
    torch.manual_seed(0)
    torch.nn.init.normal_(tagger.network.labels.weight)
    torch.nn.init.normal_(tagger.network.status.out.weight)
    logits = np.concatenate([part for _, _, scores in tagger.scored(LINES) for part in scores])
    with torch.no_grad():
        tagger.network.labels.bias[0] -= 100
        tagger.network.status.out.bias[1] -= float(np.median(logits[:, -1] - logits[:, -2]))
    return tagger


def statuses(documents: list[Document]) -> list[str | None]:
    return [event.status for document in documents for event in document.events]


def said(status: str, times: int) -> list[Document]:
    return [Document.mark("coup", [(0, 4, "coup", status)], id=f"{status}-{time}") for time in range(times)]


def test_a_status_that_was_rare_in_training_is_said_as_often_as_dev_has_it(tagger: EventTagger) -> None:
    dev = tagger.predict(LINES)
    assert set(statuses(dev)) == {"actual", "alleged"}
    train = said("actual", 999) + said("alleged", 9)
    with torch.no_grad():
        tagger.network.status.out.bias += torch.tensor([0.99, 0.01]).log()
    assert statuses(tagger.predict(LINES)).count("alleged") < statuses(dev).count("alleged")
    tune(tagger, train, dev)
    assert statuses(tagger.predict(LINES)) == statuses(dev)


def test_statuses_that_nobody_judged_change_nothing(tagger: EventTagger) -> None:
    dev = tagger.predict(LINES)
    unjudged = [document.with_events([replace(e, status=None) for e in document.events]) for document in dev]
    before = tagger.network.status.out.bias.clone()
    tune(tagger, said("actual", 99) + said("alleged", 1), unjudged)
    assert torch.equal(tagger.network.status.out.bias, before)


def test_thresholds_leave_out_what_is_wrong_on_dev(tagger: EventTagger) -> None:
    found = tagger.predict(LINES)
    surest = max((event for document in found for event in document.events), key=lambda event: event.score)
    dev = [
        document.with_events([e for e in document.events if e.type != surest.type or e is surest]) for document in found
    ]
    tune(tagger, said("actual", 1), dev)
    kept = [e.span for document in tagger.predict(LINES) for e in document.events if e.type == surest.type]
    assert kept == [surest.span]


@pytest.mark.parametrize("statuses", [(None,), ("actual",), ("actual", "alleged")])
def test_training_ends_with_it_whatever_statuses_there_are(
    encoder: Path, tmp_path: Path, statuses: tuple[str | None, ...]
) -> None:
    train = [
        Document.mark(f"the coup was {word}", [(4, 8, "coup", status)], id=f"{word}-{status}")
        for word in ("on", "said")
        for status in statuses
    ]
    # Dev holds a status that nothing in train has.
    dev = [Document.mark("a coup", [(2, 6, "coup", "negated")], id="dev")]
    config = build(
        {
            "model": {"encoder": str(encoder), "tokens": 64, "tune_threshold": True},
            "training": {"epochs": 1, "min_steps": 0},
        }
    )
    tagger = EventTrainer(config, Schema.of(train), train, dev, 1, tmp_path, device="cpu").fit()
    assert (tagger.network.status is not None) == (len(statuses) > 1)
    assert tagger.thresholds.keys() == {"coup"}


def test_a_tagger_that_is_too_sure_is_made_less_sure_and_finds_the_same(tagger: EventTagger) -> None:
    tagger.network.soften(0.2)
    found = tagger.predict(LINES)
    # Of all that it finds every second event is right.
    dev = [document.with_events(document.events[::2]) for document in found]
    before = confidence(dev, found)
    tune(tagger, said("actual", 1), dev)
    tagger.thresholds = 0.0
    after = tagger.predict(LINES)
    assert [[event.span for event in document.events] for document in after] == [
        [event.span for event in document.events] for document in found
    ]
    assert before is not None
    assert (judged := confidence(dev, after)) is not None
    assert judged["brier"] < before["brier"]
