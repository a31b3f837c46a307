"""Every format: files made with the tools themselves, and what is refused or said."""

import json
import logging
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, Features, List, Value

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.corpus import read, write
from news_event_tagger.corpus.formats.registry import FORMATS

FIXTURES = Path(__file__).parent / "fixtures"


def test_inline_articles_come_back_with_status(tmp_path: Path) -> None:
    document = Document.mark(
        "Oslo expels two\n\nIt [sic] is so.", [(5, 11, "expulsion", "alleged")], "a", {"style": "wire"}
    )
    assert write([document], tmp_path / "set", "inline") == []
    (found,) = read(tmp_path / "set")
    assert (found.text, found.events, found.meta["style"]) == (document.text, document.events, "wire")


FULL = Document(
    "A coup, a coup.\nNo\u00a0arrest.",
    (
        Event(2, 6, "coup", "coup", 0.9, "actual", roles=(Role("actor", 0, 1, "A", (0, 1), 0.4),)),
        Event(2, 14, "unrest", "coup, a coup"),
        Event(19, 25, "arrest", "arrest", 0.5, "negated", 0.7, roles=()),
    ),
    "full",
    {"title": "T"},
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jsonl", ()),
        ("prodigy", ()),
        ("table", ()),
        ("label-studio", ("head of 1 participants",)),
        ("standoff", ("meta of 1 documents",)),
        (
            "brat",
            ("score of 2 events", "meta of 1 documents", "head of 1 participants", "score of 1 participants"),
        ),
        (
            "doccano",
            (
                "score of 2 events",
                "status of 2 events",
                "head of 1 participants",
                "score of 1 participants",
                "that 1 events have no participants",
            ),
        ),
        (
            "conll",
            (
                "score of 1 events",
                "status of 1 events",
                "meta of 1 documents",
                "1 overlapping events",
                "that 1 events have no participants",
                "white space of 1 documents",
            ),
        ),
    ],
)
def test_what_a_format_cannot_hold_is_said_with_counts(tmp_path: Path, name: str, said: tuple[str, ...]) -> None:
    sentences = write([FULL, Document("Nothing .", id="other")], tmp_path / "set", name)
    assert len(sentences) == len(said)
    for words in said:
        assert any(sentence.startswith(words) for sentence in sentences), sentences


def test_spacy_and_columns_say_that_they_hold_no_participants(tmp_path: Path) -> None:
    pytest.importorskip("spacy")
    event = Event(2, 6, "coup", "coup", roles=(Role("actor", 0, 1, "A"), Role("time", 0, 1, "A")))
    for name in ("set.spacy", "set.conll"):
        assert write([Document("A coup .", (event,), "a")], tmp_path / name) == ["2 participants left out"]
        assert read(tmp_path / name)[0].events == (Event(2, 6, "coup", "coup"),)


def test_of_overlapping_events_the_first_and_longest_stays(tmp_path: Path) -> None:
    write([FULL], tmp_path / "set.conll")
    assert [event.type for event in read(tmp_path / "set.conll")[0].events] == ["unrest", "arrest"]


EXPECTED = [("expelled", "expulsion"), ("arrested", "arrest")]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.*")), ids=lambda path: path.name)
def test_exports_of_the_tools_are_recognised_and_read(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if path.suffix == ".md":
        return
    if path.suffix == ".spacy":
        pytest.importorskip("spacy")
    documents = read(path, offsets="utf-16" if path.name.startswith("doccano-relations") else None)
    assert [(event.trigger, event.type) for document in documents for event in document.events] == EXPECTED
    assert len(documents) == 3
    assert "read as" in caplog.text


# Each unit with a text before the trigger that tells it from the others.
@pytest.mark.parametrize(("unit", "start"), [("UTF-16", 7), ("UTF-8", 12)])
def test_offsets_in_other_units_are_recognised_by_their_triggers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, unit: str, start: int
) -> None:
    text = "🎉 é 🎉coup, coup"
    row = {"id": "a", "text": text, "events": [{"start": start, "end": start + 4, "type": "coup", "trigger": "coup"}]}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    (document,) = read(path)
    assert document.events[0].span == (5, 9)
    assert f"offsets of 1 documents count {unit} units; converted to code points" in caplog.text


