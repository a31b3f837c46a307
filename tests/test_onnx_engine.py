import json
from pathlib import Path

import pytest

from model import EventTagger, InputError, onnx_engine
from model.corpus import read, write

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture
def cache(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and texts to be judged on that the tiny model knows."""
    write(read(articles), tmp_path / "texts.jsonl")
    monkeypatch.setattr(onnx_engine, "TEXTS", tmp_path / "texts.jsonl")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "news-event-tagger"


def test_onnx_tags_as_pytorch_does_and_is_exported_once(
    untrained: Path, articles: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = read(articles)
    tagger = EventTagger.from_pretrained(untrained, engine="onnx")
    assert "agreement with PyTorch" in capsys.readouterr().err
    parity = onnx_engine.compare_engines(EventTagger.from_pretrained(untrained, "cpu"), tagger.engine, documents)
    assert parity["events"] > 20
    assert parity["agreement"] >= 0.99
    assert parity["largest_shift"] < 0.1
    assert parity["f1_gain"] is None  # the articles hold types that the model does not know
    (export,) = cache.iterdir()
    assert json.loads((export / "parity.json").read_text())["agreement"] == parity["agreement"]

    monkeypatch.setattr(onnx_engine, "_export", None)
    again = EventTagger.from_pretrained(untrained, engine="onnx")
    assert again.predict(documents) == tagger.predict(documents)
    assert again.predict("").events == ()

    tagger.network.labels.bias.data[0] += 1
    assert onnx_engine._digest(tagger) != export.name


def test_eight_bits_that_tag_otherwise_give_way_and_a_bad_export_is_refused(
    untrained: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[Path] = []
    agreement = {"int8": 0.9, "fp32": 1.0}
    monkeypatch.setattr(onnx_engine, "_session", lambda path: judged.append(path))
    monkeypatch.setattr(
        onnx_engine,
        "compare_engines",
        lambda *_: {"agreement": agreement[judged[-1].stem], "mean_shift": 0.0, "largest_shift": 0.0, "f1_gain": None},
    )
    EventTagger.from_pretrained(untrained, engine="onnx")
    (export,) = cache.iterdir()
    assert json.loads((export / "parity.json").read_text())["weights"] == "fp32"
    (export / "parity.json").write_text(json.dumps({"agreement": 0.5, "mean_shift": 0.0}))
    with pytest.raises(InputError, match=r"tags otherwise than PyTorch \(agreement 0.5"):
        EventTagger.from_pretrained(untrained, engine="onnx")


def test_what_cannot_be_used_is_named(
    untrained: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="computes on the CPU"):
        EventTagger.from_pretrained(untrained, device="cuda", engine="onnx")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="set XDG_CACHE_HOME"):
        EventTagger.from_pretrained(untrained, engine="onnx")
    monkeypatch.setattr(onnx_engine, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"news-event-tagger\[onnx\]"):
        EventTagger.from_pretrained(untrained, engine="onnx")
