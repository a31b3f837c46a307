"""The formats by name: which reader, which writer, what each can hold, and how to tell them apart."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event, Role
from ...exceptions import InputError, nearest
from ...files import KINDS, files_in, kind_of, packing, read_text, replacing
from ..reading import Notes, Reading, left_out
from . import (
    brat,
    conll,
    docbin,
    doccano,
    inline,
    jsonl,
    label_studio,
    maven,
    oneie,
    parquet,
    prodigy,
    standoff,
)

_LONGEST = 240
"""Bytes of a document's name that file systems take with an ending behind it."""
_HEAD = 20
"""Lines of a file by which its format is told."""
Write = Callable[[list[Document], Path, Notes], None]


@dataclass(frozen=True)
class Format:
    """One format.

    Args:
        title: what people call it.
        read: the reader.
        write: the writer, if there is one; it is given only what ``holds`` says the format has a place for.
        holds: of ``overlaps``, ``status``, ``score``, ``meta``, ``roles``, ``heads`` (of participants) and ``none``
            (that somebody looked for participants and found none) what it has a place for.
        folder: the kinds of files of which a set is a folder, named by the documents; none where it is one file.
        labels: what a type or a status must be, if not just any text.
        roles: what a role must be.
    """

    title: str
    read: Callable[[Path, Reading], list[Document]]
    write: Write | None = None
    holds: frozenset[str] = frozenset()
    folder: tuple[str, ...] = ()
    labels: str = r"(?s:.+)"
    roles: str = r"(?s:.+)"


def _quiet(write: Callable[[Iterable[Document], Path], None]) -> Write:
    """A writer that has nothing to say."""
    return lambda documents, path, notes: write(documents, path)


def _conll(scheme: str | None) -> Format:
    title = f"CoNLL columns, {scheme.upper()}" if scheme else "CoNLL columns"
    read, write = partial(conll.read, scheme=scheme), partial(conll.write, scheme=scheme or "iob2")
    return Format(title, read, write, labels=r"\S+")


_ROLES = frozenset({"roles", "heads", "none"})
_ALL = frozenset({"overlaps", "status", "score", "meta"}) | _ROLES
FORMATS = {
    "jsonl": Format("JSON Lines, ours", jsonl.read, _quiet(jsonl.write), _ALL),
    "inline": Format(
        "inline articles, ours",
        inline.read,
        inline.write,
        frozenset({"status", "meta"}) | _ROLES,
        folder=("text",),
        labels=r"(?!\?\Z)[^\s,()]+",
        roles=r"\S+",
    ),
    "standoff": Format(
        "stand-off labels without texts, ours",
        standoff.read,
        _quiet(standoff.write),
        _ALL - {"meta"},
        folder=("json", "jsonl"),
    ),
    "conll": _conll(None),
    **{scheme: _conll(scheme) for scheme in conll.SCHEMES},
    "brat": Format(
        "brat stand-off",
        brat.read,
        _quiet(brat.write),
        frozenset({"overlaps", "status", "roles", "none"}),
        folder=("brat", "text"),
        labels=r"\S+",
        roles=r"\S*[^\s\d]",
    ),
    "doccano": Format("doccano JSONL", doccano.read, _quiet(doccano.write), frozenset({"overlaps", "meta", "roles"})),
    "label-studio": Format("Label Studio JSON", label_studio.read, _quiet(label_studio.write), _ALL - {"heads"}),
    "prodigy": Format("Prodigy JSONL", prodigy.read, _quiet(prodigy.write), _ALL),
    "maven": Format("MAVEN JSONL", maven.read),
    "oneie": Format("OneIE (ACE, ERE) JSONL", partial(oneie.read, dialect="oneie")),
    "textee": Format("TextEE JSONL", partial(oneie.read, dialect="textee")),
    "spacy": Format("spaCy DocBin", docbin.read, docbin.write, _ALL - _ROLES),
    "table": Format("datasets table (Parquet)", parquet.read, _quiet(parquet.write), _ALL),
}
_BY_KIND = {"parquet": "table", "spacy": "spacy", "jsonl": "jsonl", "columns": "conll"}
_ROWS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "standoff": standoff.looks_like,
    "doccano": doccano.looks_like,
    "label-studio": label_studio.looks_like,
    "prodigy": prodigy.looks_like,
    "maven": maven.looks_like,
    "oneie": partial(oneie.looks_like, dialect="oneie"),
    "textee": partial(oneie.looks_like, dialect="textee"),
}


def named(name: str) -> Format:
    """The format of a name.

    Raises:
        InputError: there is none, with those there are.
    """
    if name not in FORMATS:
        raise InputError(f"format {name!r}: {nearest(name, FORMATS)}; known: {', '.join(FORMATS)}")
    return FORMATS[name]


