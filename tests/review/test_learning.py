"""Suggestions by a model, exports, and training on what is complete."""

from __future__ import annotations

import base64
import csv
import io
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.cli import main
from news_event_tagger.corpus import read, write
from news_event_tagger.evaluation import results
from news_event_tagger.review.exporting import export, formats
from news_event_tagger.review.learning import Learning, is_held_out, verdict
from news_event_tagger.review.suggesting import Suggester
from tests.review.serving import Served

LABELLED = [
    Document.mark(
        "Coup! 🎉 Two men held.\nThe end, =1+1.", [(0, 4, "coup", "alleged"), (16, 20, "arrest", "actual")], "=a"
    ),
    Document("Nothing.", id="b", meta={"title": "None"}),
]


def waited(done: object) -> None:
    patience = time.monotonic() + 200
    while not done():  # type: ignore[operator]
        assert time.monotonic() < patience
        time.sleep(0.05)


@pytest.mark.parametrize("name", [name for name in formats() if name not in ("events", "conll")])
def test_every_format_comes_back_as_far_as_it_can_hold(name: str, tmp_path: Path) -> None:
    documents = [LABELLED[0], Document("Quiet.", id="b")]
    if name == "inline":
        documents = [Document.mark("Coup!", [(0, 4, "coup", "alleged")], "a")]
    if name == "spacy":
        pytest.importorskip("spacy")
    found = export(documents, name)
    target = tmp_path / f"export.{found.ending}"
    target.write_bytes(found.data)
    texts = None
    if found.ending == "zip":
        zipfile.ZipFile(target).extractall(tmp_path / "out")
        target = tmp_path / "out"
    if name == "standoff":
        texts = tmp_path / "texts"
        texts.mkdir()
        for document in documents:
            (texts / f"{document.id}.txt").write_text(document.text)
    back = read(target, format=name, texts=texts)
    # Columns keep the words and not what stands between them.
    assert [{(event.trigger, event.type) for event in one.events} for one in back if one.events] == [
        {(event.trigger, event.type) for event in documents[0].events}
    ]


def test_the_table_holds_a_line_for_each_event_and_no_formula() -> None:
    found = export(LABELLED, "events")
    rows = list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig"))))
    assert [(row["trigger"], row["start"], row["status"], row["sentence"]) for row in rows] == [
        ("Coup", "0", "alleged", "Coup! 🎉 Two men held."),
        ("held", "16", "actual", "Coup! 🎉 Two men held."),
    ]
    assert {row["document"] for row in rows} == {"'=a"}
    with pytest.raises(InputError, match="no document is complete"):
        export([], "events")


def test_the_table_tells_no_participant_from_one_that_nobody_looked_for() -> None:
    text = "Chad and Mali held\n=two men. A coup."
    chad, mali, men = Role("actor", 0, 4, "Chad"), Role("actor", 9, 13, "Mali"), Role("target", 19, 27, "=two men")
    events = [Event(14, 18, "arrest", "held", roles=(men, mali, chad)), Event(31, 35, "coup", "coup")]
    events += [Event(5, 8, "coup", "and", roles=())]
    rows = list(csv.reader(io.StringIO(export([Document(text, tuple(events))], "events").data.decode("utf-8-sig"))))
    assert [(row[4], *row[8:]) for row in rows] == [
        ("trigger", "actor", "target"),
        ("and", "", ""),
        ("held", "Chad; Mali", "'=two men"),
        ("coup", "?", "?"),
    ]


def test_the_model_suggests_in_a_process_of_its_own(run_folder: Path) -> None:
    documents = [Document("Two men were arrested."), Document("The coup was on."), Document("")]
    suggester = Suggester(documents.__getitem__, str(run_folder), "cpu")
    suggester.want([0])
    suggester.want([1, 2], urgent=True)
    waited(lambda: all(suggester.found(number) for number in range(3)))
    found = suggester.found(0)
    assert found
    assert found.document.events
    assert 0 <= found.doubt <= 1
    suggester.close()


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    suggester = Suggester(lambda _: Document("A coup."), str(tmp_path / "none"), "cpu")
    suggester.want([0])
    waited(lambda: suggester.error)
    assert str(tmp_path / "none") in suggester.error
    suggester.close()


