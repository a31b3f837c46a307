from pathlib import Path

import pytest
import torch

from news_event_tagger import Document, InputError, Schema
from news_event_tagger.tagging.device import usable
from news_event_tagger.training.config import Config
from news_event_tagger.training.trainer import fit


@pytest.mark.parametrize("device", ["cuda", "cuda:99", "nonsense", "cpu:0:0"])
def test_a_device_that_is_not_here_is_named(device: str, tmp_path: Path) -> None:
    if torch.cuda.is_available() and device == "cuda":
        pytest.skip("it is here")
    with pytest.raises(InputError, match=f"device '{device}': not usable here"):
        usable(device)
    # A training asks the same, before it does anything.
    with pytest.raises(InputError, match=f"device '{device}': not usable here"):
        fit(Config(), Schema(("coup",)), [Document.mark("A coup.", [(2, 6, "coup")])], [], 1, tmp_path, device)


def test_without_a_gpu_it_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert usable(None) == torch.device("cpu") == usable("cpu")
