"""spaCy's binary training format, ``DocBin`` (``.spacy``); needs ``pip install news-event-tagger[spacy]``.

Events are the span group ``sc``, the default of spaCy's span categoriser, whose ``attrs`` hold statuses and scores; in
files without span groups they are the entities. Names and meta of documents are in ``user_data``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...documents.document import Document
from ...exceptions import InputError
from ...files import read_bytes, stem
from ..reading import Notes, Reading
from ..tokens import tokenise
from .jsonl import parse_document

if TYPE_CHECKING:
    from spacy.tokens import Doc

GROUP = "sc"
_ATTRIBUTES = {"score": "scores", "status": "statuses", "status_score": "status_scores"}


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of a file.

    Raises:
        InputError: spaCy is not installed, the file is no ``DocBin``, or its span groups are none we know.
    """
    docbin, vocab = _spacy(path)
    data = read_bytes(path)
    try:
        docs = list(docbin().from_bytes(data).get_docs(vocab()))
    except Exception as error:  # zlib, msgpack and spaCy raise their own
        raise InputError(f"{path}: not a DocBin of spaCy's ({type(error).__name__}: {str(error)[:100]})") from error
    found = []
    for number, doc in enumerate(docs, 1):
        with reading.part(str(path), doc.user_data.get("id", number)):
            found.append(_read_doc(doc, number, path, reading))
    return found


def _read_doc(doc: Doc, number: int, path: Path, reading: Reading) -> Document:
    groups = doc.spans
    if groups and GROUP not in groups and len(groups) > 1:
        raise InputError(f"{path}: document {number} has the span groups {', '.join(groups)}; name one {GROUP!r}")
    group = groups[GROUP] if GROUP in groups else next(iter(groups.values()), None)
    spans = doc.ents if group is None else group
    reading.notes["{} entities left out; the span groups are read"] += 0 if group is None else len(doc.ents)
    known: dict[str, list[Any]] = {
        key: list(group.attrs[name])
        for key, name in _ATTRIBUTES.items()
        if group is not None and name in group.attrs and len(group.attrs[name]) == len(group)
    }
    events = [
        {"start": span.start_char, "end": span.end_char, "type": span.label_}
        | {key: _plain(values[index]) for key, values in known.items()}
        for index, span in enumerate(spans)
    ]
    row = {"id": doc.user_data.get("id", f"{stem(path.name)}-{number}"), "text": doc.text, "events": events}
    return parse_document(row | {"meta": doc.user_data.get("meta", {})}, f"{path}: document {number}", reading)


def write(documents: Iterable[Document], path: Path, notes: Notes) -> None:
    """A ``DocBin`` whose tokens are our words; the texts come back to the character."""
    docbin, vocab = _spacy(path)
    words = vocab()
    docbin(docs=[_doc(document, words, notes) for document in documents], store_user_data=True).to_disk(path)


def _doc(document: Document, vocab: Any, notes: Notes) -> Doc:
    from spacy.tokens import Doc, Span, SpanGroup

    (sentence,) = tokenise(document, notes, lines=False)
    words: list[str] = []
    spaces: list[bool] = []
    place = 0
    # A token of spaCy's may be followed by one blank; other white space is a token of its own.
    for start, end in [*sentence.tokens, (len(document.text),) * 2]:
        gap = document.text[place:start]
        if words and gap.startswith(" "):
            spaces[-1], gap = True, gap[1:]
        for text in (gap, document.text[start:end]):
            if text:
                words.append(text)
                spaces.append(False)
        place = end
    doc = Doc(vocab, words=words, spaces=spaces)
    doc.user_data |= {"id": document.id, "meta": dict(document.meta)}
    found = [event for _, _, event in sentence.events]
    at = {token.idx: token.i for token in doc}
    spans = [
        Span(doc, at[sentence.tokens[first][0]], at[sentence.tokens[last - 1][0]] + 1, label=event.type)
        for first, last, event in sentence.events
    ]
    attrs = {
        name: [getattr(event, key) for event in found]
        for key, name in _ATTRIBUTES.items()
        if any(getattr(event, key) is not None for event in found)
    }
    doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans, attrs=attrs)
    return doc


def _plain(value: Any) -> Any:
    """A number of numpy's, in which spaCy keeps scores, as Python's."""
    return value.item() if hasattr(value, "item") else value


def _spacy(path: Path) -> Any:
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        raise InputError(f"{path}: spaCy's format needs spaCy; pip install 'news-event-tagger[spacy]'") from None
    return DocBin, Vocab
