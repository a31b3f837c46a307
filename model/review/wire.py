"""What the page is told and what it says: the one place where offsets become UTF-16 units, and code points again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..corpus.offsets import Count, to_code_points
from ..documents.document import Document
from ..documents.text import words
from ..exceptions import InputError
from .decisions import Edit, State
from .workspace import Suggestion

_UNIT = "utf-16"
"""What JavaScript counts in."""


def read_edit(row: Mapping[str, Any], document: Document) -> Edit:
    """An edit that the page sent.

    Raises:
        InputError: it is none of the document's.

    >>> edit = read_edit({"add": [{"start": 5, "end": 9, "type": "coup"}]}, Document("🎉 A coup."))
    >>> edit.add[0].event.start, edit.add[0].event.trigger
    (4, 'coup')
    """
    known = {"remove", "add", "complete", "revision"}
    if unknown := sorted(row.keys() - known):
        raise InputError(f"edit: unknown key {unknown[0]!r}")
    return Edit.read(row, document.text, "edit", _UNIT)


def work_to_page(document: Document, state: State, edits: Sequence[Edit]) -> dict[str, Any]:
    """Where the work on a document stands, and the edits that led there.

    >>> work_to_page(Document("A coup."), State(), [])
    {'revision': 0, 'complete': False, 'decisions': [], 'edits': []}
    """
    places = _places(document.text)
    return {
        "revision": state.revision,
        "complete": state.complete,
        "decisions": [_moved(decision.to_dict(), places) for decision in state.decisions.values()],
        "edits": [
            edit.to_dict()
            | {key: [_moved(one.to_dict(), places) for one in getattr(edit, key)] for key in ("remove", "add")}
            for edit in edits
        ],
    }


def suggestions_to_page(suggestions: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """All suggested events of a document, each with the names of those who suggest just it, by place.

    Its participants are all that anybody suggests for it, with names as well; those who did not look suggest none.

    >>> one, other = (Suggestion(by, Document.mark("🎉 coup", [(2, 6, "coup")])) for by in ("ann", "bob"))
    >>> suggestions_to_page([one, other])
    [{'start': 3, 'end': 7, 'type': 'coup', 'by': ['ann', 'bob']}]
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    roles: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[str, Any]]] = {}
    for by, document in suggestions:
        for event in document.events:
            key = (*event.span, event.type, event.status)
            row = found.setdefault(key, event.to_dict() | {"by": []})
            row["by"].append(by)
            if event.roles is not None:
                merged = roles.setdefault(key, {})
                for role in event.roles:
                    merged.setdefault((*role.span, role.role), role.to_dict() | {"by": []})["by"].append(by)
                row["roles"] = [merged[place] for place in sorted(merged)]
    places = _places(suggestions[0].document.text) if suggestions else range(0)
    return [_moved(found[key], places) for key in sorted(found, key=lambda key: (*key[:3], key[3] or ""))]


def words_to_page(text: str) -> list[int]:
    """Where the words of a text are: of each the gap before it and its length.

    >>> words_to_page("🎉 A coup")
    [0, 2, 1, 1, 1, 4]
    """
    places = _places(text)
    ends = [places[offset] for span in words(text) for offset in span]
    return [offset - before for before, offset in zip([0, *ends], ends, strict=False)]


def _places(text: str) -> Sequence[int]:
    """Where each code point lies in UTF-16 units."""
    places = to_code_points(text, Count(_UNIT))
    # In order, so that the place of a unit in the list is its code point.
    return places if isinstance(places, range) else list(places)


def _moved(row: dict[str, Any], places: Sequence[int]) -> dict[str, Any]:
    """An event with its offsets in the page's units, without the words, which the page has."""
    kept = {key: value for key, value in row.items() if key not in ("trigger", "text")}
    moved = kept | {"start": places[row["start"]], "end": places[row["end"]]}
    if "head" in row:
        moved["head"] = [places[offset] for offset in row["head"]]
    if "roles" in row:
        moved["roles"] = [_moved(role, places) for role in row["roles"]]
    return moved
