"""The countries of an event's actors and targets, by names in the text and rules that leave open what they cannot tell."""

from __future__ import annotations

from typing import NamedTuple

from ..documents.document import Document, Event


class EventCountries(NamedTuple):
    """Whose an event is.

    Args:
        actor: ISO 3166-1 alpha-3 codes of the actors in the order of the text, each once (of states that ended those of
            ISO 3166-3, ``SUN``); ``IGO`` for a body of several states; empty where the text does not say.
        actor_how: what in the text decided, ``"demonym French"``, a part for each code, joined by ``"; "``.
        target: the same of the targets.
        target_how: what decided it.
    """

    actor: tuple[str, ...] = ()
    actor_how: str = ""
    target: tuple[str, ...] = ()
    target_how: str = ""


def event_countries(event: Event, document: Document) -> EventCountries:
    """The countries of an event's actors and targets; open where the text does not decide.

    Args:
        event: with its roles; without any all is open.
        document: the text it stands in.
    """
    return EventCountries()
