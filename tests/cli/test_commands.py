"""``news-events`` and ``python evaluate.py`` as a user calls them."""

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import ARTICLES, REPOSITORY, call, command, refused

TEXT = "The army said two men were arrested."
LABELS = re.findall(r"\]\(", "".join(ARTICLES.values()))


def test_predict_prints_text_for_people(run_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\[arrested: (ALLEGED )?arrest \d", done.stdout)
    assert re.search(r"— 1 (alleged )?arrest", done.stdout)
    assert "\x1b" not in done.stdout


def test_predict_can_be_asked_for_one_status_or_surer_events(run_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("The army suspended aid.\nMen arrested in the coup and envoys expelled.\n", encoding="utf-8")
    arguments = ("-m", "news_event_tagger", "predict", "--model", run_folder, "--format", "jsonl")
    done = call(*arguments, "--status", "alleged", path)
    assert {event["status"] for event in json.loads(done.stdout)["events"]} == {"alleged"}, done.stderr
    assert json.loads(call(*arguments, "--threshold", "1", path).stdout)["events"] == []
    assert "--status real: the model tells" in refused(call(*arguments, "--status", "real", path))


def test_predict_prints_rows_for_programs_in_order(run_folder: Path, tmp_path: Path) -> None:
    rows = [{"id": "x", "text": TEXT}, {"id": "y", "text": ""}, {"text": "é🎉 men were arrested"}]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    arguments = ("-m", "news_event_tagger", "predict", "--model", run_folder, "--format", "jsonl")
    from_file = call(*arguments, path)
    assert from_file.returncode == 0, from_file.stderr
    # What comes before a faulty row is answered, and loading the model adds no line to stderr.
    piped = command(*arguments, "--input-format", "jsonl", "-", stdin=path.read_bytes() + b'\n{"id": "z"}\n')
    assert "standard input:4: 'text' is missing" in refused(piped)
    for done, place in ((from_file, path), (piped, "standard input")):
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [row["id"] for row in found] == ["x", "y", f"{place}:3"]
        for row, source in zip(found, rows, strict=True):
            for event in row["events"]:
                assert source["text"][event["start"] : event["end"]] == event["trigger"]
        assert [event["trigger"] for event in found[0]["events"]] == ["arrested"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.txt", None, "no such file"),
        ("latin.txt", b"coup d'\xe9tat", "not UTF-8, byte 0xe9 at offset 7"),
        ("bad.jsonl", b'{"id": "a", "text": "x"}\n{"id": 1, "txt": ""}', "bad.jsonl:2: 'text' is missing"),
        ("bad.jsonl", b"{", "bad.jsonl:1: not JSON"),
        ("empty.txt", b" \n", "empty.txt: empty"),
    ],
)
def test_predict_refuses_bad_input(
    run_folder: Path, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, "--format", "jsonl", tmp_path / name)
    assert words in refused(done)


def test_predict_without_a_model_says_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", tmp_path / "none", tmp_path / "a.txt")
    assert "news-events train" in refused(done)


def test_evaluate_refuses_what_does_not_fit(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "scores")
    assert "either" in refused(call("evaluate.py", "--data", articles, *out))
    gold = tmp_path / "gold.jsonl"
    row = {"id": "a", "text": TEXT, "events": [{"start": 0, "end": 3, "type": "riot"}]}
    gold.write_text(json.dumps(row), encoding="utf-8")
    assert "type 'riot'" in refused(call("evaluate.py", run_folder, "--data", gold, *out))
    assert not (tmp_path / "scores").exists()


def test_scoring_predictions_needs_no_torch(articles: Path, tmp_path: Path) -> None:
    guess = tmp_path / "guess.jsonl"
    guess.write_text("\n".join(json.dumps({"id": id_, "events": []}) for id_ in "abcd"), encoding="utf-8")
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['evaluate.py', '--predictions', {str(guess)!r}, '--data', {str(articles)!r}, "
        f"'--out', {str(tmp_path / 'out')!r}]\n"
        "runpy.run_path('evaluate.py', run_name='__main__')\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\n"
    )
    done = command("-c", program)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))["strict"]["micro"]["fn"] == len(
        LABELS
    )


def test_agreement_of_the_two_passes_over_the_seeds_is_reported() -> None:
    texts = REPOSITORY.parent / "shared" / "seeds"
    if not texts.is_dir():
        pytest.skip("the seed texts are not here")
    passes = REPOSITORY / "annotations" / "seeds-passes"
    done = command("-m", "news_event_tagger", "agree", passes / "a", passes / "b", "--texts", texts)
    assert done.returncode == 0, done.stderr
    assert "Same status: 0.988" in done.stdout


def test_a_pipe_is_no_set_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "set.jsonl")
    assert "is a pipe" in refused(call("-m", "news_event_tagger", "check", tmp_path / "set.jsonl"))


@pytest.mark.parametrize("name", ["day.ndjson", "day.JSONL", "day.jsonl.gz"])
def test_rows_are_rows_whatever_the_file_is_called(run_folder: Path, tmp_path: Path, name: str) -> None:
    rows = "".join(json.dumps({"id": id_, "text": "Two men were arrested."}) + "\n" for id_ in "ab").encode()
    (tmp_path / name).write_bytes(gzip.compress(rows) if name.endswith("gz") else rows)
    options = ("--model", run_folder, "--format", "jsonl")
    done = call("-m", "news_event_tagger", "predict", *options, tmp_path / name)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]


@pytest.mark.parametrize("name", ["set.conll", "set.ann", "set.json", "set.spacy"])
def test_a_set_is_not_tagged_as_one_text(run_folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A\tO\ncoup\tB-coup\n", encoding="utf-8")
    assert name in refused(call("-m", "news_event_tagger", "predict", "--model", run_folder, tmp_path / name))
