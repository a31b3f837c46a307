"""The JSON Lines of OneIE, in which ACE and ERE are mostly passed on, and of TextEE, which differ in two keys.

``{"doc_id", "sent_id", "sentence", "tokens", "event_mentions": [{"event_type", "trigger": {"text", "start", "end"},
"arguments": [{"entity_id", "role"}]}], "entity_mentions": [{"id", "text", "start", "end"}]}``; TextEE
(https://github.com/ej0cl6/TextEE) says ``wnd_id`` and ``text``. Offsets count tokens. A line, which is a sentence or a
window, is a document of its own, as in the scores published for these sets; ``doc_id`` goes in its meta. Arguments are
participants, whose roles are called as the set does; in a file without any, nobody looked for them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from ...documents.document import Document
from ...exceptions import InputError
from ..reading import Reading
from ..tokens import lay, marked
from .jsonl import length, parse_document, parse_rows
from .keys import check_keys, listed

Dialect = Literal["oneie", "textee"]
_KEYS = {"oneie": ("sent_id", "sentence"), "textee": ("wnd_id", "text")}
_OTHERS = ("doc_id", "tokens", "pieces", "token_lens", "event_mentions", "entity_mentions", "relation_mentions", "lang")


def looks_like(row: dict[str, Any], dialect: Dialect) -> bool:
    """Whether a line is of this dialect."""
    return isinstance(row.get("event_mentions"), list) and "tokens" in row and _KEYS[dialect][0] in row


def read(path: Path, reading: Reading, dialect: Dialect) -> list[Document]:
    """The sentences or windows of a file.

    Raises:
        InputError: a mention is not what the format says, with the line.
    """
    found = parse_rows(path, reading, partial(_document, dialect=dialect), _KEYS[dialect][0])
    if any(event.roles for document in found for event in document.events):
        return found
    return [document.with_events(replace(event, roles=None) for event in document.events) for document in found]


def _document(row: dict[str, Any], place: str, reading: Reading, dialect: Dialect) -> Document:
    id_key, text_key = _KEYS[dialect]
    check_keys(row, row.get(text_key), [id_key, text_key, *_OTHERS], place)
    try:
        words, id_ = listed(row, "tokens", str, place), row[id_key]
        text, (places,) = lay([(words, row.get(text_key))], reading.notes)
        entities = {entity.get("id"): entity for entity in listed(row, "entity_mentions", dict, place)}
        events, used = [], set()
        for mention in listed(row, "event_mentions", dict, place):
            trigger = mention["trigger"]
            with reading.part(place, id_):
                span = marked(words, places, trigger["start"], trigger["end"], trigger.get("text"), place)
                roles = []
                for argument in listed(mention, "arguments", dict, place):
                    entity = entities[argument["entity_id"]]
                    used.add(argument["entity_id"])
                    part = marked(words, places, entity["start"], entity["end"], entity.get("text"), place)
                    roles.append({**part, "role": argument["role"]})
                events.append({**span, "type": mention["event_type"], "roles": roles})
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(f"{place}: not as {dialect} writes it ({type(error).__name__}: {error})") from None
    reading.notes["{} entity mentions left out that are no argument"] += len(entities.keys() - used)
    reading.notes["{} relation mentions left out"] += length(row, "relation_mentions")
    meta = {"doc_id": row["doc_id"]} if "doc_id" in row else {}
    return parse_document({"id": id_, "text": text, "events": events, "meta": meta}, place, reading)
