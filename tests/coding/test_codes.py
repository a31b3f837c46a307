"""Codes of PLOVER and CAMEO: where the schemes have one, and none where they have not."""

from __future__ import annotations

import pytest

from news_event_tagger import Event
from news_event_tagger.coding.codes import codes_of
from news_event_tagger.documents.document import Role


def event(type_: str, trigger: str = "x", status: str | None = "actual", **roles: str) -> Event:
    return Event(
        0, len(trigger), type_, trigger, status=status, roles=tuple(Role(r, 0, len(t), t) for r, t in roles.items())
    )


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        (event("arrest"), ("COERCE", "arrest", "173")),
        (event("arrest", status="alleged"), ("COERCE", "arrest", "173")),
        (event("expulsion", target="three Russian diplomats"), ("SANCTION", "expel", "161")),
        (event("expulsion", target="UN peacekeepers"), ("SANCTION", "expel", "1661")),
        (event("expulsion", target="French troops"), ("SANCTION", "expel", "166")),
        (event("expulsion", target="thousands of migrants"), ("COERCE", "deport", "174")),
        (event("expulsion", "deports", target="39 soldiers"), ("COERCE", "deport", "174")),
        (event("cooperation-suspension", object="diplomatic relations"), ("SANCTION", "withdraw", "161")),
        (event("cooperation-suspension", object="military aid"), ("SANCTION", "discontinue", "1622")),
        (event("expulsion", target="foreign consultants"), ("COERCE", "deport", "174")),
        (event("expulsion", target="staff attached to the mission"), ("COERCE", "deport", "174")),
        (event("expulsion", target="the French attaché"), ("SANCTION", "expel", "161")),
        (event("expulsion", "deported", target="them"), ("COERCE", "deport", "174")),
        (event("cooperation-suspension", object="talks on military aid"), ("SANCTION", "withdraw", "164")),
        (event("cooperation-suspension", object="aid talks"), ("SANCTION", "withdraw", "164")),
        (event("cooperation-suspension", object="aid"), ("SANCTION", "discontinue", "162")),
        (event("cooperation-suspension", object="trade relations"), ("SANCTION", "", "160")),
        (event("cooperation-suspension", "left", object="the bloc"), ("SANCTION", "withdraw", "160")),
    ],
)
def test_types_and_participants_have_their_codes(found: Event, codes: tuple[str, ...]) -> None:
    assert codes_of(found) == codes


@pytest.mark.parametrize(
    "found",
    [
        event("coup"),
        event("expulsion"),
        event("expulsion", target="them"),
        event("expulsion", target="both of them"),
        event("arrest", status="prospective"),
        event("arrest", status="negated"),
        event("riot"),
    ],
)
def test_where_a_scheme_has_no_code_there_is_none(found: Event) -> None:
    assert codes_of(found) == ("", "", "")
