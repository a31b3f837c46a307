"""Every command over valid files of every kind that something happened to: never a traceback, nothing lost in silence.

An ordinary run tries 300 of the mutations; ``pytest -m hostile`` tries all 5,000.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, Event, InputError
from news_event_tagger.bulk.driver import MANIFEST, _claim
from news_event_tagger.bulk.entries import entries
from news_event_tagger.bulk.shards import Fields, plan
from news_event_tagger.corpus.formats.registry import save
from news_event_tagger.evaluation import results
from news_event_tagger.pretrained import folders
from tests.conftest import call
from tests.hostile.mutations import HOSTILE, VALUES, damaged, json_files

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DOCUMENTS = [
    Document("Seven arrested.", (Event(6, 14, "arrest", "arrested"),), "a"),
    Document("🎉 No coup was “on”.", (Event(5, 9, "coup", "coup", 0.5, "alleged", 0.75),), "b", {"style": "wire"}),
    Document("Nothing.", (), "c"),
]
ENDINGS = {
    **{"jsonl": "jsonl", "doccano": "jsonl", "prodigy": "jsonl", "label-studio": "json", "maven": "jsonl"},
    **{"oneie": "jsonl", "textee": "jsonl", "standoff": "json", "inline": "txt", "brat": "ann", "conll": "conll"},
    **{"table": "parquet", "spacy": "spacy"},
}
OURS = {
    "maven": {
        "id": "a",
        "title": "Nil",
        "content": [{"sentence": "Seven arrested .", "tokens": ["Seven", "arrested", "."]}],
        "events": [{"id": "e", "type": "arrest", "type_id": 1, "mention": [
            {"id": "m", "trigger_word": "arrested", "sent_id": 0, "offset": [1, 2]}]}],
        "negative_triggers": [{"id": "n", "trigger_word": "Seven", "sent_id": 0, "offset": [0, 1]}],
    },
    "oneie": {
        "doc_id": "a",
        "sent_id": "a-0",
        "sentence": "Seven arrested.",
        "tokens": ["Seven", "arrested", "."],
        "entity_mentions": [],
        "relation_mentions": [],
        "event_mentions": [{"id": "e", "event_type": "arrest", "arguments": [],
                            "trigger": {"text": "arrested", "start": 1, "end": 2}}],
    },
    "textee": {
        "doc_id": "a",
        "wnd_id": "a-0",
        "text": "Seven arrested.",
        "tokens": ["Seven", "arrested", "."],
        "entity_mentions": [],
        "event_mentions": [{"id": "e", "event_type": "arrest", "arguments": [],
                            "trigger": {"text": "arrested", "start": 1, "end": 2}}],
        "lang": "en",
    },
}  # fmt: skip
"""Files of the formats that we read and do not write."""


def run(tried: Callable[[st.DataObject], None], share: int, examples: int) -> None:
    """Try mutations that hypothesis draws, the same ones in every run of the same tests.

    Args:
        tried: draws one and tries it.
        share: of 100, of the examples of the whole file.
        examples: of the whole file.
    """
    checked = settings(
        max_examples=max(share * examples // 100, 1),
        derandomize=True,
        # A mutation is small as it is drawn.
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(st.data())(tried))
    checked()


OFTEN = pytest.mark.parametrize("examples", [300, pytest.param(5000, marks=pytest.mark.hostile)])


@pytest.fixture(scope="module", autouse=True)
def _no_network() -> Any:
    """A mutated name may be one on the hub."""

    def fetched(name: str) -> Path:
        raise InputError(f"{name}: cannot be loaded")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "_fetched", fetched)
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A valid set of each format, by its name: the file to mutate."""
    folder = tmp_path_factory.mktemp("valid")
    found = {}
    for name, ending in ENDINGS.items():
        path = folder / f"{name}.{ending}"
        if name in OURS:
            path.write_text(json.dumps(OURS[name]), encoding="utf-8")
        elif name in ("standoff", "inline", "brat"):
            path = folder / name
            save(DOCUMENTS, path, name)
            path = path / f"b.{ending}"
        else:
            save(DOCUMENTS, path, name)
        found[name] = path
    return found


