"""Bulk tagging: the cutting of the input and the worker by themselves, then the command on Ray."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, Event, EventTagger, InputError
from news_event_tagger.bulk import driver as bulk
from news_event_tagger.bulk import output, shards, worker
from news_event_tagger.bulk.entries import Entry, entries
from news_event_tagger.bulk.output import TABLES
from news_event_tagger.bulk.shards import Fields, Part, dumps, loads, plan
from news_event_tagger.bulk.worker import Job, Worker
from news_event_tagger.coding import rows as coding
from news_event_tagger.coding.columns import COLUMNS
from news_event_tagger.documents.text import sentences
from tests.conftest import call, refused


class Words:
    """A tagger that finds the word coup, and what may go wrong with one."""

    def __init__(self, deadly: str = "DEADLY") -> None:
        self.deadly = deadly
        self.deaths = 0

    def predict(self, document: Document) -> Document:
        if self.deadly in document.text:
            self.deaths += 1
            raise SystemExit  # No Exception: nothing in the worker may catch it, as nothing catches a crash.
        if "FAULTY" in document.text:
            raise ValueError("faulty text")
        at = document.text.find("coup")
        return document.with_events([Event(at, at + 4, "coup", "coup", 0.5)] if at >= 0 else [])

    def stream(self, documents: Iterable[Document]) -> Iterator[Document]:
        yield from map(self.predict, documents)


def work(shard: shards.Shard, out: Path, tagger: Words, fields: Fields | None = None) -> dict[str, pd.DataFrame]:
    """Finish a shard with one worker after the other, as Ray would, and read the tables."""
    for folder in (*TABLES, ".work/tries"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    job = Job(out.as_uri(), (out / ".work").as_uri(), fields or Fields())
    while True:
        try:
            Worker(job, tagger).finish("000000", shard)  # type: ignore[arg-type]
            return {table: pd.read_parquet(out / table) for table in TABLES}
        except SystemExit:
            assert not any(path for table in TABLES for path in (out / table).iterdir())


def rows(path: Path, texts: Iterable[str]) -> Path:
    lines = [json.dumps({"id": f"d{number}", "text": text}) + "\n" for number, text in enumerate(texts)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@given(
    lines=st.lists(st.sampled_from(['{"text": "é"}', '{"text": "a longer text"}', "", "no JSON", "é"]), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    size=st.integers(1, 40),
)
@settings(max_examples=60)
def test_each_line_is_in_one_shard_however_a_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, last: bool, size: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_bytes((end.join(lines) + (end if last else "")).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "LEAST", size)
        patch.setattr(shards, "MOST", size)
        cut, digest, counts = plan([str(path)])
        assert plan([str(path)] * 2) == (cut, digest, counts)
    found = [entry for shard in cut for entry in entries(loads(dumps(shard)), Fields())]
    assert [entry.text for entry in found if entry.error is None] == [
        json.loads(line)["text"] for line in lines if line.startswith("{")
    ]
    assert sum(entry.error is not None for entry in found) == sum(line in ("no JSON", "é") for line in lines)
    data = path.read_bytes()
    assert all(data[entry.position :].startswith(b"{") for entry in found if entry.error is None)


@pytest.mark.parametrize("size", [1, 300, 10_000])
def test_each_row_of_a_table_is_in_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    texts = [f"text {number}" for number in range(50)]
    pq.write_table(pa.table({"body": texts, "key": range(50)}), tmp_path / "a.parquet", row_group_size=7)
    monkeypatch.setattr(shards, "LEAST", size)
    monkeypatch.setattr(shards, "MOST", size)
    fields = Fields("body", "key")
    cut, _, _ = plan([str(tmp_path / "*.parquet")], fields=fields)
    found = [entry for shard in cut for entry in entries(shard, fields)]
    assert [(entry.text, entry.id, entry.position) for entry in found] == [
        (text, str(number), number) for number, text in enumerate(texts)
    ]
    with pytest.raises(InputError, match=r"no column 'text'; name one with --text-field: body, key"):
        plan([str(tmp_path / "a.parquet")])


@given(
    groups=st.lists(st.integers(0, 40), max_size=5),
    size=st.integers(1, 2000),
)
@settings(max_examples=25)
def test_row_groups_are_read_whole_and_no_row_twice(
    tmp_path_factory: pytest.TempPathFactory, groups: list[int], size: int
) -> None:
    path = tmp_path_factory.mktemp("groups") / "a.parquet"
    texts = [f"text {number}" for number in range(sum(groups))]
    with pq.ParquetWriter(path, pa.schema({"text": pa.string()})) as writer:
        for rows in groups:
            writer.write_table(pa.table({"text": pa.array(texts[:rows], pa.string())}))
            texts = texts[rows:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "LEAST", size)
        patch.setattr(shards, "MOST", size)
        cut, _, _ = plan([str(path)])
    found = [entry.position for shard in cut for entry in entries(shard, Fields())]
    assert found == list(range(sum(groups)))


@pytest.mark.parametrize(("group", "often"), [(60_000, 9), (1_000, 1)])
def test_a_row_group_is_not_decoded_once_for_each_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: int, often: float
) -> None:
    rows = 60_000
    pq.write_table(pa.table({"text": [f"A text {number}." for number in range(rows)]}), tmp_path / "a.parquet", group)
    monkeypatch.setattr(shards, "LEAST", (tmp_path / "a.parquet").stat().st_size // 105)
    decoded = 0

    class Counted(pq.ParquetFile):  # type: ignore[misc]
        def iter_batches(self, *arguments: Any, **named: Any) -> Iterator[Any]:
            nonlocal decoded
            for batch in super().iter_batches(*arguments, **named):
                decoded += batch.num_rows
                yield batch

    cut, _, _ = plan([str(tmp_path / "a.parquet")])
    monkeypatch.setattr(pq, "ParquetFile", Counted)
    assert sum(1 for shard in cut for _ in entries(shard, Fields())) == rows
    assert decoded <= often * rows
    assert len(cut) > 10


def test_small_files_go_together_and_compressed_ones_are_read(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Text {name}.", encoding="utf-8")
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(b'{"id": 7, "text": "zipped"}\n{"text": "too"}\n'))
    (shard,), _, counts = plan([str(tmp_path / "*.txt"), f"file://{tmp_path}/d.jsonl.gz"])
    assert counts["files"] == 4
    assert [(entry.id, entry.text) for entry in entries(shard, Fields())] == [
        *((str(tmp_path / f"{name}.txt"), f"Text {name}.") for name in "abc"),
        ("7", "zipped"),
        (f"{tmp_path}/d.jsonl.gz#28", "too"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.jsonl", "no such file, and as a glob it fits none"),
        ("*.jsonl", "no such file, and as a glob it fits none"),
        ("", "a folder; give a glob of its files"),
        ("a.csv", "or say what it is with --input-format"),
        ("nowhere://a.jsonl", "Protocol not known"),
    ],
)
def test_inputs_that_cannot_be_read_are_refused(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=words.replace("*", r"\*")):
        plan([name if "://" in name else f"{tmp_path}/{name}"])


def test_what_is_no_document_is_told_with_its_place(tmp_path: Path) -> None:
    lines = [b'{"id": "a", "text": "A coup."}', b"\xff", b"{", b'{"id": "b"}', b'{"id": "a", "text": ""}']
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "b.txt").write_bytes(b"coup d'\xe9tat")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 damaged")
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(b'{"text": "whole"}\n' + os.urandom(9999))[:-200])
    (shard,), _, _ = plan([str(tmp_path / "*")])
    tables = work(shard, tmp_path / "out", Words())
    assert tables["documents"]["id"].tolist() == ["a", "a", f"{tmp_path}/d.jsonl.gz#0"]
    assert tables["documents"]["events"].tolist() == [1, 0, 0]
    errors = tables["errors"].astype({"position": "Int64"})
    told = {f"{Path(row.source).name}#{row.position}": row.error for row in errors.itertuples()}
    assert "not UTF-8, byte 0xff" in told["a.jsonl#31"]
    assert "not JSON" in told["a.jsonl#33"]
    assert "'text' is missing" in told["a.jsonl#35"]
    assert "not UTF-8, byte 0xe9 at offset 7" in told["b.txt#0"]
    assert "cannot be read from here on" in told["c.parquet#<NA>"]
    assert "cannot be read from here on" in told["d.jsonl.gz#<NA>"]


def test_events_are_rows_of_the_table_with_the_day_of_their_document(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "text": "A coup.", "day": "2025-09-19"},
        {"text": "No.\nA coup.", "meta": {"date": "1983-03-03"}},
        {"id": "c", "text": "A coup.", "dateline": "OSLO, 3 March 1984"},
        {"id": "d", "text": "Nothing.", "day": "18/09/25"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (shard,), _, _ = plan([str(tmp_path / "a.jsonl")])
    tables = work(shard, tmp_path / "out", Words(), Fields(date="day"))
    events, days = tables["events"], tables["documents"]["date"]
    assert days.isna().tolist() == [False, False, False, True]
    assert events.columns.tolist() == [*(column.name for column in COLUMNS), "position"]
    assert events["date"].astype(str).tolist() == ["2025-09-19", "1983-03-03", "1984-03-03"]
    assert events["event_id"].tolist() == ["a:2-6:coup", f"{tmp_path}/a.jsonl#52:6-10:coup", "c:2-6:coup"]
    assert set(events["source"]) == {str(tmp_path / "a.jsonl")}


def test_a_document_that_cannot_be_coded_harms_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows_of(documents: list[Document], model: str) -> list[coding.Row]:
        if documents[0].id == "d1":
            raise ValueError("odd")
        return coding.rows_of(documents, model)

    monkeypatch.setattr(worker, "rows_of", rows_of)
    (shard,), _, _ = plan([str(rows(tmp_path / "a.jsonl", ["A coup."] * 3))])
    tables = work(shard, tmp_path / "out", Words())
    assert tables["documents"]["id"].tolist() == tables["events"]["id"].tolist() == ["d0", "d2"]
    assert tables["errors"]["error"].tolist() == ["ValueError: odd"]


def test_each_event_has_its_sentence_and_sentences_are_gone_through_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counted(list[tuple[int, int]]):
        rounds = 0

        def __iter__(self) -> Iterator[tuple[int, int]]:
            Counted.rounds += 1
            return super().__iter__()

    lines = [f"Coup number {number}." for number in range(90)]
    text = "\n".join(lines)
    document = Document.mark(text, [(at, at + 4, "coup") for at in range(len(text)) if text.startswith("Coup", at)])
    for folder in (*TABLES, "work"):
        (tmp_path / folder).mkdir()
    for module in (output, coding):
        monkeypatch.setattr(module, "sentences", lambda text: Counted(sentences(text)))
    with output.Tables(fsspec.filesystem("file"), str(tmp_path), str(tmp_path / "work"), "0") as tables:
        tables.add(Entry("a.txt", 0, "a", text), document, coding.rows_of([document]))
        tables.commit()
    assert pd.read_parquet(tmp_path / "events")["sentence"].tolist() == lines
    assert Counted.rounds <= 2


def test_a_document_that_kills_its_worker_is_left_out_and_only_that(tmp_path: Path) -> None:
    texts = ["A coup.", "DEADLY", "Quiet.", "FAULTY", "Another coup.", "DEADLY", "\ud800 coup"]
    (shard,), _, _ = plan([str(rows(tmp_path / "a.jsonl", texts))])
    tagger = Words()
    tables = work(shard, tmp_path / "out", tagger)
    assert tagger.deaths == 1 + 2 + 2  # all at once, then twice on each by itself
    assert tables["documents"]["id"].tolist() == ["d0", "d2", "d4", "d6"]
    assert tables["events"]["id"].tolist() == ["d0", "d4", "d6"]
    assert tables["events"].iloc[2][["sentence", "start", "end"]].tolist() == ["\ufffd coup", 2, 6]
    assert dict(zip(tables["errors"]["id"], tables["errors"]["error"], strict=True)) == {
        "d1": "2 workers died while they tagged it; out of memory?",
        "d3": "ValueError: faulty text",
        "d5": "2 workers died while they tagged it; out of memory?",
    }


def test_a_shard_that_kills_every_worker_ends_the_command(tmp_path: Path) -> None:
    (shard,), _, _ = plan([str(rows(tmp_path / "a.jsonl", ["DEADLY"] * 30))])
    with pytest.raises(InputError, match="20 workers died with it"):
        work(shard, tmp_path / "out", Words())


def test_a_file_that_is_gone_is_no_error_of_its_documents(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        work((Part((tmp_path / "gone.txt").as_uri(), "text"),), tmp_path / "out", Words())
    assert not list((tmp_path / "out" / "documents").iterdir())


def test_output_of_another_model_or_input_is_refused(tmp_path: Path) -> None:
    system, out = fsspec.core.url_to_fs(str(tmp_path / "out"))
    manifest: dict[str, Any] = {
        "version": "1",
        "model_sha256": "a",
        "input_sha256": "b",
        "inputs": ["x"],
        "model": None,
    }
    bulk._claim(system, out, manifest)
    bulk._claim(system, out, manifest | {"inputs": ["./x"]})
    for change, words in (
        ({"version": "2"}, "by another version"),
        ({"model_sha256": "c"}, r"with another model \(the one that comes"),
        ({"input_sha256": "c"}, r"from other inputs, or they have changed \(x\); give a new --out"),
    ):
        with pytest.raises(InputError, match=words):
            bulk._claim(system, out, manifest | change)
    with pytest.raises(InputError, match="holds no bulk output"):
        bulk._claim(system, str(tmp_path), manifest)


def test_without_ray_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    told = refused(
        call("-m", "news_event_tagger", "bulk", rows(tmp_path / "a.jsonl", ["A coup."]), "--out", tmp_path / "out")
    )
    assert told == 'error: bulk needs Ray: pip install "news-event-tagger[ray]"'


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """Ray on this machine, started once, as the command starts it."""
    pytest.importorskip("ray")
    started = bulk._import_ray()
    bulk._start(started, None, 2)
    yield started
    started.shutdown()


def test_half_of_the_workers_killed_on_ray(ray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers, one killed half way: each document is there once, and a restart does what is missing only."""
    texts = [f"{'Troops staged a coup.' if number % 3 else 'It rained.'} Number {number}." for number in range(60)]
    source = rows(tmp_path / "a.jsonl", texts)
    out, flag = tmp_path / "out", tmp_path / "killed"
    monkeypatch.setattr(shards, "LEAST", 700)

    class Mortal(bulk.Actor):
        """A worker that is killed in its first shard, if none was before."""

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            stream = self._worker._tagger.stream

            def dying(documents: Iterable[Document]) -> Iterator[Document]:
                for number, document in enumerate(stream(documents)):
                    if number == 3 and not flag.exists():
                        flag.touch()
                        os.kill(os.getpid(), signal.SIGKILL)
                    yield document

            self._worker._tagger.stream = dying

    monkeypatch.setattr(bulk, "Actor", Mortal)
    arguments = ("-m", "news_event_tagger", "bulk", source, "--out", out, "--workers", 2, "--device", "cpu")
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    assert flag.exists()
    documents = pd.read_parquet(out / "documents")
    assert Counter(documents["id"]) == Counter(f"d{number}" for number in range(60))
    assert len(list((out / "documents").iterdir())) > 4
    assert pd.read_parquet(out / "errors").empty
    expected = {
        (f"d{number}", event.start, event.end, event.type)
        for number, document in enumerate(EventTagger.from_pretrained().predict(texts))
        for event in document.events
    }
    events = pd.read_parquet(out / "events")
    assert set(zip(events["id"], events["start"], events["end"], events["type"], strict=True)) == expected
    assert len(events) == len(expected) == documents["events"].sum() > 0
    assert not (out / ".work").exists()

    ages = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    (out / "documents" / "000001.parquet").unlink()
    again = call(*arguments[:-3], 1, *arguments[-2:])
    # Ray itself prints above it that a worker died.
    assert again.stdout.splitlines()[-1] == done.stdout.splitlines()[-1]
    assert {path.stem for path, age in ages.items() if path.stat().st_mtime_ns != age} == {"000001"}
    assert "from other inputs" in refused(call(*arguments, "--text-field", "body"))


def test_a_file_that_is_gone_ends_the_command_on_ray(ray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gone.txt"
    path.write_text("A coup.", encoding="utf-8")

    def losing(*arguments: Any) -> Any:
        planned = plan(*arguments)
        path.unlink()
        return planned

    monkeypatch.setattr(bulk, "plan", losing)
    told = refused(
        call("-m", "news_event_tagger", "bulk", path, "--out", tmp_path / "out", "--workers", 1, "--device", "cpu")
    )
    assert "No such file" in told
    assert str(path) in told
