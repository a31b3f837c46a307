"""No edit is lost: in the journal, over restarts, between people, and where a process is killed."""

from __future__ import annotations

import errno
import os
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, Event, InputError, Schema
from news_event_tagger.documents.schema import STATUSES
from news_event_tagger.review.decisions import Decision, Edit
from news_event_tagger.review.workspace import StaleError, Workspace

TYPES = ("arrest", "coup")
TEXT = "🎉 Chad expelled two envoys and é \ud800 held a coup."
DOCUMENTS = [Document(TEXT, id="a"), Document.mark("A coup.", [(2, 6, "coup")], id="b"), Document("Nothing.", id="c")]


def opened(folder: Path, name: str = "ann", **how: Any) -> Workspace:
    return Workspace(DOCUMENTS, folder, name, Schema(TYPES, STATUSES), **how)


def decision(number: int, start: int, end: int, type_: str = "coup", accepted: bool = True) -> Decision:
    text = DOCUMENTS[number].text
    return Decision(Event(start, end, type_, text[start:end], status="actual"), accepted)


def snapshot(workspace: Workspace) -> list[Any]:
    return [workspace.state(number) for number in range(len(workspace))]


@st.composite
def steps(draw: st.DrawFn) -> tuple[int, int, int, str, bool, bool | None]:
    number = draw(st.integers(0, 2))
    start = draw(st.integers(0, len(DOCUMENTS[number].text) - 1))
    end = draw(st.integers(start + 1, len(DOCUMENTS[number].text)))
    return number, start, end, draw(st.sampled_from(TYPES)), draw(st.booleans()), draw(st.sampled_from([None, True]))


