import json
import shutil
import tomllib
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from benchmarks.pack import ship
from news_event_tagger import EventTagger, InputError
from news_event_tagger.corpus import read
from news_event_tagger.networks.bert import WEIGHTS
from news_event_tagger.pretrained.folders import ACCURATE, SHIPPED
from news_event_tagger.pretrained.packing import DIFFERENCE, PACKING, dequantise, quantise
from news_event_tagger.training.config import build, load
from news_event_tagger.training.provenance import fingerprint, texts_learnt
from tests.conftest import call
from tests.test_news_labels import rows


@given(st.integers(1, 300), st.floats(1e-4, 1e2), st.integers(0, 1000))
def test_a_stored_number_is_at_most_half_a_step_off(length: int, size: float, seed: int) -> None:
    values = size * torch.randn(length, generator=torch.Generator().manual_seed(seed))
    packed, scales = quantise(values)
    assert packed.numel() == scales.numel() * 32
    steps = scales.float().repeat_interleave(64)[:length]
    # Half-precision scales are right to about a thousandth.
    assert ((dequantise(packed, scales, tuple(values.shape)) - values).abs() <= 0.51 * steps + 1e-6).all()


def test_compressed_tagger_finds_what_the_run_finds(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    ship(run_folder, tmp_path / "small")
    texts = [document.text for document in read(articles)]
    small = EventTagger.from_pretrained(tmp_path / "small", "cpu").predict(texts)
    whole = EventTagger.from_pretrained(run_folder, "cpu").predict(texts)
    assert [[(e.span, e.type) for e in d.events] for d in small] == [
        [(e.span, e.type) for e in d.events] for d in whole
    ]


def test_damaged_difference_is_named(run_folder: Path, tmp_path: Path) -> None:
    ship(run_folder, tmp_path / "small")
    (tmp_path / "small" / DIFFERENCE).write_bytes(b"\x00" * 16)
    with pytest.raises(InputError, match="damaged"):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")


def test_a_difference_without_the_status_head_is_refused(run_folder: Path, tmp_path: Path) -> None:
    ship(run_folder, tmp_path / "small")
    stored = load_file(tmp_path / "small" / DIFFERENCE)
    save_file({n: v for n, v in stored.items() if not n.startswith("status.")}, tmp_path / "small" / DIFFERENCE)
    with pytest.raises(InputError, match="damaged"):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")


def test_another_encoder_of_the_same_shape_is_refused(run_folder: Path, encoder: Path, tmp_path: Path) -> None:
    installed = tmp_path / "encoder"
    shutil.copytree(encoder, installed)
    ship(run_folder, tmp_path / "small")
    about = json.loads((tmp_path / "small" / PACKING).read_text())
    (tmp_path / "small" / PACKING).write_text(json.dumps(about | {"encoder": str(installed)}))
    EventTagger.from_pretrained(tmp_path / "small", "cpu")
    weights = load_file(installed / WEIGHTS)
    weights["encoder.layer.1.output.dense.weight"] *= 1.01
    save_file(weights, installed / WEIGHTS, {"format": "pt"})
    with pytest.raises(InputError, match=r"small: packed over another encoder than that in .*encoder, .*SHA-256"):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (":scale", "holds NaN or an infinite number"),
        (":difference", "holds NaN"),
        ("classifier.bias", "classifier.bias holds NaN"),
    ],
)
def test_a_difference_that_is_no_number_is_refused(run_folder: Path, tmp_path: Path, part: str, said: str) -> None:
    ship(run_folder, tmp_path / "small")
    stored = load_file(tmp_path / "small" / DIFFERENCE)
    stored[next(name for name in stored if name.endswith(part))][0] = torch.inf
    save_file(stored, tmp_path / "small" / DIFFERENCE)
    with pytest.raises(InputError, match=said):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")


@pytest.mark.parametrize(
    "damage", ['{"encoder": "minilm"}', "[]", '{"encoder": 7, "layers": [], "sha256": "", "intermediate_size": 0}']
)
def test_a_damaged_note_of_the_encoder_is_named(run_folder: Path, tmp_path: Path, damage: str) -> None:
    ship(run_folder, tmp_path / "small")
    (tmp_path / "small" / PACKING).write_text(damage)
    with pytest.raises(InputError, match="damaged"):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")
    (tmp_path / "small" / PACKING).unlink()
    with pytest.raises(InputError, match=f"{PACKING}: no such file"):
        EventTagger.from_pretrained(tmp_path / "small", "cpu")


def test_packing_asks_where_to(run_folder: Path, tmp_path: Path) -> None:
    done = call("benchmarks/pack.py", run_folder)
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
    done = call("benchmarks/pack.py", run_folder, tmp_path / "packed")
    assert done.returncode == 0, done.stderr
    assert EventTagger.from_pretrained(tmp_path / "packed", "cpu").schema.types


@pytest.mark.parametrize(("name", "folder", "layers"), [(None, SHIPPED, 3), ("accurate", ACCURATE, 6)])
def test_shipped_models_are_small_and_tag_news(name: str | None, folder: Path, layers: int) -> None:
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 8 * 2**20
    tagger = EventTagger.from_pretrained(name, device="cpu")
    assert len(tagger.network.layers) == layers
    document = tagger.predict("Police arrested two men, and the government expelled the ambassador on Monday.")
    assert [(event.trigger, event.type) for event in document.events] == [
        ("arrested", "arrest"),
        ("expelled", "expulsion"),
    ]


@pytest.mark.parametrize(("folder", "name"), [(SHIPPED, "shipped"), (ACCURATE, "accurate")])
def test_shipped_models_were_trained_by_these_configurations_on_these_articles(folder: Path, name: str) -> None:
    config = load(name)
    assert build(tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))) == config
    learnt = texts_learnt(folder)
    # An article in which a misprint was mended is a new one; most are as they were.
    articles = [fingerprint(document) in learnt for document in read(config.data.train[0])]
    assert sum(articles) >= 0.9 * len(articles)
    # Of real news the labels hold the fingerprints, so no texts are needed.
    real = {part: {row["sha256"] for row in rows(part)} for part in ("train", "dev", "test")}
    assert real["train"] | real["dev"] <= learnt
    assert not real["test"] & learnt


def test_only_a_packed_model_is_replaced(run_folder: Path, tmp_path: Path) -> None:
    ship(run_folder, tmp_path / "packed")
    ship(run_folder, tmp_path / "packed")
    work = tmp_path / "work"
    work.mkdir()
    (work / "thesis.txt").write_text("all of it", encoding="utf-8")
    for folder in (work, tmp_path, run_folder):
        with pytest.raises(InputError, match="holds no packed model"):
            ship(run_folder, folder)
    assert (work / "thesis.txt").read_text(encoding="utf-8") == "all of it"
    assert (run_folder / "model.safetensors").is_file()


def test_accurate_is_ours_and_a_path_is_the_users(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(run_folder, "accurate")
    models = ("accurate", "./accurate", Path("accurate"))
    accurate, *own = (EventTagger.from_pretrained(model, device="cpu") for model in models)
    assert "cooperation-suspension" in accurate.schema.types
    assert all("suspension" in tagger.schema.types for tagger in own)