def test_offsets_that_fit_in_no_unit_are_refused_with_their_place(tmp_path: Path) -> None:
    row = {"id": "a", "text": "🎉 coup", "events": [{"start": 4, "end": 6, "type": "coup", "trigger": "coup"}]}
    path = tmp_path / "set.jsonl"
    path.write_text("\n" + json.dumps(row), encoding="utf-8")
    with pytest.raises(InputError, match=r"set.jsonl:2: event 0: the trigger 'coup' does not stand at 4:6"):
        read(path)


def test_offsets_that_nothing_tells_are_refused_until_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"id": 1, "text": "🎉 coup", "label": [[3, 7, "coup"]]}), encoding="utf-8")
    with pytest.raises(InputError, match=r"set.jsonl:1: .* give --offsets utf-16"):
        read(path)
    assert read(path, offsets="utf-16")[0].events[0].trigger == "coup"
    with pytest.raises(InputError, match="outside the text"):
        read(path, offsets="code-points")
    with pytest.raises(InputError, match="known: code-points"):
        read(path, offsets="runes")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.conll", "coup B-coup\n\nstrife I-coup\n", r"a.conll:1 .* is IOB2, .*a.conll:3 .* is IOB1"),
        ("a.conll", "coup S-coup\nstrife U-coup\n", "BIOES.*BILOU"),
        ("a.conll", "coup B-coup\nso O\nx S-y\n", "a.conll:2: O after B-coup is not BIOES"),
        ("a.conll", "coup B-coup\nso\n", r"a.conll:2: 'so' does not end in a tag"),
        ("a.json", '[{"text": "A coup", "label": [{"start": 2}], "id": 1}]', "not a list of tasks|JSON"),
        ("a.json", '{"some": "keys"}', "no format we know; name its format"),
        ("a.jsonl", '{"text": "a", "label": [], "spans": []}', "looks like doccano and like prodigy"),
        ("a.jsonl", '{"text": "a", "label": [[0, 1]]}', r"a.jsonl:1: label 0 is \[0, 1\]"),
        ("a.jsonl", '{"text": "a", "label": [[[], 1, "x"]]}', "whole numbers"),
        ("a.json", '[{"id": 1, "data": {"text": "a"}, "annotations": [{"result": [3]}]}]', "task 1: result 0 is 3"),
        (
            "a.json",
            '[{"id": 1, "data": {"a": "a", "b": "b"}, "annotations": [{}]}]',
            "which of its data is the text: a, b",
        ),
        ("a.jsonl", '{"id": 1, "content": [], "candidates": []}', "hides the labels"),
        (
            "a.jsonl",
            '{"id": 1, "content": [{"sentence": "A", "tokens": ["A"]}], "events": '
            '[{"type": "coup", "mention": [{"sent_id": 0, "offset": [0, 2]}]}]}',
            "a.jsonl:1: tokens 0:2 of 1 are none",
        ),
        (
            "a.jsonl",
            '{"sent_id": "s", "tokens": ["A", "coup"], "event_mentions": '
            '[{"event_type": "coup", "trigger": {"start": 0, "end": 1, "text": "coup"}}]}',
            "the trigger 'coup' is not the tokens it points to, 'A'",
        ),
        ("a.spacy", "x", "not a DocBin"),
    ],
)
def test_faulty_files_are_refused_with_their_place(tmp_path: Path, name: str, content: str, words: str) -> None:
    if name.endswith(".spacy"):
        pytest.importorskip("spacy")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read(tmp_path / name)


def brat_set(folder: Path, text: str, annotations: str) -> Path:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "a.ann").write_text(annotations, encoding="utf-8")
    return folder


