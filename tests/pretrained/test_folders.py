"""Names of models and encoders to folders, without a network: a cache of the hub's and a server that never answers."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants

from news_event_tagger import EventTagger, InputError, Schema
from news_event_tagger.pretrained import folders
from news_event_tagger.pretrained.folders import encoder_folder, model_folder
from news_event_tagger.pretrained.start import start_of


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], Path]:
    """Puts a folder into the hub's cache; what is not there cannot be had, for the hub is out of reach."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)

    def put(name: str, folder: Path) -> Path:
        repository = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
        shutil.copytree(folder, repository / "snapshots" / ("a" * 40))
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("a" * 40)
        return repository / "snapshots" / ("a" * 40)

    return put


def test_a_model_of_the_hub_tags_as_the_run_does(hub: Callable[[str, Path], Path], run_folder: Path) -> None:
    folder = hub("wire/events", run_folder)
    assert model_folder("wire/events") == folder
    text = "Two envoys were expelled in the coup."
    found = EventTagger.from_pretrained("wire/events", "cpu").predict(text)
    assert found == EventTagger.from_pretrained(run_folder, "cpu").predict(text)


def test_a_local_folder_wins(hub: Callable[[str, Path], Path], run_folder: Path, tmp_path: Path) -> None:
    hub("wire/events", run_folder)
    shutil.copytree(run_folder, tmp_path / "wire" / "events")
    assert model_folder("wire/events") == Path("wire/events")


@pytest.mark.parametrize(
    "name", [None, "shipped", "accurate", "./wire/events", "/wire/events", "a/b/c", Path("wire/events")]
)
def test_the_hub_is_asked_for_nothing_else(name: str | Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_fetched", lambda name: pytest.fail(f"the hub was asked for {name}"))
    model_folder(name)


def test_no_file_is_fetched_that_nobody_reads(
    monkeypatch: pytest.MonkeyPatch, run_folder: Path, tmp_path: Path
) -> None:
    asked = {}

    def fetch(name: str, **options: object) -> str:
        asked[name] = options
        return str(run_folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: huggingface_hub.ModelInfo(id="", sha="c"))
    monkeypatch.chdir(tmp_path)
    EventTagger.from_pretrained("wire/events", "cpu")
    assert asked["wire/events"]["revision"] == "c"
    files = [
        *(path.name for path in run_folder.iterdir()),
        "vocab.txt",
        "spm.model",
        "model-00001-of-00002.safetensors",
    ]
    kept = set(huggingface_hub.utils.filter_repo_objects(files, allow_patterns=asked["wire/events"]["allow_patterns"]))
    assert kept >= {
        "config.json",
        "model.safetensors",
        "status.safetensors",
        "tagger.json",
        "tokenizer.json",
        "vocab.txt",
    }
    theirs = ["pytorch_model.bin", "modeling_wire.py", "onnx/model.onnx", "README.md", "run.json", "report.html"]
    assert not list(
        huggingface_hub.utils.filter_repo_objects(theirs, allow_patterns=asked["wire/events"]["allow_patterns"])
    )


@pytest.mark.parametrize("ask", [lambda name: EventTagger.from_pretrained(name, "cpu"), encoder_folder])
def test_a_hub_that_does_not_answer_is_not_waited_for(
    ask: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_PATIENCE", 0.2)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(InputError, match=r"^wire/none: cannot be loaded, there is no such folder, and .*timed out"):
            ask("wire/none")


def test_an_encoder_of_the_hub_is_read_from_the_cache(hub: Callable[[str, Path], Path], encoder: Path) -> None:
    folder = hub("wire/bert", encoder)
    assert start_of("wire/bert", Schema(("coup",))).encoder == folder
    # Old ones have no owner.
    assert encoder_folder(hub("bert", encoder) and "bert").parts[-3] == "models--bert"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("shipped", "model.encoder: the model shipped has lost layers"),
        ("minlm", "minlm: cannot be loaded, there is no such folder, and the Hugging Face hub"),
        ("nowhere/at/all", "nowhere/at/all: cannot be loaded, there is no such folder"),
    ],
)
def test_what_is_no_encoder(hub: Callable[[str, Path], Path], name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        encoder_folder(name)
