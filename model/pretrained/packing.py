"""Weights small enough for a repository: what training changed, in four bits, over the encoder as it is installed.

Fine-tuning moves each weight by little, so the difference needs far fewer bits than the weight. Each matrix of
differences is stored as whole numbers from -7 to 7, two to a byte, with a scale for every 64 of them; vectors and the
layers on top, which have no original, are stored in half precision. Over any other encoder they would find nothing, or
nonsense, without a word, so the encoder's SHA-256 is stored too. ``benchmarks/pack.py`` packs a run.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..exceptions import InputError
from ..files import checked, read_json
from ..networks.bert import WEIGHTS, Bert, Weights, read_config, read_weights
from ..networks.pruning import pruned, shape
from ..networks.status_head import STATUS_WEIGHTS
from ..networks.tokenizer import PieceTokenizer
from .folders import encoder_folder
from .settings import Settings, read_settings

DIFFERENCE, PACKING = "difference.safetensors", "packing.json"
"""Files of a packed model's folder: the weights, and over which encoder."""
_GROUP = 64
_TOP = 7
_TOKENS, _STATUS = "tokens.", "status."
_ON_TOP = (f"{_TOKENS}classifier", _STATUS)


class _About(BaseModel):
    """What :data:`PACKING` holds."""

    encoder: str
    sha256: str
    layers: list[int]
    intermediate_size: int


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


def read_compressed(folder: Path, fused: bool = True) -> tuple[Bert, PieceTokenizer, Settings]:
    """The network, its tokenizer and the settings of a folder that holds a packed model.

    Args:
        folder: that folder.
        fused: see :class:`~.Bert`.

    Raises:
        InputError: a file is missing or damaged, or the installed encoder is another one.
    """
    settings = read_settings(folder)
    about = checked(_About, read_json(folder / PACKING), folder / PACKING, "install again")
    layers, intermediate_size = about.layers, about.intermediate_size
    try:
        encoder = encoder_folder(about.encoder)
        if (found := _sha256(encoder)) != about.sha256:
            raise InputError(
                f"{folder}: packed over another encoder than that in {encoder}, whose {WEIGHTS} has the SHA-256 "
                f"{found[:12]}…, not {about.sha256[:12]}…; install the encoder that this package asks for"
            )
        state = expand(load_file(folder / DIFFERENCE), _original(encoder, layers, intermediate_size))
        config = read_config(encoder) | _token_classifier(settings.schema.labels)
        config |= shape(layers, intermediate_size)
        statuses = len(settings.schema.statuses)
        network = Bert.build(config, _part(state, _TOKENS), _part(state, _STATUS), statuses, fused)
    except (OSError, SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        raise InputError(f"{folder / DIFFERENCE}: damaged ({error}); install again") from error
    return network, PieceTokenizer.read(encoder), settings


def write_compressed(run: Path, folder: Path, encoder: str, layers: Sequence[int], intermediate_size: int) -> None:
    """Write the files that :func:`read_compressed` reads beside the settings.

    Args:
        run: folder of a trained BERT.
        folder: where to write.
        encoder: over which, see :func:`~.encoder_folder`.
        layers: which of its layers the run has, see :func:`~.pruned`.
        intermediate_size: units of its feed-forward parts that the run has.

    Raises:
        InputError: the run or its encoder is no BERT.
    """
    original = encoder_folder(encoder)
    if not (Bert.is_in(run) and Bert.is_in(original)):
        raise InputError(f"{run}: only a run over a BERT, as minilm is, can be packed; its encoder is {original}")
    trained = {f"{_TOKENS}{name}": values for name, values in read_weights(run).items()}
    if (run / STATUS_WEIGHTS).is_file():
        trained |= {f"{_STATUS}{name}": values for name, values in load_file(run / STATUS_WEIGHTS).items()}
    save_file(compress(trained, _original(original, layers, intermediate_size)), folder / DIFFERENCE)
    about = _About(encoder=encoder, sha256=_sha256(original), layers=list(layers), intermediate_size=intermediate_size)
    (folder / PACKING).write_text(about.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _sha256(encoder: Path) -> str:
    with (encoder / WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _original(encoder: Path, layers: Sequence[int], intermediate_size: int) -> Weights:
    """What training began with of an encoder's weights, by the names that they have in a token classifier of ours."""
    weights = {f"{_TOKENS}bert.{name.removeprefix('bert.')}": part for name, part in read_weights(encoder).items()}
    return pruned(weights, weights, layers, intermediate_size)


def _part(state: Weights, prefix: str) -> Weights:
    return {name.removeprefix(prefix): values for name, values in state.items() if name.startswith(prefix)}


def _token_classifier(labels: Sequence[str]) -> dict[str, Any]:
    """What an encoder's ``config.json`` does not say of the labels on top."""
    return {
        "architectures": ["BertForTokenClassification"],
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
    }
