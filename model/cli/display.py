"""A tagged text as a person reads it in a terminal."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..documents.document import Document
from ..documents.text import one_line, printable
from .tables import plain_table

_COLOURS = (("white", "dark_red"), ("white", "dark_blue"), ("black", "dark_orange"), ("white", "dark_green"))
_HAPPENED = (None, "actual")
_DAYS = 21
"""Columns of a terminal that two dates take."""


def marked(document: Document, types: Sequence[str]) -> Text:
    """The text with each trigger followed by its status, its type and its score.

    What is told as having happened stands on a ground of its type's colour; what is alleged, planned or denied says so
    before the type and stands without ground. Colour is a help, never the only sign: the marks are readable in a file
    or a pipe too.

    Args:
        document: with its events.
        types: all that the events of a run may have; a type's place among them gives it its colour.

    >>> from news_event_tagger.documents.document import Event
    >>> event = Event(4, 12, "arrest", "arrested", score=0.91, status="alleged")
    >>> marked(Document("Two arrested.", (event,)), ["arrest"]).plain
    'Two [arrested: ALLEGED arrest 0.91].'
    """
    text = Text()
    shown = printable(document.text)
    place = 0
    for event in document.events:
        if event.start < place:
            continue
        happened = event.status in _HAPPENED
        status = "" if happened else f"{str(event.status).upper()} "
        score = f" {event.score:.2f}" if event.score is not None else ""
        ink, ground = _COLOURS[types.index(event.type) % len(_COLOURS)]
        text.append(shown[place : event.start])
        text.append(
            f"[{shown[event.start : event.end]}: {one_line(status + event.type)}{score}]",
            f"bold {ink} on {ground}" if happened else f"italic {ground}",
        )
        place = event.end
    text.append(shown[place:])
    return text


def show(
    document: Document,
    terminal: Console,
    types: Sequence[str],
    name: bool,
    rows: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Print a document's marked text, who did what to whom, and a line that counts its events.

    Args:
        document: with its events.
        terminal: where to.
        types: see :func:`marked`.
        name: whether the id stands above the text.
        rows: of the table of events; those without a participant are left out.
    """
    if name:
        terminal.rule(one_line(document.id), align="left")
    terminal.print(marked(document, types))
    if told := [row for row in rows if row["actor"] or row["target"] or row["object"]]:
        terminal.print(deeds(told), soft_wrap=False)
    counts: dict[tuple[str, str], int] = {}
    for event in document.events:
        kind = event.type, "" if event.status in _HAPPENED else f"{event.status} "
        counts[kind] = counts.get(kind, 0) + 1
    summary = ", ".join(f"{count} {status}{type_}" for (type_, status), count in sorted(counts.items())) or "no events"
    terminal.print(f"— {one_line(summary)}\n", style="dim")


def deeds(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Who did what to whom: a line for each row of the table of events, by its own words.

    Args:
        rows: of :func:`~.rows_of`.
    """
    table = plain_table("", "when", "who", "event", "whom, what")
    for row in rows:
        happened = row.get("status") in _HAPPENED
        event = f"{row['type']}: {'' if happened else row['status'] + ' '}{row['trigger']}"
        stopped = ": ".join(filter(None, (_who(row, "target"), _list(row["object"]))))
        cells = (_when(row), _who(row, "actor"), event, stopped)
        table.add_row(*(one_line(cell) for cell in cells), style=None if happened else "italic")
    for column in table.columns:
        column.justify, column.overflow = "left", "fold"
    # Days and types stay whole; the words of the text give way.
    for place, least in ((0, _DAYS), (2, max((len(str(row["type"])) + 1 for row in rows), default=0))):
        column = table.columns[place]
        longest = max(len(str(cell)) for cell in (column.header, *column.cells))
        column.width = min(longest, max(least, _DAYS))
    return table


def _when(row: Mapping[str, Any]) -> str:
    """The day, month or year of a row, from when or by when; the text's own words where they tell no day."""
    start, end = row["date_start"], row["date_end"]
    if not start and not end:
        return _list(row["time"])
    if not start or not end:
        return f"since {start}" if start else f"by {end}"
    if (end - start).days >= 364 and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if (start.day, end.day) == (1, monthrange(end.year, end.month)[1]) and start.month == end.month:
        return f"{start:%Y-%m}"
    if start == end:
        return str(start)
    return f"{start}–{end:%d}" if (start.year, start.month) == (end.year, end.month) else f"{start}–{end}"


def _who(row: Mapping[str, Any], role: str) -> str:
    countries = row[f"{role}_country"]
    return _list(row[role]) + (f" [{' '.join(countries)}]" if countries else "")


def _list(texts: Sequence[str]) -> str:
    return ", ".join(texts)