def said(*words: object) -> tuple[int, str]:
    """Run a command: its exit status and what it told, after a look at what no command may do."""
    notes = io.StringIO()
    # Where pytest listens to the logger, nothing of it goes to standard error.
    handler = logging.StreamHandler(notes)
    logging.getLogger("news_event_tagger").addHandler(handler)
    try:
        done = call("-m", "news_event_tagger", *words)
    finally:
        logging.getLogger("news_event_tagger").removeHandler(handler)
    assert done.returncode in (0, 1, 2), done.stderr
    assert not OBEYED.search(done.stdout + done.stderr + notes.getvalue()), (words, done.stdout, done.stderr)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == (done.returncode == 2), (words, done.stderr)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr + notes.getvalue()


def marks(name: str, rows: Any) -> int:
    """How many events the values of a set hold; what has another shape holds none that could be lost."""
    keys = {"jsonl": "events", "doccano": "label", "prodigy": "spans", "standoff": "events", "maven": "events"}
    key = keys.get(name, "event_mentions")
    rows = rows if isinstance(rows, list) else [rows]
    held = [row[key] for row in rows if isinstance(row, dict) and isinstance(row.get(key), list)]
    if name == "maven":
        events = [event for found in held for event in found if isinstance(event, dict)]
        held = [event["mention"] for event in events if isinstance(event.get("mention"), list)]
    if name == "label-studio":
        made = [row.get("annotations") for row in rows if isinstance(row, dict)]
        return sum(
            isinstance(result, dict) and result.get("type") == "labels"
            for tasks in made
            for task in (tasks if isinstance(tasks, list) else [])
            for result in (task["result"] if isinstance(task, dict) and isinstance(task.get("result"), list) else [])
        )
    return sum(len(events) for events in held)


@OFTEN
def test_a_set_is_read_or_refused_and_no_event_is_lost_in_silence(
    examples: int, files: dict[str, Path], untrained: Path, tmp_path: Path
) -> None:
    work, valid = tmp_path / "work", files["jsonl"]

    def tried(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(ENDINGS)))
        source = files[name]
        values = None
        content = source.read_bytes()
        if ENDINGS[name] in ("json", "jsonl"):
            content, values = data.draw(json_files(content, lines=ENDINGS[name] == "jsonl"))
        else:
            content = data.draw(damaged(content))
        shutil.rmtree(work, ignore_errors=True)
        if source.parent.name == name:
            shutil.copytree(source.parent, work / "set")
            path, given_ = work / "set" / source.name, work / "set"
        else:
            work.mkdir()
            path = given_ = work / source.name
        path.write_bytes(content)
        options = ["--texts", _texts(work, name)] if name == "standoff" else []
        options += ["--from", name] if data.draw(st.booleans()) else []
        target, out = work / "target.jsonl", work / "out"
        command = data.draw(st.sampled_from(["convert"] * 3 + ["check", "agree", "gold", "guess", "prelabel"]))
        words: dict[str, list[object]] = {
            "convert": ["convert", given_, target],
            "check": ["check", given_, *(["--json"] if data.draw(st.booleans()) else [])],
            "agree": ["agree", given_, valid, "--out", out],
            "gold": ["evaluate", "--data", given_, "--predictions", valid, "--allow-missing", "--out", out],
            "guess": ["evaluate", "--data", valid, "--predictions", given_, "--allow-missing", "--out", out],
            "prelabel": ["prelabel", given_, target, "--to", "prodigy", "--model", untrained],
        }
        status, told = said(
            *words[command], *(options if command != "guess" else options[-2:] if "--from" in options else [])
        )
        if command == "convert" and not status and values is not None:
            kept = sum(len(json.loads(line)["events"]) for line in target.read_text(encoding="utf-8").splitlines())
            kept -= sum(len(d.events) for d in DOCUMENTS if d.id != "b") if name == "standoff" else 0
            assert kept >= marks(name, values) or "left out" in told, (values, told)

    run(tried, 60, examples)


