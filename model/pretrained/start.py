"""The weights that a training begins with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from safetensors import SafetensorError
from safetensors.torch import load_file

from ..documents.schema import Schema
from ..exceptions import InputError
from ..networks.bert import Weights
from ..networks.status_head import STATUS_WEIGHTS
from .folders import ACCURATE, encoder_folder, origin_folder
from .packing import read_compressed
from .settings import PARTICIPANTS, SETTINGS, read_settings


class Start(NamedTuple):
    """What a network is made from, as :func:`~.new_network` takes it.

    Attributes:
        encoder: folder of the encoder.
        weights: those of the token classifier that are not the encoder's, by the library's names.
        status: those of the status head; empty where it begins anew.
    """

    encoder: Path
    weights: Weights
    status: Weights


def start_of(encoder: str, schema: Schema) -> Start:
    """What a training begins with.

    Of a model that finds participants too, their network begins with that network. The layers on top are taken over
    where they mean the same.

    Args:
        encoder: see :func:`~.encoder_folder`.
        schema: the types and statuses to learn.

    Raises:
        InputError: the encoder is not there, or its status head is damaged.
    """
    folder = _part(origin_folder(encoder), schema)
    if encoder == ACCURATE.name:
        network, _, settings = read_compressed(folder)
        same = settings.schema.labels == schema.labels
        weights = {name: part for name, part in network.library_weights().items() if same or "classifier" not in name}
        head = network.status if settings.schema.statuses == schema.statuses else None
        return Start(encoder_folder(encoder), weights, head.state_dict() if head else {})
    told = read_settings(folder).schema.statuses if (folder / SETTINGS).is_file() else ()
    if len(told) < 2 or told != schema.statuses:
        return Start(folder, {}, {})
    try:
        return Start(folder, {}, load_file(folder / STATUS_WEIGHTS))
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"{folder / STATUS_WEIGHTS}: cannot be loaded ({error}); train or copy the run again"
        ) from None


def participants_of(encoder: str, schema: Schema) -> Path | None:
    """The folder of what finds participants for a model that a training goes on from; ``None`` where nothing fits.

    Args:
        encoder: see :func:`~.encoder_folder`.
        schema: what the training learns; whose statuses are others, or who knows not all its types, does not fit.
    """
    folder = origin_folder(encoder)
    if not (folder / PARTICIPANTS / SETTINGS).is_file():
        return None
    known = read_settings(folder).schema
    fits = known.statuses == schema.statuses and set(schema.types) <= set(known.types)
    return folder / PARTICIPANTS if fits else None


def _part(folder: Path, schema: Schema) -> Path:
    """The folder in a model's that holds what knows the labels to learn, or the model's own."""
    inner = folder / PARTICIPANTS
    known = read_settings(inner).schema.labels if (inner / SETTINGS).is_file() else ()
    return inner if known == schema.labels else folder
