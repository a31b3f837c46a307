"""Results on disk: whole or not there, whoever is killed and whoever else writes."""

import json
import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from news_event_tagger.corpus import read
from news_event_tagger.exceptions import InputError
from news_event_tagger.files import check_output, files_in, parse_json, replacing, together, write_texts

KILLED = """
    import os, sys
    from pathlib import Path
    from news_event_tagger.files import replacing, write_texts

    out, count, last = Path(sys.argv[1]), 0, int(sys.argv[2])

    def killed(function):
        def step(*arguments, **named):
            global count
            if count == last:
                os._exit(9)
            count += 1
            return function(*arguments, **named)
        return step

    for name in ("mkdir", "rename", "replace", "rmdir"):
        setattr(os, name, killed(getattr(os, name)))
"""
FILES = 'write_texts(out, {"scores.json": "new", "report.html": "new", "more.md": "new"})'
FOLDER = """
with replacing(out / "run") as temporary:
    temporary.mkdir()
    (temporary / "scores.json").write_text("new")
    (temporary / "report.html").write_text("new")
"""
FILE = """
with replacing(out / "scores.json") as temporary:
    temporary.write_text("new")
"""


def old_files(out: Path) -> None:
    write_texts(out, {"scores.json": "old", "report.html": "old"})


def old_run(out: Path) -> None:
    write_texts(out / "run", {"scores.json": "old", "report.html": "old"})


def found(folder: Path) -> dict[str, str]:
    """What a reader finds, by name."""
    return {file.name: file.read_text(encoding="utf-8") for file in files_in(folder)}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]


@pytest.mark.parametrize(
    ("before", "program", "whole"),
    [(old_files, FILES, 3), (None, FILES, 3), (old_run, FOLDER, 2), (None, FOLDER, 2), (old_files, FILE, 1)],
    ids=["files", "first files", "folder", "first folder", "one file"],
)
def test_a_kill_leaves_old_or_new_and_the_next_call_recovers(
    tmp_path: Path, before: Callable[[Path], None] | None, program: str, whole: int
) -> None:
    ends: set[tuple[str, bool]] = set()
    while ("ended", False) not in ends:
        step = len(list(tmp_path.iterdir()))
        out = tmp_path / str(step)
        out.mkdir()
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        if before:
            before(out)
        old = found(out)
        code = textwrap.dedent(KILLED) + program
        done = subprocess.run([sys.executable, "-c", code, out, str(step)], capture_output=True, timeout=60)
        assert done.returncode in (0, 9), done.stderr.decode()
        now = found(out)
        assert now.pop("notes.txt") == "mine"
        if program != FILE:
            assert len(set(now.values())) <= 1, f"old beside new after step {step}"
        # Another result is written to the same place, and cannot be.
        with pytest.raises(RuntimeError), replacing(out / "another"):
            raise RuntimeError
        now = found(out)
        if now != old:
            assert len([content for content in now.values() if content == "new"]) == whole
            assert now.keys() >= old.keys()
        assert hidden(out) == []
        ends.add(("killed" if done.returncode else "ended", now == old))
    assert ends == {("killed", True), ("killed", False), ("ended", False)}


@pytest.mark.parametrize("lasting", [False, True])
def test_a_failing_step_changes_nothing_that_the_next_call_cannot_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasting: bool
) -> None:
    failing, failed = 0, True
    while failed:
        failing += 1
        out, count = tmp_path / str(failing), 0
        write_texts(out, {"scores.json": "old", "report.html": "old"})
        real = os.rename

        def rename(source: Path, target: Path, failing: int = failing, real: Callable[..., None] = real) -> None:
            nonlocal count
            count += 1
            if count == failing or (lasting and count > failing):
                raise OSError(5, "Input/output error")
            real(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", rename)
            try:
                write_texts(out, {"scores.json": "new", "report.html": "new"})
                failed = False
            except OSError:
                failed = True
        if failed and not lasting:
            assert found(out) == {"scores.json": "old", "report.html": "old"}
        write_texts(out, {"another.md": ""})
        assert set(found(out)) == {"scores.json", "report.html", "another.md"}
        assert found(out)["scores.json"] == found(out)["report.html"]
        assert found(out)["scores.json"] == "new" or failed
        assert hidden(out) == []


def test_a_full_disk_leaves_the_older_result_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_texts(tmp_path, {"scores.json": "old", "report.html": "old"})
    real = Path.write_text

    def full(path: Path, content: str, encoding: str) -> int:
        if path.name == "report.html":
            raise OSError(28, "No space left on device")
        return real(path, content, encoding=encoding)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space"):
            write_texts(tmp_path, {"scores.json": "new", "report.html": "new"})
    assert found(tmp_path) == {"scores.json": "old", "report.html": "old"}
    assert hidden(tmp_path) == []


def test_two_writers_of_one_folder_both_live_and_never_mix(tmp_path: Path) -> None:
    def write(who: str) -> None:
        for _ in range(40):
            write_texts(tmp_path / "scores", {"a": who, "b": who})
            with replacing(tmp_path / "run") as temporary:
                temporary.mkdir()
                (temporary / "a").write_text(who, encoding="utf-8")
                (temporary / "b").write_text(who, encoding="utf-8")

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(write, who) for who in "xyz"]:
            done.result()
    for folder in (tmp_path / "scores", tmp_path / "run"):
        assert len(set(found(folder).values())) == 1
    assert hidden(tmp_path) == []


