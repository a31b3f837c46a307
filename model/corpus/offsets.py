"""The units in which formats count offsets, and how to tell which one a file counts in.

Our offsets are Unicode code points. A tool written in JavaScript or Java counts UTF-16 units, of which an emoji has
two; others count UTF-8 bytes. A span that carries the text of its trigger shows which it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_MARK = "\ufeff"
UNITS = ("code-points", "utf-16", "utf-8")
Span = tuple[int, int]


class Count(NamedTuple):
    """How a tool counts.

    Args:
        unit: one of :data:`UNITS`.
        line_ends: whether a carriage return with a line feed counts one, as in a file that was opened as text.
        mark: whether a byte order mark, which stood before the text or begins it, counts the other way than in ours.
    """

    unit: str = UNITS[0]
    line_ends: bool = False
    mark: bool = False

    @property
    def words(self) -> str:
        """What it does otherwise than we do, for a message."""
        parts = [f"{self.unit.upper()} units"] if self.unit != UNITS[0] else []
        parts += ["CR and LF as one"] * self.line_ends + ["a byte order mark otherwise"] * self.mark
        return " and ".join(parts)


def to_code_points(text: str, count: Count) -> Mapping[int, int] | range:
    """Where each offset counted in some way lies in code points.

    An offset that falls inside a character, or outside the text, is not in the result.

    >>> [to_code_points("🎉 coup", Count("utf-16"))[offset] for offset in (3, 7)]
    [2, 6]
    >>> [to_code_points("A\\r\\ncoup", Count(line_ends=True))[offset] for offset in (2, 6)]
    [3, 7]
    """
    if _same_in(text, count.unit) and not count.line_ends and not count.mark:
        return range(len(text) + 1)
    ours = text.startswith(_MARK)
    place = _width(_MARK, count.unit) if count.mark and not ours else 0
    found = {place: 0}
    for index, character in enumerate(text, 1):
        left_out = (count.mark and ours and index == 1) or (count.line_ends and text[index - 1 : index + 1] == "\r\n")
        place += 0 if left_out else _width(character, count.unit)
        found[place] = index
    return found


def from_code_points(text: str, offset: int, unit: str) -> int:
    """An offset in code points, counted in another unit.

    >>> from_code_points("🎉 coup", 2, "utf-16")
    3
    """
    return offset if _same_in(text, unit) else sum(_width(character, unit) for character in text[:offset])


def ambiguous(text: str, spans: Sequence[Span]) -> bool:
    """Whether spans without triggers mean another text in UTF-16 units than in code points.

    >>> ambiguous("🎉 coup", [(2, 6)]), ambiguous("é coup", [(2, 6)])
    (True, False)
    """
    return bool(spans) and any(ord(character) > 0xFFFF for character in text[: max(end for _, end in spans)])


def recognise(text: str, spans: Sequence[Span], triggers: Sequence[str | None]) -> Count:
    """The count in which most spans are their triggers; ours where it is as good as any.

    Args:
        text: the text the spans mark.
        spans: start and end of each, in the unknown unit.
        triggers: the text of each as the file says, ``None`` where it does not. Runs of white space count as one
            blank, as several tools write them.

    >>> recognise("🎉 a coup, a coup", [(5, 9)], ["coup"]).unit
    'utf-16'
    """
    said = [(span, trigger) for span, trigger in zip(spans, triggers, strict=True) if trigger is not None]
    best, most = Count(), -1
    for count in _counts(text):
        places = to_code_points(text, count)
        fitting = sum(
            start in places and end in places and same(text[places[start] : places[end]], trigger)
            for (start, end), trigger in said
        )
        if fitting > most:
            best, most = count, fitting
        if fitting == len(said):
            break
    return best


def _counts(text: str) -> list[Count]:
    """The ways in which a tool may have counted a text, likely ones first."""
    units = UNITS[:1] if text.isascii() else UNITS
    return [
        Count(unit, line_ends, mark)
        for line_ends in ((False, True) if "\r\n" in text else (False,))
        for mark in (False, True)
        for unit in units
    ]


def _same_in(text: str, unit: str) -> bool:
    """Whether every offset in the text is the same number in this unit as in code points."""
    return unit == "code-points" or text.isascii() or (unit == "utf-16" and max(text) <= "\uffff")


def same(found: str, trigger: str) -> bool:
    """Whether what stands in the text is the trigger, but for white space as several tools write it."""
    return found == trigger or found.split() == trigger.replace("\\n", "\n").split()


def _width(character: str, unit: str) -> int:
    code = ord(character)
    if unit == "code-points":
        return 1
    if unit == "utf-16":
        return 1 + (code > 0xFFFF)
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
