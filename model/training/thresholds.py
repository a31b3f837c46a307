"""What training leaves open and dev decides: how sure to be, thresholds, and how much the rarity of a status counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..documents.document import Document
from ..evaluation import choose_thresholds
from ..evaluation.confidence import confidence
from ..evaluation.status import tally_statuses
from ..tagging.decoding import events_of
from ..tagging.tagger import EventTagger

_STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
_PRECISIONS = (0.8, 0.85, 0.9, 0.95, 0.98)
_TEMPERATURES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)


def tune(
    tagger: EventTagger, train: Sequence[Document], dev: Sequence[Document], precision: float | None = None
) -> None:
    """Choose on dev how sure a tagger is, then its thresholds, and then adjust its statuses.

    A network that has seen its training texts several times is too sure. Its labels' logits are divided by the
    temperature with which scores and correctness on ``dev`` differ least (Brier score; Guo et al. 2017, On Calibration
    of Modern Neural Networks, section 4.2). That goes into the weights of the last layer; no likeliest label changes.
    Beside the thresholds those are stored that reach some precisions, for :meth:`~.EventTagger.aim_at`.

    Where a network is not sure of a status it says the one that it saw most often. Of each status' logit so much
    of the logarithm of its share in ``train`` is taken away (nothing, a quarter … all of it) as gives the best macro-F1
    over the triggers of ``dev`` that are found; of equally good ones the least (Menon et al. 2021, Long-Tail Learning
    via Logit Adjustment, section 4.1). The adjustment goes into the bias of the status head, so it costs nothing.

    Args:
        tagger: its thresholds, its ``precise``, its label layer and the bias of its status head are changed.
        train: what it learnt from.
        dev: labelled documents, not learnt from.
        precision: see :func:`~.choose_thresholds`.
    """
    schema = tagger.schema
    scored = list(tagger.scored(dev))

    columns = len(schema.labels) + (len(schema.statuses) if tagger.network.status is not None else 0)
    scale = np.ones(columns)

    def found(shift: NDArray[np.float64] | float = 0.0) -> list[Document]:
        """What is found on dev, with the logits of each word scaled and something added to them."""
        return [
            document.with_events(
                events_of(document.text, windows, [part * scale + shift for part in scores], schema, tagger.thresholds)
            )
            for document, windows, scores in scored
        ]

    tagger.thresholds = dict.fromkeys(schema.types, 0.0)
    gaps = []
    for temperature in _TEMPERATURES:
        scale[: len(schema.labels)] = 1 / temperature
        judged = confidence(dev, found())
        gaps.append(judged["brier"] if judged else 0.0)
    temperature = _TEMPERATURES[int(np.argmin(gaps))]
    scale[: len(schema.labels)] = 1 / temperature
    tagger.network.soften(temperature)
    all_found = found()
    tagger.precise = {aim: choose_thresholds(dev, all_found, schema.types, aim) for aim in _PRECISIONS}
    tagger.thresholds = choose_thresholds(dev, all_found, schema.types, precision)
    if tagger.network.status is None:
        return
    counts = Counter(event.status for document in train for event in document.events)
    # One more of each, for a small training set may lack one.
    seen = np.array([counts[status] + 1 for status in schema.statuses])
    rarity = -np.log(seen / seen.sum())
    nothing = np.zeros(len(schema.labels))
    quality = [
        _macro_f1(dev, found(np.concatenate([nothing, strength * rarity])), schema.statuses) for strength in _STRENGTHS
    ]
    best = _STRENGTHS[int(np.argmax(quality))]
    with torch.no_grad():
        bias = tagger.network.status.out.bias
        bias.add_(torch.as_tensor(best * rarity, dtype=bias.dtype, device=bias.device))


def _macro_f1(gold: Sequence[Document], predicted: Sequence[Document], statuses: Sequence[str]) -> float:
    """Over the statuses that the shared triggers have; 0 where none is judged."""
    # Dev may hold a status that nothing in train has.
    judged = {event.status for document in gold for event in document.events if event.status}
    tp, fp, fn = tally_statuses(gold, predicted, sorted(judged | set(statuses))).sum(axis=0).T
    told = 2 * tp + fp + fn
    return float((2 * tp[told > 0] / told[told > 0]).mean()) if told.any() else 0.0
