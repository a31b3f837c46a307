"""Predictions of any system, joined with the gold documents they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..corpus.formats import jsonl, standoff
from ..corpus.formats import registry as formats
from ..corpus.reading import Reading
from ..documents.document import Document
from ..exceptions import InputError, nearest
from ..files import sha256
from .pairing import first_difference


def read_predictions(
    path: Path,
    gold: Sequence[Document],
    allow_missing: bool = False,
    format: str | None = None,
    offsets: str | None = None,
) -> tuple[list[Document], list[str]]:
    """Read a system's predictions for some gold documents.

    Predicted events may overlap, as those of no gold set may.

    Args:
        path: predictions in any format that :func:`.read` reads. JSON Lines may leave out the text, and
            stand-off files need none beside them; a text, or its SHA-256, is checked where given.
        gold: the documents that were to be predicted.
        allow_missing: a document without a prediction counts as one in which nothing was found.
        format: name of the format; ``None`` tells it by what is in the files.
        offsets: the unit of :data:`.UNITS` they count in; ``None`` finds out.

    Returns:
        One document per gold document, in its order, with the predicted events; and the ids of the missing ones.

    Raises:
        InputError: an unknown, missing or double id, another text, or a span outside the text.
    """
    known = {document.id: document for document in gold}
    found: dict[str, Document] = {}
    reading = Reading(offsets=offsets)
    for place, row in _rows(path, reading, format):
        id_ = str(row.get("id"))
        here = f"{place}: document {id_!r}"
        if id_ not in known:
            raise InputError(f"{place}: the gold set has no document {id_!r}; {nearest(id_, known)[:200]}")
        if id_ in found:
            raise InputError(f"{here} stands twice in the predictions; keep one")
        if "events" not in row:
            raise InputError(f"{here} has no 'events'; write an empty list where nothing was found")
        text = known[id_].text
        _check_text(row, text, here)
        found[id_] = known[id_].with_events(jsonl.read_spans(row["events"], text, here, reading))
    reading.notes.log(path)
    missing = [id_ for id_ in known if id_ not in found]
    if missing and not allow_missing:
        raise InputError(
            f"{path}: no prediction for {len(missing)} of {len(known)} documents, the first is {missing[0]!r}; "
            "add them with empty events, or count them as misses with --allow-missing"
        )
    return [found.get(document.id, document.with_events(())) for document in gold], missing


def _rows(path: Path, reading: Reading, format: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each document as an object with ``id`` and ``events``, and ``text`` or ``sha256`` where known, and its place."""
    for part, name in formats.parts(path, format):
        # Of our own formats two need no texts.
        if name == "jsonl":
            yield from ((place, {"id": place.rsplit(":", 1)[1]} | row) for place, row in jsonl.rows(part, reading))
        elif name == "standoff":
            yield str(part), standoff.read_labels(part)
        else:
            yield from ((str(part), document.to_dict()) for document in formats.load(part, reading, format))


def _check_text(row: dict[str, Any], text: str, here: str) -> None:
    theirs = row.get("text")
    if theirs is not None and theirs != text:
        theirs = str(theirs)
        place = first_difference(theirs, text)
        raise InputError(
            f"{here}: its text is not the gold's, from character {place} on ({theirs[place : place + 20]!r}, the gold "
            f"has {text[place : place + 20]!r}); predict on the gold text"
        )
    if "sha256" in row and row["sha256"] != sha256(text):
        raise InputError(f"{here}: the SHA-256 of its text is not the gold's, {sha256(text)}; predict on the gold text")
