"""What may become of a valid file: types swapped, numbers without end, nesting without end, bytes flipped, cut off."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

_DEEP, _NESTED, _LONG = "@deep@", "@nested@", "@long@"
_RAW = {_DEEP: "[" * 100_000 + "]" * 100_000, _NESTED: "[" * 500 + "1" + "]" * 500, _LONG: "1" * 5000}
"""What Python's own writer of JSON refuses to write, by the strings that stand for it."""
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u200f\r"
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 3, 1.5, 10**18, 10**30, 10**400, -(10**400), 1e300, float("nan"), float("inf")),
    *("", " ", "x", "2", "coup", "\ud800", "\0", HOSTILE, "a" * 5000),
    *([], {}, [[]], [None], ["x"], [0, 1], {"a": 1}, {"start": 0, "end": 1}, _DEEP, _NESTED, _LONG),
]
_BYTES = [b"", b"\xff", b"\0", b"\xef\xbb\xbf", b"\r\n", b"\n", b"\t", b'"', b"{", b"]", b"9" * 400, b"\xed\xa0\x80"]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all that is in a JSON value, and to itself."""
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


@st.composite
def structures(draw: st.DrawFn, value: Any) -> Any:
    """A JSON value in which one place, or up to three, hold something else, or are gone, or there twice."""
    root = [copy.deepcopy(value)]
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        path = draw(st.sampled_from([(), *_places(root[0])]))
        outer: Any = root
        for key in (path := (0, *path))[:-1]:
            outer = outer[key]
        key = path[-1]
        match draw(st.sampled_from(["replace", "replace", "replace", "remove", "repeat", "wrap", "write"])):
            case "remove" if len(path) > 1:
                del outer[key]
            case "repeat" if isinstance(outer, list) and len(path) > 1:
                outer.insert(key, copy.deepcopy(outer[key]))
            case "wrap":
                outer[key] = [outer[key]]
            case "write":
                outer[key] = str(outer[key])
            case _:
                outer[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return root[0]


def written(value: Any) -> bytes:
    """A mutated value as JSON."""
    text = json.dumps(value)
    for name, raw in _RAW.items():
        text = text.replace(json.dumps(name), raw)
    return text.encode()


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes of which some are others, gone, or there twice, or which end too early."""
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(1, 12))
        part = data[start : start + length]
        match draw(st.sampled_from(["flip", "flip", "cut", "remove", "repeat", "insert"])):
            case "flip":
                part = bytes(byte ^ draw(st.integers(1, 255)) for byte in part[:1]) + part[1:]
            case "cut":
                data, part = data[:start], b""
            case "remove":
                part = b""
            case "repeat":
                part *= 3
            case "insert":
                part = draw(st.sampled_from(_BYTES)) + part
        data = data[:start] + part + data[start + length :]
    return data


def json_files(data: bytes, lines: bool = False) -> st.SearchStrategy[tuple[bytes, Any]]:
    """A file of JSON, mutated in its values or in its bytes; and the values, where they are known.

    Args:
        data: the valid file.
        lines: whether each line is a value; the values are then a list.
    """
    value = [json.loads(line) for line in data.splitlines()] if lines else json.loads(data)
    write: Callable[[Any], bytes] = written
    if lines:

        def write(rows: Any) -> bytes:
            return b"\n".join(map(written, rows)) if isinstance(rows, list) else written(rows)

    return st.one_of(
        structures(value).map(lambda mutated: (write(mutated), mutated)),
        structures(value).map(lambda mutated: (write(mutated), mutated)),
        damaged(data).map(lambda mutated: (mutated, None)),
    )
