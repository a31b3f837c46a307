from pathlib import Path

import pytest
import torch

from news_event_tagger import InputError
from news_event_tagger.tagging.device import usable
from tests.conftest import call, refused


@pytest.mark.parametrize("device", ["cuda", "cuda:99", "nonsense", "cpu:0:0"])
def test_a_device_that_is_not_here_is_named(device: str) -> None:
    if torch.cuda.is_available() and device == "cuda":
        pytest.skip("it is here")
    with pytest.raises(InputError, match=f"device '{device}': not usable here"):
        usable(device)


def test_a_training_asks_for_its_device_as_a_tagger_does(settings: Path, tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("it is here")
    said = refused(call("train.py", "--config", settings, "--device", "cuda", "--out", tmp_path / "run"))
    assert "device 'cuda': not usable here" in said


def test_without_a_gpu_it_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert usable(None) == torch.device("cpu") == usable("cpu")
