"""``news-events check``: every fault of a set with its place, and nothing else."""

import json
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, InputError
from news_event_tagger.corpus import write
from news_event_tagger.corpus.checks import check
from news_event_tagger.corpus.faults import KINDS, Fault
from news_event_tagger.corpus.similarity import COMMON, near
from tests.conftest import call

Row = dict[str, Any]


def prose(seed: object, words: int = 30) -> str:
    """A sentence that no other seed gives."""
    draw = random.Random(str(seed))
    return "So " + " ".join(f"w{draw.randrange(10**6)}" for _ in range(words)) + "."


def row(name: str, *events: tuple[str, str], text: str | None = None, **more: Any) -> Row:
    """A line with the events of the words named, by default an arrest, in a text of its own."""
    events = events or (("held", "arrest"),)
    text = text or f"Police held {name} after the riot and a strike. {prose(name)}"
    spans = [
        {"start": text.index(word), "end": text.index(word) + len(word), "type": type_, "status": "actual"}
        for word, type_ in events
    ]
    return {"id": name, "text": text, "events": spans} | more


def holding(name: str, text: str, *targets: str) -> Row:
    """A line with one arrest and these targets."""
    text = f"{text} {prose(name)}"
    found = row(name, text=text)
    found["events"][0]["roles"] = [
        {"role": "target", "start": text.index(target), "end": text.index(target) + len(target)} for target in targets
    ]
    return found


def clean(count: int, begin: int = 0) -> list[Row]:
    return [
        row(f"clean-{number}", ("held", "arrest"), ("riot", "unrest"), ("strike", "labour-unrest"))
        for number in range(begin, begin + count)
    ]


