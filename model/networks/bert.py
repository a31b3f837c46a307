"""BERT for tagging, made of PyTorch's own layers.

A BERT is a stack of ``torch.nn.TransformerEncoderLayer`` under other names. PyTorch computes such a layer as one fused
operation on a CPU where nothing is trained, and nothing of the library has to be imported, which takes longer than
all the rest of a start. Weights are read from the library's folder and written to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import torch
from pydantic import BaseModel, Field, model_validator
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..exceptions import InputError
from ..files import checked, read_json
from .status_head import STATUS_WEIGHTS, StatusHead

Weights = dict[str, torch.Tensor]

CONFIG, WEIGHTS = "config.json", "model.safetensors"
_ONCE = {
    "words": "bert.embeddings.word_embeddings",
    "places": "bert.embeddings.position_embeddings",
    "kinds": "bert.embeddings.token_type_embeddings",
    "norm": "bert.embeddings.LayerNorm",
    "labels": "classifier",
}
_EACH_LAYER = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}


_Size = Annotated[int, Field(ge=1, lt=2**24)]


class _Sizes(BaseModel):
    """What a network is built from, which must be no larger than memory; a family may call them otherwise."""

    hidden_size: _Size = 1
    vocab_size: _Size = 1
    max_position_embeddings: _Size = 1
    type_vocab_size: Annotated[int, Field(ge=0, lt=2**24)] = 1
    num_attention_heads: _Size = 1
    intermediate_size: _Size = 1
    num_hidden_layers: Annotated[int, Field(ge=1, lt=1000)] = 1
    layer_norm_eps: Annotated[float, Field(ge=0, lt=1)] = 0.0
    pad_token_id: Annotated[int, Field(ge=0)] | None = None
    id2label: dict[str, str] = {}

    @model_validator(mode="after")
    def _fit(self) -> _Sizes:
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(f"has a hidden_size that {self.num_attention_heads} heads cannot share")
        if "vocab_size" in self.model_fields_set and (self.pad_token_id or 0) >= self.vocab_size:
            raise ValueError(f"has the pad_token_id {self.pad_token_id}, but {self.vocab_size} word pieces")
        return self


class Bert(torch.nn.Module):
    """A BERT with a layer of BIO labels and a status head on top, for tagging only.

    Args:
        config: what the library's ``config.json`` says.
        statuses: number of statuses; fewer than two need no head.
        fused: let PyTorch fuse the layers; on a GPU it would take an approximate GELU for the exact one.
    """

    def __init__(self, config: Mapping[str, Any], statuses: int, fused: bool = True) -> None:
        super().__init__()
        self.library_config = dict(config)
        width = config["hidden_size"]
        # Without weights of its own it would draw some, which on the meta device imports a compiler.
        self.words, self.places, self.kinds = (
            torch.nn.Embedding(config[rows], width, _weight=torch.empty(config[rows], width))
            for rows in ("vocab_size", "max_position_embeddings", "type_vocab_size")
        )
        self.norm = torch.nn.LayerNorm(width, config["layer_norm_eps"])
        self.layers = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(
                width,
                config["num_attention_heads"],
                config["intermediate_size"],
                dropout=0.0,
                # Of a function that it does not know PyTorch fuses nothing.
                activation="gelu" if fused else _exact_gelu,
                layer_norm_eps=config["layer_norm_eps"],
                batch_first=True,
            )
            for _ in range(config["num_hidden_layers"])
        )
        self.labels = torch.nn.Linear(width, len(config["id2label"]))
        self.status = StatusHead(width, statuses, dropout=0.0) if statuses > 1 else None

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a model folder holds such a BERT, and not another network or a part of one."""
        try:
            config = read_json(folder / CONFIG)
            kind = config["model_type"], config["hidden_act"], config.get("position_embedding_type", "absolute")
        except (InputError, KeyError, TypeError):
            return False
        return kind == ("bert", "gelu", "absolute") and (folder / WEIGHTS).is_file()

    @classmethod
    def build(
        cls, config: Mapping[str, Any], tokens: Weights, status: Weights, statuses: int, fused: bool = True
    ) -> Self:
        """A network with given weights.

        Args:
            config: what the library's ``config.json`` says.
            tokens: weights of the library's token classifier, by its names; others than are needed may be there.
            status: those of the status head; empty without one.
            statuses: number of statuses.
            fused: see the class.

        Raises:
            ValueError: a number of the configuration is missing or impossible, or a weight is no number.
            RuntimeError: a weight is missing, or of another shape than the configuration says.
        """
        try:
            # Weights that are replaced at once take no memory.
            with torch.device("meta"):
                network = cls(config, statuses, fused)
        except (KeyError, TypeError, AssertionError) as error:
            raise ValueError(f"{CONFIG} is damaged: {error}") from None
        check_finite(tokens | status)
        state = {f"status.{name}": values for name, values in status.items()}
        for ours, theirs in network._names().items():
            if lacking := [name for name in theirs if name not in tokens]:
                raise RuntimeError(f"its weights lack {lacking[0]}")
            state[ours] = torch.cat([tokens[name] for name in theirs]) if len(theirs) > 1 else tokens[theirs[0]]
        network.load_state_dict(state, assign=True)
        return network.requires_grad_(False).eval()

    @classmethod
    def read(cls, folder: Path, statuses: int, fused: bool = True) -> Self:
        """The network of a model folder.

        Args:
            folder: that of a run.
            statuses: number of statuses that its settings name.
            fused: see the class.

        Raises:
            InputError: a file is missing or damaged.
        """
        try:
            config = read_config(folder)
            status = load_file(folder / STATUS_WEIGHTS) if statuses > 1 else {}
            return cls.build(config, read_weights(folder), status, statuses, fused)
        except (InputError, OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
            reason = str(error).strip().split("\n")[0][:200]
            raise InputError(
                f"{folder}: cannot be loaded as a network ({reason}); train or copy the run again"
            ) from error

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> torch.Tensor:
        """Score each place, see :class:`~.Network`."""
        places = self.places.weight[: input_ids.shape[1]]
        states = [self.norm(self.words(input_ids) + places + self.kinds.weight[0])]
        padding = None if attention_mask is None or bool(attention_mask.all()) else attention_mask == 0
        for layer in self.layers:
            states.append(layer(states[-1], src_key_padding_mask=padding))
        logits = self.labels(states[-1])
        if self.status is None:
            return logits  # type: ignore[no-any-return]
        return torch.cat([logits, self.status(states, attention_mask)], dim=-1)

    @property
    def vectors(self) -> torch.Tensor:
        """``[pieces, width]`` what the network knows of each word piece by itself."""
        return self.words.weight

    @property
    def longest(self) -> int:
        """How many word pieces it reads at once, special tokens included."""
        return self.places.num_embeddings

    def library_weights(self) -> Weights:
        """The weights of the library's token classifier, by its names."""
        state = self.state_dict()
        return {
            name: part.clone()
            for ours, theirs in self._names().items()
            for name, part in zip(theirs, state[ours].chunk(len(theirs)), strict=True)
        }

    def save_pretrained(self, folder: Path) -> None:
        """Write the files of :meth:`read`: a plain folder of the library, with the status head beside."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_text(json.dumps(self.library_config, indent=2) + "\n", encoding="utf-8")
        save_file(self.library_weights(), folder / WEIGHTS, {"format": "pt"})
        if self.status is not None:
            save_file(self.status.state_dict(), folder / STATUS_WEIGHTS)

    @torch.no_grad()
    def soften(self, temperature: float) -> None:
        """Divide the logits of the labels, see :class:`~.Network`."""
        for part in self.labels.parameters():
            part.div_(temperature)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.labels.weight.device

    def _names(self) -> dict[str, list[str]]:
        """For each of our weights the library's names of what it is made of, one below the other."""
        parts = {ours: [theirs] for ours, theirs in _ONCE.items()}
        for index in range(len(self.layers)):
            theirs = f"bert.encoder.layer.{index}."
            parts |= {f"layers.{index}.{ours}": [theirs + name] for ours, name in _EACH_LAYER.items()}
        names = {
            f"{ours}.{kind}": [f"{name}.{kind}" for name in theirs]
            for ours, theirs in parts.items()
            for kind in ("weight", "bias")
            if not (kind == "bias" and ours in ("words", "places", "kinds"))
        }
        for index in range(len(self.layers)):
            within = f"bert.encoder.layer.{index}.attention.self."
            for kind in ("weight", "bias"):
                names[f"layers.{index}.self_attn.in_proj_{kind}"] = [
                    f"{within}{part}.{kind}" for part in ("query", "key", "value")
                ]
        return names


def read_config(folder: Path) -> dict[str, Any]:
    """What ``config.json`` of one of the library's folders says.

    Raises:
        InputError: it is missing or damaged, or describes a network that cannot be.
    """
    config: dict[str, Any] = read_json(folder / CONFIG)
    checked(_Sizes, config, folder / CONFIG, "train or copy it again")
    return config


def read_weights(folder: Path) -> Weights:
    """The weights of one of the library's folders, by the names that it gives them today."""
    old = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
    found = {}
    for name, values in load_file(folder / WEIGHTS).items():
        for before, now in old.items():
            name = name.replace(before, now)
        found[name] = values
    return found


def check_finite(weights: Weights) -> None:
    """Refuse weights with which a network would find nothing and say nothing.

    Raises:
        ValueError: names the first that holds NaN or an infinite number.
    """
    for name, values in weights.items():
        # Its least and greatest are NaN where one of them is; torch.isfinite takes ten times as long.
        if values.numel() and not all(bound.isfinite() for bound in values.aminmax()):
            raise ValueError(f"{name} holds NaN or an infinite number")


def _exact_gelu(values: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.gelu(values)
