"""Codes of PLOVER and CAMEO for events, where these schemes have one.

PLOVER: the event and mode that the conversion table CAMEO2PLOVER-2021.txt of its authors gives for a CAMEO code
(github.com/openeventdata/PLOVER, draft 0.8 of 17 September 2021); its manual says there what an expulsion of diplomats
is (SANCTION) and one of other people (COERCE). CAMEO: its codebook 1.1b3 of March 2012.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..documents.document import Event

_CODED = (None, "actual", "alleged")
"""What is told as done. Both schemes code a plan as a threat or a promise, which our statuses do not tell apart."""


class Codes(NamedTuple):
    """Codes of one event; empty strings where a scheme has none."""

    plover_event: str = ""
    plover_mode: str = ""
    cameo: str = ""


_ARREST = Codes("COERCE", "arrest", "173")
_DEPORTED = Codes("COERCE", "deport", "174")
_EXPELLED = [
    (re.compile(pattern, re.IGNORECASE), Codes("SANCTION", "expel", cameo))
    for pattern, cameo in (
        (
            r"\b(?:diplomat(?:s|ic)?|ambassadors?|envoys?|attach[eé]s?|consul(?:s|ar|ates?)?|embass(?:y|ies)|"
            r"high commissioners?)\b",
            "161",
        ),
        (r"\bpeace-?keep(?:ers?|ing)\b", "1661"),
        (r"\b(?:inspector|observer|monitor)s?\b", "1662"),
        (r"\b(?:aid (?:agency|agencies|groups?|workers?)|charity|charities|ngos?)\b", "1663"),
        (r"\b(?:troops|forces|soldiers|army|military)\b", "166"),
    )
]
_STOPPED = [
    (re.compile(pattern, re.IGNORECASE), Codes("SANCTION", mode, cameo))
    for pattern, mode, cameo in (
        # Before aid: talks on aid are talks.
        (r"\b(?:talks|negotiations?)\b", "withdraw", "164"),
        (r"\b(?:military|security|defen[cs]e|arms) (?:\w+ )?(?:aid|assistance|funding|funds)\b", "discontinue", "1622"),
        (r"\b(?:humanitarian|food|medical|relief) (?:\w+ )?(?:aid|assistance|funding|funds)\b", "discontinue", "1623"),
        (
            r"\b(?:economic|financial|development|budget\w*) (?:\w+ )?(?:aid|assistance|support)\b",
            "discontinue",
            "1621",
        ),
        (r"\b(?:aid|assistance|funding)\b", "discontinue", "162"),
        (
            r"^(?:\W|(?:all|its|their|his|the|diplomatic|bilateral|formal)\b)*(?:relations|ties|relationship)\b",
            "withdraw",
            "161",
        ),
    )
]
_NOBODY = re.compile(
    r"(?:(?:all|both|some|most|many|one|two) of )?(?:him|her|them|they|he|she|it|who|whom)", re.IGNORECASE
)
"""Targets that do not say who must leave."""
_DEPORT = re.compile(r"\bdeport", re.IGNORECASE)
_LEFT = re.compile(r"\b(?:leav|left|withdr|quit|exit|pull)", re.IGNORECASE)


def codes_of(event: Event) -> Codes:
    """The codes of an event, by its type, its status, and words of those who must leave or of what is stopped.

    >>> from ..documents.document import Role
    >>> codes_of(Event(0, 8, "expulsion", "Expelled", roles=(Role("target", 9, 18, "two envoys"),)))
    Codes(plover_event='SANCTION', plover_mode='expel', cameo='161')
    >>> codes_of(Event(0, 4, "coup", "Coup"))
    Codes(plover_event='', plover_mode='', cameo='')
    """
    if event.status not in _CODED:
        return Codes()
    if event.type == "arrest":
        return _ARREST
    if event.type == "expulsion":
        targets = _words(event, "target")
        if _DEPORT.search(event.trigger):
            return _DEPORTED if targets else Codes()
        known = any(not _NOBODY.fullmatch(target) for target in targets)
        return _first(_EXPELLED, targets) or (_DEPORTED if known else Codes())
    if event.type == "cooperation-suspension":
        mode = "withdraw" if _LEFT.search(event.trigger) else ""
        return _first(_STOPPED, _words(event, "object")) or Codes("SANCTION", mode, "160")
    return Codes()


def _words(event: Event, role: str) -> list[str]:
    return [found.text for found in event.roles or () if found.role == role]


def _first(rules: list[tuple[re.Pattern[str], Codes]], texts: list[str]) -> Codes | None:
    return next((codes for pattern, codes in rules for text in texts if pattern.search(text)), None)