def writer(name: str) -> Write:
    """The writer of a format.

    Raises:
        InputError: there is no such format, or we only read it.
    """
    write = named(name).write
    if write is None:
        raise InputError(f"format {name!r}: we read it and do not write it; {_choose('--to')}")
    return write


def detect(path: Path) -> str:
    """The format of a file, told by what is in it.

    Raises:
        InputError: it is missing, or looks like none or like several, with the formats there are.
    """
    kind = kind_of(path.name)
    if kind in ("parquet", "spacy"):
        return _BY_KIND[kind]
    if kind == "brat" or (kind == "text" and brat.beside(path, "brat")):
        return "brat"
    if kind in ("json", "jsonl"):
        return _detect_rows(path, kind)
    head = read_text(path)[:20_000]
    if conll.looks_like(head) or (kind == "columns" and not path.name.lower().endswith(".tsv")):
        return "conll"
    if kind == "text":
        return "inline"
    raise InputError(f"{path}: not a set we read; {_choose()}")


def _detect_rows(path: Path, kind: str) -> str:
    text = read_text(path)
    # Of JSON Lines the first line may be a list by mistake, which makes no list of the file.
    if text.lstrip().startswith("[") and (kind == "json" or _json(text) is not None):
        rows = [row for row in jsonl.parse_json(text, str(path))[:_HEAD] if isinstance(row, dict)]
    elif kind == "json" and re.search(r'"sha256"\s*:', text):
        return "standoff"
    else:
        rows = [row for row in map(_json, filter(str.strip, text.split("\n")[: 2 * _HEAD])) if isinstance(row, dict)]
        if not rows:
            # The reader names the line.
            return "jsonl" if kind == "jsonl" else "standoff"
    found = [name for name, looks_like in _ROWS.items() if any(map(looks_like, rows))]
    if len(found) > 1:
        raise InputError(f"{path}: looks like {' and like '.join(found)}; {_choose()}")
    if not found and kind == "json":
        raise InputError(f"{path}: its keys are those of no format we know; {_choose()}")
    return found[0] if found else "jsonl"


def _json(line: str) -> Any:
    """What a line holds; ``None`` where it is not JSON."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(line)


def parts(path: Path, name: str | None = None, reading: Reading | None = None) -> list[tuple[Path, str]]:
    """What of a set goes through a reader at a time, a file or a whole folder, and the format of each.

    Args:
        path: a file, or a folder with its subfolders.
        name: one of :data:`FORMATS`; ``None`` tells it by what is in the files.
        reading: takes the files of no format we know where it collects refusals.

    Raises:
        InputError: nothing is there, or what is there is of no format we know.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if path.is_fifo():
        raise InputError(f"{path}: is a pipe, and a set is read more than once; save it as a file first")
    if path.is_dir() and parquet.is_saved(path):
        return [(path, name or "table")]
    reading = reading or Reading()
    if not path.is_dir():
        return [(path, name or detect(path))]
    everything = files_in(path)
    if name is None and any(kind_of(file.name) == "brat" for file in everything):
        name = "brat"
    kinds = named(name).folder if name else ()
    files = [file for file in everything if kind_of(file.name) in (kinds or KINDS.values())]
    reading.notes.update(left_out([str(file.relative_to(path)) for file in everything if file not in set(files)]))
    if name and kinds:
        return [(path, name)]
    if not files:
        raise InputError(f"{path}: no articles (.txt), labels (.json, .jsonl …) or tables in this folder")
    found = []
    for file in files:
        with reading.part(str(file)):
            found.append((file, name or detect(file)))
    return found


def load(path: Path, reading: Reading, name: str | None = None) -> list[Document]:
    """The documents of a set as they are, overlaps included.

    Args:
        path: a file, or a folder with its subfolders.
        reading: how to read it; its notes take what there is to say.
        name: one of :data:`FORMATS`; ``None`` tells it by what is in the files.

    Raises:
        InputError: nothing is there, or a file is not what its format says.
    """
    documents: list[Document] = []
    for part, own in parts(path, name, reading):
        form = named(own)
        if name is None and own not in ("jsonl", "inline", "standoff", "table"):
            reading.notes[f"read as {form.title}"] += 1
        with reading.part(str(part)):
            known = len(reading.refusals or ())
            found = form.read(part, reading)
            if not found and len(reading.refusals or ()) == known:
                raise InputError(f"{part}: no documents in it")
            documents += found
    return documents


