"""The columns of the table of events, in one place: files, terminal and docs/TABLE.md read them here."""

from __future__ import annotations

from typing import NamedTuple

from ..documents.schema import ROLES


class Column(NamedTuple):
    """A column of the table.

    Args:
        name: as the files have it.
        kind: ``text``, ``texts`` (a list), ``spans`` (a list of start and end), ``date``, ``number``,
            ``integer`` or ``long``.
        meaning: in one line.
    """

    name: str
    kind: str
    meaning: str


_ROLES = {
    "actor": "who does it: takes, compels, seizes power, stops or leaves",
    "target": "whom it is done to: who is held, must leave, is overthrown; the partner",
    "object": "what is stopped or left: aid, relations, a treaty, an organisation",
    "reason": "the ground given, or what they are accused of",
    "place": "where, as the text has it",
    "time": "when, as the text has it",
}

COLUMNS = (
    Column("event_id", "text", "id:start-end:type, with ~2 behind the id in the second document that has it"),
    Column("id", "text", "the document's id; of a row without one file:line, of a text file its path"),
    Column("source", "text", "where the document came from: the input's own word, or else its file"),
    Column("date", "date", "the document's day: of the input, or else of its dateline"),
    Column("type", "text", "arrest, expulsion, coup or cooperation-suspension"),
    Column("status", "text", "actual, alleged, prospective or negated"),
    Column("trigger", "text", "the words that name the event"),
    Column("start", "integer", "of the trigger in the document: code points from 0"),
    Column("end", "integer", "behind the trigger"),
    Column("sentence", "text", "the sentence around the trigger"),
    Column("sentence_start", "integer", "of the sentence in the document"),
    *(
        column
        for role in ROLES
        for column in (
            Column(role, "texts", _ROLES[role]),
            Column(f"{role}_at", "spans", f"start and end in the document of each {role}"),
        )
    ),
    Column("actor_country", "texts", "ISO 3166-1 alpha-3 of the actors; IGO for a body of several states; empty: open"),
    Column("actor_country_how", "text", "what in the text decided"),
    Column("target_country", "texts", "the same of the targets"),
    Column("target_country_how", "text", "what in the text decided"),
    Column("date_start", "date", "first day of the stretch that the text gives for the event; empty: open"),
    Column("date_end", "date", "last day of it; empty: open"),
    Column("date_how", "text", "the words of time and from which day they count"),
    Column("plover_event", "text", "PLOVER's category, COERCE for one; empty where it has none"),
    Column("plover_mode", "text", "PLOVER's mode; empty where it has none"),
    Column("cameo", "text", "CAMEO's code, as text; empty where it has none"),
    Column("event_link", "text", "the event_id of the first row that tells the same event, or its own"),
    Column("score", "number", "how sure the event is, 0 to 1"),
    Column("status_score", "number", "how sure its status is, 0 to 1"),
    Column("roles_score", "number", "how sure the least sure participant is, 0 to 1"),
    Column("package", "text", "version of news-event-tagger"),
    Column("model", "text", "name of the model and the beginning of its SHA-256"),
)
"""All columns, in the order of the files."""
CODED = tuple(
    name
    for name in (column.name for column in COLUMNS)
    if name.startswith(("actor_country", "target_country", "date_", "plover", "cameo"))
)
"""The columns that say what the words of an event mean."""
