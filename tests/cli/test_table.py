"""``news-events predict`` as a table: for people, as CSV, as Parquet, and what JSON Lines say of each event."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from news_event_tagger import Document, Event, EventTagger
from news_event_tagger.cli.display import deeds
from news_event_tagger.cli.terminal import Terminal
from news_event_tagger.coding.columns import CODED, COLUMNS
from news_event_tagger.coding.rows import rows_of
from news_event_tagger.documents.document import Role
from tests.cli.test_terminal import HOSTILE, OBEYED
from tests.conftest import call, refused

TEXT = "Mali expelled two French envoys on Tuesday."
ROLES = [("actor", 0, 4), ("target", 14, 31), ("time", 35, 42)]
NAMES = [column.name for column in COLUMNS]


@pytest.fixture
def participants(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tagger that finds the event of TEXT with its participants."""

    def stream(self: EventTagger, texts: Iterable[Document], **_: Any) -> Iterator[Document]:
        for document in texts:
            events = []
            if (at := document.text.find(TEXT)) >= 0:
                roles = [Role(name, at + start, at + end, TEXT[start:end], score=0.5) for name, start, end in ROLES]
                events = [Event(at + 5, at + 13, "expulsion", "expelled", 0.9, "actual", 0.8, tuple(roles))]
            yield document.with_events(events)

    monkeypatch.setattr(EventTagger, "stream", stream)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """The event told twice, and a text without one."""
    rows = [
        {"id": "a", "text": TEXT, "date": "2025-09-19", "source": "AFP"},
        {"id": "b", "text": f"Once more: {TEXT}", "meta": {"date": "2025-09-18"}},
        {"id": "c", "text": "Nothing."},
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.usefixtures("participants")
def test_the_table_is_the_same_in_csv_and_parquet(run_folder: Path, story: Path, tmp_path: Path) -> None:
    predict = ("-m", "news_event_tagger", "predict", "--model", run_folder, story)
    printed = call(*predict, "--format", "csv")
    assert printed.returncode == 0, printed.stderr
    rows = list(csv.DictReader(printed.stdout.splitlines()))
    assert [(row["id"], row["source"], row["date"]) for row in rows] == [
        ("a", "AFP", "2025-09-19"),
        ("b", str(story), "2025-09-18"),
    ]
    assert {row["date_start"] for row in rows} == {"2025-09-16"}
    assert len({row["event_link"] for row in rows}) == 1
    assert all(row["model"].startswith(f"{run_folder}@") for row in rows)
    for name in ("t.csv", "t.parquet"):
        done = call(*predict, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "2 rows" in done.stdout
    assert (tmp_path / "t.csv").read_bytes().decode() == printed.stdout
    stored = pd.read_parquet(tmp_path / "t.parquet")
    assert stored.columns.tolist() == NAMES
    assert stored["event_id"].tolist() == [row["event_id"] for row in rows]


@pytest.mark.usefixtures("participants")
def test_one_a_day_leaves_out_what_is_told_again(run_folder: Path, story: Path) -> None:
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, story, "--format", "csv", "--one-a-day")
    assert [row["id"] for row in csv.DictReader(done.stdout.splitlines())] == ["a"]


def test_a_status_leaves_out_rows_and_changes_none(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{TEXT} The two were expelled."

    def stream(self: EventTagger, texts: Iterable[Document], **_: Any) -> Iterator[Document]:
        for document in texts:
            again = text.rindex("The two"), text.rindex("expelled")
            first = tuple(Role(name, start, end, TEXT[start:end]) for name, start, end in ROLES)
            second = (Role("target", again[0], again[0] + 7, "The two"),)
            yield document.with_events(
                [
                    Event(5, 13, "expulsion", "expelled", status="alleged", roles=first),
                    Event(again[1], again[1] + 8, "expulsion", "expelled", status="actual", roles=second),
                ]
            )

    monkeypatch.setattr(EventTagger, "stream", stream)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    predict = ("-m", "news_event_tagger", "predict", "--model", run_folder, tmp_path / "a.txt")
    _, second = csv.DictReader(call(*predict, "--format", "csv").stdout.splitlines())
    (kept,) = csv.DictReader(call(*predict, "--format", "csv", "--status", "actual").stdout.splitlines())
    assert second["target_country"] == "FRA"
    assert kept | {"event_link": ""} == second | {"event_link": ""}
    assert kept["event_link"] == kept["event_id"]
    (event,) = json.loads(call(*predict, "--format", "jsonl", "--status", "actual").stdout)["events"]
    assert (event["status"], event["target_country"]) == ("actual", ["FRA"])


@pytest.mark.usefixtures("participants")
@pytest.mark.parametrize("meta", [{"source": None}, {"source": {"name": "AFP"}}, {"source": " "}])
def test_what_is_no_name_of_a_source_is_none(run_folder: Path, tmp_path: Path, meta: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": TEXT, "meta": meta} | meta), encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, path, "--format", "csv")
    assert [row["source"] for row in csv.DictReader(done.stdout.splitlines())] == [str(path)]


@pytest.mark.usefixtures("participants")
def test_only_a_table_that_names_the_model_waits_for_its_hash(
    run_folder: Path, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(files: object) -> str:
        raise AssertionError

    monkeypatch.setattr("news_event_tagger.pretrained.folders.fingerprint", unread)
    for form in ("text", "table", "jsonl"):
        done = call("-m", "news_event_tagger", "predict", "--model", run_folder, story, "--format", form)
        assert "expelled" in done.stdout, done.stderr


@pytest.mark.usefixtures("participants")
def test_people_read_who_did_what_to_whom(run_folder: Path, story: Path) -> None:
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, story, "--format", "table", "--one-a-day")
    (line,) = [line for line in done.stdout.splitlines() if "expelled" in line]
    told = ["2025-09-16", "Mali [MLI]", "expulsion: expelled", "two French envoys [FRA]"]
    assert re.split(r"\s{2,}", line.strip()) == told
    shown = call("-m", "news_event_tagger", "predict", "--model", run_folder, story).stdout
    assert shown.index("Mali [expelled: expulsion") < shown.index("Mali [MLI]") < shown.index("Once more")


@pytest.mark.usefixtures("participants")
def test_json_lines_say_what_the_words_of_an_event_mean(run_folder: Path, story: Path) -> None:
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, story, "--format", "jsonl")
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert set(first) == {"id", "events"}
    (event,) = first["events"]
    assert {"start", "end", "type", "roles", *CODED} <= set(event)
    assert (event["actor_country"], event["date_start"], event["cameo"]) == (["MLI"], "2025-09-16", "161")
    assert (second["events"][0]["target_country"], third["events"]) == (["FRA"], [])


@pytest.mark.usefixtures("participants")
def test_dates_that_are_not_understood_are_counted_once(run_folder: Path, tmp_path: Path) -> None:
    rows = [{"text": TEXT, "date": day} for day in ("18 Sept. 25", "2025/09/18", "soon", "", None)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, path, "--format", "csv")
    (line,) = done.stderr.splitlines()
    assert "2 documents" in line
    assert "'18 Sept. 25'" in line
    first, second, *_ = csv.DictReader(done.stdout.splitlines())
    assert (first["date"], second["date_start"]) == ("", "2025-09-16")
    assert "document's day is not known" in first["date_how"]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2025, 9, 1), date(2025, 9, 30), "2025-09"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        (date(2025, 10, 1), date(2025, 10, 29), "2025-10-01–29"),
        (date(2024, 2, 1), date(2024, 2, 28), "2024-02-01–28"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
    ],
)
def test_a_part_of_a_month_is_not_shown_as_the_month(first: date, last: date, shown: str) -> None:
    (row,) = rows_of([Document("A coup.", (Event(2, 6, "coup", "coup"),), "a")])
    table = deeds([row | {"date_start": first, "date_end": last}])
    assert list(table.columns[0].cells) == [shown]


