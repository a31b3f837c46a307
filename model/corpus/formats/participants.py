r"""The participants of an inline article: a block behind the body, so that the text stays clean.

A line for each event for which somebody looked, ``TRIGGER: ROLE SPAN; ROLE SPAN …``:

    participants:
    expelled: actor Norway; target a *consul*; time Tuesday
    suspend: none

Events without a line are those for which nobody looked. The head of a participant stands between stars; one word is
its own head, and ``actor? the police`` says that nobody marked one. ``arrested#2`` is the second event of the article
that is marked *arrested*. A span stands in the line of the text in which its event begins; ``Chad#2`` is its second
place there, as whole words. Counting goes on behind that line, and then from the start of the text: ``Chad#1`` with no
*Chad* in the line is the next one behind it. A backslash makes a mark one of the text (``\;``, ``\*``, ``\#``, ``\:``,
``\?``, ``\\``, a blank at an edge), and ``\n`` is a line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...documents.document import Document, Event, Role
from ...exceptions import InputError, nearest
from ..reading import Reading

HEADING = re.compile(r"^participants:[^\S\n]*$", re.MULTILINE)
"""The line that begins the block."""
_NONE = "none"
_NUMBER = r"(?:\s*#(?P<number>[1-9][0-9]{0,8}))?"


def _trimmed(marks: str) -> str:
    """A pattern of escaped text up to one of some marks, without the blanks around it."""
    inner, edge = rf"(?:\\.|[^\\{marks}])", rf"(?:\\.|[^\\{marks}\s])"
    return rf"{edge}(?:{inner}*{edge})?"


_LINE = re.compile(rf"\s*(?P<trigger>{_trimmed(':#')}){_NUMBER}\s*:(?P<parts>.*)", re.DOTALL)
_PARTS = re.compile(r"(?:\\.|[^\\;])+|\\", re.DOTALL)
_PART = re.compile(
    rf"\s*(?P<role>(?:\\.|[^\\\s?])+)(?P<headless>\?)?\s+(?P<span>{_trimmed('#')}){_NUMBER}\s*", re.DOTALL
)
_PLAIN = r"(?:\\.|[^\\*])"
_STARRED = re.compile(rf"(?P<before>{_PLAIN}*)\*(?P<head>{_PLAIN}+)\*(?P<behind>{_PLAIN}*)", re.DOTALL)


def parse(block: str, line: int, document: Document, place: str, reading: Reading) -> Document:
    """A document with the participants of its block.

    Args:
        block: what stands behind the heading.
        line: the number of the heading's line.
        document: the article with its events.
        place: name of the file, for messages.
        reading: how to read it; where it collects refusals, a faulty line is left out.

    Raises:
        InputError: a line names no event, or a participant that does not stand there, with the line.

    >>> doc = Document.mark("Chad expelled two envoys.", [(5, 13, "expulsion")])
    >>> doc = parse("\\nexpelled: actor Chad; target two *envoys*", 4, doc, "a.txt", Reading())
    >>> [(role.role, role.text, role.head) for role in doc.events[0].roles]
    [('actor', 'Chad', (0, 4)), ('target', 'two envoys', (18, 24))]
    """
    events = list(document.events)
    for number, row in enumerate(block.split("\n"), line):
        here = f"{place}:{number}"
        with reading.part(here, document.id):
            if row.strip():
                index, parts = _event(row, events, here)
                roles = () if parts.strip() == _NONE else tuple(_roles(parts, document.text, events[index], here))
                events[index] = replace(events[index], roles=roles)
    return document.with_events(events)


def render(document: Document) -> list[str]:
    r"""The lines of a document's block, heading included; none where nobody looked for participants.

    >>> men = Role("target", 0, 3, "Men", head=(0, 3))
    >>> render(Document("Men held.", (Event(4, 8, "arrest", "held", roles=(men,)),)))
    ['participants:', 'held: target Men']
    """
    lines, seen = [], dict[str, int]()
    for event in document.events:
        seen[event.trigger] = seen.get(event.trigger, 0) + 1
        if event.roles is not None:
            number = f"#{seen[event.trigger]}" if seen[event.trigger] > 1 else ""
            parts = [_part(role, document.text, event) for role in event.roles]
            lines.append(f"{_edges(_escape(event.trigger, ':#'))}{number}: {'; '.join(parts) or _NONE}")
    return ["participants:", *lines] if lines else []


def _event(row: str, events: list[Event], here: str) -> tuple[int, str]:
    """Which event a line is about, and what it says of it."""
    match = _LINE.fullmatch(row)
    if not match:
        raise InputError(f"{here}: {row[:40]!r} is not 'trigger: role span; role span …', or 'trigger: none'")
    trigger, number = _unescape(match["trigger"]), int(match["number"] or 1)
    called = [index for index, event in enumerate(events) if event.trigger == trigger]
    if not called:
        raise InputError(f"{here}: no event is marked {trigger!r}; {nearest(trigger, [e.trigger for e in events])}")
    if number > len(called):
        raise InputError(f"{here}: {trigger!r} has the number {number}, and {len(called)} events are marked so")
    if events[called[number - 1]].roles is not None:
        raise InputError(f"{here}: {trigger!r} has a line already; a second event marked so is '{trigger}#2'")
    return called[number - 1], match["parts"]


def _roles(parts: str, text: str, event: Event, here: str) -> Iterator[Role]:
    for part in _PARTS.findall(parts):
        match = _PART.fullmatch(part)
        if not match:
            raise InputError(f"{here}: {part.strip()[:40]!r} is not 'role span', nor the whole line {_NONE!r}")
        span, head = _marked(match["span"], bool(match["headless"]), _unescape(match["role"]), here)
        start = _find(text, span, event, match["number"], here)
        place = None if head is None else (start + head[0], start + head[1])
        yield Role(_unescape(match["role"]), start, start + len(span), span, place)


def _marked(marked: str, headless: bool, role: str, here: str) -> tuple[str, tuple[int, int] | None]:
    """A participant without its stars, and where its head is in it."""
    starred = _STARRED.fullmatch(marked)
    if starred and not headless:
        before, head, behind = map(_unescape, starred.groups())
        return before + head + behind, (len(before), len(before + head))
    span = _unescape(marked)
    if starred or re.search(rf"^{_PLAIN}*\*", marked, re.DOTALL):
        raise InputError(f"{here}: {marked[:40]!r}: two stars set off the head, with 'role?' none; '\\*' is a star")
    if headless:
        return span, None
    if not _one_word(span):
        raise InputError(
            f"{here}: star the head of {span[:40]!r}, or write '{role}? {span[:40]}' where nobody knows it"
        )
    return span, (0, len(span))


def _one_word(span: str) -> bool:
    return not re.search(r"\s", span)


def _find(text: str, span: str, event: Event, number: str | None, here: str) -> int:
    found, inside = _places(text, span, event)
    if not found:
        raise InputError(f"{here}: {span[:60]!r} does not stand in the text")
    if number is None and not inside:
        raise InputError(
            f"{here}: {span[:60]!r} does not stand in the line of {event.trigger!r}; with '#1' behind it, it is "
            "the next one behind that line"
        )
    if int(number or 1) > len(found):
        raise InputError(f"{here}: {span[:60]!r} has the number {number}, and stands in the text {len(found)} times")
    return found[int(number or 1) - 1]


def _places(text: str, span: str, event: Event) -> tuple[list[int], bool]:
    """Where a span stands, in the order of its numbers, and whether number 1 is in the line of the event."""
    line = text.rfind("\n", 0, event.start) + 1
    starts = [match.start() for match in re.finditer(f"(?={re.escape(span)})", text)]
    starts.sort(key=lambda start: (_cut(text, start) or _cut(text, start + len(span)), start < line, start))
    return starts, bool(starts) and starts[0] >= line and "\n" not in text[line : starts[0]]


def _cut(text: str, place: int) -> bool:
    """Whether a place is inside a word."""
    return re.fullmatch(r"\w\w", text[max(place - 1, 0) : place + 1]) is not None


def _part(role: Role, text: str, event: Event) -> str:
    start, end = role.head or role.span
    head = _escape(text[start:end], ";*#")
    if role.head and (role.head != role.span or not _one_word(role.text)):
        head = f"*{head}*"
    span = _escape(text[role.start : start], ";*#") + head + _escape(text[end : role.end], ";*#")
    found, inside = _places(text, role.text, event)
    number = found.index(role.start) + 1
    mark = "" if number == 1 and inside else f"#{number}"
    return f"{_escape(role.role, ';?')}{'' if role.head else '?'} {_edges(span)}{mark}"


def _escape(text: str, marks: str) -> str:
    return re.sub(rf"[\\{marks}]", r"\\\g<0>", text).replace("\n", "\\n")


def _edges(text: str) -> str:
    r"""An escaped text whose blanks at the edges are escaped too.

    >>> _edges(" a ")
    '\\ a\\ '
    """
    return re.sub(r"\A\s|(?<!\A)\s\Z", r"\\\g<0>", text)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text, flags=re.DOTALL)
