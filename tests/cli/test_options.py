"""Options mean the same in every command that has them, and what is mistyped is answered with the way out."""

import contextlib
import gzip
import json
import lzma
import os
import threading
from pathlib import Path

import pytest

from news_event_tagger import Document, EventTagger, InputError, __version__
from news_event_tagger.cli import main
from news_event_tagger.cli.sources import check_files, documents_in, texts_of

# The coup is at 7 in units of UTF-16; in UTF-8 that is inside the flag, and in code points inside the word.
ROW = {"id": "a", "text": "🇲🇱 A coup, a coup.", "events": [{"start": 7, "end": 11, "type": "coup"}]}


@pytest.fixture
def units(tmp_path: Path) -> Path:
    path = tmp_path / "units.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-8")
    return path


def reading(command: str, path: Path, *options: str) -> bool:
    """Whether a command that reads a set finds no fault in it."""
    out = path.with_name("out")
    words = {
        "check": [path],
        "agree": [path, path],
        "evaluate": ["--data", path, "--predictions", path, "--out", out],
        "convert": [path, path.with_name("out.jsonl")],
    }[command]
    try:
        main([command, *map(str, words), *options])
    except SystemExit as end:
        return not end.code
    return True


READERS = ("check", "agree", "evaluate", "convert")


@pytest.mark.parametrize("command", READERS)
def test_what_a_set_counts_can_be_said_to_every_command(command: str, units: Path) -> None:
    assert reading(command, units, "--offsets", "utf-16")
    with contextlib.suppress(InputError):
        assert not reading(command, units, "--offsets", "utf-8")
    with pytest.raises(InputError, match="offsets 'furlongs': known: code-points"):
        reading(command, units, "--offsets", "furlongs")


@pytest.mark.parametrize("command", READERS)
def test_the_format_of_a_set_can_be_said_to_every_command(command: str, tmp_path: Path) -> None:
    # Doccano's and Prodigy's keys both.
    row = {"id": 1, "text": "A coup.", "label": [[2, 6, "coup"]], "tokens": [], "spans": []}
    path = tmp_path / "both.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    with contextlib.suppress(InputError):
        assert not reading(command, path)
    assert reading(command, path, "--from", "doccano")


def test_texts_to_tag_are_read_as_sets_are(units: Path, tmp_path: Path) -> None:
    assert texts_of(units, offsets="utf-16") == [Document(ROW["text"], id="a")]
    with pytest.raises(InputError, match="label-studio"):
        texts_of(units, format="label_studio")


@pytest.mark.parametrize("name", ["day.jsonl", "day.NDJSON", "day.jsonl.gz", "Day.ndjson.GZ", "day.jsonl.xz"])
def test_rows_are_known_by_any_of_their_endings(tmp_path: Path, name: str) -> None:
    data = "\n".join(json.dumps({"id": id_, "text": id_}) for id_ in ("x", "y")).encode()
    pack = {".gz": gzip.compress, ".xz": lzma.compress}.get(Path(name.lower()).suffix, bytes)
    (tmp_path / name).write_bytes(pack(data))
    assert [document.id for document in documents_in([str(tmp_path / name)], None)] == ["x", "y"]


def test_a_pipe_with_a_name_is_read_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("A coup.",))
    writer.start()
    (document,) = documents_in([str(tmp_path / "pipe")], None)
    writer.join()
    assert document.text == "A coup."


def test_a_damaged_archive_is_named_behind_what_is_whole_of_it(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    lines = "".join(json.dumps({"id": str(number), "text": str(number)}) + "\n" for number in range(20_000))
    path.write_bytes(gzip.compress(lines.encode())[:-2000])
    found = documents_in([str(path)], None)
    assert next(found).id == "0"
    with pytest.raises(InputError, match=r"day\.jsonl\.gz: damaged"):
        list(found)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("nwes.txt", "did you mean '{folder}/news.txt'?"),
        ("quite another", "pipe the text into the command"),
        ("no folder/news.txt", "pipe the text into the command"),
        ("The junta arrested a French national and expelled five diplomats. " * 20, "pipe the text into the command"),
        ("news.parquet", "news-events bulk reads Parquet"),
        ("", "/*.txt"),
    ],
)
def test_what_is_no_file_to_tag_is_answered_with_the_way_out(tmp_path: Path, name: str, way_out: str) -> None:
    for file in ("news.txt", "news.parquet"):
        (tmp_path / file).write_text("A coup.", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        check_files([str(tmp_path / name)], None)
    assert way_out.format(folder=tmp_path) in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="predct: no such command; did you mean 'predict'"):
        main(["predct", "a.txt"])


def test_an_experiment_takes_no_option_of_scoring(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data\.train"):
        main(["evaluate", "--folds", "2", "--from", "doccano", "--out", str(tmp_path)])


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"news-events {__version__}\n"


def test_the_package_names_itself_where_it_lacks_something() -> None:
    import news_event_tagger

    assert news_event_tagger.EventTagger is EventTagger
    with pytest.raises(AttributeError, match="module 'news_event_tagger' has no attribute 'Tagger'"):
        news_event_tagger.Tagger  # noqa: B018
