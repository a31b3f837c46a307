"""What every reader is told and what it has to say: types and units that may occur, notes on what it did, faults."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ..documents.text import one_line
from ..exceptions import InputError
from .library import Library
from .offsets import UNITS

_SHOWN = 10
"""Names of files in a note."""
_log = logging.getLogger("news_event_tagger.corpus")


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
        """Say each once, as a warning of this package's logger (on standard error if nobody set it up)."""
        for sentence in self.sentences():
            _log.warning("%s", one_line(f"{place}: {sentence}"))


def left_out(names: Sequence[str]) -> Notes:
    """A note that names files which are in a folder and are not read.

    >>> left_out(["a.csv", "b.csv"]).sentences()
    ['2 files left out: a.csv, b.csv']
    """
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return Notes({f"{{}} files left out: {shown.replace('{}', '()')}": len(names)})


class MisalignedError(InputError):
    """A span that is outside its text, empty, or not its trigger."""


class Refusal(NamedTuple):
    """A part of a set that a reader could not read."""

    place: str
    document: str
    error: InputError


@dataclass(frozen=True)
class Reading:
    """How a set is to be read.

    Args:
        types: the event types that may occur; ``None`` takes any.
        texts: folder of the texts that stand-off labels belong to.
        offsets: the unit of :data:`.UNITS` the file counts in; ``None`` finds out.
        notes: takes what the reader has to say.
        refusals: takes the parts that cannot be read, which are then left out; ``None`` refuses the set at the first.
        places: takes the place of each document, in their order.

    Raises:
        InputError: the unit is none of these.
    """

    types: Collection[str] | None = None
    texts: Path | None = None
    offsets: str | None = None
    notes: Notes = field(default_factory=Notes)
    refusals: list[Refusal] | None = None
    places: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.offsets not in (None, *UNITS):
            raise InputError(f"offsets {self.offsets!r}: known: {', '.join(UNITS)}")

    @cached_property
    def library(self) -> Library:
        """The texts that stand-off labels belong to."""
        return Library(self.texts)

    @contextmanager
    def part(self, place: str, document: object = "") -> Iterator[None]:
        """Read a part of a set: where refusals are collected, a fault ends the part and not the reading.

        >>> reading = Reading(refusals=[])
        >>> with reading.part("f:1", "a"):
        ...     raise InputError("f:1: not JSON")
        >>> [(place, document, str(error)) for place, document, error in reading.refusals]
        [('f:1', 'a', 'f:1: not JSON')]
        """
        try:
            yield
        except InputError as error:
            if self.refusals is None:
                raise
            self.refusals.append(Refusal(place, str(document), error))
