"""Events into rows, one each: who did what to whom, where and when, with codes and links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from typing import Any

from ..documents.document import Document, Event
from ..documents.schema import ROLES
from ..documents.text import sentences, span_at
from .codes import codes_of
from .countries import event_countries
from .dates import document_date, event_dates
from .linking import EventMention, event_links

Row = dict[str, Any]
"""The cells of an event by column; ``None`` and empty lists where nothing is known."""


def rows_of(documents: Iterable[Document], model: str = "") -> list[Row]:
    """The rows of all events of some documents, in their order; rows that tell the same event have one ``event_link``.

    Args:
        documents: with their events; ``meta`` may hold ``date``, ``dateline`` and ``source``.
        model: that found the events.

    >>> text = "Mali expelled two envoys."
    >>> from ..documents.document import Role
    >>> roles = (Role("actor", 0, 4, "Mali"), Role("target", 14, 24, "two envoys"))
    >>> event = Event(5, 13, "expulsion", "expelled", roles=roles)
    >>> (row,) = rows_of([Document(text, (event,), "a")])
    >>> row["event_id"], row["actor"], row["target"], row["cameo"]
    ('a:5-13:expulsion', ['Mali'], ['two envoys'], '161')
    """
    made = {"package": version("news-event-tagger"), "model": model}
    rows: list[Row] = []
    mentions: list[EventMention] = []
    for number, document in enumerate(documents):
        if document.events:
            spans, today = sentences(document.text), document_date(document)
            found = {"id": document.id, "source": str(document.meta.get("source", "")), "date": today}
            for event in document.events:
                start, end = span_at(spans, event.start) or event.span
                countries = event_countries(event, document)
                days = event_dates(event, document, today)
                row = found | {
                    "event_id": f"{document.id}:{event.start}-{event.end}:{event.type}",
                    **{name: value for name, value in event.to_dict().items() if name != "roles"},
                    "sentence": document.text[start:end],
                    "sentence_start": start,
                    **_roles(event),
                    "actor_country": list(countries.actor),
                    "actor_country_how": countries.actor_how,
                    "target_country": list(countries.target),
                    "target_country_how": countries.target_how,
                    "date_start": days.start,
                    "date_end": days.end,
                    "date_how": days.how,
                    **codes_of(event)._asdict(),
                }
                rows.append(row | made)
                mentions.append(EventMention.of(event, document, number, today, countries, days))
    for row, first in zip(rows, event_links(mentions), strict=True):
        row["event_link"] = rows[first]["event_id"]
    return rows


def _roles(event: Event) -> Row:
    cells: Row = {}
    for name in ROLES:
        found = [role for role in event.roles or () if role.role == name]
        cells |= {name: [role.text for role in found], f"{name}_at": [list(role.span) for role in found]}
    scores = [role.score for role in event.roles or () if role.score is not None]
    return cells | {"roles_score": min(scores, default=None)}


def one_a_day(rows: Iterable[Row]) -> list[Row]:
    """Of linked rows one a day: the one that names most of who and whom, of these the most certain, of these the first.

    The day is the first of the event's; a row without one goes with the first day that its link has.

    >>> links = {"event_link": "a", "actor": [], "target": [], "object": []}
    >>> rows = [links | {"score": 0.5, "date_start": date(2025, 9, 1)}, links | {"score": 0.9, "date_start": None}]
    >>> [row["score"] for row in one_a_day(rows)]
    [0.9]
    """
    rows = list(rows)
    days: dict[str, date] = {}
    for row in rows:
        if row["date_start"]:
            days.setdefault(row["event_link"], row["date_start"])
    best: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = row["event_link"], row["date_start"] or days.get(row["event_link"])
        if key not in best or _worth(row) > _worth(best[key]):
            best[key] = row
    return list(best.values())


def _worth(row: Row) -> tuple[int, float]:
    return sum(bool(row[name]) for name in ("actor", "target", "object")), row.get("score") or 0.0
