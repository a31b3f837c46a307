"""The page as a browser shows it and as a keyboard works it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from news_event_tagger import Document
from news_event_tagger.corpus import read, write
from news_event_tagger.documents.heads import head_span
from tests.conftest import REPOSITORY
from tests.review.robot import Robot
from tests.review.serving import Served

SEEDS = Path(os.environ.get("SEED_TEXTS", REPOSITORY.parent / "shared" / "seeds"))


def exported(page: Any, target: Path) -> list[Document]:
    page.click("[data-open=exporting]")
    page.select_option("#formats", "jsonl")
    with page.expect_download() as download:
        page.click("#export")
    download.value.save_as(target)
    return read(target)


def told(documents: list[Document]) -> list[Document]:
    """By name, with the heads of participants by rule where nobody marked them, as all that reads them does."""
    found = []
    for document in documents:
        events = []
        for event in document.events:
            roles = event.roles and tuple(replace(role, head=head_span(role)) for role in event.roles)
            events.append(replace(event, roles=roles))
        found.append(document.with_events(events))
    return sorted(found, key=lambda document: document.id)


def test_corrected_by_keyboard_the_export_is_the_gold(page: Any, tmp_path: Path) -> None:
    gold = read("annotations/newswire/dev")[:: 20 if not os.environ.get("ALL_DOCUMENTS") else 1][:50]
    if SEEDS.is_dir():
        gold += read("annotations/seeds", texts=SEEDS)[: 5 if os.environ.get("ALL_DOCUMENTS") else 1]
    write([document.with_events([]) for document in gold], tmp_path / "bare.jsonl")
    with Served(
        tmp_path / "bare.jsonl", tmp_path / "work", "ann", "--model", os.environ.get("MODEL", "shipped")
    ) as served:
        page.goto(served.address)
        robot = Robot(page, {document.id: document for document in gold})
        robot.correct_all()
        assert told(exported(page, tmp_path / "out.jsonl")) == told(gold)
    assert all(keys <= 2 for keys in robot.at_once)
    print(f"{robot.pressed} keys, {len(robot.at_once)} documents at once with {robot.at_once}")
