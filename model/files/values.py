"""JSON from outside, with limits, and its values checked against what is wanted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from .inputs import read_text

_DEPTH, _DIGITS = 100, 300
"""Of JSON. Deeper down Python's own functions fail here and there, and a number of more digits is no float."""


def read_json(path: Path) -> Any:
    """What a JSON file holds; see :func:`parse_json`.

    Raises:
        InputError: the file cannot be read, or is no JSON.
    """
    try:
        return parse_json(read_text(path), path)
    except InputError as error:
        raise InputError(f"{error}; write or copy it again") from None


def parse_json(text: str, place: str | Path, missing: bool = False) -> Any:
    """What a JSON text holds, within the limits of what the rest of the package can work with.

    Args:
        text: JSON without infinite numbers, numbers that no float can hold, and nesting more than 100 deep.
        place: where it stands, for messages.
        missing: take ``NaN`` too, with which other programs say that there is nothing.

    Raises:
        InputError: it is something else.

    >>> parse_json('{"a": [1]}', "f:1")
    {'a': [1]}
    >>> parse_json("[1e999]", "f:1")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f:1: not JSON (1e999 is no number)
    """
    try:
        value = (_LENIENT if missing else _STRICT).decode(text)
        level: list[Any] = [[value]]
        for _ in range(_DEPTH + 1):
            parts = (outer.values() if isinstance(outer, dict) else outer for outer in level)
            level = [inner for part in parts for inner in part if isinstance(inner, (dict, list))]
            if not level:
                return value
    except ValueError as error:
        raise InputError(f"{place}: not JSON ({error})") from None
    except RecursionError:
        pass
    raise InputError(f"{place}: not JSON that we read, it is nested more than {_DEPTH} deep")


def _finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{_short(number)} is no number")
    return value


def _whole(number: str) -> int:
    if len(number) > _DIGITS:
        raise ValueError(f"{_short(number)} is no number that we read, it has {len(number)} digits")
    return int(number)


def _missing(number: str) -> float:
    return math.nan if number == "NaN" else _finite(number)


def _short(number: str) -> str:
    return number if len(number) < 20 else f"{number[:16]}…"


_STRICT, _LENIENT = (
    json.JSONDecoder(parse_int=_whole, parse_float=_finite, parse_constant=constant) for constant in (_finite, _missing)
)


def checked(kind: Any, value: Any, place: str | Path, way: str) -> Any:
    """What came from outside, as the type says that it must be.

    Args:
        kind: a type as pydantic takes it.
        value: what :func:`parse_json` made.
        place: where it stands.
        way: out, which ends the message.

    Returns:
        The value as that type.

    Raises:
        InputError: with the path within the value to what is wrong.

    >>> checked(dict[str, list[int]], {"a": [1, "2"]}, "f.json", "copy it again")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: f.json: damaged, 'a.1' must be a valid integer, not '2'; copy it again
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(f"{place}: damaged, {complaint(fault, fault['loc'])}; {way}") from None


def complaint(fault: Mapping[str, Any], path: Iterable[int | str]) -> str:
    """What pydantic found fault with at a path, in our words.

    >>> complaint({"type": "missing", "msg": "Field required", "input": {}}, ["data", "sha256"])
    "'data.sha256' is missing"
    """
    name = f"'{'.'.join(str(part)[:60] for part in path)}'" if path else "it"
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] == "value_error":
        return f"{name} {fault['ctx']['error']}"
    return f"{name} {re.sub('^[A-Z][a-z]+ should', 'must', fault['msg'])}, not {shown(fault['input'])}"


def shown(value: Any) -> str:
    """The beginning of a value as Python writes it, whatever it is.

    >>> shown(10**5000), shown("a" * 100)[:4]
    ('this', "'aaa")
    """
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):  # a number of more than 4,300 digits; nested too deep
        return "this"