def test_brat_event_lines_are_the_events(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    annotations = (
        "T1\tOrg 0 4\tOslo\nT2\tExpel 5 11;20 23\tthrows out\nT3\tOrg 12 20\ta consul\n"
        "E1\tExpulsion:T2 Agent:T1\nE2\tExpulsion:T2\n"
        "A1\tStatus E1 alleged\nA2\tNegation E1\n#1\tAnnotatorNotes T1\tsure\nR1\tIs Arg1:T1 Arg2:T2\n"
    )
    (tmp_path / "b.txt").write_text("nobody read this", encoding="utf-8")
    (document,) = read(brat_set(tmp_path, "Oslo throws a consul out.", annotations.replace("20 23", "21 24")))
    agent = Role("Agent", 0, 4, "Oslo")
    assert document.events == (Event(5, 24, "Expulsion", "throws a consul out", status="alleged", roles=(agent,)),)
    for said in (
        "1 attributes Negation left out",
        "1 notes left out",
        "1 relations left out",
        "1 spans left out that are the trigger of no event line",
        "1 duplicate events left out that mark the span of another",
        "1 texts without an .ann file left out",
        "2 spans in several pieces read as one",
    ):
        assert said in caplog.text


def test_brat_arguments_are_participants(tmp_path: Path) -> None:
    annotations = (
        "T1\tOrg 0 4\tOslo\nT2\tExpel 5 13\texpelled\nT3\tP 14 17\ttwo\nT4\tP 19 22\tsix\n"
        "E1\tExpel:T2 Arg0:T1 Who:T3 Who2:T4\nE2\tThen:T4 Cause:E1\nE3\tRaid:T1\nA1\tParticipants E3 none\n"
        "E4\tAct:T1\n"
    )
    (document,) = read(brat_set(tmp_path, "Oslo expelled two, six.", annotations))
    found = {event.type: event.roles for event in document.events}
    assert found == {
        "Expel": (Role("Arg0", 0, 4, "Oslo"), Role("Who", 14, 17, "two"), Role("Who", 19, 22, "six")),
        "Then": (Role("Cause", 5, 13, "expelled"),),
        "Raid": (),
        "Act": None,
    }


def test_relations_between_bare_spans_of_brat_are_participants(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    annotations = (
        "T1\tparticipant 0 4\tOslo\nT2\tExpel 5 13\texpelled\nT3\tcoup 14 17\ttwo\n"
        "R1\tactor Arg1:T2 Arg2:T1\nR2\tcause Arg1:T2 Arg2:T3\nR3\todd\n"
    )
    (document,) = read(brat_set(tmp_path, "Oslo expelled two.", annotations))
    roles = {event.type: event.roles for event in document.events}
    assert roles == {"Expel": (Role("actor", 0, 4, "Oslo"),), "coup": None}
    assert "2 relations left out that lead from no event to a span labelled 'participant'" in caplog.text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("T1\tcoup 2 6\tcoup\nE1\tcoup:T1 actor:T9", "a.ann:2: E1 names T9"),
        ("T1\tcoup 2 6\tcoup\nT2\tx 0 1\tB\nE1\tcoup:T1 actor:T2", "a.ann:3: T2 is 'B', at 0:1 stands 'A'"),
        ("T1\tcoup 2 6\tcoup\nE1\tcoup:T1 actor", "is not 'E1<tab>TYPE:TRIGGER ROLE:ID"),
        ("T1\tcoup 2 5\tcoup", "a.ann:1: T1 is 'coup', at 2:5 stands 'cou'"),
        ("T1\tcoup 2 99\tcoup", "a.ann:1: T1 is empty or outside"),
        ("E1\tcoup:T9", "a.ann:1: E1 names T9"),
        ("T1 coup 2 6 coup", "a.ann:1: 'T1 coup"),
        ("Q1\tcoup", "begins with no id of brat's"),
    ],
)
def test_faulty_brat_lines_are_refused(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(brat_set(tmp_path, "A coup.", line + "\n"))


def test_skipped_and_unlabelled_tasks_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    result = [{"type": "labels", "value": {"start": 2, "end": 6, "text": "coup", "labels": ["coup"]}}]
    task = {"data": {"body": "A coup"}, "annotations": [{"result": []}, {"result": result, "ground_truth": True}]}
    tasks = [task, {"data": {"body": "x"}, "annotations": []}, {**task, "annotations": [{"was_cancelled": True}]}]
    (tmp_path / "ls.json").write_text(json.dumps([{"id": i, **t} for i, t in enumerate(tasks)]), encoding="utf-8")
    (document,) = read(tmp_path / "ls.json")
    assert [event.trigger for event in document.events] == ["coup"]
    assert "2 tasks left out that nobody annotated" in caplog.text
    assert "1 tasks have several annotations" in caplog.text
    rows = [{"text": "A coup", "spans": [], "answer": answer} for answer in ("accept", "reject", "ignore")]
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert len(read(tmp_path / "p.jsonl")) == 1
    assert "1 tasks left out whose answer is 'reject'" in caplog.text


def test_participants_drawn_in_label_studio_are_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def region(id_: str, start: int, text: str, label: str) -> dict[str, object]:
        value = {"start": start, "end": start + len(text), "text": text, "labels": [label]}
        return {"id": id_, "type": "labels", "to_name": "text", "value": value}

    def relation(start: str, end: str, direction: str, *labels: str) -> dict[str, object]:
        return {"type": "relation", "from_id": start, "to_id": end, "direction": direction, "labels": labels}

    # Two texts, since a relation does not say on which of them it lies.
    data = {"title": "Oslo", "text": "🎉 Oslo expelled two"}
    result = [region("e", 8, "expelled", "expulsion"), region("o", 3, "Oslo", "participant")]
    result += [region("t", 17, "two", "participant"), region("f", 17, "two", "arrest")]
    result += [relation("e", "o", "right", "actor"), relation("t", "e", "left", "target", "place")]
    result += [relation("e", "f", "right", "cause"), relation("e", "o", "right")]
    (tmp_path / "ls.json").write_text(json.dumps([{"data": data, "annotations": [{"result": result}]}]), "utf-8")
    (document,) = read(tmp_path / "ls.json")
    two = [Role(role, 16, 19, "two") for role in ("place", "target")]
    assert {event.type: event.roles for event in document.events} == {
        "expulsion": (Role("actor", 2, 6, "Oslo"), *two),
        "arrest": None,
    }
    assert "2 relations left out that lead from no event" in caplog.text


def test_tables_of_tokens_and_named_tags_are_read(tmp_path: Path) -> None:
    features = Features(
        {"tokens": List(Value("string")), "ner_tags": List(ClassLabel(names=["O", "B-coup", "I-coup"]))}
    )
    table = Dataset.from_dict(
        {"tokens": [["A", "coup", "d’état"], ["No"]], "ner_tags": [[0, 1, 2], [0]]}, features=features
    )
    table.to_parquet(str(tmp_path / "t.parquet"))
    table.save_to_disk(str(tmp_path / "saved"))
    for path in (tmp_path / "t.parquet", tmp_path / "saved"):
        first, second = read(path)
        assert [(event.trigger, event.type) for event in first.events] == [("coup d’état", "coup")]
        assert (second.text, second.events) == ("No", ())
    Dataset.from_dict({"tokens": [["A"]], "tags": [[3]]}).to_parquet(str(tmp_path / "n.parquet"))
    with pytest.raises(InputError, match="row 0: column 'tags' must hold a tag"):
        read(tmp_path / "n.parquet")


def test_writing_refuses_what_it_would_spoil(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    documents = [Document("A coup.", id="a/b")]
    with pytest.raises(InputError, match=r"does not say which format to write.*--to.*label-studio"):
        write(documents, tmp_path / "out.json")
    with pytest.raises(InputError, match="format 'brad': did you mean 'brat'"):
        write(documents, tmp_path / "out", "brad")
    with pytest.raises(InputError, match="its name cannot be that of a file"):
        write(documents, tmp_path / "out", "brat")
    with pytest.raises(InputError, match=r"'maven': we read it and do not write it; .*--to.*: jsonl, (?!.*textee)"):
        write([Document("A coup.", id="a")], tmp_path / "out", "maven")
    with pytest.raises(InputError, match="stands there already"):
        write([Document("A", id="a")], tmp_path / "full", "brat")
    with pytest.raises(InputError, match="half a surrogate pair"):
        write([Document("\ud83c", id="a")], tmp_path / "out.conll")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_every_format_is_documented() -> None:
    table = (Path(__file__).parents[2] / "docs" / "FORMATS.md").read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in table] == []


@pytest.fixture(autouse=True)
def _hear(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "news_event_tagger.corpus")