def test_the_shown_table_obeys_nothing_and_keeps_days_and_types_whole(capsys: pytest.CaptureFixture[str]) -> None:
    words = f"Mali {HOSTILE}"
    roles = tuple(Role(name, 0, len(words), words) for name in ("actor", "target", "object"))
    event = Event(0, len(words), "cooperation-suspension", words, status=HOSTILE, roles=roles)
    terminal = Terminal(wrap=True)
    terminal.width = 60
    terminal.print(deeds(rows_of([Document(words, (event,), "a", {"date": "2025-09-19"})])))
    shown = capsys.readouterr().out
    assert not OBEYED.search(shown)
    assert "cooperation-suspension:" in shown
    assert max(map(len, shown.splitlines())) <= 60


def test_a_model_without_participants_still_writes_rows(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The army said two men were arrested.", encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", run_folder, tmp_path / "a.txt", "--format", "csv")
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["trigger"], row["actor"], row["cameo"], row["id"]) == ("arrested", "", "173", str(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "parquet"], "name the file with --out"),
        (["--format", "text", "--out", "a.csv"], "redirect what is printed"),
        (["--format", "jsonl", "--one-a-day"], "say --format table, csv or parquet"),
        (["--out", "table.xlsx"], "say --format csv or --format parquet"),
        (["--format", "csv", "--out", "."], "is a folder"),
        (["--out", "README.md/events.csv"], "README.md: stands there and is no folder"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_model_is_loaded(
    tmp_path: Path, words: list[str], told: str
) -> None:
    (tmp_path / "a.txt").write_text("A coup.", encoding="utf-8")
    done = call("-m", "news_event_tagger", "predict", "--model", tmp_path / "none", tmp_path / "a.txt", *words)
    assert told in refused(done)
