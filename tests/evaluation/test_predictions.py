import json
from pathlib import Path

import pytest

from model import Document, InputError
from model.evaluation import read_predictions

GOLD = [Document.mark("A coup.", [(2, 6, "coup")], "a"), Document("Nothing.", id="b")]
EVENT = {"start": 2, "end": 6, "type": "coup"}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "guess.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_predictions_come_in_the_order_of_the_gold(tmp_path: Path) -> None:
    guess = read_predictions(write(tmp_path, {"id": "b", "events": []}, {"id": "a", "events": [EVENT]}), GOLD)
    assert [(document.id, len(document.events)) for document in guess] == [("a", 1), ("b", 0)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"id": "c", "events": []}], "no document 'c'"),
        ([{"id": "a", "events": []}, {"id": "a", "events": []}], "guess.jsonl:2: document 'a' stands twice"),
        ([{"id": "a", "text": "A COUP.", "events": []}], "guess.jsonl:1: the text of document 'a' is not the gold's"),
        ([{"id": "a", "events": [EVENT | {"end": 8}]}], "outside the text of 7"),
        ([{"id": "a", "events": []}], "no prediction for 1 of 2 documents, the first is 'b'"),
    ],
)
def test_faults_are_refused_with_the_id(tmp_path: Path, rows: list[object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_predictions(write(tmp_path, *rows), GOLD)
    assert words in str(caught.value)


def test_missing_documents_may_count_as_misses(tmp_path: Path) -> None:
    guess = read_predictions(write(tmp_path, {"id": "b", "events": []}), GOLD, allow_missing=True)
    assert guess[0].events == ()
