"""Predictions of any system, joined with the gold documents they are about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.corpus import jsonl
from model.corpus.reading import Reading
from model.document import Document
from model.errors import InputError, nearest


def read_predictions(path: Path, gold: Sequence[Document], allow_missing: bool = False) -> list[Document]:
    """Read a system's predictions for some gold documents.

    Args:
        path: JSON Lines of ``{"id", "events": [{"start", "end", "type"}]}``; a ``text`` is checked where given.
        gold: the documents that were to be predicted.
        allow_missing: a document without a prediction counts as one in which nothing was found.

    Returns:
        One document per gold document, in its order, with the predicted events.

    Raises:
        InputError: an unknown, missing or double id, another text, or a span outside the text.
    """
    texts = {document.id: document.text for document in gold}
    found: dict[str, Document] = {}
    reading = Reading()
    for place, row in jsonl.rows(path):
        id_ = str(row.get("id"))
        if id_ not in texts:
            raise InputError(f"{place}: the gold set has no document {id_!r}; {nearest(id_, texts)[:200]}")
        if id_ in found:
            raise InputError(f"{place}: document {id_!r} stands twice in the predictions; keep one")
        if row.get("text", texts[id_]) != texts[id_]:
            raise InputError(f"{place}: the text of document {id_!r} is not the gold's; predict on the gold text")
        found[id_] = jsonl.parse_document({**row, "id": id_, "text": texts[id_]}, place, reading)
    reading.notes.log(path)
    missing = [id_ for id_ in texts if id_ not in found]
    if missing and not allow_missing:
        raise InputError(
            f"{path}: no prediction for {len(missing)} of {len(texts)} documents, the first is {missing[0]!r}; "
            "add them with empty events, or count them as misses with --allow-missing"
        )
    return [found.get(document.id, Document(document.text, id=document.id)) for document in gold]
