"""How scores are written for people: names of the modes, ratios, intervals, cells of Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..documents.text import one_line

MODE_NAMES = {
    "strict": "strict",
    "identification": "span, any type",
    "overlap": "overlapping span",
    "sentence": "type in sentence",
    "document": "type in document",
}
RATIOS = ("precision", "recall", "f1")
# What Markdown obeys in a cell; an underscore inside a word is plain.
_ACTIVE = re.compile(r"[\\|`*\[\]<>~&]|(?<![^\W_])_|_(?![^\W_])")


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
