"""Finds arrests, expulsions, coups and suspensions of cooperation in English news.

>>> from news_event_tagger import Document
>>> Document.mark("A coup.", [(2, 6, "coup")]).events[0].trigger
'coup'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .documents.document import Document, Event, Role
from .documents.schema import Schema
from .exceptions import InputError

if TYPE_CHECKING:
    from .tagging.tagger import EventTagger

__all__ = ["Document", "Event", "EventTagger", "InputError", "Role", "Schema", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Scoring and reading must not wait seconds for torch.
    if name == "EventTagger":
        from .tagging.tagger import EventTagger

        return EventTagger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
