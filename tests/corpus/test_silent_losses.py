"""No label and no file is dropped or changed without a word, whatever tool wrote it."""

import bz2
import gzip
import json
import logging
import lzma
import os
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.corpus import read, write
from news_event_tagger.corpus.checks import check
from news_event_tagger.corpus.formats.registry import FORMATS
from news_event_tagger.corpus.splitting import named_parts

TEXT = "In May, the army led a coup in New York."
ROW = {"id": "a", "text": TEXT, "events": [{"start": 23, "end": 27, "type": "coup"}]}


@pytest.fixture(autouse=True)
def _hear(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "news_event_tagger.corpus")


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def triggers(documents: list[Document]) -> list[tuple[str, str]]:
    return [(event.trigger, event.type) for document in documents for event in document.events]


@pytest.mark.parametrize(
    "labels",
    [
        {"annotations": [{"label": 7, "start_offset": 23, "end_offset": 27, "user": 1}]},
        {"annotations": [{"label": "coup", "start": "23", "end": "27"}]},
        {"ents": [{"start": 23, "end": 27, "label": "coup"}], "sents": []},
        {"entities": {"coup": [[23, 27]]}},
        {"annotation": [{"label": ["coup"], "points": [{"start": 23.0, "end": 26.0, "text": "coup"}]}]},
        {"mentions": [{"offset": 23, "length": 4, "type": "coup"}]},
        {"triggers": [{"span": [23, 27], "type": "coup"}]},
        {"result": [[23, 27, "coup"]]},
        {"tokens": ["A", "coup"], "ner_tags": ["O", "B-coup"]},
        {"start": 23, "end": 27, "class": "coup"},
        {"events": [], "events_gold": [{"begin": 23, "end": 27}]},
    ],
)
@pytest.mark.parametrize("known", [{}, {"spans": []}, {"label": []}])
def test_labels_under_unknown_keys_are_refused(tmp_path: Path, labels: dict[str, Any], known: dict[str, Any]) -> None:
    if known and {"events", "entities", "tokens"} & labels.keys():
        return
    path = lines(tmp_path / "set.jsonl", {"id": 1, "text": TEXT, **known, **labels})
    with pytest.raises(InputError, match=r"set\.jsonl:1: .* holds labels, and is no key that we read: .*text"):
        read(path)


def test_other_keys_are_left_out_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = lines(tmp_path / "set.jsonl", ROW | {"year": 1966, "size": [640, 480], "tags": ["army"], "votes": [2, 3]})
    assert triggers(read(path)) == [("coup", "coup")]
    assert "other keys of 1 documents left out" in caplog.text


def test_a_table_with_labels_in_an_unknown_column_is_refused(tmp_path: Path) -> None:
    Dataset.from_list([{"text": TEXT, "spans": [{"start": 23, "end": 27}]}]).to_parquet(str(tmp_path / "t.parquet"))
    with pytest.raises(InputError, match="row 0: 'spans' holds labels"):
        read(tmp_path / "t.parquet")