def test_two_processes_write_one_folder(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom news_event_tagger.files import write_texts\n"
        "for _ in range(60):\n    write_texts(Path(sys.argv[1]), dict.fromkeys('abc', sys.argv[2]))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, tmp_path, who]) for who in "xy"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert list(found(tmp_path).values()) in (["x"] * 3, ["y"] * 3)
    assert hidden(tmp_path) == []


def test_what_another_writer_has_not_finished_is_left_alone(tmp_path: Path) -> None:
    with replacing(tmp_path / "slow.txt") as slow:
        slow.write_text("slow", encoding="utf-8")
        write_texts(tmp_path, {"quick.txt": "quick"})
        assert slow.read_text(encoding="utf-8") == "slow"
        assert found(tmp_path) == {"quick.txt": "quick"}
    assert found(tmp_path) == {"quick.txt": "quick", "slow.txt": "slow"}


def test_a_set_is_read_without_what_is_still_being_written(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "A coup."}\n', encoding="utf-8")
    with replacing(tmp_path / "b.jsonl") as temporary:
        temporary.write_text('{"id": "a", "te', encoding="utf-8")
        assert [document.id for document in read(tmp_path)] == ["a"]
        temporary.write_text('{"id": "b", "text": "None."}\n', encoding="utf-8")
    assert [document.id for document in read(tmp_path)] == ["a", "b"]


def test_a_result_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with replacing(tmp_path / "link.txt") as temporary:
        temporary.write_text("new", encoding="utf-8")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == "new"


def test_a_folder_of_the_users_is_not_lost_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    (tmp_path / "report.html" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"report\.html: is a folder"):
        write_texts(tmp_path, {"scores.json": "new", "report.html": "new"})
    assert found(tmp_path) == {"mine.txt": "mine"}


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "scores"):
        with pytest.raises(InputError, match=r"file: stands there and is no folder"):
            check_output(out)
        with pytest.raises(InputError, match=r"cannot be written to"), together(out):
            pass
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match=r"loop: cannot be written to"), together(tmp_path / "loop"):
        pass
    check_output(tmp_path / "new" / "scores")
    with monkeypatch.context() as patch:
        # Root may write anywhere.
        patch.setattr("os.access", lambda path, mode: mode == os.F_OK and Path(path).exists())
        with pytest.raises(InputError, match=f"{tmp_path}: nothing may be written there"):
            check_output(tmp_path / "new" / "scores")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1" * 400, "it has 400 digits"),
        (f"[{'1' * 5000}]", "it has 5000 digits"),
        ("[1e400]", "1e400 is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ("[NaN]", "NaN is no number"),
        ("[" * 101 + "]" * 101, "nested more than 100 deep"),
        ('{"a":' * 500 + "1" + "}" * 500, "nested more than 100 deep"),
        ("[" * 100_000 + "]" * 100_000, "nested more than 100 deep"),
        ("[" * 100_000, "not JSON"),
        ("", "not JSON"),
    ],
    ids=lambda value: value[:20],
)
def test_json_that_others_would_choke_on_is_refused_in_one_short_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_json(text, "f:1")
    assert str(caught.value).startswith("f:1: ")
    assert len(str(caught.value)) < 200


def test_json_within_the_limits_is_read_as_it_is() -> None:
    for value in (None, 10**299, "\ud800", [[[{"a": [1.5, True]}]]], json.loads("[" * 100 + "]" * 100)):
        assert parse_json(json.dumps(value), "f") == value
    assert math.isnan(parse_json("[NaN]", "f", missing=True)[0])


def test_half_a_surrogate_pair_does_not_keep_a_result_from_being_written(tmp_path: Path) -> None:
    write_texts(tmp_path, {"report.html": "A \ud800coup."})
    assert found(tmp_path) == {"report.html": "A \ufffdcoup."}
