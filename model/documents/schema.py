"""What a set can say: its event types, its statuses, and the BIO labels made from the types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .document import Document

STATUSES = ("actual", "alleged", "prospective", "negated")
ROLES = ("actor", "target", "object", "reason", "place", "time")


@dataclass(frozen=True)
class Schema:
    """The event types and statuses of an annotation set.

    Args:
        types: names of the event types; their order is the order of the tables.
        statuses: names of the statuses, empty where the set has none.

    Raises:
        ValueError: there is no type.

    >>> Schema(("arrest", "coup")).labels
    ('O', 'B-arrest', 'I-arrest', 'B-coup', 'I-coup')
    """

    types: tuple[str, ...]
    statuses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.types:
            raise ValueError("a schema needs at least one event type")

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The BIO labels: ``O`` is 0, ``B-`` of type *t* is ``1 + 2 t``, ``I-`` is ``2 + 2 t``."""
        return ("O", *(f"{tag}-{type_}" for type_ in self.types for tag in "BI"))

    def begin(self, type_: str) -> int:
        """Index of the type's ``B-`` label; its ``I-`` label is the next.

        >>> Schema(("arrest", "coup")).begin("coup")
        3
        """
        return 1 + 2 * self.types.index(type_)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Schema:
        """The schema that the labels of some documents use: types by name, our statuses in our order.

        >>> Schema.of([Document.mark("A coup?", [(2, 6, "coup", "alleged")])])
        Schema(types=('coup',), statuses=('alleged',))
        """
        events = [event for document in documents for event in document.events]
        statuses = {event.status for event in events if event.status}
        ours = [status for status in STATUSES if status in statuses]
        return cls(tuple(sorted({event.type for event in events})), (*ours, *sorted(statuses - set(STATUSES))))
