r"""The inline format: an article that a person can write, label and review in a diff.

A header of ``key: value`` lines, a blank line, the body. The title stands in the header and is
the first line of the text. A label is written around its trigger:

    title: Oslo [expels](expulsion) consul
    dateline: OSLO, 3 March 1983
    style: wire copy

    Norway [expelled](expulsion) a consul and may [suspend](cooperation-suspension, prospective) a treaty.

    participants:
    expelled: actor Norway; target a *consul*
    suspend: actor Norway; object a *treaty*

``(type)`` alone means the status ``actual``, ``(type, ?)`` that nobody judged it. A bracket or a
backslash of the text itself is written ``\[``, ``\]``, ``\\``, a line ``participants:`` of the text itself
``\participants:``. What may stand below that line is said in :mod:`.participants`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ...documents.document import Document, Event
from ...exceptions import InputError, nearest
from ...files import files_in, read_text, stem
from ..reading import Notes, Reading
from . import participants

DEFAULT_STATUS = "actual"
_HEADER = re.compile(r"([a-z][a-z _-]*): (.*)")
_LABEL = re.compile(r"\(([^\s,()]+)(?:, ([^\s,()]+))?\)")
_MARK = re.compile(r"\\.|[\[\]]", re.DOTALL)


def parse(source: str, id: str, place: str, reading: Reading | None = None) -> Document:
    r"""Read one article.

    Args:
        source: what the file holds.
        id: name for the document.
        place: name of the file, for messages.
        reading: how to read it; where it collects refusals, a faulty label or line is left out.

    Returns:
        The document; its text is the title, a blank line and the body, without the labels.

    Raises:
        InputError: with file, line and what to do about it.

    >>> doc = parse("title: Two [held](arrest)\nstyle: wire copy\n\nNo [coup](coup, negated).\n", "a", "a.txt")
    >>> doc.text
    'Two held\n\nNo coup.'
    >>> [(event.trigger, event.status) for event in doc.events]
    [('held', 'actual'), ('coup', 'negated')]
    """
    reading = reading or Reading()
    head, blank, body = source.replace("\r\n", "\n").partition("\n\n")
    if not source.strip():
        raise InputError(f"{place}: the file is empty; an article needs a header, a blank line and a body")
    meta: dict[str, str] = {}
    title_line = 1
    for number, line in enumerate(head.split("\n"), 1):
        with reading.part(f"{place}:{number}", id):
            field = _HEADER.fullmatch(line)
            if not field:
                raise InputError(
                    f"{place}:{number}: {line[:40]!r} is not 'key: value'; "
                    "the header (title, dateline, style) ends at the first blank line"
                )
            if field[1] in meta:
                raise InputError(f"{place}:{number}: {field[1]!r} stands twice in the header")
            meta[field[1]] = field[2]
            if field[1] == "title":
                title_line = number
    if "title" not in meta or not blank:
        raise InputError(f"{place}: an article needs a 'title: …' line, a blank line and a body")
    body_line = head.count("\n") + 3
    builder = _Builder(place, id, reading)
    builder.add(meta["title"], title_line, len("title: "))
    meta["title"] = builder.text
    body, *block = participants.HEADING.split(body, maxsplit=1)
    block_line = body_line + body.count("\n")
    # The blank line before the block is none of the text.
    if body := (body.removesuffix("\n") if block else body).removesuffix("\n"):
        builder.add("\n\n", title_line)
        builder.add(body, body_line)
    document = Document.mark(builder.text, builder.spans, id, meta)
    return participants.parse(block[0], block_line, document, place, reading) if block else document


def render(document: Document) -> str:
    r"""The document as :func:`parse` reads it; the two are inverse.

    Raises:
        InputError: two labels overlap, or the text does not begin with its title line.

    >>> print(render(Document.mark("Two held", [(4, 8, "arrest")], meta={"title": "Two held"})), end="")
    title: Two [held](arrest, ?)
    <BLANKLINE>
    """
    meta = dict(document.meta)
    title = str(meta.pop("title", document.text.split("\n", 1)[0]))
    if document.text != title and not document.text.startswith(title + "\n\n"):
        raise InputError(f"document {document.id!r}: its text must be its title line, a blank line and a body")
    if "\n" in title or "\r" in document.text:
        raise InputError(f"document {document.id!r}: the inline format holds no carriage return or title of two lines")
    pieces, place = [], 0
    for event in document.events:
        if event.start < place:
            raise InputError(f"document {document.id!r}: {event.trigger!r} at {event.start} overlaps another label")
        status = {DEFAULT_STATUS: "", None: ", ?"}.get(event.status, f", {event.status}")
        pieces += [_escape(document.text[place : event.start])]
        pieces += [f"[{_escape(event.trigger)}]({event.type}{status})"]
        place = event.end
    marked = "".join([*pieces, _escape(document.text[place:])])
    marked_title, _, body = marked.partition("\n\n")
    header = [f"title: {marked_title}", *(f"{key}: {value}" for key, value in meta.items())]
    block = "".join(f"{line}\n" for line in participants.render(document))
    body += "\n" if body else ""
    return "\n".join(header) + "\n\n" + body + ("\n" if body and block else "") + block


def read(path: Path, reading: Reading) -> list[Document]:
    """The articles of a folder, with its subfolders, or of one file.

    Raises:
        InputError: with file, line and what to do about it.
    """
    files = files_in(path, "text") if path.is_dir() else [path]
    found = []
    for file in files:
        with reading.part(str(file), name := stem(file.name)):
            found.append(parse(read_text(file), name, str(file), reading))
            reading.places.append(str(file))
    return found


def write(documents: Iterable[Document], folder: Path, notes: Notes) -> None:
    """A file per article; of the meta what a line of the header can hold.

    Raises:
        InputError: a text does not begin with a title line, or holds what the format cannot.
    """
    for document in documents:
        header = {
            key: value
            for key, value in document.meta.items()
            if isinstance(value, str) and _HEADER.fullmatch(f"{key}: {value}") and "\r" not in value
        }
        notes["meta of {} documents left out that is no line of text"] += len(header) < len(document.meta)
        source = render(Document(document.text, document.events, document.id, header))
        try:
            back = parse(source, document.id, document.id)
        except InputError as error:
            raise InputError(f"document {document.id!r}: the inline format cannot hold it ({error})") from None
        if (back.text, *map(_mark, back.events)) != (document.text, *map(_mark, document.events)):
            raise InputError(f"document {document.id!r}: the inline format cannot hold its blank lines")
        (folder / f"{document.id}.txt").write_text(source, encoding="utf-8", newline="")


def _mark(event: Event) -> tuple[object, ...]:
    return event.start, event.end, event.type, event.status, event.roles


def _escape(text: str) -> str:
    return participants.HEADING.sub(r"\\\g<0>", re.sub(r"[\[\]\\]", r"\\\g<0>", text))


class _Builder:
    """Takes marked text apart into bare text and spans, part by part."""

    def __init__(self, place: str, id: str, reading: Reading) -> None:
        self.text = ""
        self.spans: list[tuple[int, int, str, str | None]] = []
        self._place = place
        self._column = 0
        self._id = id
        self._reading = reading

    def add(self, marked: str, line: int, column: int = 0) -> None:
        self._column = column
        start: int | None = None
        opened = position = 0
        while mark := _MARK.search(marked, position):
            self.text += marked[position : mark.start()]
            position = mark.end()
            if mark[0][0] == "\\":
                if mark[0][1] not in "[]\\p":
                    self._fail(marked, mark.start(), line, f"{mark[0]!r} is no escape; write '\\\\' for a backslash")
                self.text += mark[0][1]
            elif mark[0] == "[":
                if start is not None:
                    self._fail(marked, mark.start(), line, "a label opens inside another; labels do not overlap")
                start, opened = len(self.text), mark.start()
            else:
                label = _LABEL.match(marked, position)
                if start is None:
                    self._fail(marked, mark.start(), line, "']' without '['; write '\\]' for a bracket of the text")
                elif not label:
                    self._fail(marked, mark.start(), line, "after ']' comes '(type)' or '(type, status)'")
                elif start == len(self.text):
                    self._fail(marked, mark.start(), line, "the label marks nothing")
                else:
                    self._label(marked, mark.start(), line, start, label)
                position = label.end() if label else position
                start = None
        if start is not None:
            self._fail(marked, opened, line, "the label that opens here is never closed by '](type)'")
        self.text += marked[position:]

    def _label(self, marked: str, at: int, line: int, start: int, label: re.Match[str]) -> None:
        type_, status = label[1], label[2] or DEFAULT_STATUS
        types = self._reading.types
        if types is not None and type_ not in types:
            self._fail(marked, at, line, f"unknown event type {type_!r}; {nearest(type_, types)}")
        self.spans.append((start, len(self.text), type_, None if status == "?" else status))

    def _fail(self, marked: str, at: int, line: int, why: str) -> None:
        number = line + marked.count("\n", 0, at)
        column = at - marked.rfind("\n", 0, at) + (self._column if number == line else 0)
        place = f"{self._place}:{number}:{column}"
        with self._reading.part(place, self._id):
            raise InputError(f"{place}: {why}: {marked[max(at - 15, 0) : at + 25]!r}")
