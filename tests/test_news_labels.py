"""The labels of real news hold what their data sheet says; where the texts are at hand, they fit them."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger.corpus import read
from tests.conftest import REPOSITORY

NEWS = REPOSITORY / "annotations" / "news"
PARTS = ("train", "dev", "test")
TYPES = {"arrest", "expulsion", "coup", "cooperation-suspension"}
STATUSES = {"actual", "alleged", "prospective", "negated"}
ROLES = {"actor", "target", "object", "reason", "place", "time"}
TEXTS = Path(os.environ.get("NEWS_TEXTS", REPOSITORY.parent / "news_texts"))


@cache
def rows(part: str) -> list[dict[str, Any]]:
    lines = (line for file in sorted((NEWS / part).glob("*.jsonl")) for line in file.read_text("utf-8").splitlines())
    return [json.loads(line) for line in lines]


def counts(part: str) -> Counter[str]:
    return Counter(event["type"] for row in rows(part) for event in row["events"])


@pytest.mark.parametrize("part", PARTS)
def test_labels_are_whole_and_do_not_overlap(part: str) -> None:
    for row in rows(part):
        ends = 0
        for event in row["events"]:
            assert event["type"] in TYPES
            assert event["status"] in STATUSES
            assert ends <= event["start"] < event["end"], row["id"]
            ends = event["end"]


def test_no_document_stands_twice_and_no_text_in_two_parts() -> None:
    ids = [row["id"] for part in PARTS for row in rows(part)]
    assert len(set(ids)) == len(ids)
    texts = [{row["sha256"] for row in rows(part)} for part in PARTS]
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]


def test_months_of_current_events_are_apart() -> None:
    months = [{row["id"][3:10] for row in rows(part) if row["id"].startswith("ce-")} for part in PARTS]
    assert not months[0] & months[1]
    assert not months[0] & months[2]
    assert not months[1] & months[2]


def test_there_is_enough_to_judge_by() -> None:
    assert all(len(rows(part)) >= 600 and counts(part).total() >= 300 for part in ("dev", "test"))
    assert all(counts("test")[type_] >= 40 for type_ in TYPES)
    assert counts("train").total() >= 4_000
    assert all(counts("train")[type_] >= 450 for type_ in TYPES)


@pytest.mark.parametrize("part", PARTS)
def test_every_mention_has_its_participants(part: str) -> None:
    found = rows(part)
    for role in (role for row in found for event in row["events"] for role in event["roles"]):
        assert role["role"] in ROLES
        assert role["start"] <= role["head"][0] < role["head"][1] <= role["end"]


@pytest.mark.parametrize("part", PARTS)
def test_labels_fit_their_texts(part: str) -> None:
    if not TEXTS.is_dir():
        pytest.skip(f"no texts in {TEXTS}: python benchmarks/news_texts.py where")
    for document in read(NEWS / part, TEXTS):
        for event in document.events:
            around = document.text[max(event.start - 1, 0) : event.start] + document.text[event.end : event.end + 1]
            assert event.trigger == event.trigger.strip()
            assert not any(character.isalnum() for character in around), (document.id, event)
