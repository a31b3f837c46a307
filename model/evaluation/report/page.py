"""The look of every page: its frame, its tables, and a content security policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from ..numbers import number
from .markup import escape
from .plots import interval, interval_bar


def page(title: str, over: str, heading: str, lead: str, sections: Mapping[str, tuple[str, str]]) -> str:
    """One self-contained HTML page.

    It asks for nothing from elsewhere, and its content security policy lets only the style and the script run that
    stand in it: article text, ids and names are shown, never obeyed.

    Args:
        title: of the window; escaped here, as is ``heading``.
        over: a word above the heading, HTML.
        heading: what the page is about.
        lead: what stands below the heading, HTML.
        sections: name to title and content, HTML; those without content are left out.

    Returns:
        The page; write it as UTF-8.
    """
    present = {name: section for name, section in sections.items() if section[1]}
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, (title, _) in present.items())
    body = "".join(
        f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>{content}</section>'
        for name, (title, content) in present.items()
    )
    style, script = _static("report.css"), _static("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#articles">Skip to the articles</a>\n<header><p class="over">{over}</p>'
        f"<h1><bdi>{escape(heading)}</bdi></h1>{lead}\n"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header>\n<main>\n{body}\n</main>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def card(name: str, row: Mapping[str, Any], ratio: str, words: str) -> str:
    """A figure in large type with its interval, and what it says in words."""
    ends = interval(row, ratio)
    between = f"95 % interval {ends[0]:.3f}–{ends[1]:.3f}" if ends else "no interval"
    return (
        f'<li class="card"><h3>{name}</h3><p class="figure">{number(row[ratio])}</p>{interval_bar(row, ratio)}'
        f'<p class="note">{between}</p><p>{words}</p></li>'
    )


def facts(rows: Mapping[str, str]) -> str:
    """A row of names with their values, escaped here; nothing if there are none."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items())
    return f'<dl class="facts">{items}</dl>' if items else ""


def with_interval(row: Mapping[str, Any], ratio: str) -> str:
    """A figure and behind it its interval, where it has one.

    >>> with_interval({"f1": 0.5, "interval": {"f1": [0.4, 0.6]}}, "f1")
    '0.500 (0.40–0.60)'
    """
    ends = interval(row, ratio)
    return number(row[ratio]) + (f" ({ends[0]:.2f}–{ends[1]:.2f})" if ends else "")


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], totals: int = 0, words: int = 1) -> str:
    """A table whose first column names the rows.

    Args:
        caption: what it shows.
        head: names of the columns.
        rows: their cells, not yet escaped.
        totals: how many of the last rows are sums of the others.
        words: how many of the first columns hold words, not figures.
    """
    columns = "".join(
        f'<th scope="col"{"" if index < words else " class=n"}><bdi>{escape(name)}</bdi></th>'
        for index, name in enumerate(head)
    )
    lines = []
    for index, (name, *cells) in enumerate(rows):
        total = ' class="total"' if index >= len(rows) - totals else ""
        others = "".join(
            f"<td{'' if place < words else ' class=n'}>{escape(cell)}</td>" for place, cell in enumerate(cells, 1)
        )
        lines.append(f'<tr{total}><th scope="row"><bdi>{escape(name)}</bdi></th>{others}</tr>')
    return _scroll(
        caption,
        f"<table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>",
    )


def _scroll(name: str, table: str) -> str:
    """A wide table scrolls in its own frame, with the keyboard too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">{table}</div>'


def confusion_table(confusion: Mapping[str, Any] | None, title: str, corner: str, explanation: str) -> str:
    """Which names of the one side (rows) are which of the other; the shade of a cell is its share of the row.

    Args:
        confusion: ``types`` and ``counts``.
        title: what it shows.
        corner: names of rows and columns.
        explanation: the rest of the caption, HTML.
    """
    if not confusion:
        return ""
    names = confusion["types"]
    head = "".join(f'<th scope="col"><bdi>{escape(name)}</bdi></th>' for name in names)
    rows = []
    for name, counts in zip(names, confusion["counts"], strict=True):
        total = sum(counts)
        cells = []
        for other, n in zip(names, counts, strict=True):
            shade = -(-10 * n // total) if total else 0
            right = " right" if name == other else ""
            cells.append(f'<td class="h{shade}{right}">{n:,}</td>' if n else '<td class="h0">·</td>')
        rows.append(f'<tr><th scope="row"><bdi>{escape(name)}</bdi></th>{"".join(cells)}</tr>')
    return _scroll(
        title,
        f"<table class='confusion'><caption>{title}: {explanation}</caption>"
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>',
    )


def _static(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
