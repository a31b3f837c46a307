"""Which document of one set is which of another: the same text, whatever a tool called it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..documents.document import Document
from ..exceptions import InputError


def pair(first: Sequence[Document], second: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """The documents that stand in both sets, side by side.

    Annotation tools number documents anew, so it is the text that makes a pair; of several documents with one text,
    those of one id.

    Args:
        first: one set.
        second: another of the same texts, in any order; either may hold documents that the other does not.

    Returns:
        As many documents of each, with equal texts, in the order of ``first``.

    Raises:
        InputError: no text stands in both; a document of one id has another text in the other set; or a text stands
            several times and the ids do not tell which is which.

    >>> one, other = pair([Document("A coup.", id="a")], [Document("Quiet.", id="1"), Document("A coup.", id="2")])
    >>> [(document.id, counterpart.id) for document, counterpart in zip(one, other)]
    [('a', '2')]
    """
    ours, theirs = _by_text(first), _by_text(second)
    found: dict[str, Document] = {}
    alone: tuple[dict[str, Document], dict[str, Document]] = ({}, {})
    for text in dict.fromkeys([*ours, *theirs]):
        left, right = ours.get(text, {}), theirs.get(text, {})
        found |= {id_: right.pop(id_) for id_ in list(left) if id_ in right}
        left = {id_: document for id_, document in left.items() if id_ not in found}
        if len(left) == len(right) == 1:
            found[next(iter(left))] = next(iter(right.values()))
        elif left and right:
            name = next(iter(left))
            raise InputError(f"document {name!r}: its text stands several times; give the copies one id in both sets")
        else:
            alone[0].update(left)
            alone[1].update(right)
    for id_, document in alone[0].items():
        if id_ in alone[1]:
            here, there = document.text, alone[1][id_].text
            place = first_difference(here, there)
            raise InputError(
                f"document {id_!r} has another text in the second set, from character {place} on: "
                f"{here[place : place + 20]!r}, {there[place : place + 20]!r}; label the same text"
            )
    if not found:
        raise InputError("the two sets have no text in common; give two label sets of the same articles")
    return [document for document in first if document.id in found], [
        found[document.id] for document in first if document.id in found
    ]


def first_difference(one: str, other: str) -> int:
    """The first place at which two texts differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _by_text(documents: Iterable[Document]) -> dict[str, dict[str, Document]]:
    grouped: dict[str, dict[str, Document]] = defaultdict(dict)
    for document in documents:
        grouped[document.text][document.id] = document
    return grouped