def _texts(work: Path, name: str) -> Path:
    folder = work / "texts"
    folder.mkdir()
    for document in DOCUMENTS:
        (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    return folder


@OFTEN
def test_rows_to_tag_are_tagged_or_refused(examples: int, untrained: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = b"\n".join(json.dumps({"id": d.id, "text": d.text}).encode() for d in DOCUMENTS)

    def tried(data: st.DataObject) -> None:
        path.write_bytes(data.draw(json_files(rows, lines=True))[0])
        said("predict", "--model", untrained, path, *data.draw(st.sampled_from([[], ["--format", "jsonl"]])))
        shards, _, _ = plan([str(path)])
        found = [entry for shard in shards for entry in entries(shard, Fields())]
        assert len(found) == sum(bool(line.strip()) for line in path.read_bytes().split(b"\n"))

    run(tried, 8, examples)


@OFTEN
def test_a_model_is_loaded_or_refused(examples: int, untrained: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("The army arrested two men. Nothing was on.", encoding="utf-8")
    folder = tmp_path / "model"

    def tried(data: st.DataObject) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(untrained, folder)
        name = data.draw(st.sampled_from(sorted(file.name for file in untrained.iterdir())))
        content = (untrained / name).read_bytes()
        mutated = json_files(content).map(lambda pair: pair[0]) if name.endswith(".json") else damaged(content)
        (folder / name).write_bytes(data.draw(mutated))
        said("predict", "--model", folder, text)

    run(tried, 12, examples)


@OFTEN
def test_a_packed_model_is_loaded_or_refused(examples: int, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("The army arrested two men.", encoding="utf-8")
    folder = tmp_path / "model"
    shutil.copytree(folders.SHIPPED, folder)
    packing = (folder / "packing.json").read_bytes()

    def tried(data: st.DataObject) -> None:
        (folder / "packing.json").write_bytes(data.draw(json_files(packing))[0])
        said("predict", "--model", folder, text)

    run(tried, 1, examples)


@OFTEN
def test_scores_are_compared_or_refused(examples: int, tmp_path: Path) -> None:
    path, other = tmp_path / "mutated.json", tmp_path / "valid.json"
    scores = json.dumps(results(DOCUMENTS, DOCUMENTS, system="perfect", sets=["three"]))
    other.write_text(scores, encoding="utf-8")
    read = {key: value for key, value in json.loads(scores).items() if key in ("version", "types", "documents", "data")}

    def tried(data: st.DataObject) -> None:
        content = data.draw(json_files(json.dumps(read).encode()))[0]
        path.write_bytes(content)
        said("compare", *data.draw(st.permutations([path, other])))

    run(tried, 9, examples)


@OFTEN
def test_settings_are_taken_or_refused(examples: int, tmp_path: Path) -> None:
    # So that no training begins.
    taken = tmp_path / "taken"
    taken.mkdir()
    path = tmp_path / "own.toml"
    valid = {"data": {"train": ["a"], "hold_out": 0.1}, "model": {"tokens": 64, "layers": [0, 1], "dropout": 0.1}}
    valid["training"] = {"seeds": [1, 2], "epochs": 3, "learning_rate": 1e-3, "teacher": "accurate"}
    keys = [(section, key) for section, table in valid.items() for key in table]

    def tried(data: st.DataObject) -> None:
        values = [*map(_toml, VALUES), "[" * 5000, "2020-01-01", "0x" + "f" * 500, "{ a = 1 }", "'''x\n'''"]
        section, key = data.draw(st.sampled_from(keys))
        value = data.draw(st.sampled_from(values))
        words: list[object] = []
        lines = [
            f"[{name}]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in table.items()) for name, table in valid.items()
        ]
        content = "\n".join(lines).encode("utf-8", "surrogatepass")
        match data.draw(st.sampled_from(["value", "set", "bytes"])):
            case "value":
                valid_line = f"{key} = {_toml(valid[section][key])}\n".encode()
                content = content.replace(valid_line, f"{key} = {value}\n".encode("utf-8", "surrogatepass"))
            case "set":
                words = ["--set", f"{section}.{key}={value}"]
            case "bytes":
                content = data.draw(damaged(content))
        path.write_bytes(content)
        assert said("train", "--config", path, "--out", taken, *words)[0] == 2

    run(tried, 7, examples)


def _toml(value: Any) -> str:
    """A value as TOML, or what cannot be one as it is."""
    if isinstance(value, float) and value != value:
        return "nan"
    return json.dumps(value, ensure_ascii=False).replace("Infinity", "inf").replace(HOSTILE, "x")


@OFTEN
def test_the_manifest_of_an_archive_is_gone_on_with_or_refused(examples: int, tmp_path: Path) -> None:
    import fsspec

    system, folder = fsspec.core.url_to_fs(str(tmp_path / "out"))
    manifest = {"version": "1", "model_sha256": "a", "input_sha256": "b", "model": None}
    manifest |= {"inputs": ["a.jsonl"], "files": 1, "bytes": 1, "shards": 1}
    _claim(system, folder, manifest)
    path = tmp_path / "out" / MANIFEST
    content = path.read_bytes()

    def tried(data: st.DataObject) -> None:
        path.write_bytes(data.draw(json_files(content))[0])
        with contextlib.suppress(InputError):
            _claim(system, folder, manifest)

    run(tried, 3, examples)
