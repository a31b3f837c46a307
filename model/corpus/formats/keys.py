"""The keys of JSON that other tools wrote: what must be a list is one, and no labels stand where nobody reads them."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Collection, Mapping
from typing import Any

from ...exceptions import InputError

_PLACE = re.compile("start|begin|from|offset|end|stop|to|span|position|indices|length")
_TAG = re.compile(r"[BIESLU]-\S")
_KINDS = {object: "labels", str: "strings", dict: "objects", list: "lists"}


def check_keys(row: Mapping[str, Any], text: Any, known: Collection[str], place: str) -> None:
    """Refuse labels under a key that nobody reads, which would make a labelled text an unlabelled one.

    Args:
        row: the object of a document.
        text: its text.
        known: the keys that are read, or left out with a word.
        place: for the message.

    Raises:
        InputError: another key holds spans of the text, or tags.

    >>> check_keys({"ents": [{"start": 2, "end": 6}]}, "A coup.", ["text", "events"], "f:1")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f:1: 'ents' holds labels, and is no key that we read: text, events
    """
    length = len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else 0
    others = {key: value for key, value in row.items() if key not in known}
    if _is_span(others):
        others = {", ".join(map(repr, filter(_PLACE.fullmatch, others))): [others]}
    for key, value in others.items():
        if _holds_labels(value, length, bool(_PLACE.search(key.lower()))):
            raise InputError(f"{place}: {key!r} holds labels, and is no key that we read: {', '.join(known)}")


def _holds_labels(value: Any, length: int, placed: bool) -> bool:
    """Whether spans within so many bytes stand somewhere in a value, or the tags of tokens.

    Args:
        value: any JSON.
        length: of the text.
        placed: whether a list of two numbers would be a span by where it stands.
    """
    waiting = [(value, placed)]
    while waiting:
        value, placed = waiting.pop()
        if isinstance(value, dict):
            if _is_span(value):
                return True
            waiting += [(part, bool(_PLACE.search(str(key).lower()))) for key, part in value.items()]
        elif isinstance(value, list):
            numbers = [number for part in value[:2] if (number := _number(part)) is not None]
            if placed and len(value) < 5 and len(numbers) == 2 and 0 <= numbers[0] < numbers[1] <= length:
                return True
            if any(isinstance(part, str) and _TAG.match(part) for part in value):
                return True
            waiting += [(part, True) for part in value]
    return False


def _is_span(value: Mapping[str, Any]) -> bool:
    """Whether two keys of an object, such as start and end, say places in a text."""
    return sum(_PLACE.search(str(key).lower()) is not None and _number(value[key]) is not None for key in value) > 1


def _number(value: Any) -> float | None:
    """A number, also one that is written as a string; ``None`` where it is none."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def listed(row: Mapping[str, Any], key: str, kind: type, place: str) -> list[Any]:
    """The list under a key, which may be missing or null: then it is empty.

    Raises:
        InputError: it is no list, or holds something of another kind.

    >>> listed({"labels": "coup"}, "labels", str, "f:1")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f:1: 'labels' must be a list of strings, this is 'coup'
    """
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, kind) for part in value):
        raise InputError(f"{place}: {key!r} must be a list of {_KINDS[kind]}, this is {reprlib.repr(value)}")
    return value
