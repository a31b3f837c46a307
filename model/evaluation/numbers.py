"""How scores are written for people: names of modes and measures, ratios, intervals, cells of Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..documents.text import one_line

MODE_NAMES = {
    "strict": "strict",
    "identification": "span, any type",
    "overlap": "overlapping span",
    "sentence": "type in sentence",
    "document": "type in document",
}
MEASURE_NAMES = {"arg_i": "Arg-I", "arg_c": "Arg-C", "arg_i_plus": "Arg-I+", "arg_c_plus": "Arg-C+"}
RATIOS = ("precision", "recall", "f1")
# What Markdown obeys in a cell; an underscore inside a word is plain.
_ACTIVE = re.compile(r"[\\|`*\[\]<>~&]|(?<![^\W_])_|_(?![^\W_])")


class RoleLine(NamedTuple):
    """A line of a table of participants.

    Args:
        part: ``"micro"``, ``"roles"`` or ``"types"``.
        name: of the measure, the role or the type.
        head: its row with the head word for the span.
        strict: its row with the whole span.
        baseline: the row of the baseline, by head.
    """

    part: str
    name: str
    head: Mapping[str, Any]
    strict: Mapping[str, Any]
    baseline: Mapping[str, Any]


def role_lines(roles: Mapping[str, Any]) -> Iterator[RoleLine]:
    """The lines of a table of participants: the four measures, then Arg-C of each role and of each type.

    Args:
        roles: what ``scores.json`` says of participants.
    """
    sides = roles["head"], roles["strict"], roles["baseline"]["head"]
    for measure, name in MEASURE_NAMES.items():
        yield RoleLine("micro", name, *(side[measure]["micro"] for side in sides))
    for part in ("roles", "types"):
        for name in roles["head"]["arg_c"][part]:
            yield RoleLine(part, name, *(side["arg_c"][part][name] for side in sides))


def number(value: float | None) -> str:
    """A ratio with three decimals, or n/a.

    >>> number(0.5), number(None)
    ('0.500', 'n/a')
    """
    return "n/a" if value is None else f"{value:.3f}"


def bounds(interval: Sequence[float] | None) -> str:
    """An interval, or nothing where there is none.

    >>> bounds([0.25, 0.5]), bounds(None)
    ('0.250–0.500', '')
    """
    return "" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"


def markdown_cell(text: str) -> str:
    """A text as one cell of a Markdown table, on one line: shown, and obeyed in nothing.

    >>> print(markdown_cell("a|b <i>*c* life_die"))
    a\\|b \\<i\\>\\*c\\* life_die
    """
    return _ACTIVE.sub(r"\\\g<0>", one_line(text))