def test_columns_separated_by_tabs_keep_blanks_in_tokens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "set.conll"
    path.write_text("#\tO\nNew York\tO\ncoup d'état\tB-coup\n", encoding="utf-8")
    (document,) = read(path)
    assert document.text == "# New York coup d'état"
    assert triggers([document]) == [("coup d'état", "coup")]
    assert "separated by tabs" in caplog.text
    path.write_text("New York\tO\ncoup B-coup\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"set.conll:2: .* separated by tabs"):
        read(path)


PACKED = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def test_a_folder_is_read_whole_and_what_is_skipped_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    expected = []
    for number, ending in enumerate((".jsonl", ".ndjson", ".JSONL", ".Jsonl.gz", ".ndjson.bz2", ".jsonl.XZ")):
        pack = PACKED.get(Path(ending).suffix.lower(), bytes)
        (tmp_path / f"{number}{ending}").write_bytes(pack(json.dumps(ROW | {"id": str(number)}).encode()))
        expected.append(str(number))
    (tmp_path / "old.csv").touch()
    assert [document.id for document in read(tmp_path)] == expected
    assert "1 files left out: old.csv" in caplog.text
    assert len(check([tmp_path])[0]) == len(expected)


@pytest.mark.parametrize("name", ["brat", "inline", "standoff"])
def test_a_folder_of_one_format_names_the_files_of_others(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    write([Document.mark("Title\n\nA coup.", [(9, 13, "coup")], "a")], tmp_path / "set", name)
    lines(tmp_path / "set" / "more.parquet", ROW)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.TXT").write_text("Title\n\nA coup.", encoding="utf-8")
    assert triggers(read(tmp_path / "set", tmp_path / "texts", format=name)) == [("coup", "coup")]
    assert "more.parquet" in caplog.text


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz"])
@pytest.mark.parametrize("name", ["conll", "label-studio", "spacy", "table", "brat", "inline"])
def test_every_format_is_read_packed_and_in_any_case(tmp_path: Path, name: str, ending: str) -> None:
    if name == "spacy":
        pytest.importorskip("spacy")
    document = Document.mark("Title\n\nA coup .", [(9, 13, "coup")], "a")
    plain = {"conll": ".conll", "label-studio": ".json", "spacy": ".spacy", "table": ".parquet"}.get(name, "")
    write([document], tmp_path / f"set{plain}", name)
    (tmp_path / "packed").mkdir()
    for file in (tmp_path / f"set{plain}").iterdir() if not plain else [tmp_path / f"set{plain}"]:
        packed = tmp_path / "packed" / f"{file.stem}{file.suffix.upper()}{ending}"
        packed.write_bytes(PACKED[ending](file.read_bytes()))
    (found,) = read(tmp_path / "packed")
    assert (found.id, triggers([found])) == ("a", [("coup", "coup")])


def test_damaged_and_packed_targets_are_refused(tmp_path: Path) -> None:
    for ending in (".gz", ".bz2", ".xz"):
        (tmp_path / f"a.jsonl{ending}").write_bytes(b"no archive")
        with pytest.raises(InputError, match=rf"a.jsonl{ending}: damaged"):
            read(tmp_path / f"a.jsonl{ending}")
    with pytest.raises(InputError, match=r"out.jsonl.gz: we write no packed files"):
        write([Document(TEXT, id="a")], tmp_path / "out.jsonl.gz")


def test_parts_are_found_whatever_their_ending(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("Train.JSONL", "dev.jsonl.gz", "test.ndjson", "extra.jsonl"):
        (tmp_path / name).touch()
    assert {part: [Path(file).name for file in files] for part, files in named_parts(tmp_path).items()} == {
        "train": ["Train.JSONL"],
        "dev": ["dev.jsonl.gz"],
        "test": ["test.ndjson"],
    }
    assert "1 files left out: extra.jsonl" in caplog.text


TWICE = Document(TEXT, (Event(23, 27, "coup", "coup"), Event(23, 27, "coup", "coup")), "a")


@pytest.mark.parametrize("name", ["jsonl", "doccano", "prodigy", "label-studio", "table", "brat", "spacy", "standoff"])
def test_an_event_that_stands_twice_is_once(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    if name == "spacy":
        pytest.importorskip("spacy")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    write([TWICE], tmp_path / "set", name)
    assert triggers(read(tmp_path / "set", tmp_path, format=name)) == [("coup", "coup")]
    assert "1 duplicate events left out" in caplog.text


def test_participants_of_an_event_that_stands_twice_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, other = ({"role": "actor", "start": start, "end": start + 4} for start in (12, 23))
    event = {"start": 23, "end": 27, "type": "coup"}
    twice = [event | {"roles": [first]}, event | {"roles": [first, other]}]
    read(lines(tmp_path / "set.jsonl", ROW | {"events": twice}))
    assert "1 participants of duplicate events left out" in caplog.text


@pytest.mark.parametrize("name", ["brat", "inline"])
def test_roles_that_a_format_cannot_hold_are_refused(tmp_path: Path, name: str) -> None:
    role = Role("who 2", 7, 8, "A")
    document = Document("Title\n\nA coup", (Event(9, 13, "coup", "coup", roles=(role,)),), "a")
    with pytest.raises(InputError, match=rf"document 'a': {name} cannot hold the role 'who 2'"):
        write([document], tmp_path / "set", name)


def region(text: str, start: int, type_: str, name: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": start + len(text), "text": text, "labels": [type_]}
    return {"type": "labels", "to_name": name, "from_name": "label", "value": value, **more}


def tasks(path: Path, *found: dict[str, Any]) -> Path:
    path.write_text(json.dumps(list(found)), encoding="utf-8")
    return path


def test_spans_of_several_texts_lie_on_the_text_that_they_name(tmp_path: Path) -> None:
    data = {"id": "x", "text": "A coup now", "title": "No coup", "source": "wire"}
    result = [region("coup", 2, "coup", "text"), region("coup", 3, "denial", "title")]
    bare = {"data": data | {"id": "y"}, "annotations": [{"result": []}]}
    found = read(tasks(tmp_path / "ls.json", {"data": data, "annotations": [{"result": result}]}, bare))
    assert [(document.id, document.text, triggers([document])) for document in found] == [
        ("x-text", "A coup now", [("coup", "coup")]),
        ("x-title", "No coup", [("coup", "denial")]),
        ("y-text", "A coup now", []),
        ("y-title", "No coup", []),
    ]
    assert found[0].meta == {"source": "wire"}


def test_spans_of_a_name_that_is_no_key_lie_where_they_fit(tmp_path: Path) -> None:
    data = {"text": "Nothing here at all", "body": "No coup"}
    task = {"data": data, "annotations": [{"result": [region("coup", 3, "coup", "article")]}]}
    assert [document.text for document in read(tasks(tmp_path / "ls.json", task))] == ["No coup"]


def test_statuses_without_ids_belong_to_the_events_at_their_offsets(tmp_path: Path) -> None:
    result = [region("coup", 2, "coup", "text"), region("riot", 9, "riot", "text")]
    choice = {"start": 9, "end": 13, "choices": ["alleged"]}
    result.append({"type": "choices", "from_name": "status", "to_name": "text", "value": choice})
    task = {"data": {"text": "A coup, a riot"[:8] + " riot"}, "predictions": [{"result": result}]}
    (document,) = read(tasks(tmp_path / "ls.json", task))
    assert [(event.type, event.status) for event in document.events] == [("coup", None), ("riot", "alleged")]


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("labels", "coup", "task 0: 'labels' must be a list of strings, this is 'coup'"),
        ("labels", [7], "'labels' must be a list of strings"),
        ("result", "coup", "'result' must be a list"),
        ("annotations", {"result": []}, "'annotations' must be a list of objects"),
        ("predictions", "x", "'predictions' must be a list of objects"),
        ("choices", "alleged", "'choices' must be a list of strings"),
    ],
)
def test_what_must_be_a_list_is_refused_otherwise(tmp_path: Path, part: str, value: Any, words: str) -> None:
    span = region("coup", 2, "coup", "text", id="r")
    choice = {"type": "choices", "from_name": "status", "id": "r", "value": {"choices": ["alleged"]}}
    (span if part == "labels" else choice)["value"] |= {part: value} if part in ("labels", "choices") else {}
    annotation = {"result": value if part == "result" else [span, choice]}
    task: dict[str, Any] = {"data": {"text": "A coup"}, "annotations": [annotation]}
    if part in ("annotations", "predictions"):
        task[part] = value
    with pytest.raises(InputError, match=words):
        read(tasks(tmp_path / "ls.json", task))


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "content": [{"sentence": "A coup", "tokens": "A coup"}], "events": []},
        {"sent_id": "s", "sentence": "A coup", "tokens": "A coup", "event_mentions": []},
        {"text": "A coup", "spans": "coup", "_input_hash": 1},
    ],
)
def test_a_string_is_no_list_of_tokens_or_spans(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"set.jsonl:1: '\w+' must be a list of"):
        read(lines(tmp_path / "set.jsonl", row))


