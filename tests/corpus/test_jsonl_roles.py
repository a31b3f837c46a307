"""Participants in our JSON Lines: read as written, in any count of offsets, and refused with their place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.corpus import read, write

TEXT = "🎉 Chad expelled two envoys."
EVENT = Event(
    7, 15, "expulsion", "expelled", roles=(Role("actor", 2, 6, "Chad", (2, 6)), Role("target", 16, 26, "two envoys"))
)


def test_participants_come_back_as_written(tmp_path: Path) -> None:
    document = Document(TEXT, (EVENT, Event(16, 19, "arrest", "two", roles=()), Event(2, 6, "coup", "Chad")), "a")
    assert write([document], tmp_path / "set.jsonl") == []
    assert read(tmp_path / "set.jsonl") == [document]


def test_participants_count_as_the_file_does(tmp_path: Path) -> None:
    event = {"start": 8, "end": 16, "type": "expulsion", "trigger": "expelled"}
    event["roles"] = [{"role": "target", "start": 17, "end": 27, "head": [21, 27]}]  # UTF-16 units
    (tmp_path / "set.jsonl").write_text(json.dumps({"id": "a", "text": TEXT, "events": [event]}), encoding="utf-8")
    assert read(tmp_path / "set.jsonl")[0].events[0].roles == (Role("target", 16, 26, "two envoys", (20, 26)),)


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        ("Chad", "'roles' must be a list"),
        (["Chad"], "participant 0: an object with role"),
        ([{"role": "actor", "start": 2}], "participant 0: .* no two offsets"),
        ([{"role": "actor", "start": 2, "end": 99}], "participant 0: .* no two offsets"),
        ([{"role": "actor", "start": 2, "end": 6, "head": [0, 99]}], "no two offsets"),
        ([{"role": "actor", "start": 2, "end": 6, "head": [2, 15]}], "outside it"),
        ([{"role": "actor", "start": 2, "end": 6, "text": "Mali"}], "'Mali' does not stand at 2:6"),
        ([{"role": "actor", "start": 2, "end": 6, "score": "high"}], "'score' must be a number"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, roles: Any, why: str) -> None:
    event = {"start": 7, "end": 15, "type": "expulsion", "roles": roles}
    (tmp_path / "set.jsonl").write_text(json.dumps({"id": "a", "text": TEXT, "events": [event]}), encoding="utf-8")
    with pytest.raises(InputError, match=rf"set\.jsonl:1: event 0.*{why}"):
        read(tmp_path / "set.jsonl")
