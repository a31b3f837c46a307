"""The network that is trained: a pre-trained encoder, a linear layer that scores BIO labels, and a head for statuses.

Encoder and label layer are a plain Hugging Face token classifier, the status head stands beside it. What tags with the
trained weights is :class:`~.Bert` where the encoder is a BERT, else this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    PreTrainedModel,
)

from ..exceptions import InputError
from ..pretrained.registry import SHIPPED
from ..schema import Schema
from ..training.config import ModelConfig
from .bert import encoder_path
from .pruning import pruned, shape
from .status_head import STATUS_WEIGHTS, StatusHead
from .tokenizer import PieceTokenizer

_DROPOUTS = ("hidden_dropout_prob", "dropout", "classifier_dropout", "seq_classif_dropout")
# Only attention without dropout takes torch's fused kernel on a CPU, which saves a tenth of each step.
_NO_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout")


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
        """Score each place.

        Args:
            input_ids: ``[windows, places]`` token ids.
            attention_mask: ``[windows, places]``, 1 where there is something to read.

        Returns:
            ``[windows, places, labels + statuses]`` logits: those of the BIO labels, then those of the statuses.
        """
        output = self.tokens(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=self.status is not None
        )
        if self.status is None:
            return output.logits  # type: ignore[no-any-return]
        status = self.status.look(output.hidden_states, attention_mask)
        return torch.cat([output.logits, status], dim=-1)

    def save_pretrained(self, folder: Path) -> None:
        """Write the token classifier as the library does, and the status head beside it."""
        with _quiet():
            self.tokens.save_pretrained(folder)
        if self.status is not None:
            save_file(
                {name: values.contiguous() for name, values in self.status.state_dict().items()},
                folder / STATUS_WEIGHTS,
            )

    @property
    def vectors(self) -> torch.Tensor:
        """``[pieces, width]`` what the network knows of each word piece by itself."""
        return self.tokens.get_input_embeddings().weight  # type: ignore[no-any-return, union-attr]

    @property
    def library_config(self) -> dict[str, Any]:
        """What the library's ``config.json`` says."""
        # Where a network was read from is no part of what it is.
        return {name: value for name, value in self.tokens.config.to_dict().items() if name != "_name_or_path"}

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device


def load_tokenizer(path: str) -> PieceTokenizer:
    """The tokenizer of an encoder: a folder or hub id.

    Raises:
        InputError: it is not there, damaged, or cannot give offsets.
    """
    with _loading(path):
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=Path(path).exists())
    if not tokenizer.is_fast:
        raise InputError(f"{path}: its tokenizer gives no offsets; use an encoder with a fast tokenizer")
    return PieceTokenizer.of(tokenizer, path)


def new_network(config: ModelConfig, schema: Schema) -> EventNetwork:
    """An encoder with fresh layers for the schema's labels and statuses, drawn from torch's global seed.

    Raises:
        InputError: the encoder is not there or not loadable.
    """
    path = encoder_path(config.encoder)
    labels = dict(enumerate(schema.labels))
    local = Path(path).exists()
    with _loading(path):
        settings = AutoConfig.from_pretrained(path, local_files_only=local)
        settings.id2label = labels
        settings.label2id = {label: index for index, label in labels.items()}
        for name in (*_DROPOUTS, *_NO_DROPOUTS):
            if hasattr(settings, name):
                setattr(settings, name, config.dropout if name in _DROPOUTS else 0.0)
        classifier = AutoModelForTokenClassification.from_pretrained(
            path, config=settings, local_files_only=local, ignore_mismatched_sizes=True
        )
    network = EventNetwork(classifier, len(schema.statuses))
    original = {name: values.clone() for name, values in classifier.state_dict().items()}
    if config.encoder == "shipped":
        _warm(network, schema)
    elif network.status is not None and _statuses(Path(path)) == schema.statuses:
        with _loading(path):
            network.status.load_state_dict(load_file(Path(path) / STATUS_WEIGHTS))
    if config.layers or config.intermediate_size:
        weights = pruned(classifier.state_dict(), original, config)
        settings.update(shape(config))
        classifier = network.tokens = AutoModelForTokenClassification.from_config(settings)
        classifier.load_state_dict(weights)
    longest = getattr(settings, "max_position_embeddings", config.tokens)
    places = getattr(classifier.base_model.embeddings, "position_embeddings", None)
    if (padding := getattr(places, "padding_idx", None)) is not None:
        # Families that number places from behind the padding's id (RoBERTa, MPNet) have as many fewer to give.
        longest -= padding + 1
    if config.tokens > longest:
        raise InputError(f"'model.tokens' is {config.tokens}, but {path} reads no more than {longest} at once")
    encoder = classifier.base_model
    if config.freeze_embeddings:
        encoder.embeddings.requires_grad_(False)
    if config.freeze_layers:
        for layer in encoder.encoder.layer[: config.freeze_layers]:
            layer.requires_grad_(False)
    return network


def load_network(path: str, statuses: int) -> EventNetwork:
    """A trained network from its run folder.

    Args:
        path: the folder.
        statuses: number of statuses its settings name.

    Raises:
        InputError: a file of it is missing or damaged.
    """
    with _loading(path):
        classifier, report = AutoModelForTokenClassification.from_pretrained(
            path, local_files_only=True, output_loading_info=True
        )
        if missing := sorted(report["missing_keys"]):
            raise ValueError(f"its weights lack {missing[0]}")
        network = EventNetwork(classifier, statuses)
        if network.status is not None:
            network.status.load_state_dict(load_file(Path(path) / STATUS_WEIGHTS))
        return network


def _warm(network: EventNetwork, schema: Schema) -> None:
    """Take over the shipped weights; those of the layers on top only where they mean the same."""
    from ..pretrained.packing import read_compressed

    trained, settings = read_compressed(SHIPPED)
    same = settings.schema.labels == schema.labels
    weights = {name: values for name, values in trained.library_weights().items() if same or "classifier" not in name}
    network.tokens.load_state_dict(weights, strict=same)
    if network.status is not None and trained.status is not None and settings.schema.statuses == schema.statuses:
        network.status.load_state_dict(trained.status.state_dict())


def _statuses(folder: Path) -> tuple[str, ...] | None:
    """Those of a run folder, ``None`` of any other encoder."""
    from ..tagging.tagger import SETTINGS, read_settings

    return read_settings(folder).schema.statuses if (folder / SETTINGS).is_file() else None


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
def _loading(path: str) -> Iterator[None]:
    """Keep the library quiet, and name the folder when loading fails."""
    try:
        with _quiet():
            yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().split("\n")[0][:200]
        where = "" if Path(path).exists() else "; it is no folder here, and no hub could give it"
        raise InputError(f"{path}: cannot be loaded as a network{where} ({reason})") from error