def test_a_table_that_is_overwritten_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "set.parquet"
    for name in ("first", "other"):
        write([Document(TEXT, id=name)], path)
        os.utime(path, (1, 1))
        assert [document.id for document in read(path)] == [name]


def test_ids_of_tables_may_be_whole_floats_and_dates(tmp_path: Path) -> None:
    import datetime

    for ids, expected in (([1.0, 2.0], ["1", "2"]), ([datetime.date(1966, 1, 15)], ["1966-01-15"])):
        rows = [{"id": id_, "text": TEXT, "events": ROW["events"]} for id_ in ids]
        Dataset.from_list(rows).to_parquet(str(tmp_path / "t.parquet"))
        assert [document.id for document in read(tmp_path / "t.parquet")] == expected


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("\ufeffA coup.", (3, 7), "a byte order mark otherwise"),
        ("One.\r\nA\r\ncoup.", (7, 11), "CR and LF as one"),
        ("\ufeffOne.\r\n\r\nA coup.", (9, 13), "CR and LF as one and a byte order mark otherwise"),
        ("🎉\r\n\r\nA coup.", (6, 10), "UTF-16 units and CR and LF as one"),
    ],
)
def test_offsets_of_brat_that_count_otherwise_are_told_by_the_triggers(
    tmp_path: Path, text: str, span: tuple[int, int], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_text(f"T1\tcoup {span[0]} {span[1]}\tcoup\n", encoding="utf-8")
    (document,) = read(tmp_path)
    assert document.text == text.removeprefix("\ufeff")
    assert triggers([document]) == [("coup", "coup")]
    assert f"offsets of 1 documents count {said}; converted" in caplog.text


def test_an_empty_label_is_named(tmp_path: Path) -> None:
    path = lines(tmp_path / "set.jsonl", ROW | {"events": [{"start": 23, "end": 27, "type": ""}]})
    with pytest.raises(InputError, match=r"set.jsonl:1: event 0: the type of 'coup' is empty"):
        read(path)
    assert [(fault.kind, fault.to_dict()["line"]) for fault in check([path])[1]][:1] == [("unreadable", 1)]


@pytest.mark.parametrize("label", ["police raid", "a\tb", "coup\u00a0d’état", "\u2028"])
@pytest.mark.parametrize("name", ["conll", "bilou", "brat", "inline"])
def test_labels_that_a_format_cannot_hold_are_refused(tmp_path: Path, name: str, label: str) -> None:
    document = Document.mark("Title\n\nA coup", [(9, 13, label)], "a")
    with pytest.raises(InputError, match=rf"document 'a': {name} cannot hold the type"):
        write([document], tmp_path / "set", name)
    assert not (tmp_path / "set").exists()


def test_a_json_list_is_told_from_what_is_no_json(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps([ROW], indent=1), encoding="utf-8")
    with pytest.raises(InputError, match="one JSON list, where each line should be an object"):
        read(path)


def test_all_writable_formats_say_their_kind() -> None:
    assert {name for name, form in FORMATS.items() if form.folder} == {"inline", "standoff", "brat"}
