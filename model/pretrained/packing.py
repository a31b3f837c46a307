"""Weights small enough for a repository: what training changed, in four bits, over the encoder as it is installed.

Fine-tuning moves each weight by little, so the difference needs far fewer bits than the weight. Each matrix of
differences is stored as whole numbers from -7 to 7, two to a byte, with a scale for every 64 of them; vectors and the
layers on top, which have no original, are stored in half precision.

    python -m news_event_tagger.pretrained.packing RUN [FOLDER]

writes the run's weights into the package, as the model that ``EventTagger.from_pretrained()`` loads or, with the folder
``model/fast``, as ``EventTagger.from_pretrained("fast")``.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..exceptions import InputError, run_command
from ..files import read_text, replacing
from ..networks.bert import CONFIG, Bert, Weights, encoder_path, read_weights
from ..networks.pruning import pruned, shape
from ..networks.status_head import STATUS_WEIGHTS
from ..networks.tokenizer import PieceTokenizer
from ..tagging import gate
from ..tagging.tagger import EventTagger, Settings, read_settings, usable
from ..training.card import model_card
from ..training.config import ModelConfig, load
from ..training.provenance import LEARNT
from .registry import SHIPPED

DIFFERENCE = "difference.safetensors"
_GROUP = 64
_CARD = """
## Packing
These weights are the run's, stored as a four-bit difference over the installed encoder. The scores above are the
run's own, before packing; those of the packed weights come from

    python evaluate.py model/{folder} --data annotations/newswire/test --out scores
"""
_TOP = 7
_TOKENS, _STATUS = "tokens.", "status."
_ON_TOP = (f"{_TOKENS}classifier", _STATUS)


def quantise(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Four-bit whole numbers and their scales.

    Args:
        values: any shape; the last group of 64 is filled up with zeros.

    Returns:
        ``[elements / 2]`` bytes, the earlier number in the lower half, and ``[elements / 64]`` half-precision scales.

    >>> packed, scales = quantise(torch.linspace(-1, 1, 64))
    >>> (dequantise(packed, scales, (64,)) - torch.linspace(-1, 1, 64)).abs().max().item() < 0.08
    True
    """
    flat = values.float().flatten()
    groups = torch.nn.functional.pad(flat, (0, -len(flat) % _GROUP)).reshape(-1, _GROUP)
    scales = (groups.abs().amax(dim=1) / _TOP).to(torch.float16)
    steps = scales.float().clamp_min(1e-12)[:, None]
    numbers = (groups / steps).round().clamp(-_TOP, _TOP).to(torch.int16).reshape(-1) + 8
    return (numbers[::2] + 16 * numbers[1::2]).to(torch.uint8), scales


