"""The network that is trained: a pre-trained encoder, a linear layer that scores BIO labels, and a head for statuses.

Encoder and label layer are a plain Hugging Face token classifier, the status head stands beside it. What tags with the
trained weights is :class:`~.Bert` where the encoder is a BERT, else this.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer, PreTrainedModel

from ..documents.schema import Schema
from ..exceptions import InputError
from .bert import WEIGHTS, Weights, check_finite, read_config
from .pruning import pruned, shape
from .status_head import STATUS_WEIGHTS, StatusHead
from .tokenizer import PieceTokenizer

_DROPOUTS = ("hidden_dropout_prob", "dropout", "classifier_dropout", "seq_classif_dropout")
# Only attention without dropout takes torch's fused kernel on a CPU, which saves a tenth of each step.
_NO_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout")
_OURS: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
"""Without the second the library asks on standard input whether to run what a folder brings along."""


class EventNetwork(torch.nn.Module):
    """A token classifier over BIO labels with a head over statuses beside it.

    Args:
        tokens: the token classifier.
        statuses: number of statuses; fewer than two need no head, there is nothing to tell apart.
    """

    def __init__(self, tokens: PreTrainedModel, statuses: int) -> None:
        super().__init__()
        self.tokens = tokens
        config = tokens.config
        dropout = next((getattr(config, name) for name in _DROPOUTS if hasattr(config, name)), 0.0)
        self.status = StatusHead(config.hidden_size, statuses, dropout) if statuses > 1 else None

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> torch.Tensor:
        """Score each place, see :class:`~.Network`."""
        output = self.tokens(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=self.status is not None
        )
        if self.status is None:
            return output.logits  # type: ignore[no-any-return]
        status = self.status(output.hidden_states, attention_mask)
        return torch.cat([output.logits, status], dim=-1)

    def save_pretrained(self, folder: Path) -> None:
        """Write the token classifier as the library does, and the status head beside it."""
        with _quiet():
            self.tokens.save_pretrained(folder)
        if self.status is not None:
            save_file(self.status.state_dict(), folder / STATUS_WEIGHTS)

    @property
    def vectors(self) -> torch.Tensor:
        """``[pieces, width]`` what the network knows of each word piece by itself."""
        return self.tokens.get_input_embeddings().weight  # type: ignore[no-any-return, union-attr]

    @property
    def longest(self) -> int:
        """How many word pieces it reads at once, special tokens included."""
        longest = getattr(self.tokens.config, "max_position_embeddings", None) or sys.maxsize
        places = getattr(getattr(self.tokens.base_model, "embeddings", None), "position_embeddings", None)
        # Families that number places from behind the padding's id (RoBERTa, MPNet) have as many fewer to give.
        padding = getattr(places, "padding_idx", None)
        return longest if padding is None else longest - padding - 1

    @property
    def library_config(self) -> dict[str, Any]:
        """What the library's ``config.json`` says."""
        # Where a network was read from is no part of what it is.
        return {name: value for name, value in self.tokens.config.to_dict().items() if name != "_name_or_path"}

    @torch.no_grad()
    def soften(self, temperature: float) -> None:
        """Divide the logits of the labels, see :class:`~.Network`."""
        for part in self.tokens.classifier.parameters():
            part.div_(temperature)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device


def load_tokenizer(folder: Path) -> PieceTokenizer:
    """The tokenizer of an encoder's folder.

    Raises:
        InputError: it is missing, damaged, cannot give offsets, or wants to run code of its own.
    """
    with _loading(folder):
        tokenizer = AutoTokenizer.from_pretrained(folder, **_OURS)
    if not tokenizer.is_fast:
        raise InputError(f"{folder}: its tokenizer gives no offsets; use an encoder with a fast tokenizer")
    return PieceTokenizer.of(tokenizer, str(folder))


def new_network(
    encoder: Path,
    schema: Schema,
    *,
    dropout: float = 0.1,
    layers: Sequence[int] = (),
    intermediate_size: int = 0,
    freeze_embeddings: bool = True,
    freeze_layers: int = 0,
    weights: Weights | None = None,
    status: Weights | None = None,
) -> EventNetwork:
    """An encoder with fresh layers for the schema's labels and statuses, drawn from torch's global seed.

    Args:
        encoder: its folder.
        schema: the types and statuses.
        dropout: share of activations dropped in training; those of attention never are.
        layers: of the encoder to keep, see :func:`~.pruned`.
        intermediate_size: units of its feed-forward parts to keep, see :func:`~.pruned`.
        freeze_embeddings: leave them as they are in training.
        freeze_layers: leave so many of the lowest layers as they are.
        weights: to begin with instead of those of the same names in the token classifier.
        status: weights of the status head to begin with.

    Raises:
        InputError: the encoder is not loadable, or has not so many layers and units.
    """
    labels = dict(enumerate(schema.labels))
    with _loading(encoder):
        settings = AutoConfig.from_pretrained(encoder, **_OURS)
        settings.id2label = labels
        settings.label2id = {label: index for index, label in labels.items()}
        for name in (*_DROPOUTS, *_NO_DROPOUTS):
            if hasattr(settings, name):
                setattr(settings, name, dropout if name in _DROPOUTS else 0.0)
        classifier = _classifier(encoder, config=settings, ignore_mismatched_sizes=True)
        network = EventNetwork(classifier, len(schema.statuses))
        original = {name: values.clone() for name, values in classifier.state_dict().items()}
        check_finite(original)
        if weights:
            classifier.load_state_dict(original | weights)
        if status and network.status is not None:
            network.status.load_state_dict(status)
    if layers or intermediate_size:
        kept = pruned(classifier.state_dict(), original, layers, intermediate_size)
        settings.update(shape(layers, intermediate_size))
        classifier = network.tokens = AutoModelForTokenClassification.from_config(settings)
        classifier.load_state_dict(kept)
    if freeze_embeddings:
        classifier.base_model.embeddings.requires_grad_(False)
    if freeze_layers:
        for layer in classifier.base_model.encoder.layer[:freeze_layers]:
            layer.requires_grad_(False)
    return network


def load_network(folder: Path, statuses: int) -> EventNetwork:
    """A trained network from its run folder.

    Args:
        folder: that folder.
        statuses: number of statuses its settings name.

    Raises:
        InputError: a file of it is missing or damaged, or wants to run code of its own.
    """
    with _loading(folder):
        read_config(folder)
        classifier, report = _classifier(folder, output_loading_info=True)
        if missing := sorted(report["missing_keys"]):
            raise ValueError(f"its weights lack {missing[0]}")
        network = EventNetwork(classifier, statuses)
        if network.status is not None:
            network.status.load_state_dict(load_file(folder / STATUS_WEIGHTS))
        check_finite(network.state_dict())
        return network


def _classifier(folder: Path, **options: Any) -> Any:
    """The library's token classifier of a folder, from safetensors alone."""
    if not any(folder.glob("model*.safetensors")) and (pickled := sorted(folder.glob("*.bin"))):
        raise ValueError(f"{pickled[0].name} may run code when it is read; save it as {WEIGHTS}")
    return AutoModelForTokenClassification.from_pretrained(folder, use_safetensors=True, **_OURS, **options)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's progress bars and reports away."""
    verbosity = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers.logging.set_verbosity(verbosity)
        transformers.logging.enable_progress_bar()


@contextlib.contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Keep the library quiet, and name the folder when loading fails."""
    try:
        with _quiet():
            yield
    except Exception as error:  # each architecture raises others
        reason = str(error).strip().split("\n")[0][:200]
        raise InputError(f"{folder}: cannot be loaded as a network ({reason})") from error
