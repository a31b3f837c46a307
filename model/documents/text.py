"""Text as this package reads it: words, sentences, and what may be printed.

A *word* is a run of letters and digits, or one other visible character; all offsets count code points. What only tells
how to set a word (soft hyphens, zero-width spaces and joiners, Unicode's category Cf) does not part it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Span = tuple[int, int]

_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u20d0-\u20ff\ufe00-\ufe0f"
_FORMAT = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
_RUN = rf"\w[\w{_MARKS}]*"
_WORD = re.compile(rf"{_RUN}(?:[{_FORMAT}]+{_RUN})*|[^\w\s][{_MARKS}]*")
SURROGATE = re.compile("[\ud800-\udfff]")
INVISIBLE = re.compile("\r(?!\n)|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[A-Z0-9À-ÖØ-Þ\u0370-\u1fff])")
_NO_STOP = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Maj|Capt|Sgt|Cpl|Brig|Adm|Cmdr|Gov|Sen|Rep|Prof|Rev|Hon|Pres|Jr|Sr|vs|No|"
    r"Nos|Art|Inc|Co|Corp|Ltd|Bros|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|etc|al|cf|e\.g|i\.e|a\.m|p\.m|"
    r"U\.S|U\.K|U\.N|E\.U))\.$"
)


def words(text: str) -> list[Span]:
    """The words and other visible characters of a text, in order.

    >>> text = "Pre-coup, don't!"
    >>> [text[start:end] for start, end in words(text)]
    ['Pre', '-', 'coup', ',', 'don', "'", 't', '!']
    >>> words("ar\\u00adrest")
    [(0, 7)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def sentences(text: str) -> list[Span]:
    """The sentences of a text without the blanks around them; a line end always ends one.

    >>> text = "Gen. Diaz fell in the U.S. embassy. Who knew?\\nNobody"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Gen. Diaz fell in the U.S. embassy.', 'Who knew?', 'Nobody']
    """
    found = []
    for line in _LINE.finditer(text):
        start, line_end = line.span()
        for stop in _STOP.finditer(text, start, line_end):
            if stop[0][0] == "." and _NO_STOP.search(text, max(start, stop.start() - 12), stop.start() + 1):
                continue
            found.append((start, stop.end()))
            start = stop.end()
        found.append((start, line_end))
    return [span for span in (_strip(text, *span) for span in found) if span[0] < span[1]]


def _strip(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def span_at(spans: Sequence[Span], place: int) -> Span | None:
    """The span that holds a place; ``None`` where none does.

    Args:
        spans: in order, none within another.
        place: an offset.

    >>> span_at([(0, 4), (5, 9)], 5), span_at([(0, 4), (5, 9)], 4)
    ((5, 9), None)
    """
    index = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return spans[index] if index >= 0 and place < spans[index][1] else None


def overlapping(spans: Sequence[Span], start: int, end: int) -> range:
    """The places of the spans that share a character with a stretch of text.

    Args:
        spans: in order, no two of which overlap.
        start: where the stretch begins.
        end: where it ends.

    >>> overlapping([(0, 4), (5, 9), (9, 12)], 4, 10)
    range(1, 3)
    """
    return range(
        bisect_right(spans, start, key=lambda span: span[1]), bisect_left(spans, end, key=lambda span: span[0])
    )


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey, as long as it was: no escape sequences, no turning around.

    >>> printable("\x1b[2Jcoup\u202e")
    '\ufffd[2Jcoup\ufffd'
    """
    return INVISIBLE.sub("\ufffd", SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd"))


def one_line(text: str) -> str:
    """A printable text on one line, with one blank for all white space between two words.

    >>> one_line("a\x1b[2J\\n  coup\u202e")
    'a\ufffd[2J coup\ufffd'
    """
    return " ".join(printable(text).split())