def save(path: Path, rows: list[Row | str]) -> Path:
    lines = [line if isinstance(line, str) else json.dumps(line) for line in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def named(faults: list[Fault]) -> dict[str, list[str]]:
    """The documents named, by kind."""
    found = defaultdict(list)
    for fault in faults:
        found[fault.kind].append(fault.document)
    return {kind: sorted(documents) for kind, documents in found.items()}


def faulty() -> tuple[list[Row | str], list[Row | str], dict[str, list[str]]]:
    """A training and a test set with three faults of each kind, and the documents at fault."""
    train: list[Row | str] = [*clean(40)]
    test: list[Row | str] = [*clean(12, 40)]
    expected: dict[str, list[str]] = defaultdict(list)

    def add(kind: str, *rows: Row, to: list[Row | str] = train, at_fault: str | None = None) -> None:
        to.extend(rows)
        expected[kind].append(rows[-1]["id"] if at_fault is None else at_fault)

    for line in ('{"id": "broken', "[1]", '{"id": "textless"}'):
        train.append(line)
    expected["unreadable"] += ["", "", "textless"]

    for name, change in {
        "other-word": {"trigger": "arrested"},
        "empty": {"end": 7},
        "outside": {"end": 9_999},
    }.items():
        add("misaligned", row(name))
        train[-1]["events"].append({"start": 7, "end": 11, "type": "arrest", "status": "actual"} | change)  # type: ignore[index]

    add("overlap", row("cross", ("held cross", "arrest"), ("cross after", "unrest")))
    add("overlap", row("twice", ("held", "arrest"), ("held", "arrest")))
    add("overlap", row("two-types", ("held", "arrest"), ("held", "unrest")))
    add("edge", row("before", (" held", "arrest")))
    add("edge", row("behind", ("held ", "arrest")))
    add("edge", row("line-end", ("held\n", "arrest"), text=f"They held\nthree. {prose('line-end')}"))
    add("inside-word", row("begins", ("eld", "arrest")))
    add("inside-word", row("ends", ("rio", "unrest")))
    add("inside-word", row("cafe", ("cafe", "arrest"), text=f"In a cafe\u0301 then. {prose('accent')}"))
    for number in range(3):
        add("unknown-type", row(f"new-{number}", ("held", "kidnapping")), to=test)
    for name, type_ in {"letter": "arest", "case": "Unrest", "separator": "labour_unrest"}.items():
        add("typo", row(name, ("held", type_)))

    for number in range(3):
        sentence = f"The two generals of region {number} were held on the first night."
        first, second = (f"{prose((side, number))} {sentence}" for side in "ab")
        add("contradiction", row(f"a-{number}", text=first), row(f"b-{number}", ("held", "unrest"), text=second))
        add("double-id", row(f"same-{number}"), row(f"same-{number}", text=f"They held on. {prose((number, 'id'))}"))
        copied = row(f"copied-{number}")
        add("duplicate", copied, {**copied, "id": f"copy-{number}"})
        leaking = row(f"leaking-{number}")
        train.append(leaking)
        exact = number == 0
        leaked = leaking["text"] if exact else leaking["text"].replace(".", f" {prose((number, 'x'), 6)}", 1)
        add("leakage", {**leaking, "id": f"leaked-{number}", "text": leaked}, to=test)
        nearly = row(f"first-{number}")
        add("near-duplicate", nearly, {**nearly, "id": f"nearly-{number}", "text": nearly["text"] + " Or so."})
        add("rare-type", row(f"rare-{number}", ("held", ["strike-call", "border", "famine"][number])))
        text = "Police held a minister. He said so."
        add("participant-overlap", holding(f"twice-{number}", text, "a minister", "minister"))
        add("far-participant", holding(f"far-{number}", text, "He"))
        add("no-status", row(f"open-{number}"))
        del train[-1]["events"][0]["status"]  # type: ignore[index]
        add("no-labels", {"id": f"quiet-{number}", "text": prose(f"quiet-{number}"), "events": []})
    return train, test, {kind: sorted(found) for kind, found in expected.items()}


def test_three_faults_of_each_kind_are_named_and_nothing_else(tmp_path: Path) -> None:
    train, test, expected = faulty()
    _, faults = check([save(tmp_path / "train.jsonl", train), save(tmp_path / "test.jsonl", test)])
    assert named(faults) == expected
    assert expected.keys() == KINDS.keys()
    assert {len(found) for found in expected.values()} == {3}


def test_each_fault_says_where_and_what_to_do(tmp_path: Path) -> None:
    train, test, _ = faulty()
    paths = save(tmp_path / "train.jsonl", train), save(tmp_path / "test.jsonl", test)
    done = call("-m", "news_event_tagger", "check", "--json", *paths)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["counts"] == dict.fromkeys(KINDS, 3)
    assert [one["documents"] for one in found["sets"]] == [len(train) - 3, len(test)]
    lines = {str(path): path.read_text(encoding="utf-8").split("\n") for path in paths}
    for fault in found["faults"]:
        assert fault["fix"].endswith(".")
        assert fault["message"]
        assert fault["document"] in lines[fault["file"]][fault["line"] - 1]
    (edge,) = [fault for fault in found["faults"] if fault["document"] == "behind"]
    assert train[edge["line"] - 1]["text"][edge["start"] : edge["end"]] == "held "  # type: ignore[index]


def test_people_are_shown_the_faults_in_80_columns(tmp_path: Path) -> None:
    rows = [row(f"document-{number}", ("eld", "arrest")) for number in range(30)]
    done = call("-m", "news_event_tagger", "check", save(tmp_path / "set.jsonl", [*rows]))
    assert done.returncode == 1
    assert "set.jsonl:3 'document-2' 8:11: 'eld' (arrest) cuts a word" in " ".join(done.stdout.split())
    assert "… and 10 more" in done.stdout
    assert done.stdout.endswith("\n30 errors\n")
    assert max(map(len, done.stdout.splitlines()[2:])) <= 80


def test_a_sound_set_passes(tmp_path: Path) -> None:
    done = call("-m", "news_event_tagger", "check", save(tmp_path / "set.jsonl", [*clean(20)]))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Nothing wrong found\n")
    hints = save(tmp_path / "hints.jsonl", [*clean(20), {"id": "quiet", "text": "Nothing."}])
    assert call("-m", "news_event_tagger", "check", hints).returncode == 0


def test_participants_are_checked_as_triggers_are(tmp_path: Path) -> None:
    text = "Police held a minister. He said so."
    rows = [holding(f"sound-{number}", text, "a minister") for number in range(20)]
    rows += [holding("edge", text, "Police "), holding("cut", text, "minist"), holding("typo", text, "minister")]
    rows[-1]["events"][0]["roles"][0]["role"] = "Target"
    _, faults = check([save(tmp_path / "set.jsonl", [*rows])])
    assert [(fault.kind, fault.document) for fault in faults if fault.kind != "near-duplicate"] == [
        ("edge", "edge"),
        ("inside-word", "cut"),
        ("typo", "typo"),
    ]


def test_types_that_were_declared_are_the_only_ones(tmp_path: Path) -> None:
    path = save(tmp_path / "set.jsonl", [*clean(12), row("odd", ("held", "arest"))])
    _, faults = check([path], types=["arrest", "unrest", "labour-unrest"])
    assert [(fault.kind, fault.document) for fault in faults] == [("unknown-type", "odd")]
    assert "did you mean 'arrest'" in faults[0].message


SPANS = {
    "overlap": [("held over", "arrest"), ("over after", "unrest")],
    "edge": [("held ", "arrest")],
    "inside-word": [("rio", "unrest")],
}


@pytest.mark.parametrize("form", ["brat", "label-studio", "prodigy", "doccano", "table"])
def test_faults_of_other_formats_are_named(tmp_path: Path, form: str) -> None:
    rows = [*clean(12), *(row(kind, *spans, text=row("over")["text"] + kind) for kind, spans in SPANS.items())]
    documents = [
        Document.mark(r["text"], [(e["start"], e["end"], e["type"]) for e in r["events"]], r["id"]) for r in rows
    ]
    ending = {"brat": "", "label-studio": ".json", "table": ".parquet"}.get(form, ".jsonl")
    path = tmp_path / f"set{ending}"
    write(documents, path, form)
    _, faults = check([path])
    assert {kind: found for kind, found in named(faults).items() if kind in SPANS} == {kind: [kind] for kind in SPANS}
    assert {fault.kind for fault in faults} == {*SPANS, "near-duplicate", "contradiction"}


def test_all_misaligned_spans_of_label_studio_are_named(tmp_path: Path) -> None:
    def result(start: int, end: int, word: str) -> Row:
        return {"type": "labels", "value": {"start": start, "end": end, "text": word, "labels": ["coup"]}}

    results = [result(5, 9, "coup"), result(6, 10, "coup"), result(11, 99, "coup"), result(3, 3, "")]
    tasks = [
        {"id": 1, "data": {"text": "🎉 A coup, coup."}, "annotations": [{"result": results}]},
        {"id": 2, "data": {"text": "A coup."}, "annotations": [{"result": [3]}]},
    ]
    (tmp_path / "ls.json").write_text(json.dumps(tasks), encoding="utf-8")
    items, faults = check([tmp_path / "ls.json"])
    assert [(fault.kind, fault.document) for fault in faults if fault.kind != "rare-type"] == [
        ("unreadable", "2"),
        *[("misaligned", "1")] * 3,
    ]
    # The one that fits tells that the offsets count UTF-16 units.
    assert [event.trigger for event in items[0].document.events] == ["coup"]
    assert faults[1].place == f"{tmp_path / 'ls.json'}: task 1: event 1"


def test_all_faulty_lines_of_brat_and_columns_are_named(tmp_path: Path) -> None:
    brat = tmp_path / "brat"
    brat.mkdir()
    (brat / "a.txt").write_text("A coup.", encoding="utf-8")
    (brat / "a.ann").write_text("T1\tcoup 2 5\tcoup\nT2\tcoup\nT3\tcoup 2 99\tcoup\nT4\tcoup 2 6\tcoup\n", "utf-8")
    (brat / "b.ann").write_text("", encoding="utf-8")
    items, faults = check([brat])
    assert [(fault.kind, fault.place.removeprefix(f"{brat}/")) for fault in faults if fault.kind != "rare-type"] == [
        ("unreadable", "a.ann:2"),
        ("unreadable", "b.ann"),
        ("misaligned", "a.ann:1"),
        ("misaligned", "a.ann:3"),
    ]
    assert len(items[0].document.events) == 1
    columns = tmp_path / "set.conll"
    columns.write_text("A O\ncoup\n\ncoup I-coup\nso O\n\ncoup I-strife\n", encoding="utf-8")
    _, faults = check([columns], format="iob2")
    assert [fault.to_dict()["line"] for fault in faults if fault.kind == "unreadable"] == [2, 4, 7]


def test_all_faulty_labels_of_an_article_are_named(tmp_path: Path) -> None:
    body = "[A](x) b] c\\d [](x) [e] f\n[g](x) [h [i](x) [j"
    (tmp_path / "a.txt").write_text(f"title: T\nno key\ntitle: U\n\n{body}\n", encoding="utf-8")
    items, faults = check([tmp_path])
    found = [fault for fault in faults if fault.kind == "unreadable"]
    assert {fault.document for fault in found} == {"a"}
    places = [fault.place.removeprefix(f"{tmp_path}/") for fault in found]
    assert places == [f"a.txt:{at}" for at in ("2", "3", "5:9", "5:12", "5:16", "5:23", "6:11", "6:18")]
    assert [event.trigger for event in items[0].document.events] == ["A", "g", "i"]


def test_a_file_that_is_no_set_is_named_and_the_rest_checked(tmp_path: Path) -> None:
    save(tmp_path / "good.jsonl", [*clean(12)])
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "\xe9"}')
    (tmp_path / "text.txt").write_text("title: no body", encoding="utf-8")
    items, faults = check([tmp_path])
    assert [Path(fault.place).name for fault in faults] == ["bad.json", "latin.jsonl", "text.txt"]
    assert {fault.kind for fault in faults} == {"unreadable"}
    assert len(items) == 12
    with pytest.raises(InputError, match="no such file"):
        check([tmp_path / "none"])


