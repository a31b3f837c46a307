"""What commands print: nothing that a terminal obeys, one colour for a type, and files before words."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from news_event_tagger import Document, Event
from news_event_tagger.cli import command
from news_event_tagger.cli.display import marked, show
from news_event_tagger.cli.terminal import Terminal

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u200f\r"
"""Clears a terminal, names its window, colours it and turns it around."""
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
COUP = (6, 10, f"coup{HOSTILE}")


def labelled(path: Path, *spans: tuple[int, int, str]) -> Path:
    """A set of two documents with the same events, whose ids, types, statuses and triggers are hostile."""
    events = [{"start": a, "end": b, "type": type_, "status": f"odd{HOSTILE}", "score": 0.5} for a, b, type_ in spans]
    documents = [{"id": f"{name}{HOSTILE}", "text": f"{name} The coup{HOSTILE}", "events": events} for name in "ab"]
    path.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    return path


def said(words: Sequence[object], capsys: pytest.CaptureFixture[str]) -> str:
    """All that a command says, on both streams."""
    with pytest.raises(SystemExit):
        command([str(word) for word in words])
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_no_command_prints_what_a_terminal_obeys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = labelled(tmp_path / "gold.jsonl", COUP)
    guess = labelled(tmp_path / "guess.jsonl", COUP, (2, 5, f"other{HOSTILE}"))
    out = tmp_path / "scores"
    shown = 0
    for words in (
        ["check", gold, guess],
        ["check", gold, guess, "--types", "arrest"],
        ["agree", gold, guess],
        ["evaluate", "--data", gold, "--predictions", guess, "--out", out],
        ["evaluate", "--data", guess, "--predictions", gold, "--baselines", gold, "--out", out],
        ["compare", out, out],
        ["convert", gold, tmp_path / "theirs.jsonl", "--to", "doccano"],
        ["convert", gold, tmp_path / "columns.conll"],
        ["convert", gold, tmp_path / "brat", "--to", "brat"],
    ):
        text = said(words, capsys)
        assert text, words
        assert not OBEYED.search(text), words
        shown += "coup\ufffd[2J" in text
    assert shown >= 3


def test_a_tagged_text_shows_what_it_holds_and_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    event = Event(4, 8, f"coup{HOSTILE}\n\nerror: none", "coup", 0.5, f"odd{HOSTILE}")
    show(Document(f"The coup{HOSTILE} was\non.", (event,), HOSTILE), Terminal(), [event.type], name=True)
    shown = capsys.readouterr().out
    assert not OBEYED.search(shown)
    assert "was\non." in shown
    assert not re.search("^error", shown, re.MULTILINE)


def test_a_type_has_one_colour_in_all_texts_of_a_run() -> None:
    types = ["arrest", "coup", "expulsion"]
    both = Document.mark("A coup, an arrest.", [(2, 6, "coup"), (11, 17, "arrest")])
    alone = Document.mark("A coup.", [(2, 6, "coup")])
    colours = [[str(span.style) for span in marked(document, types).spans] for document in (both, alone)]
    assert colours[0][0] == colours[1][0]
    assert colours[0][0] != colours[0][1]


def test_a_terminal_without_a_width_still_shows_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = labelled(tmp_path / "gold.jsonl", (6, 10, "coup"))
    monkeypatch.setenv("COLUMNS", "0")
    assert "all types" in said(["agree", gold, gold], capsys)


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["check", "gold.jsonl"], []),
        (["agree", "gold.jsonl", "guess.jsonl", "--out", "out"], ["out/agreement.json", "out/agreement.html"]),
        (
            ["evaluate", "--data", "gold.jsonl", "--predictions", "guess.jsonl", "--out", "out"],
            ["out/scores.json", "out/scores.md", "out/predictions.jsonl", "out/report.html"],
        ),
        (["convert", "gold.jsonl", "out.jsonl", "--to", "doccano"], ["out.jsonl"]),
        (["--help"], []),
    ],
    ids=lambda value: value[0] if value else "",
)
@pytest.mark.parametrize("errors", [subprocess.PIPE, subprocess.STDOUT], ids=["", "2>&1"])
def test_a_closed_pipe_costs_no_file_and_is_no_error(
    tmp_path: Path, words: list[str], files: list[str], errors: int
) -> None:
    gold = labelled(tmp_path / "gold.jsonl", COUP)
    labelled(tmp_path / "guess.jsonl", COUP, (2, 5, "other"))
    # An error that check finds.
    gold.write_text(gold.read_text(encoding="utf-8").replace('"end": 10', '"end": 9'), encoding="utf-8")
    read, closed = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "news_event_tagger", *words], cwd=tmp_path, stdout=closed, stderr=errors, timeout=60
    )
    os.close(closed)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in (done.stderr or b"")
    assert b"Exception" not in (done.stderr or b"")
    assert [name for name in files if not (tmp_path / name).is_file()] == []


def test_a_terminal_that_knows_ascii_alone_is_written_to(tmp_path: Path) -> None:
    row = {"id": "é", "text": "“A coup”", "events": [{"start": 3, "end": 7, "type": "putsch–é"}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(row), encoding="utf-8")
    for words in (["agree", "gold.jsonl", "gold.jsonl"], ["check", "gold.jsonl"], ["check", "nö"]):
        done = subprocess.run(
            [sys.executable, "-m", "news_event_tagger", *words],
            cwd=tmp_path,
            capture_output=True,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
            timeout=60,
        )
        assert done.returncode == (2 if "nö" in words else 0), done.stderr
        assert b"Traceback" not in done.stderr
        assert b"\\x" in done.stdout + done.stderr


def test_words_that_no_command_knows_are_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["check", "a", f"--{HOSTILE}"],
        [f"pre{HOSTILE}"],
        ["predict"],
        ["predict", "a", "--format", HOSTILE],
    ):
        text = said(words, capsys)
        assert text.startswith("error: ")
        assert text.count("\n") == 1
        assert not OBEYED.search(text.rstrip("\n"))


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no UTF-8 are found on Linux alone")
def test_a_name_that_is_no_utf_8_is_read_written_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = labelled(tmp_path / "g\udcff.jsonl", (6, 10, "coup"))
    out = tmp_path / "o\udcff"
    for words in (
        ["check", gold],
        ["agree", gold, gold, "--out", out],
        ["evaluate", "--data", gold, "--predictions", gold, "--out", tmp_path / "e\udcff"],
        ["convert", gold, tmp_path / "c\udcff.jsonl"],
        ["check", tmp_path / "none\udcff"],
    ):
        assert "\ufffd" in said(words, capsys)
    assert (out / "agreement.html").is_file()
    assert (tmp_path / "e\udcff" / "report.html").is_file()
