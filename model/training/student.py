"""A small network learns from a trained one instead of from labels (Hinton et al. 2015, Distilling the Knowledge in a
Neural Network).

The teacher says how likely each label and status is at each word piece of the training texts and of distorted copies of
their sentences (:mod:`.distillation`); that tells more than the one label of an annotator, and copies are as many
as one likes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from ..document import Document
from ..exceptions import InputError
from ..tagging.tagger import EventTagger
from .distillation import asked, sentences_and_copies

_EVENTFUL = 0.05
_FAR = 0.02


def lessons(
    name: str, student: EventTagger, texts: Sequence[Document], seed: int, device: str | None = None
) -> list[Mapping[str, Any]]:
    """What a teacher says of texts.

    Args:
        name: the teacher: ``"shipped"``, ``"fast"``, or a run folder.
        student: it must read the same pieces and know the same types and statuses.
        texts: what to learn from; their events are not looked at.
        seed: of the copies.
        device: where the teacher computes.

    Returns:
        For each window ``input_ids`` ``[places]``, ``decided`` ``[places]``, whether a piece's word is the window's to
        decide, and ``wanted`` ``[places, labels + statuses]``, the teacher's logits.

    Raises:
        InputError: the teacher is not there or knows other pieces, types or statuses.
    """
    teacher = EventTagger.from_pretrained(name, device)
    if teacher.schema != student.schema:
        known = ", ".join((*teacher.schema.types, *teacher.schema.statuses))
        raise InputError(f"training.teacher: {name} knows {known}; the sets must have the same, in this order")
    if teacher.tokenizer.pieces != student.tokenizer.pieces:
        raise InputError(f"training.teacher: {name} reads other word pieces; give model.encoder from its family")
    return [
        {"input_ids": window.ids, "decided": window.pieces >= 0, "wanted": logits}
        for window, logits in asked(teacher, sentences_and_copies(teacher, texts, random.Random(seed)))
    ]


def eventful(rows: Sequence[Mapping[str, Any]], labels: int) -> list[bool]:
    """Which windows the teacher finds hardly quiet: somewhere it gives more than 1 in 20 to an event.

    Args:
        rows: as :func:`lessons` gives them.
        labels: number of labels.
    """
    return [
        bool((torch.from_numpy(row["wanted"][row["decided"], :labels]).softmax(-1)[:, 0] < 1 - _EVENTFUL).any().item())
        for row in rows
    ]


def soft_loss(
    logits: torch.Tensor, wanted: torch.Tensor, decided: torch.Tensor, labels: int, status_weight: float
) -> torch.Tensor:
    """How far a student is from its teacher, mean over the pieces that are decided.

    The cross-entropy of the labels with the teacher's probabilities; a little of the squared distance of the logits,
    which also tells unlikely labels apart (Tang et al. 2019, Distilling Task-Specific Knowledge from BERT, section
    3.2); and the cross-entropy of the statuses, as much as the teacher sees an event.

    Args:
        logits: ``[places, labels + statuses]`` the student's.
        wanted: ``[places, labels + statuses]`` the teacher's.
        decided: ``[places]`` true where something is to be learnt.
        labels: number of labels.
        status_weight: how much the statuses count.

    >>> same = torch.tensor([[40.0, 0.0, 0.0]])
    >>> soft_loss(same, same, torch.tensor([True]), 3, 1.0).item() < 1e-9
    True
    """
    own, told = logits[decided], wanted[decided]
    target = told[:, :labels].softmax(dim=1)
    apart = own[:, :labels] - told[:, :labels]
    apart = apart - apart.mean(dim=1, keepdim=True)
    loss = cross_entropy(own[:, :labels], target) + _FAR * apart.square().sum(dim=1).mean()
    if own.shape[1] > labels:
        statuses = cross_entropy(own[:, labels:], told[:, labels:].softmax(dim=1), reduction="none")
        loss = loss + status_weight * ((1 - target[:, 0]) * statuses).mean()
    return loss
