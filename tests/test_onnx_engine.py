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
    run_folder: Path, articles: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [document.text for document in read(articles)] + ["", "Nothing."]
    expected = EventTagger.from_pretrained(run_folder, device="cpu").predict(texts)
    tagger = EventTagger.from_pretrained(run_folder, engine="onnx")
    assert "agreement with PyTorch" in capsys.readouterr().err
    for ours, theirs in zip(expected, tagger.predict(texts), strict=True):
        assert [(e.span, e.type, e.status) for e in ours.events] == [(e.span, e.type, e.status) for e in theirs.events]
        assert all(abs(a.score - b.score) < 0.1 for a, b in zip(ours.events, theirs.events, strict=True))

    (folder,) = cache.iterdir()
    assert json.loads((folder / "parity.json").read_text())["agreement"] > 0.98
    monkeypatch.setattr(onnx_engine, "_export", None)
    assert EventTagger.from_pretrained(run_folder, engine="onnx").predict(texts) == tagger.predict(texts)

    parity = {"agreement": 0.9, "mean_shift": 0.0}
    (folder / "parity.json").write_text(json.dumps(parity))
    with pytest.raises(InputError, match=r"tags otherwise than PyTorch \(agreement 0.9"):
        EventTagger.from_pretrained(run_folder, engine="onnx")


def test_what_cannot_be_used_is_named(
    run_folder: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="computes on the CPU"):
        EventTagger.from_pretrained(run_folder, device="cuda", engine="onnx")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match="set XDG_CACHE_HOME"):
        EventTagger.from_pretrained(run_folder, engine="onnx")
    monkeypatch.setattr(onnx_engine, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"news-event-tagger\[onnx\]"):
        EventTagger.from_pretrained(run_folder, engine="onnx")
