"""CoNLL columns: a token and its tag per line, a blank line between sentences.

The first column is the token, the last its tag. ``-DOCSTART-`` begins a document, whose name may stand in brackets
behind it, as in AIDA's files; without any, the file is one document. A line that begins with ``#`` and has no tag is a
remark.

| scheme | the tags of two touching mentions of two tokens each |
|---|---|
| iob1 | I-x I-x B-x I-x (B only where a mention touches another of its type) |
| iob2 | B-x I-x B-x I-x |
| bioes | B-x E-x B-x E-x (S-x for a mention of one token) |
| bilou | B-x L-x B-x L-x (U-x for a mention of one token) |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...documents.document import Document
from ...exceptions import InputError
from ...files import read_text, stem
from ..reading import Notes, Reading
from ..tokens import lay, span_of, tokenise
from .jsonl import parse_document

SCHEMES = ("iob1", "iob2", "bioes", "bilou")
_TAG = re.compile(r"O|([BIESLU])-(\S+)")
_NAMES = {"\t": "tabs", " ": "blanks"}
_START = "-DOCSTART-"
_ONE_NAME = {"bioes": {"B": "B", "I": "I", "E": "E", "S": "S"}, "bilou": {"B": "B", "I": "I", "L": "E", "U": "S"}}
Tag = tuple[str, str]
"""Prefix and type; ``("O", "")`` outside."""


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is CoNLL columns: every line of it has a token and a tag.

    >>> looks_like("A\\tO\\ncoup\\tB-coup\\n"), looks_like("title: A coup\\n")
    (True, False)
    """
    lines = [line for line in head.replace("\r", "").split("\n")[:200] if line.strip() and not line.startswith("#")]
    separator = _separator(lines)
    rows = [_split(line, separator) for line in lines if not line.startswith(_START)]
    return bool(rows) and all(len(row) > 1 and parse_tag(row[-1]) for row in rows)


def read(path: Path, reading: Reading, scheme: str | None = None) -> list[Document]:
    """The documents of a file.

    Args:
        path: the file.
        reading: how to read it.
        scheme: one of :data:`SCHEMES`; ``None`` finds it out and says which it is.

    Raises:
        InputError: a line has no tag, or the tags do not follow the scheme, with the line.
    """
    documents: list[tuple[str, list[list[tuple[str, Tag, str]]]]] = []
    lines = read_text(path).split("\n")
    separator = _separator(lines)
    name = stem(path.name)
    for number, line in enumerate(lines, 1):
        columns = _split(line, separator)
        parsed = parse_tag(columns[-1]) if len(columns) > 1 else None
        if line.startswith(_START):
            title = re.search(r"\((.+)\)", line)
            documents.append((title[1] if title else f"{name}-{len(documents) + 1}", [[]]))
        elif columns == [""]:
            if documents:
                documents[-1][1].append([])
        elif parsed:
            if not documents:
                documents.append((name, [[]]))
            documents[-1][1][-1].append((columns[0], parsed, f"{path}:{number}"))
        elif not line.startswith("#"):
            with reading.part(f"{path}:{number}"):
                raise InputError(
                    f"{path}:{number}: {line[:40]!r} does not end in a tag: O, or B-, I-, E-, S-, L- or U- and a type; "
                    f"the columns of this file are separated by {_NAMES[separator]}"
                )
    reading.notes[f"columns read as separated by {_NAMES[separator]}"] += 1
    if scheme is None:
        scheme = detect([tags[1:] for tags in sentence] for _, body in documents for sentence in body)
        reading.notes[f"tags read as {scheme.upper()}"] += 1
    found = []
    for name, body in documents:
        body = [sentence for sentence in body if sentence]
        text, places = lay([([token for token, _, _ in sentence], None) for sentence in body], reading.notes)
        events: list[dict[str, Any]] = []
        for sentence, spans in zip(body, places, strict=True):
            with reading.part(str(path), name):
                mentions = decode([tags[1:] for tags in sentence], scheme)
                events += [{**span_of(spans, first, last), "type": type_} for first, last, type_ in mentions]
        found.append(parse_document({"id": name, "text": text, "events": events}, str(path), reading))
    return found


def _separator(lines: Iterable[str]) -> str:
    """What separates the columns of a file: a tab where any line has one between two of them, or else blanks.

    >>> _separator(["New York\\tO"]), _separator(["York O"])
    ('\\t', ' ')
    """
    inner = (line.strip(" \t\r") for line in lines if not line.startswith("#"))
    return "\t" if any("\t" in line for line in inner) else " "


def _split(line: str, separator: str) -> list[str]:
    """The columns of a line, without the blanks around them; one empty column of an empty line."""
    line = line.strip(" \t\r")
    return [column.strip(" ") for column in line.split("\t")] if separator == "\t" else re.split(" +", line)


def parse_tag(tag: str) -> Tag | None:
    """Prefix and type of a tag; ``None`` if it is none.

    >>> parse_tag("B-coup"), parse_tag("O"), parse_tag("NNP")
    (('B', 'coup'), ('O', ''), None)
    """
    match = _TAG.fullmatch(tag)
    return (match[1] or "O", match[2] or "") if match else None


