"""Killed at any moment, nothing that was called saved is lost."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document, Schema
from news_event_tagger.corpus import write
from news_event_tagger.review.workspace import Workspace
from tests.review.serving import Served

TEXT = "Troops staged a coup and police held two men, then a second coup failed. " * 20


@pytest.mark.parametrize("seed", range(int(os.environ.get("KILLS", "4"))))
def test_what_was_called_saved_is_there_after_a_kill(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    documents = [Document.mark(f"{number} {TEXT}", [(0, 1, "coup")], str(number)) for number in range(3)]
    write(documents, tmp_path / "set.jsonl")
    acknowledged: list[tuple[int, int, dict[str, Any]]] = []
    with Served(tmp_path / "set.jsonl", tmp_path / "work") as served:
        served.enter()
        killer = threading.Timer(draw.uniform(0.0, 0.4), served.process.send_signal, [signal.SIGKILL])
        killer.start()
        revisions = [0, 0, 0]
        with contextlib.suppress(OSError, http.client.HTTPException):
            for place in range(2, 3000, 3):
                number = draw.randrange(3)
                row = {"add": [{"start": place, "end": place + 2, "type": "coup", "rejected": True}]}
                answer = served.post(f"/api/documents/{number}", row | {"revision": revisions[number]})
                if answer.status != 200:
                    break
                revisions[number] = answer.json["revision"]
                acknowledged.append((number, revisions[number], row))
        killer.join()
        served.end(signal.SIGKILL)
    began = time.monotonic()
    again = Workspace(documents, tmp_path / "work", "ann", Schema(("coup",)))
    assert time.monotonic() - began < 5
    for number, revision, row in acknowledged:
        (decision,) = again.edits(number)[revision - 1].add
        assert decision.event.start == row["add"][0]["start"]
    total = sum(len(again.edits(number)) for number in range(3))
    assert len(acknowledged) <= total <= len(acknowledged) + 1
    again.close()
