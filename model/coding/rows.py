"""Events into rows, one each: who did what to whom, where and when, with codes and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache
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
    made = {"package": _version(), "model": model}
    rows: list[Row] = []
    mentions: list[EventMention] = []
    for number, (name, document) in enumerate(_named(documents)):
        if document.events:
            spans, today = sentences(document.text), document_date(document)
            source = document.meta.get("source")
            found = {"id": document.id, "source": source if isinstance(source, str) else "", "date": today}
            for event in document.events:
                start, end = span_at(spans, event.start) or event.span
                countries = event_countries(event, document)
                days = event_dates(event, document, today)
                row = found | {
                    "event_id": f"{name}:{event.start}-{event.end}:{event.type}",
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


@cache
def _version() -> str:
    return version("news-event-tagger")


def _named(documents: Iterable[Document]) -> Iterator[tuple[str, Document]]:
    """The documents, each with a name of its own: its id, with a number where one before has that.

    Documents without events count too, so that a name does not depend on what is found in another document.
    """
    taken: set[str] = set()
    often: Counter[str] = Counter()
    for document in documents:
        name = document.id
        while name in taken:
            often[document.id] += 1
            name = f"{document.id}~{often[document.id] + 1}"
        taken.add(name)
        yield name, document


def _roles(event: Event) -> Row:
    cells: Row = {}
    for name in ROLES:
        found = [role for role in event.roles or () if role.role == name]
        cells |= {name: [role.text for role in found], f"{name}_at": [list(role.span) for role in found]}
    scores = [role.score for role in event.roles or () if role.score is not None]
    return cells | {"roles_score": min(scores, default=None)}


def with_status(rows: Iterable[Row], wanted: Collection[str]) -> list[Row]:
    """The rows of some statuses; the ``event_link`` is then the ``event_id`` of the first kept row of a group.

    >>> rows = [{"event_id": name, "event_link": "a", "status": said} for name, said in zip("abc", ("x", "y", "y"))]
    >>> [(row["event_id"], row["event_link"]) for row in with_status(rows, ["y"])]
    [('b', 'b'), ('c', 'b')]
    """
    kept = [row for row in rows if row["status"] in wanted]
    firsts: dict[str, str] = {}
    return [row | {"event_link": firsts.setdefault(row["event_link"], row["event_id"])} for row in kept]


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
