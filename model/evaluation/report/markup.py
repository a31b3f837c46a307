"""Documents as HTML: hostile text made harmless, the spans of two sides marked in it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...document import Document, Event
from ...text import INVISIBLE
from ..errors import Finding, Kind


class KindWords(NamedTuple):
    """What a page calls a kind of finding: its sign in the text, its name, and what that means."""

    sign: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Wording:
    """What a page calls the two sides of a finding.

    Args:
        gold: the events marked below the words.
        predicted: the events marked above them.
        lines: says so in a sentence, HTML.
        error: what every finding but the correct ones is.
        kinds: words for each kind, in the order of the legend.
    """

    gold: str
    predicted: str
    lines: str
    error: str
    kinds: Mapping[Kind, KindWords]


SCORING = Wording(
    gold="gold",
    predicted="predicted",
    lines="A line <em>below</em> the words is the gold label; a line <em>above</em> them, and the tint, is the "
    "prediction.",
    error="error",
    kinds={
        "correct": KindWords("✓", "found", "the same words, the same type"),
        "status": KindWords("?", "wrong status", "gold → predicted"),
        "missed": KindWords("−", "missed", "only the gold label has it"),
        "spurious": KindWords("+", "false alarm", "only the prediction has it"),
        "type": KindWords("≠", "wrong type", "gold → predicted"),
        "boundary": KindWords("↔", "wrong boundary", "not the same words"),
    },
)
ANNOTATORS = Wording(
    gold="A",
    predicted="B",
    lines="A line <em>below</em> the words is a label of A; a line <em>above</em> them, and the tint, is one of B.",
    error="disagreement",
    kinds={
        "correct": KindWords("✓", "agreed", "the same words, the same type"),
        "status": KindWords("?", "other status", "that of A → that of B"),
        "missed": KindWords("A:", "only A", "B has no label here"),
        "spurious": KindWords("B:", "only B", "A has no label here"),
        "type": KindWords("≠", "other type", "that of A → that of B"),
        "boundary": KindWords("↔", "other boundary", "not the same words"),
    },
)

_BIDIRECTIONAL = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
# A browser takes seconds to lay out a megabyte at once; blocks of so many characters it takes as they come in sight.
BLOCK = 20_000
# HTML cannot hold NUL, and UTF-8 cannot hold half a surrogate pair.
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


def escape(value: object, length: int = 200) -> str:
    """Any value as one line of inert HTML, for an element or an attribute in double quotes.

    Args:
        value: shown as ``str`` shows it; what is invisible or turns text around becomes a visible name.
        length: longer ones end in an ellipsis.

    >>> escape('<b title="x">\\u202e')
    '&lt;b title=&quot;x&quot;&gt;[RLO]'
    """
    text = str(value)
    text = " ".join((text if len(text) <= length else text[: length - 1] + "…").split())
    text = INVISIBLE.sub(lambda found: f"[{_sign(found[0])}]", _IMPOSSIBLE.sub("\ufffd", text))
    return html.escape(text)


def marked(
    document: Document, findings: Sequence[Finding], types: Mapping[str, int], wording: Wording = SCORING
) -> str:
    """The text of a document as HTML, with its findings marked.

    The text content of the result is the text of the document, but for NUL and half surrogate pairs, which HTML
    cannot hold and which become U+FFFD. Invisible characters are in the content, but not rendered, so that they
    cannot turn the rest around; a sign stands in their place.

    Spans may nest and cross: one that crosses another's end is closed there and opened again. Behind the last
    character of each finding stands one empty element of class ``tag``, whose words are attributes. A text of more
    than ``BLOCK`` characters is cut into blocks, at line ends or spaces where there are any, never inside a span.

    Args:
        document: the text; its own events are not looked at.
        findings: what to mark.
        types: number of each event type, for the filters of the page.
        wording: what the two sides are called.

    >>> from news_event_tagger.document import Event
    >>> print(marked(Document("A <coup>."), [Finding("missed", Event(3, 7, "coup", "coup"), None)], {"coup": 0}))
    A &lt;<mark class="gold" data-kind="missed" data-types="0">coup</mark><span class="tag" role="note" tabindex="-1" \
