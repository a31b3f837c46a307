"""Finds arrests, expulsions, coups and suspensions of cooperation in English news.

>>> from model import Document
>>> Document.mark("A coup.", [(2, 6, "coup")]).events[0].trigger
'coup'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model.document import Document, Event
from model.errors import InputError
from model.schema import Schema

if TYPE_CHECKING:
    from model.tagger import EventTagger

__all__ = ["Document", "Event", "EventTagger", "InputError", "Schema"]


def __getattr__(name: str) -> Any:
    # Scoring and reading must not wait seconds for torch.
    if name == "EventTagger":
        from model.tagger import EventTagger

        return EventTagger
    raise AttributeError(f"module 'model' has no attribute {name!r}")
