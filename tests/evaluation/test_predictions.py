import json
from pathlib import Path

import pytest
from datasets import Dataset

from news_event_tagger import Document, Event, InputError, corpus
from news_event_tagger.corpus.formats import inline, standoff
from news_event_tagger.evaluation import read_predictions

GOLD = [Document.mark("A coup.", [(2, 6, "coup")], "a"), Document("Nothing.", id="b")]
EVENT = {"start": 2, "end": 6, "type": "coup"}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "guess.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_predictions_come_in_the_order_of_the_gold(tmp_path: Path) -> None:
    guess, _ = read_predictions(write(tmp_path, {"id": "b", "events": []}, {"id": "a", "events": [EVENT]}), GOLD)
    assert [(document.id, len(document.events)) for document in guess] == [("a", 1), ("b", 0)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"id": "c", "events": []}], "no document 'c'"),
        ([{"id": "a", "events": []}, {"id": "a", "events": []}], "guess.jsonl:2: document 'a' stands twice"),
        (
            [{"id": "a", "text": "A cOUP.", "events": []}],
            "guess.jsonl:1: document 'a': its text is not the gold's, from character 3",
        ),
        (
            [{"id": "a", "events": [EVENT | {"end": 8}]}],
            "1: document 'a': event 0: span 2:8 is empty or outside the text of 7",
        ),
        ([{"id": "a"}], "document 'a' has no 'events'"),
        ([{"id": "a", "events": []}], "no prediction for 1 of 2 documents, the first is 'b'"),
    ],
)
def test_faults_are_refused_with_the_id(tmp_path: Path, rows: list[object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_predictions(write(tmp_path, *rows), GOLD)
    assert words in str(caught.value)


def test_missing_documents_may_count_as_misses(tmp_path: Path) -> None:
    guess, missing = read_predictions(write(tmp_path, {"id": "b", "events": []}), GOLD, allow_missing=True)
    assert guess[0].events == ()
    assert missing == ["a"]


def test_any_format_of_the_corpus_is_read(tmp_path: Path) -> None:
    gold = Document.mark("A coup\n\nMen were held.", [(2, 6, "coup"), (17, 21, "arrest")], "a", {"title": "A coup"})
    (tmp_path / "inline").mkdir()
    (tmp_path / "inline" / "a.txt").write_text(inline.render(gold), encoding="utf-8")
    (tmp_path / "standoff").mkdir()
    standoff.write([gold], tmp_path / "standoff")
    Dataset.from_list([gold.to_dict()]).to_parquet(tmp_path / "a.parquet")
    for name in ("inline", "standoff", "a.parquet"):
        guess, _ = read_predictions(tmp_path / name, [gold])
        assert [event.span for event in guess[0].events] == [(2, 6), (17, 21)], name


def test_exports_of_annotation_tools_are_joined_by_id_and_may_overlap(tmp_path: Path) -> None:
    gold = [Document("A 🎉 coup.", id="a"), Document("Nothing.", id="b")]
    guess = gold[0].with_events([Event(4, 8, "coup", "coup", 0.5), Event(0, 8, "unrest", "A 🎉 coup", 0.4)])
    for name in ("label-studio", "doccano", "prodigy", "brat"):
        corpus.write([gold[1], guess], tmp_path / name / "set.json" if name != "brat" else tmp_path / name, name)
        found, missing = read_predictions(tmp_path / name, gold)
        assert [event.span for event in found[0].events] == [(0, 8), (4, 8)], name
        assert (found[1].events, missing) == ((), [])
    with pytest.raises(InputError, match=r"set\.json: document 'a': its text is not the gold's, from character 0"):
        read_predictions(tmp_path / "prodigy", [Document("Coup.", id="a"), gold[1]])


def test_stand_off_predictions_on_another_text_are_refused(tmp_path: Path) -> None:
    standoff.write([Document("A Coup.", id="a")], tmp_path)
    with pytest.raises(InputError, match=r"a\.json: document 'a': the SHA-256 of its text is not the gold's"):
        read_predictions(tmp_path / "a.json", GOLD)
