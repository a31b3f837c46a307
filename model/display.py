"""A tagged text as a person reads it in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from model.document import Document
from model.windows import SURROGATE

_STYLES = (
    "bold white on dark_red",
    "bold white on dark_blue",
    "bold black on dark_orange",
    "bold white on dark_green",
)


def marked(document: Document) -> Text:
    """The text with each trigger followed by its type and score.

    Colour is a help, never the only sign: the marks are readable in a file or a pipe too.

    >>> from model.document import Event
    >>> event = Event(4, 12, "arrest", "arrested", score=0.91, status="alleged")
    >>> marked(Document("Two arrested.", (event,))).plain
    'Two [arrested: arrest, alleged 0.91].'
    """
    types = sorted({event.type for event in document.events})
    text = Text()
    # Half a surrogate pair cannot be printed; its stand-in is as long.
    shown = SURROGATE.sub("\ufffd", document.text)
    place = 0
    for event in document.events:
        if event.start < place:
            continue
        status = f", {event.status}" if event.status not in (None, "actual") else ""
        score = f" {event.score:.2f}" if event.score is not None else ""
        text.append(shown[place : event.start])
        text.append(
            f"[{shown[event.start : event.end]}: {event.type}{status}{score}]",
            _STYLES[types.index(event.type) % len(_STYLES)],
        )
        place = event.end
    text.append(shown[place:])
    return text


def show(document: Document, console: Console, name: bool) -> None:
    """Print a document's marked text and a line that counts its events.

    Args:
        document: with its events.
        console: where to.
        name: whether the id stands above the text.
    """
    if name:
        console.rule(Text(document.id), align="left")
    console.print(marked(document))
    counts: dict[str, int] = {}
    for event in document.events:
        counts[event.type] = counts.get(event.type, 0) + 1
    summary = ", ".join(f"{count} {type_}" for type_, count in sorted(counts.items())) or "no events"
    console.print(f"— {summary}\n", style="dim")
