"""Templates made into pages on which everything from outside is shown and nothing of it is obeyed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any
from unicodedata import bidirectional

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ...documents.text import INVISIBLE
from ..numbers import RATIOS, markdown_cell, number, role_lines

_MARKS = {"\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM"}
"""Names of the bidirectional characters that are not their own Unicode class."""
# HTML cannot hold NUL, and UTF-8 cannot hold half a surrogate pair.
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


def render(template: str, *, room: str = str(__package__), **data: Any) -> str:
    """A page, a drawing or a model card from a template.

    Every value that a template writes is escaped (in Markdown by the filter ``markdown_cell``), and what is invisible
    in it or turns text around becomes a visible name; no template of a page has to ask for that. A page asks for
    nothing from elsewhere, and its content security policy lets only the style and the script run that stand in it.

    Args:
        template: name of a file in ``templates``.
        room: the package whose ``templates`` are meant; what it lacks, such as the frame of pages, it has from here.
        data: what it writes: texts, numbers, lists, documents.

    Returns:
        The page; write it as UTF-8.
    """
    return _environment(room).get_template(template).render(**data)


@cache
def _environment(room: str) -> Environment:
    environment = Environment(
        autoescape=lambda name: name is None or not name.endswith(".md"),
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        loader=ChoiceLoader([PackageLoader(room), PackageLoader(str(__package__))]),
    )
    filters = (
        *(cut, digest, estimate, interval, markdown_cell, number, plain, ratios, role_lines, runs, sign, thousands),
        verbatim,
    )
    environment.filters |= {function.__name__: function for function in filters}
    files = resources.files(__package__)
    environment.globals |= {
        name: Markup(files.joinpath(file).read_text(encoding="utf-8"))
        for name, file in (("style", "report.css"), ("script", "report.js"))
    }
    return environment


def _visible(value: object) -> object:
    """What a template writes, in characters that a reader sees; markup of templates stays.

    >>> _visible("coup\\u202e")
    'coup[RLO]'
    """
    if isinstance(value, Markup):
        return value
    return INVISIBLE.sub(lambda found: f"[{sign(found[0])}]", _IMPOSSIBLE.sub("\ufffd", str(value)))


def cut(value: object, length: int = 200) -> str:
    """Any value as one line; a longer one ends in an ellipsis.

    >>> cut("a coup\\nin Mali", 8)
    'a coup …'
    """
    text = str(value)
    return " ".join((text if len(text) <= length else text[: length - 1] + "…").split())


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The stretches of a text that can be seen, each with the invisible character behind it, empty at the end.

    >>> list(runs("a\\u202eb"))
    [('a', '\\u202e'), ('b', '')]
    """
    place = 0
    for found in INVISIBLE.finditer(text):
        yield text[place : found.start()], found[0]
        place = found.end()
    yield text[place:], ""


def verbatim(text: str) -> Markup:
    """A text of which no character is lost or changed but those that HTML cannot hold; the one way past the names."""
    # A browser reads a bare carriage return as a line end.
    return Markup(escape(_IMPOSSIBLE.sub("\ufffd", text)).replace("\r", Markup("&#13;")))


def sign(character: str) -> str:
    """A visible name of an invisible character."""
    code = ord(character)
    if code > 0x9F:
        return _MARKS.get(character) or bidirectional(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"U+{code:04X}"


def digest(content: str) -> str:
    """The SHA-256 of a style or script, as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def interval(row: Mapping[str, Any], ratio: str) -> tuple[float, float] | None:
    """Both ends of the 95 % interval of a ratio, where the row has one.

    >>> interval({"f1": 0.5, "interval": {"f1": [0.4, 0.6]}}, "f1")
    (0.4, 0.6)
    """
    ends = (row.get("interval") or {}).get(ratio)
    return None if ends is None else (ends[0], ends[1])


def estimate(row: Mapping[str, Any], ratio: str) -> str:
    """A ratio and behind it its interval, where it has one.

    >>> estimate({"f1": 0.5, "interval": {"f1": [0.4, 0.6]}}, "f1")
    '0.500 (0.40–0.60)'
    """
    ends = interval(row, ratio)
    return number(row[ratio]) + (f" ({ends[0]:.2f}–{ends[1]:.2f})" if ends else "")


def ratios(row: Mapping[str, Any]) -> list[str]:
    """Precision, recall and F1 of a row with their intervals."""
    return [estimate(row, ratio) for ratio in RATIOS]


def thousands(count: int | None) -> str:
    """A count with its thousands apart; nothing where it is not known."""
    return "" if count is None else f"{count:,}"


def plain(value: object) -> str:
    """A measure of any size, or a name."""
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
