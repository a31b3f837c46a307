"""Labels without texts meet their own texts, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from news_event_tagger import Document, InputError
from news_event_tagger.corpus import read
from news_event_tagger.files import sha256

TEXTS = {"a": "Two men were arrested.", "b": "Nothing happened.\nA coup failed.", "c": "Rain."}
EVENTS = {"a": [(13, 21, "arrest")], "b": [(20, 24, "coup")], "c": []}


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    rows = [
        {
            "id": id_,
            "sha256": sha256(text)[:16],
            "events": [{"start": start, "end": end, "type": type_} for start, end, type_ in EVENTS[id_]],
        }
        for id_, text in TEXTS.items()
    ]
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def put_texts(folder: Path, texts: dict[str, str]) -> Path:
    """One text as a file, the others as rows of JSON Lines."""
    folder.mkdir()
    (folder / "a.txt").write_text(texts["a"], encoding="utf-8")
    rows = [{"id": id_, "text": text} for id_, text in texts.items() if id_ != "a"]
    (folder / "source.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_many_articles_in_a_file_find_their_texts_in_files_and_rows(labels: Path, tmp_path: Path) -> None:
    found = read(labels, put_texts(tmp_path / "texts", TEXTS))
    assert [(document.id, document.text) for document in found] == list(TEXTS.items())
    assert [document.events for document in found] == [Document.mark(TEXTS[id_], EVENTS[id_]).events for id_ in TEXTS]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"b": TEXTS["b"] + " "}, r"source\.jsonl:1: not the text that .*labels\.jsonl:2 labels"),
        ({"a": "Two men were arrested!"}, r"a\.txt: not the text that .*labels\.jsonl:1 labels"),
        ({"c": None}, r"no c\.txt and no row of that id"),
    ],
)
def test_another_text_or_none_is_refused_with_its_place(
    labels: Path, tmp_path: Path, change: dict[str, str | None], said: str
) -> None:
    texts = {id_: text for id_, text in (TEXTS | change).items() if text is not None}
    with pytest.raises(InputError, match=said):
        read(labels, put_texts(tmp_path / "texts", texts))


def test_without_texts_the_way_out_is_said(labels: Path) -> None:
    with pytest.raises(InputError, match=r"--texts DIR"):
        read(labels)


def test_a_hash_that_tells_nothing_apart_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"id": "a", "sha256": "12", "events": []}), encoding="utf-8")
    with pytest.raises(InputError, match="16 hexadecimal digits"):
        read(path, put_texts(tmp_path / "texts", TEXTS))
