import json
from pathlib import Path

import pytest
from datasets import Dataset
from hypothesis import given

from news_event_tagger import Document, InputError
from news_event_tagger.corpus import read, read_all
from news_event_tagger.corpus.formats import jsonl, standoff
from tests.documents.test_document import marked_documents


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def row(**changes: object) -> str:
    return json.dumps({"id": "a", "text": "A coup.", "events": [{"start": 2, "end": 6, "type": "coup"}]} | changes)


@given(marked_documents())
def test_json_lines_round_trip(document: Document) -> None:
    line = json.dumps(document.to_dict())
    assert jsonl.parse_document(json.loads(line), "f:1") == document


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON object is wanted"),
        (row(text=None), "'text' is missing"),
        (row(id=[1]), "'id' must be a string"),
        (row(events={}), "'events' must be a list"),
        (row(events=[{"start": 2, "end": 99, "type": "coup"}]), "outside the text of 7 characters"),
        (row(events=[{"start": 2.0, "end": 6, "type": "coup"}]), "whole numbers"),
        (row(events=[{"start": True, "end": 6, "type": "coup"}]), "whole numbers"),
        (row(events=[{"start": 2, "end": 6, "type": "coup", "trigger": "putsch"}]), "there is 'coup'"),
        (row(events=[{"start": 2, "end": 6, "type": "arest"}]), "did you mean 'arrest'"),
        (row(events=[{"start": 2, "end": 6, "type": "coup", "score": 7}]), "outside [0, 1]"),
        (row(events=[{"start": 2, "end": 6, "type": "coup", "status": 7}]), "'status' must be a str"),
    ],
)
def test_faulty_json_line_is_refused_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    path = write(tmp_path, "set.jsonl", row() + "\n\n" + line + "\n")
    with pytest.raises(InputError) as caught:
        read(path, types=["arrest", "coup"])
    assert f"{path}:3" in str(caught.value)
    assert words in str(caught.value)


def test_folder_is_read_in_the_order_of_names(articles: Path) -> None:
    assert [document.id for document in read(articles)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.jsonl", None, "no such file"),
        ("none", None, "no such file or folder"),
        ("empty.jsonl", "", "no documents"),
        ("table.csv", "a,b", "not a set we read"),
        ("twice.jsonl", row() + "\n" + row() + "\n", "2 documents are called 'a'"),
    ],
)
def test_what_is_no_set_is_refused(tmp_path: Path, name: str, content: str | None, words: str) -> None:
    path = tmp_path / name if content is None else write(tmp_path, name, content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_empty_folder_and_wrong_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no articles"):
        read(tmp_path)
    (tmp_path / "latin.txt").write_bytes("title: Coup d'état".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin.txt: not UTF-8, byte 0xe9 at offset 14"):
        read(tmp_path)


def test_sets_read_together_must_not_share_a_name(articles: Path) -> None:
    with pytest.raises(InputError, match="2 documents are called"):
        read_all([articles, articles / "a.txt"])


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    document = Document.mark("Coup d’état 🎉 – a coup.", [(18, 22, "coup", "actual")], "a")
    (tmp_path / "texts").mkdir()
    write(tmp_path / "texts", "a.txt", document.text)
    standoff.write([document], tmp_path)
    return tmp_path / "a.json"


def test_stand_off_labels_meet_their_text(labels: Path) -> None:
    (document,) = read(labels, texts=labels.parent / "texts")
    assert [(event.trigger, event.status) for event in document.events] == [("coup", "actual")]
    assert "🎉" not in labels.read_text(encoding="utf-8")


def test_stand_off_labels_refuse_another_text(labels: Path) -> None:
    write(labels.parent / "texts", "a.txt", "Coup d’état 🎉 – a coup!")
    with pytest.raises(InputError, match=r"a.txt: not the text that .*a.json labels"):
        read(labels, texts=labels.parent / "texts")


def test_stand_off_labels_without_texts_say_how(labels: Path) -> None:
    with pytest.raises(InputError, match=r"data\.texts="):
        read(labels)
    with pytest.raises(InputError, match="it should hold the text"):
        read(labels, texts=labels.parent)


def test_stand_off_offset_that_misses_its_trigger_is_refused(labels: Path) -> None:
    row = json.loads(labels.read_text(encoding="utf-8"))
    row["events"][0]["start"] += 1
    labels.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(InputError, match="the trigger 'coup' does not stand at 19:22, there is 'oup'"):
        read(labels, texts=labels.parent / "texts")


def test_tables_of_others_come_in_through_parquet(tmp_path: Path) -> None:
    path = tmp_path / "theirs.parquet"
    Dataset.from_list([json.loads(row()), json.loads(row(id="b", text="None", events=[]))]).to_parquet(str(path))
    first, second = read(path)
    assert [(event.trigger, event.type) for event in first.events] == [("coup", "coup")]
    assert (second.id, second.events) == ("b", ())
    with pytest.raises(InputError, match="row 0: event 0: unknown event type"):
        read(path, types=["arrest"])


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.parquet: not a Parquet table"):
        read(write(tmp_path, "x.parquet", "no table"))
