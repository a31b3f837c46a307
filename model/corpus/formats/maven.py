"""MAVEN's JSON Lines (https://github.com/THU-KEG/MAVEN-dataset, DataFormat.md): sentences of tokens, and events.

``{"id", "title", "content": [{"sentence", "tokens"}], "events": [{"type", "mention": [{"trigger_word", "sent_id",
"offset": [3, 4]}]}]}``. The sentences are the lines of our text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...documents.document import Document
from ...exceptions import InputError
from ..reading import Reading
from ..tokens import lay, marked
from .jsonl import length, parse_document, parse_rows
from .keys import listed


def looks_like(row: dict[str, Any]) -> bool:
    """Whether a line is MAVEN's."""
    return isinstance(row.get("content"), list) and bool({"events", "candidates"} & row.keys())


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of a file; every mention of an event is one of ours.

    Raises:
        InputError: a mention is not what the format says, or the file hides its labels.
    """
    return parse_rows(path, reading, _document)


def _document(row: dict[str, Any], place: str, reading: Reading) -> Document:
    if "events" not in row:
        raise InputError(f"{place}: no events in it; MAVEN hides the labels of its test file")
    id_ = row.get("id", place.rsplit(":", 1)[1])
    try:
        sentences = [
            (listed(sentence, "tokens", str, place), sentence["sentence"])
            for sentence in listed(row, "content", dict, place)
        ]
        mentions = [
            (event["type"], mention)
            for event in listed(row, "events", dict, place)
            for mention in listed(event, "mention", dict, place)
        ]
        text, places = lay(sentences, reading.notes)
        events = []
        for type_, mention in mentions:
            first, last = mention["offset"]
            number = mention["sent_id"]
            words = sentences[number][0]
            with reading.part(place, id_):
                span = marked(words, places[number], first, last, mention.get("trigger_word"), place)
                events.append({**span, "type": type_})
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(f"{place}: not as MAVEN writes it ({type(error).__name__}: {error})") from None
    reading.notes["{} negative triggers left out"] += length(row, "negative_triggers")
    meta = {"title": row["title"]} if row.get("title") else {}
    return parse_document({"id": id_, "text": text, "events": events, "meta": meta}, place, reading)