def test_who_is_held_out_never_changes() -> None:
    documents = [Document(f"Text {number}.", meta={"story": number // 2}) for number in range(2000)]
    held = [is_held_out(document) for document in documents]
    assert held[::2] == held[1::2]
    assert np.mean(held) == pytest.approx(0.2, abs=0.03)
    # A mark, a name or another document changes nothing.
    again = [Document(one.text, id="x", meta=one.meta) for one in reversed(documents)]
    assert [is_held_out(document) for document in reversed(again)] == held


def test_a_verdict_says_when_there_is_too_little_to_tell() -> None:
    gold = [Document.mark("A coup.", [(2, 6, "coup")], str(number)) for number in range(40)]
    nothing = [document.with_events([]) for document in gold]
    half = [document if number % 2 else document.with_events([]) for number, document in enumerate(gold)]
    scores = {
        name: results(gold, guess, system=name, sets=["held"])
        for name, guess in (
            ("half", half),
            ("all", gold),
            ("one", [*half[:1], *gold[1:2], *half[2:]]),
            ("none", nothing),
        )
    }
    better = verdict(400, scores["half"], scores["all"])
    assert better["words"].startswith("Better: on 40 held-out documents with 40 events F1 moved by +0.333")
    assert better["interval"][0] > 0
    same = verdict(100, scores["half"], scores["one"])
    assert same["words"].startswith("Too little to tell")
    assert same["words"].endswith("Below some 200 complete documents that is usual; you have 100.")
    assert verdict(400, scores["all"], scores["half"])["words"].startswith("Worse")
    few = verdict(3, scores["none"], scores["none"])
    assert few["words"].startswith("Too little to tell")


def test_the_page_trains_is_told_how_it_went_and_lets_the_new_tagger_suggest(run_folder: Path, tmp_path: Path) -> None:
    lines = ["The army said two men were arrested.", "Men were arrested in the treaty."]
    documents = []
    for number in range(24):
        text = f"{lines[number % 2]} {number}"
        place = text.index("arrested")
        documents.append(Document.mark(text, [(place, place + 8, "arrest", "actual")], str(number)))
    write(documents, tmp_path / "set.jsonl")
    with Served(tmp_path / "set.jsonl", tmp_path / "work", "ann", "--model", run_folder, "--device", "cpu") as served:
        served.enter()
        assert served.post("/api/training", {}).json["error"].startswith("0 documents are complete: too few")
        assert served.post("/api/training/use", {}).status == 422
        for number in range(24):
            decisions = served.get(f"/api/documents/{number}")["suggestions"]
            kept = [{key: one[key] for key in ("start", "end", "type", "status")} for one in decisions]
            answer = served.post(f"/api/documents/{number}", {"revision": 0, "add": kept, "complete": True})
            assert answer.status == 200, answer.json
        assert served.post("/api/training", {}).json["state"] == "running"
        assert "wait for it" in served.post("/api/training", {}).json["error"]
        waited(lambda: served.get("/api/training")["step"] == "learns")
        served.post("/api/training/stop", {})
        waited(lambda: served.get("/api/training")["state"] != "running")
        assert served.get("/api/training")["words"] == "stopped"
        served.post("/api/training", {})
        waited(lambda: served.get("/api/training")["state"] != "running")
        done = served.get("/api/training")
        assert done["state"] == "done", done
        held = [document.id for document in documents if is_held_out(document)]
        parts = tmp_path / "work" / "training" / "002" / "set"
        assert [one.id for one in read(parts / "test.jsonl")] == held
        assert {one.id for one in read(parts / "train.jsonl")} == {one.id for one in documents} - set(held)
        assert f"on {len(held)} held-out documents" in done["words"]
        assert done["before"]["f1"] is not None
        assert (Path(done["run"]) / "tagger.json").exists()
        assert Learning(tmp_path / "work" / "training").status["words"] == done["words"]
        used = served.post("/api/training/use", {}).json
        assert used["model"] == used["run"]
        data = base64.b64encode(b"The army said two men were arrested again.").decode()
        (number,) = served.post("/api/texts", {"files": [{"name": "new.txt", "data": data}]}).json["numbers"]
        waited(lambda: served.get(f"/api/documents/{number}")["suggestions"] is not None)
        assert served.get(f"/api/documents/{number}")["trouble"] == ""


def test_without_its_packages_the_command_names_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.startswith("news_event_tagger.review.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    for name in [name for name in sys.modules if name.startswith("starlette.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(InputError, match=r"starlette is not installed; pip install"):
        main(["review", str(tmp_path)])
