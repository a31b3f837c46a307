"""Four times the text is four times the work, counted in Python's own steps, which are the same on any machine."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from news_event_tagger import Document, Schema
from news_event_tagger.baselines.cues import CueStatuses
from news_event_tagger.baselines.phrases import NearestPhrases
from news_event_tagger.coding.rows import rows_of
from news_event_tagger.evaluation.roles import role_scores, tally_binding
from news_event_tagger.networks.network import load_tokenizer
from news_event_tagger.tagging.decoding import missed
from news_event_tagger.tagging.windows import Windower, Windows
from news_event_tagger.training.examples import label_pieces

SHAPES = {"sentences": "Two men were arrested on Monday.\n", "clauses": "two men were arrested, "}


def document(unit: str, count: int) -> Document:
    text = unit * count
    return Document.mark(text, [(*found.span(), "arrest") for found in re.finditer("arrested", text)])


def steps(work: Callable[[], object]) -> int:
    """How many of Python's instructions a call runs."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def is_linear(work: Callable[[int], object]) -> bool:
    few, many = (steps(lambda count=count: work(count)) for count in (100, 400))
    return many < 5 * few


def test_a_step_is_counted_and_a_square_is_seen() -> None:
    assert is_linear(lambda count: sum(number for number in range(count)))
    assert not is_linear(lambda count: [sum(number for number in range(count)) for _ in range(count)])


@pytest.mark.parametrize("baseline", [CueStatuses, NearestPhrases])
@pytest.mark.parametrize("unit", SHAPES.values(), ids=SHAPES)
def test_baselines_for_what_is_said_of_an_event(unit: str, baseline: type[CueStatuses | NearestPhrases]) -> None:
    given = {count: document(unit, count) for count in (100, 400)}
    assert is_linear(lambda count: baseline().predict([given[count]]))


@pytest.mark.parametrize("unit", SHAPES.values(), ids=SHAPES)
def test_scores_of_participants(unit: str) -> None:
    given = {count: NearestPhrases().predict([document(unit, count)]) for count in (100, 400)}
    assert is_linear(
        lambda count: (role_scores(given[count], given[count]), tally_binding(*[given[count]] * 2, "head"))
    )


CODED = {
    "own": "Malian police arrested Traore.\n",
    "pronouns": "They arrested him. ",
    "nobody": "The police arrested the men of the village.\n",
    "names": "Malian leader Traore was arrested, said the ambiguous Georgia.\n",
    "clauses": "French police arrested the Malian men, ",
}


@pytest.mark.parametrize("unit", CODED.values(), ids=CODED)
def test_rows_of_the_tables(tmp_path: Path, unit: str) -> None:
    pytest.importorskip("pyarrow")
    fsspec = pytest.importorskip("fsspec")
    from news_event_tagger.bulk.output import Entry, Tables

    given = {count: NearestPhrases().predict([document(unit, count)])[0] for count in (100, 400)}
    with Tables(fsspec.filesystem("file"), str(tmp_path), str(tmp_path), "0") as tables:
        entry = Entry("a.txt", 0, "a", "")
        assert is_linear(lambda count: tables.add(entry, given[count], rows_of([given[count]])))


@pytest.mark.parametrize("neighbours", [False, True])
def test_labels_of_the_pieces(encoder: Path, neighbours: bool) -> None:
    windower, schema = Windower(load_tokenizer(encoder), 64, neighbours), Schema(("arrest",))
    given = {count: document(SHAPES["sentences"], count) for count in (100, 400)}
    cut = {count: windower(each.text) for count, each in given.items()}
    assert is_linear(lambda count: list(label_pieces(given[count], cut[count], schema)))


def test_doubt_outside_the_events(encoder: Path) -> None:
    windower = Windower(load_tokenizer(encoder), 64)
    given = {count: document(SHAPES["sentences"], count) for count in (100, 400)}
    cut = {count: windower(each.text) for count, each in given.items()}

    def scores(windows: Windows) -> list[np.ndarray]:
        # Each event is likelier than all before it.
        return [
            np.column_stack([np.full(len(window.words), -1e-4 * number), np.zeros((len(window.words), 2))])
            for number, window in enumerate(windows.windows)
        ]

    assert is_linear(lambda count: missed(cut[count], scores(cut[count]), given[count].events, 3))
