"""What every reader is told and what it has to say: types and units that may occur, and notes on what it did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from model.corpus.offsets import UNITS
from model.errors import InputError

_log = logging.getLogger("model.corpus")


class Notes(Counter[str]):
    """Counts of what was converted or left out, each under a sentence with ``{}`` for its count.

    >>> notes = Notes()
    >>> notes["{} relations left out"] += 2
    >>> notes.sentences()
    ['2 relations left out']
    """

    def sentences(self) -> list[str]:
        """One sentence per kind of note."""
        return [sentence.replace("{}", f"{count:,}") for sentence, count in self.items() if count]

    def log(self, place: str | Path) -> None:
        """Say each once, as a warning of the logger ``model.corpus`` (on standard error if nobody set it up)."""
        for sentence in self.sentences():
            _log.warning("%s: %s", place, sentence)


@dataclass(frozen=True)
class Reading:
    """How a set is to be read.

    Args:
        types: the event types that may occur; ``None`` takes any.
        texts: folder of the texts that stand-off labels belong to.
        offsets: the unit of :data:`model.corpus.offsets.UNITS` the file counts in; ``None`` finds out.
        notes: takes what the reader has to say.

    Raises:
        InputError: the unit is none of these.
    """

    types: Collection[str] | None = None
    texts: Path | None = None
    offsets: str | None = None
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        if self.offsets not in (None, *UNITS):
            raise InputError(f"offsets {self.offsets!r}: known: {', '.join(UNITS)}")