@settings(max_examples=30)
@given(st.lists(steps(), max_size=8), st.data())
def test_what_was_edited_is_there_after_a_restart_and_a_cut_off_line(taken: list[Any], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = opened(folder)
        for number, start, end, type_, accepted, complete in taken:
            state = workspace.state(number)
            one = decision(number, start, end, type_, accepted)
            old = state.decisions.get(one.key)
            edit = Edit((old,) if old else (), (one,), complete)
            try:
                workspace.edit(number, edit, state.revision)
            except InputError:  # it overlaps
                assert workspace.state(number) == state
        expected = snapshot(workspace)
        workspace.close()
        # What a killed process leaves: a beginning of the next line.
        path = folder / "ann.jsonl"
        line = path.read_bytes().splitlines(keepends=True)[-1]
        with path.open("ab") as file:
            file.write(line[: data.draw(st.integers(0, len(line) - 1))])
        for _ in range(2):
            again = opened(folder)
            assert snapshot(again) == expected
            again.edit(2, Edit(complete=not again.state(2).complete), again.state(2).revision)
            expected = snapshot(again)
            again.close()


def test_an_old_revision_changes_nothing(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    workspace.edit(1, Edit(add=(decision(1, 2, 6),)), 0)
    before = (tmp_path / "ann.jsonl").read_bytes()
    for revision in (0, 2, -1):
        with pytest.raises(StaleError):
            workspace.edit(1, Edit(remove=(decision(1, 2, 6),)), revision)
    assert (tmp_path / "ann.jsonl").read_bytes() == before


def test_an_edit_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    workspace.edit(1, Edit(add=(decision(1, 2, 6),)), 0)
    for edit, words in (
        (Edit(add=(decision(1, 0, 3),)), "overlap"),
        (Edit(add=(decision(1, 2, 6),)), "there already"),
        (Edit(remove=(decision(1, 0, 1),)), "not there"),
        (Edit(add=(decision(1, 0, 1, "war"),)), "known: arrest, coup"),
    ):
        with pytest.raises(InputError, match=words):
            workspace.edit(1, edit, 1)
    assert workspace.state(1).revision == 1


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(tmp_path)
    before = (tmp_path / "ann.jsonl").read_bytes()
    whole = os.write

    def half(file: int, data: Any) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(file, bytes(data[: len(data) // 2]))

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space"):
        workspace.edit(1, Edit(complete=True), 0)
    monkeypatch.undo()
    assert (tmp_path / "ann.jsonl").read_bytes() == before
    assert workspace.state(1).revision == 0
    assert workspace.edit(1, Edit(complete=True), 0).complete


def test_a_damaged_journal_is_refused_with_its_line(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    workspace.edit(1, Edit(complete=True), 0)
    workspace.close()
    path = tmp_path / "ann.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + "<<<<<<< ours\n" + lines[1])
    with pytest.raises(InputError, match=r"ann\.jsonl:2: not JSON"):
        opened(tmp_path)
    path.write_text(
        lines[0] + lines[1].replace('"document"', '"remove": [{"start": 0, "end": 1, "type": "coup"}], "document"')
    )
    with pytest.raises(InputError, match=r"ann\.jsonl:2: 'A' \(coup\) cannot be removed"):
        opened(tmp_path)
    path.write_text('{"id": "a", "text": "A coup.", "events": []}\n')
    with pytest.raises(InputError, match="no journal"):
        opened(tmp_path)


def test_one_process_writes_a_journal(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    with pytest.raises(InputError, match="another review writes it"):
        opened(tmp_path)
    other = opened(tmp_path, "bob")
    workspace.close()
    opened(tmp_path).close()
    other.close()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\nb", "x" * 41])
def test_a_name_is_one_that_a_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="--name"):
        opened(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_a_changed_text_keeps_its_decisions_in_the_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = opened(tmp_path)
    workspace.edit(1, Edit(complete=True), 0)
    workspace.close()
    before = (tmp_path / "ann.jsonl").read_bytes()
    changed = Workspace([Document("Another coup.", id="b")], tmp_path, "ann", Schema(TYPES))
    assert changed.state(0).revision == 0
    assert "1 documents were corrected" in capsys.readouterr().err
    changed.close()
    assert (tmp_path / "ann.jsonl").read_bytes() == before
    assert opened(tmp_path).state(1).complete


def test_added_texts_are_there_again_and_for_others(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    texts = [Document("A coup.", id="copy"), Document("New \ud800.", id="b"), Document("Newer.", id="b")]
    assert workspace.add(texts) == [1, 3, 4]
    workspace.edit(4, Edit(complete=True), 0)
    workspace.begin_round([4, 0])
    workspace.close()
    for name, complete in (("ann", True), ("bob", False)):
        again = opened(tmp_path, name)
        assert [(again.document(n).id, again.document(n).text) for n in (3, 4)] == [
            ("b-2", "New \ud800."),
            ("b-3", "Newer."),
        ]
        assert again.state(4).complete == complete
        assert again.rounds == ([[4, 0]] if complete else [])
        again.close()


def test_two_tabs_and_two_people_lose_no_edit_in_silence(tmp_path: Path) -> None:
    """A thousand edits, each made for the revision that its tab saw last."""
    draw = random.Random(1)
    people = {name: opened(tmp_path, name) for name in ("ann", "bob")}
    seen = {(name, tab, number): 0 for name in people for tab in "xy" for number in range(3)}
    saved: dict[str, list[tuple[int, Edit]]] = {name: [] for name in people}
    told: Counter[str] = Counter()
    for _ in range(1000):
        name, tab, number = draw.choice(sorted(seen))
        workspace = people[name]
        complete = Edit(complete=draw.random() < 0.5)
        try:
            seen[name, tab, number] = workspace.edit(number, complete, seen[name, tab, number]).revision
            saved[name].append((number, complete))
            told["saved"] += 1
        except StaleError:
            told["refused"] += 1
            seen[name, tab, number] = workspace.state(number).revision
    assert told.total() == 1000
    assert min(told.values()) > 200
    for name, workspace in people.items():
        workspace.close()
        again = opened(tmp_path, name)
        for number in range(3):
            assert list(again.edits(number)) == [edit for of, edit in saved[name] if of == number]
        again.close()


def test_a_third_person_gets_what_two_have_completed(tmp_path: Path) -> None:
    for name, end in (("ann", 6), ("bob", 7)):
        workspace = opened(tmp_path, name)
        workspace.edit(1, Edit(add=(decision(1, 2, end),), complete=True), 0)
        if name == "ann":
            workspace.edit(2, Edit(complete=True), 0)
        workspace.close()
    judge = opened(tmp_path, "cleo", between=("ann", "bob"))
    assert list(judge.numbers) == [1]
    found = {one.by: [event.trigger for event in one.document.events] for one in judge.suggestions(1)}
    assert found == {"ann": ["coup"], "bob": ["coup."]}
    judge.close()
    with pytest.raises(InputError, match="no journal of 'dan'"):
        opened(tmp_path, "cleo", between=("ann", "dan"))
    with pytest.raises(InputError, match="third person"):
        opened(tmp_path, "ann", between=("ann", "bob"))