def test_a_list_in_the_first_line_spoils_no_other_line(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text('[1]\n{"id": "a", "text": "A coup."}\n', encoding="utf-8")
    items, faults = check([tmp_path])
    assert [item.document.id for item in items] == ["a"]
    assert [fault.place for fault in faults if fault.kind == "unreadable"] == [f"{tmp_path / 'set.jsonl'}:1"]


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(tmp_path_factory: pytest.TempPathFactory, draw: random.Random) -> None:
    train, test, expected = faulty()
    folder = tmp_path_factory.mktemp("shuffled")
    draw.shuffle(train)
    draw.shuffle(test)
    _, faults = check([save(folder / "train.jsonl", train), save(folder / "test.jsonl", test)])
    assert named(faults) == expected


def test_of_texts_labelled_in_several_ways_those_unlike_the_most_are_named(tmp_path: Path) -> None:
    text = "They held on. " + prose("one")
    rows = [row(name, ("held", type_), text=text) for name, type_ in zip("abcd", ["x", "y", "y", "y"], strict=True)]
    rows[3]["events"][0]["status"] = None
    _, faults = check([save(tmp_path / "set.jsonl", [*rows])])
    (fault,) = [fault for fault in faults if fault.kind == "contradiction"]
    assert fault.document == "a"
    assert "'held' (x) only here, 'held' (y) only there" in fault.message.replace(", actual", "")


def test_what_many_texts_share_makes_none_of_them_alike() -> None:
    notice = prose("notice", 60)
    texts = [prose(number, 30) + " " + notice for number in range(3 * COMMON)]
    assert near(texts, [0] * len(texts)) == []


def test_many_texts_that_are_nearly_one_are_found_with_few_pairs() -> None:
    body = prose("body", 60)
    texts = [f"{body} {number}" for number in range(3 * COMMON)]
    pairs = near(texts, [0] * (2 * COMMON) + [1] * COMMON)
    assert {pair.text for pair in pairs} == set(range(1, 3 * COMMON))
    assert len(pairs) <= 4 * COMMON
    assert {pair.text for pair in pairs if pair.text >= 2 * COMMON > pair.earlier} == set(range(2 * COMMON, 3 * COMMON))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefg"), min_size=12, max_size=40), max_size=8))
def test_pairs_are_those_that_counting_finds(words: list[list[str]]) -> None:
    runs = [{tuple(own[start : start + 5]) for start in range(len(own) - 4)} for own in words]
    expected = Counter(
        (text, earlier)
        for text in range(len(runs))
        for earlier in range(text)
        if (smaller := min(len(runs[text]), len(runs[earlier]))) >= 8
        and len(runs[text] & runs[earlier]) >= 0.5 * smaller
    )
    found = near([" ".join(own) for own in words], [0] * len(words))
    assert Counter((pair.text, pair.earlier) for pair in found) == expected


def test_every_kind_is_documented() -> None:
    table = (Path(__file__).parents[2] / "docs" / "FORMATS.md").read_text(encoding="utf-8")
    lines = [f"| `{name}` | {kind.severity} |" for name, kind in KINDS.items()]
    assert [line for line in lines if line not in table] == []
