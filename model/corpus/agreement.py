"""How far two annotators of the same texts agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.metrics import cohen_kappa_score

from model.document import Document
from model.errors import InputError
from model.evaluation.matching import match
from model.evaluation.scores import score


def agreement(first: Sequence[Document], second: Sequence[Document]) -> dict[str, Any]:
    """Agreement of two label sets.

    Args:
        first: documents as one annotator labelled them.
        second: the same texts, in any order, as another did.

    Returns:
        ``"types"`` and ``"micro"`` with the F1 of spans and types (symmetric), and ``"status"`` with the number
        of mentions both marked, the share with equal status and Cohen's kappa (``None`` where it is not defined).

    Raises:
        InputError: the two did not label the same documents.

    >>> one = [Document.mark("A coup.", [(2, 6, "coup", "actual")], "a")]
    >>> agreement(one, one)["micro"]["f1"]
    1.0
    """
    others = {document.id: document for document in second}
    if {document.id for document in first} != set(others):
        different = sorted({document.id for document in first} ^ set(others))
        raise InputError(f"the two sets are not of the same documents; {different[0]!r} stands in one only")
    paired = [others[document.id] for document in first]
    for one, other in zip(first, paired, strict=True):
        if one.text != other.text:
            raise InputError(f"document {one.id!r} has another text in the second set; label the same text")
    scores = score(first, paired)["strict"]
    statuses = [
        (one.events[left].status or "", other.events[right].status or "")
        for one, other in zip(first, paired, strict=True)
        for left, right in match(one.events, other.events, "strict")
    ]
    varied = len({status for pair in statuses for status in pair}) > 1
    return {
        "micro": scores["micro"],
        "types": scores["types"],
        "status": {
            "mentions": len(statuses),
            "equal": sum(a == b for a, b in statuses) / len(statuses) if statuses else None,
            "kappa": float(cohen_kappa_score(*zip(*statuses, strict=True))) if varied else None,
        },
    }
