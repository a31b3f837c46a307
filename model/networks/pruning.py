"""Take layers, and units of layers, away from an encoder, so that it is faster; what is left has to learn again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..exceptions import InputError
from .bert import Weights

_LAYER = re.compile(r"(.*\bencoder\.layer\.)(\d+)\.(.*)")
_UNITS = {"intermediate.dense.weight": 0, "intermediate.dense.bias": 0, "output.dense.weight": 1}


def pruned(weights: Weights, original: Weights, layers: Sequence[int], intermediate_size: int) -> Weights:
    """The weights of some layers, numbered anew, and of the units of their feed-forward parts that weigh most.

    A unit weighs what comes in times what goes out: the Euclidean norms of its two rows of weights, multiplied.

    Args:
        weights: by the names of the library's BERT and its relatives.
        original: what units are weighed by, of the same names and shapes; so a trained network and the encoder that it
            comes from keep the same ones.
        layers: those to keep, by number from 0, lowest first; none named: all.
        intermediate_size: units to keep of each layer's feed-forward part, those that weigh most; 0: all.

    Raises:
        InputError: the network has no such layers, or fewer units.
    """
    if not layers and not intermediate_size:
        return weights
    places = {int(match[2]): match[1] for name in original if (match := _LAYER.fullmatch(name))}
    if not places:
        raise InputError(
            "'model.layers' and 'model.intermediate_size' are for a BERT and its relatives; leave them out"
        )
    kept = {name: values for name, values in weights.items() if not _LAYER.fullmatch(name)}
    for number, layer in enumerate(layers or sorted(places)):
        if layer not in places:
            raise InputError(f"'model.layers' names {layer}, but the encoder has layers 0 to {max(places)}")
        old, new = (f"{places[min(places)]}{index}." for index in (layer, number))
        inward, outward = (original[f"{old}{part}.dense.weight"].double() for part in ("intermediate", "output"))
        if intermediate_size > len(inward):
            raise InputError(
                f"'model.intermediate_size' is {intermediate_size}, but the encoder has {len(inward)} in each layer"
            )
        heaviest = (inward.norm(dim=1) * outward.norm(dim=0)).argsort(descending=True, stable=True)
        chosen = heaviest[: intermediate_size or None].sort().values
        for name, values in weights.items():
            if name.startswith(old):
                part = name.removeprefix(old)
                kept[new + part] = values.index_select(_UNITS[part], chosen) if part in _UNITS else values
    return kept


def shape(layers: Sequence[int], intermediate_size: int) -> dict[str, int]:
    """What a pruned network's ``config.json`` says otherwise than its encoder's; arguments as of :func:`pruned`.

    >>> shape([0, 5], 1024)
    {'num_hidden_layers': 2, 'intermediate_size': 1024}
    """
    kept = {"num_hidden_layers": len(layers)} if layers else {}
    return kept | ({"intermediate_size": intermediate_size} if intermediate_size else {})