data-kind="missed" data-types="0" data-label="− coup" title="missed: coup “coup”"></span>&gt;.
    """
    text = document.text
    spans: list[tuple[int, int, str]] = []
    tags: dict[int, list[str]] = {}
    for finding in findings:
        gold, predicted = finding.gold, finding.predicted
        known = [event for event in (gold, predicted) if event]
        numbers = " ".join(str(number) for number in sorted({types[event.type] for event in known}))
        data = f'data-kind="{finding.kind}" data-types="{numbers}"'
        if gold and predicted and gold.span == predicted.span:
            spans.append((*gold.span, _mark("gold predicted", data, predicted if _unreal(predicted) else gold)))
        else:
            spans += [(*gold.span, _mark("gold", data, gold))] if gold else []
            spans += [(*predicted.span, _mark("predicted", data, predicted))] if predicted else []
        tags.setdefault(max(event.end for event in known), []).append(
            f'<span class="tag" role="note" tabindex="-1" {data} data-label="{_label(finding, wording)}" '
            f'title="{_words(finding, wording)}"></span>'
        )
    # A long span is opened before the short ones inside it.
    spans.sort(key=lambda span: (span[0], -span[1]))
    blocks = _blocks(text, spans)
    cuts = sorted({0, len(text), *blocks, *(place for start, end, _ in spans for place in (start, end))})
    parts: list[str] = ['<div class="block">'] if blocks else []
    open_: list[tuple[int, str]] = []
    coming = iter(spans)
    span = next(coming, None)
    for place, after in zip(cuts, [*cuts[1:], len(text)], strict=True):
        keep = next((index for index, (end, _) in enumerate(open_) if end <= place), len(open_))
        parts.append("</mark>" * (len(open_) - keep))
        again = [(end, start_tag) for end, start_tag in open_[keep:] if end > place]
        parts += tags.get(place, [])
        parts += ['</div><div class="block">'] if place in blocks else []
        while span is not None and span[0] == place:
            again.append((span[1], span[2]))
            span = next(coming, None)
        open_[keep:] = again
        parts += [start_tag for _, start_tag in again]
        parts.append(_text(text[place:after]))
    return "".join([*parts, "</div>"] if blocks else parts)


def _blocks(text: str, spans: Sequence[tuple[int, int, str]]) -> set[int]:
    """Where blocks after the first one begin."""
    places: set[int] = set()
    place = 0
    while len(text) - place > BLOCK:
        half, full = place + BLOCK // 2, place + BLOCK
        place = text.rfind("\n", half, full) + 1 or text.rfind(" ", half, full) + 1 or full
        # Sorted by start, so that one pass leaves every span that holds the place.
        for start, end, _ in spans:
            place = end if start < place < end else place
        places.add(place)
    return places - {len(text)}


def _text(text: str) -> str:
    text = html.escape(_IMPOSSIBLE.sub("\ufffd", text), quote=False)
    text = INVISIBLE.sub(
        lambda found: f'<span class="sign" data-sign="{_sign(found[0])}"><span hidden>{found[0]}</span></span>', text
    )
    # A browser reads a bare carriage return as a line end.
    return text.replace("\r", "&#13;")


def _sign(character: str) -> str:
    if character in _BIDIRECTIONAL:
        return _BIDIRECTIONAL[character]
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"U+{code:04X}"


def _mark(classes: str, data: str, event: Event) -> str:
    return f'<mark class="{classes}{" unreal" if _unreal(event) else ""}" {data}>'


def _unreal(event: Event) -> bool:
    return event.status not in (None, "actual")


def _label(finding: Finding, wording: Wording) -> str:
    """What stands behind the span: sign, type, and the status of what is not a plain fact."""
    sign = wording.kinds[finding.kind].sign
    gold, predicted = finding.gold, finding.predicted
    type_ = " → ".join(dict.fromkeys(escape(event.type, 40) for event in (gold, predicted) if event))
    statuses = [event.status for event in (gold, predicted) if event and event.status]
    status = " → ".join(dict.fromkeys(escape(status, 20) for status in statuses))
    return f"{sign} {type_}{f', {status}' if status and status != 'actual' else ''}"


def _words(finding: Finding, wording: Wording) -> str:
    gold, predicted = finding.gold, finding.predicted
    name = wording.kinds[finding.kind].name
    if gold and predicted and finding.kind != "correct":
        return f"{name}: {wording.gold} {_event(gold)}, {wording.predicted} {_event(predicted)}"
    event = predicted or gold
    assert event is not None
    words = f"{name}: {_event(event)}"
    if gold and predicted and gold.status != predicted.status:
        words += f", {wording.gold} {escape(gold.status or 'without status', 20)}"
    return words


def _event(event: Event) -> str:
    status = f", {escape(event.status, 20)}" if event.status else ""
    score = f", score {event.score:.2f}" if event.score is not None else ""
    return f"{escape(event.type, 60)} “{escape(event.trigger, 60)}”{status}{score}"
