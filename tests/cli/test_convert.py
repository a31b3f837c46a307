"""``news-events convert`` and ``prelabel``."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from news_event_tagger import Document, Event, EventTagger
from news_event_tagger.cli import main
from news_event_tagger.cli.prelabel import TOOLS, rank, write_guesses
from news_event_tagger.cli.sources import texts_of
from news_event_tagger.corpus import read
from news_event_tagger.documents.schema import Schema
from news_event_tagger.tagging.decoding import events_of, missed
from news_event_tagger.tagging.windows import Window, Windows
from tests.conftest import command, refused

ROW = {"id": "a", "text": "A coup 🎉 coup", "events": [{"start": 2, "end": 6, "type": "coup", "status": "actual"}]}


def test_convert_says_what_it_found_and_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "ours.jsonl").write_text(json.dumps(ROW), encoding="utf-8")
    done = command(
        "-m", "news_event_tagger", "convert", tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl", "--to", "doccano"
    )
    assert done.returncode == 0, done.stderr
    assert "status of 1 events left out" in done.stderr
    assert "1 documents read with 1 events" in done.stdout
    done = command("-m", "news_event_tagger", "convert", tmp_path / "theirs.jsonl", tmp_path / "back.conll")
    assert "read as doccano JSONL" in done.stderr
    assert [event.trigger for event in read(tmp_path / "back.conll")[0].events] == ["coup"]


def test_convert_refuses_with_the_list_of_formats(tmp_path: Path) -> None:
    (tmp_path / "what.csv").write_text("a,b", encoding="utf-8")
    line = refused(command("-m", "news_event_tagger", "convert", tmp_path / "what.csv", tmp_path / "out.jsonl"))
    assert "what.csv: not a set we read; name its format" in line
    assert "label-studio" in line
    assert not (tmp_path / "out.jsonl").exists()


class Guesser:
    """Finds the first ``coup`` of a text, as sure as the text says."""

    def stream_with_doubt(self, texts: Iterable[Document]) -> Iterator[tuple[Document, float]]:
        for document in texts:
            sure, start = float(document.text.split()[0]), document.text.find("coup")
            events = [Event(start, start + 4, "coup", "coup", sure, "actual", 0.9)] if start >= 0 else []
            yield document.with_events(events), 1 - sure


TEXTS = [Document("0.9 a coup", id="x"), Document("0.2 none", id="y"), Document("0.6 🎉 coup", id="z", meta={"k": "v"})]


@pytest.mark.parametrize("tool", TOOLS)
def test_guesses_come_least_sure_first_and_can_be_read_back(tmp_path: Path, tool: str) -> None:
    ranked = rank(Guesser(), TEXTS)  # type: ignore[arg-type]
    assert [document.id for document, _ in ranked] == ["y", "z", "x"]
    write_guesses(ranked, tmp_path / "out.json", tool)
    found = read(tmp_path / "out.json", format=tool)
    assert [document.text for document in found] == [document.text for document, _ in ranked]
    assert [event.trigger for document in found for event in document.events] == ["coup", "coup"]
    if tool == "label-studio":
        assert [task["predictions"][0]["score"] for task in json.loads((tmp_path / "out.json").read_text())] == [
            0.2,
            0.6,
            0.9,
        ]


def test_plain_texts_and_sets_alike_are_prelabelled(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A coup [sic].", encoding="utf-8")
    assert texts_of(tmp_path) == [Document("A coup [sic].", id="a")]
    (tmp_path / "a.txt").write_text("title: A [coup](coup)\n\nSo.\n", encoding="utf-8")
    (document,) = texts_of(tmp_path)
    assert (document.text, document.events) == ("A coup\n\nSo.", ())


def test_the_chance_of_a_missed_event_is_of_words_outside_events() -> None:
    windows = Windows([(0, 1), (2, 6), (7, 9)], [Window([0, 0, 0], np.arange(3), np.arange(3), np.arange(3), False)])
    # O, B-coup, I-coup of three words: the second is an event, the third almost.
    scores = [np.log(np.array([[0.98, 0.01, 0.01], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]]))]
    schema = Schema(("coup",), ())
    events = events_of("a coup so", windows, scores, schema, {"coup": 0.0})
    assert [event.trigger for event in events] == ["coup"]
    assert missed(windows, scores, events, 3) == pytest.approx(0.4)
    assert missed(windows, scores, [], 3) == pytest.approx(0.9)
    assert missed(Windows([], []), [], [], 3) == 0.0


def test_prelabel_writes_a_models_guesses(
    untrained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {"a": "The army said two men were arrested. 🎉 The coup was on.", "b": "The treaty was said to the army."}
    (tmp_path / "texts").mkdir()
    for name, text in texts.items():
        (tmp_path / "texts" / f"{name}.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "tasks.json"
    arguments = ["prelabel", tmp_path / "texts", out, "--to", "label-studio", "--model", untrained, "--device", "cpu"]
    monkeypatch.setattr("sys.argv", ["model", *map(str, arguments)])
    main()
    said = capsys.readouterr().out
    tagger = EventTagger.from_pretrained(untrained, "cpu")
    guesses = {name: tagger.predict(text).events for name, text in texts.items()}
    count = sum(map(len, guesses.values()))
    assert count > 0
    assert f"{count} guesses in 2 documents, the least sure first" in said
    assert '<Label value="arrest"/>' in said
    found = {document.id: [(*e.span, e.type, e.status) for e in document.events] for document in read(out)}
    assert found == {name: [(*e.span, e.type, e.status) for e in events] for name, events in guesses.items()}
    sure = [task["predictions"][0]["score"] for task in json.loads(out.read_text(encoding="utf-8"))]
    assert sure == sorted(sure)
    assert all(0 < value < 1 for value in sure)