def detect(sentences: Iterable[Sequence[tuple[Tag, str]]]) -> str:
    """The scheme of tagged sentences, each tag with its place.

    Raises:
        InputError: the tags follow none, with two places that contradict each other.

    >>> detect([[(("I", "coup"), "f:1"), (("B", "coup"), "f:2")]])
    'iob1'
    """
    seen: dict[str, str] = {}
    for sentence in sentences:
        before: Tag = ("O", "")
        for (prefix, type_), place in sentence:
            if prefix in "ESLU":
                seen.setdefault("bioes" if prefix in "ES" else "bilou", f"{place} ({prefix}-{type_})")
            elif prefix == "I" and before[1] != type_:
                seen.setdefault("iob1", f"{place} (I-{type_} begins a mention)")
            elif prefix == "B" and before[1] != type_:
                seen.setdefault("iob2", f"{place} (B-{type_} where nothing of its type comes before)")
            before = (prefix, type_)
    if seen.keys() - {"iob1", "iob2"}:
        # B begins a mention in all three.
        seen.pop("iob2", None)
    if len(seen) > 1:
        (first, one), (second, other) = list(seen.items())[:2]
        raise InputError(f"{one} is {first.upper()}, {other} is {second.upper()}; mend the tags, or name the scheme")
    return next(iter(seen), "iob2")


def decode(tags: Sequence[tuple[Tag, str]], scheme: str) -> list[tuple[int, int, str]]:
    """First token, token behind the last and type of each mention of a sentence.

    Raises:
        InputError: the tags do not follow the scheme, with the place.

    >>> decode([(("B", "coup"), ""), (("L", "coup"), ""), (("U", "coup"), "")], "bilou")
    [(0, 2, 'coup'), (2, 3, 'coup')]
    """
    found: list[tuple[int, int, str]] = []
    open_ = False
    before: Tag = ("O", "")
    for index, ((prefix, type_), place) in enumerate([*tags, (("O", ""), "the end of the sentence")]):
        if scheme in _ONE_NAME:
            known = {**_ONE_NAME[scheme], "O": "O"}.get(prefix)
            follows = known in ("I", "E")
            if known is None or open_ != follows or (follows and before[1] != type_):
                raise InputError(
                    f"{place}: {_tag(prefix, type_)} after {_tag(*before)} is not {scheme.upper()}; mend the tags"
                )
            begins, open_ = known in ("B", "S"), known in ("B", "I")
        else:
            if prefix not in "BIO" or (scheme == "iob2" and prefix == "I" and before[1] != type_):
                raise InputError(
                    f"{place}: {_tag(prefix, type_)} after {_tag(*before)} is not {scheme.upper()}; mend the tags"
                )
            if scheme == "iob1" and prefix == "B" and before[1] != type_:
                raise InputError(f"{place}: {_tag(prefix, type_)} begins no mention that touches another, as in IOB2")
            begins = prefix == "B" or (prefix == "I" and before[1] != type_)
        if begins:
            found.append((index, index + 1, type_))
        elif prefix != "O":
            found[-1] = (found[-1][0], index + 1, type_)
        before = (prefix, type_)
    return found


def encode(length: int, mentions: Iterable[tuple[int, int, str]], scheme: str) -> list[str]:
    """The tags of a sentence; the inverse of :func:`decode`.

    >>> encode(4, [(0, 2, "coup"), (2, 3, "coup")], "iob1")
    ['I-coup', 'I-coup', 'B-coup', 'O']
    """
    tags = ["O"] * length
    for first, last, type_ in mentions:
        prefixes = ["B"] + ["I"] * (last - first - 1)
        if scheme == "iob1" and (first == 0 or tags[first - 1][2:] != type_):
            prefixes[0] = "I"
        elif scheme in _ONE_NAME:
            names = {meaning: name for name, meaning in _ONE_NAME[scheme].items()}
            prefixes[-1] = names["S" if last - first == 1 else "E"]
        tags[first:last] = [f"{prefix}-{type_}" for prefix in prefixes]
    return tags


def write(documents: Iterable[Document], path: Path, notes: Notes, scheme: str = "iob2") -> None:
    """Token and tag per line, a line of the text as a sentence.

    Raises:
        InputError: a name is none that a line in brackets can hold.
    """
    pieces = []
    for document in documents:
        body = [sentence for sentence in tokenise(document, notes, lines=True) if sentence.tokens]
        notes["white space of {} documents left out; CoNLL holds tokens, one blank between two"] += document.text != (
            "\n".join(" ".join(sentence.words) for sentence in body)
        )
        if not document.id or re.search(r"[\r\n()]", document.id):
            raise InputError(f"document {document.id!r}: CoNLL cannot hold this name; rename it")
        pieces.append(f"{_START} ({document.id})\tO\n")
        for sentence in body:
            mentions = [(first, last, event.type) for first, last, event in sentence.events]
            tags = encode(len(sentence.tokens), mentions, scheme)
            pieces.append("".join(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, tags, strict=True)))
    path.write_text("\n".join(pieces), encoding="utf-8", newline="\n")


def _tag(prefix: str, type_: str) -> str:
    return f"{prefix}-{type_}" if type_ else prefix