def dequantise(packed: torch.Tensor, scales: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """The values that :func:`quantise` stored, each at most half a step off."""
    numbers = torch.stack([packed % 16, packed // 16], dim=1).reshape(-1, _GROUP).float() - 8
    return (numbers * scales.float()[:, None]).flatten()[: math.prod(shape)].reshape(shape)


def compress(trained: Weights, original: Weights) -> Weights:
    """The tensors to store; those that training left alone are left out."""
    stored: Weights = {}
    for name, values in trained.items():
        if name.startswith(_ON_TOP):
            stored[name] = values.to(torch.float16)
        elif torch.equal(values, original[name]):
            continue
        elif values.ndim > 1:
            stored[f"{name}:4bit"], stored[f"{name}:scale"] = quantise(values - original[name])
        else:
            stored[f"{name}:difference"] = (values - original[name]).to(torch.float16)
    return stored


def expand(stored: Weights, original: Weights) -> Weights:
    """The original weights with the stored differences added."""
    state = dict(original)
    for key, values in stored.items():
        name, _, kind = key.partition(":")
        if kind == "4bit":
            state[name] = state[name] + dequantise(values, stored[f"{name}:scale"], tuple(state[name].shape))
        elif kind == "difference":
            state[name] = state[name] + values.float()
        elif not kind:
            state[name] = values.float()
    return state


def read_compressed(folder: Path, fused: bool = True) -> tuple[Bert, Settings]:
    """The network and the settings of a folder that :func:`ship` wrote.

    Args:
        folder: that folder.
        fused: see :class:`~.Bert`.

    Raises:
        InputError: a file is missing or damaged, or the installed encoder is another one.
    """
    settings = read_settings(folder)
    model = load(folder / "config.toml").model
    encoder = Path(encoder_path(model.encoder))
    try:
        config = json.loads(read_text(encoder / CONFIG)) | _token_classifier(settings.schema.labels) | shape(model)
        state = expand(load_file(folder / DIFFERENCE), _original(encoder, model))
        statuses = len(settings.schema.statuses)
        network = Bert.build(config, _part(state, _TOKENS), _part(state, _STATUS), statuses, fused)
    except (OSError, SafetensorError, KeyError, RuntimeError, ValueError) as error:
        raise InputError(f"{folder / DIFFERENCE}: damaged, or for another encoder ({error}); install again") from error
    return network, settings


def load_compressed(folder: Path, device: str | None = None) -> EventTagger:
    """A tagger from a folder that :func:`ship` wrote.

    Raises:
        InputError: a file is missing or damaged, the installed encoder is another one, or there is no such device.
    """
    place = usable(device)
    network, settings = read_compressed(folder, fused=place.type == "cpu")
    encoder = Path(encoder_path(load(folder / "config.toml").model.encoder))
    return EventTagger(network.to(place), PieceTokenizer.read(encoder), *settings)


def _original(encoder: Path, config: ModelConfig) -> Weights:
    """What training began with of an encoder's weights, by the names that they have in a token classifier of ours."""
    weights = {f"{_TOKENS}bert.{name.removeprefix('bert.')}": part for name, part in read_weights(encoder).items()}
    return pruned(weights, weights, config)


def _part(state: Weights, prefix: str) -> Weights:
    return {name.removeprefix(prefix): values for name, values in state.items() if name.startswith(prefix)}


def _token_classifier(labels: Sequence[str]) -> dict[str, Any]:
    """What an encoder's ``config.json`` does not say of the labels on top."""
    return {
        "architectures": ["BertForTokenClassification"],
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
    }


def ship(run: Path, folder: Path = SHIPPED) -> None:
    """Write a run's weights as a difference over its encoder, a BERT, with its settings, scores and card.

    Args:
        run: the run.
        folder: a new one, or one that this function wrote before, which is replaced.

    Raises:
        InputError: the run is none, its encoder no BERT in a folder, or the folder holds something else.
    """
    if folder.exists() and not (folder / DIFFERENCE).is_file():
        raise InputError(f"{folder}: stands there and holds no packed model; give a new folder")
    config = load(run / "config.toml")
    encoder = Path(encoder_path(config.model.encoder))
    if not (Bert.is_in(run) and Bert.is_in(encoder)):
        raise InputError(
            f"{run}: only a run over a BERT in a folder, as minilm is, can be packed; its encoder is {encoder}"
        )
    trained = {f"{_TOKENS}{name}": values for name, values in read_weights(run).items()}
    if (run / STATUS_WEIGHTS).is_file():
        trained |= {f"{_STATUS}{name}": values for name, values in load_file(run / STATUS_WEIGHTS).items()}
    stored = compress(trained, _original(encoder, config.model))
    with replacing(folder) as temporary:
        temporary.mkdir()
        save_file(stored, temporary / DIFFERENCE)
        for name in ("config.toml", "tagger.json", "run.json", "scores.json"):
            shutil.copy(run / name, temporary / name)
        for name in (LEARNT, gate.WEIGHTS, gate.SETTINGS):
            if (run / name).is_file():
                shutil.copy(run / name, temporary / name)
        scores, about = (json.loads(read_text(run / name)) for name in ("scores.json", "run.json"))
        (temporary / "README.md").write_text(
            model_card(config, scores, about) + _CARD.format(folder=folder.name), encoding="utf-8"
        )


def _main() -> None:
    if len(sys.argv) not in (2, 3):
        raise InputError("usage: python -m news_event_tagger.pretrained.packing RUN [FOLDER]")
    folder = Path(sys.argv[2]) if len(sys.argv) == 3 else SHIPPED
    ship(Path(sys.argv[1]), folder)
    print(f"{folder / DIFFERENCE}: {(folder / DIFFERENCE).stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    run_command(_main)