def save(documents: Sequence[Document], path: Path, name: str | None = None) -> list[str]:
    """Write a set, whole or not at all.

    Args:
        documents: what to write.
        path: the file, or the folder for formats of several files, which must not hold anything yet.
        name: one of :data:`FORMATS`; ``None`` goes by the ending of ``path``.

    Returns:
        What the format could not hold, a sentence for each kind with its count.

    Raises:
        InputError: the format is unknown, or cannot hold a document at all.
    """
    name = name or _named_by(path)
    write = writer(name)
    notes = Notes()
    reduced = [_reduced(document, named(name).holds, notes) for document in documents]
    write_with(reduced, path, name, lambda target: write(reduced, target, notes))
    return notes.sentences()


def _named_by(path: Path) -> str:
    """The format that the ending of a file's name says to write."""
    ending = path.suffix.lower()
    if ending[1:] in conll.SCHEMES:
        return ending[1:]
    if ending == ".tsv" or (kind := kind_of(path.name)) not in _BY_KIND:
        raise InputError(f"{path}: its ending does not say which format to write; {_choose('--to')}")
    return _BY_KIND[kind]


def _check_labels(documents: Iterable[Document], name: str) -> None:
    """Refuse types, statuses and roles that a format would not give back."""
    form = FORMATS[name]
    for document in documents:
        for event in document.events:
            labels = [("type", event.type, form.labels), ("status", event.status, form.labels)]
            labels += [("role", role.role, form.roles) for role in event.roles or ()]
            for kind, label, fits in labels:
                if label is not None and not re.fullmatch(fits, label):
                    raise InputError(f"document {document.id!r}: {name} cannot hold the {kind} {label!r}; rename it")


def write_with(documents: Sequence[Document], path: Path, name: str, write: Callable[[Path], None]) -> None:
    """Write a set in a format through a function that is given a temporary place.

    Raises:
        InputError: something stands there, or the format cannot hold a label, a name or a text.
    """
    _check_labels(documents, name)
    if folder := bool(named(name).folder):
        _check_names(documents)
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise InputError(f"{path}: stands there already; give a new folder")
    elif path.is_dir():
        raise InputError(f"{path}: is a folder; give the name of a file")
    elif packing(path.name):
        raise InputError(f"{path}: we write no packed files; leave out {path.suffix} and pack it then")
    try:
        with replacing(path) as temporary:
            if folder:
                temporary.mkdir()
            write(temporary)
    except UnicodeEncodeError as error:
        raise InputError(
            f"{path}: half a surrogate pair in a text, label or name has no UTF-8 ({error.reason}); mend it"
        ) from None


def _reduced(document: Document, holds: frozenset[str], notes: Notes) -> Document:
    """What of a document a format can hold."""
    events = document.events
    if "overlaps" not in holds:
        events = document.without_overlaps().events
        notes["{} overlapping events left out"] += len(document.events) - len(events)
    dropped: dict[str, Any] = {}
    if "status" not in holds:
        notes["status of {} events left out"] += sum(event.status is not None for event in events)
        dropped |= {"status": None, "status_score": None}
    if "score" not in holds:
        notes["score of {} events left out"] += sum(event.score is not None for event in events)
        dropped |= {"score": None, "status_score": None}
    meta = document.meta if "meta" in holds else {}
    notes["meta of {} documents left out"] += len(meta) < len(document.meta)
    kept = tuple(replace(event, **dropped, roles=_roles(event, holds, notes)) for event in events)
    return Document(document.text, kept, document.id, meta)


def _roles(event: Event, holds: frozenset[str], notes: Notes) -> tuple[Role, ...] | None:
    """What of the participants of an event a format can hold."""
    roles = event.roles
    if roles and "roles" not in holds:
        notes["{} participants left out"] += len(roles)
        return None
    if not roles:
        lost = roles is not None and "none" not in holds
        notes["that {} events have no participants left out"] += lost
        return None if lost else roles
    dropped: dict[str, Any] = {}
    for name, key in (("heads", "head"), ("score", "score")):
        if name not in holds:
            notes[f"{key} of {{}} participants left out"] += sum(getattr(role, key) is not None for role in roles)
            dropped[key] = None
    return tuple(replace(role, **dropped) for role in roles)


def _check_names(documents: Sequence[Document]) -> None:
    seen: set[str] = set()
    for document in documents:
        if not document.id or document.id.startswith(".") or re.search(r"[/\\\x00-\x1f]", document.id):
            raise InputError(f"document {document.id!r}: its name cannot be that of a file; rename it")
        if len(document.id.encode("utf-8", "surrogatepass")) > _LONGEST:
            raise InputError(f"document {document.id[:40]!r}…: its name is too long for a file; rename it")
        if document.id in seen:
            raise InputError(f"{document.id!r}: two documents of this name cannot be files of one folder; rename one")
        seen.add(document.id)


def _choose(option: str = "--from") -> str:
    names = [name for name, form in FORMATS.items() if option == "--from" or form.write]
    return f"name its format ({option}, format=): {', '.join(names)}"
