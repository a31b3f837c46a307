"""What a format is given to hold comes back from it."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, Entities

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.corpus import write
from news_event_tagger.corpus.formats import conll, jsonl
from news_event_tagger.corpus.formats.conll import encode
from news_event_tagger.corpus.formats.registry import FORMATS, load
from news_event_tagger.corpus.reading import Notes, Reading
from news_event_tagger.corpus.tokens import tokenise
from news_event_tagger.documents.text import words

FAST = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
TYPES = st.sampled_from(["arrest", "coup", "cooperation-suspension", "Justice:Arrest-Jail"])
STATUSES = st.sampled_from([None, "actual", "alleged"])
ROLES = st.sampled_from(["actor", "target", "place", "who-ever:", "participant"])
SCORES = st.none() | st.floats(0, 1)
# Byte order marks at the beginning of a file are not text.
ANY = st.text(st.characters(exclude_characters="\ufeff", exclude_categories=["Cs"]), min_size=1, max_size=40)
WORDS = st.lists(st.sampled_from(["The", "coup", "in", "Lomé", "🎉", ",", "日本", "d’état"]), min_size=1, max_size=6)


@st.composite
def participant(draw: st.DrawFn, text: str) -> Role:
    """Any span of a text, with a head and a score or without."""
    start, head, behind, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    start = min(start, len(text) - 1)
    end = max(end, start + 1)
    heads = st.sampled_from([None, (head, behind) if start <= head < behind <= end else None])
    return Role(draw(ROLES), start, end, text[start:end], draw(heads), draw(SCORES))


def reduced(document: Document, *lost: str, **changed: Any) -> Document:
    """A document whose participants have lost what a format does not hold, and its events too."""
    drop = dict.fromkeys(lost)
    events = [
        replace(event, **({"roles": event.roles and tuple(replace(r, **drop) for r in event.roles)} | changed))
        for event in document.events
    ]
    return document.with_events(events)


@st.composite
def rich(draw: st.DrawFn) -> Document:
    """Any Unicode, spans that overlap, statuses, scores, meta and participants."""
    text = draw(ANY)
    pairs = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=4))
    spans = {(min(pair), max(pair), draw(TYPES)) for pair in pairs if pair[0] != pair[1]}
    events = [
        Event(
            start,
            end,
            type_,
            text[start:end],
            draw(SCORES),
            status := draw(STATUSES),
            draw(SCORES) if status else None,
            draw(st.none() | st.lists(participant(text), max_size=3).map(tuple)),
        )
        for start, end, type_ in spans
    ]
    meta = draw(st.dictionaries(st.sampled_from(["title", "style"]), ANY, max_size=2))
    return Document(text, tuple(events), "d-1", meta)


@st.composite
def worded(draw: st.DrawFn) -> Document:
    """Lines of words with one blank between them, whose events are whole words of one line."""
    lines = [" ".join(line) for line in draw(st.lists(WORDS, min_size=1, max_size=3))]
    sentences = [" ".join(line.words) for line in tokenise(Document("\n".join(lines)), Notes(), lines=True)]
    text, spans, start = "\n".join(sentences), [], 0
    for sentence in sentences:
        edges = sorted(draw(st.sets(st.integers(0, sentence.count(" ") + 1), max_size=4)))
        words = sentence.split(" ")
        places = [start + len(" ".join(words[:index])) + bool(index) for index in range(len(words) + 1)]
        spans += [
            (places[first], places[last] - 1, draw(TYPES)) for first, last in zip(edges[::2], edges[1::2], strict=False)
        ]
        start += len(sentence) + 1
    return Document.mark(text, spans, "d-1")


def there_and_back(documents: list[Document], name: str, **how: Any) -> list[Document]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "set"
        assert not (left := write(documents, path, name)), left
        return load(path, Reading(**how), name)


EVERYTHING = st.text(st.characters(exclude_categories=()), min_size=1, max_size=12) | st.sampled_from(
    [".", "a:b", "?", "a)", "x\\", "\ufeffa", "\ud800", "a,b", "-DOCSTART-", "#", "B-x", "a" * 300]
)
WRITABLE = [name for name, form in FORMATS.items() if form.write and name not in conll.SCHEMES]


@settings(FAST, max_examples=60)
@given(st.data())
@pytest.mark.parametrize("name", WRITABLE)
def test_all_of_unicode_comes_back_or_is_refused_when_written(name: str, data: st.DataObject) -> None:
    if name == "spacy":
        pytest.importorskip("spacy")
    # Each part is of all Unicode in some documents, so that what is refused does not hide the rest.
    plain = data.draw(st.sets(st.sampled_from(["text", "id", "type", "status", "role"])))
    text = data.draw(WORDS.map(" ".join) if "text" in plain else EVERYTHING)
    text = f"{data.draw(st.just('T') if 'text' in plain else EVERYTHING)}\n\n{text}" if name == "inline" else text
    id_ = "d-1" if "id" in plain else data.draw(EVERYTHING)
    type_ = "coup" if "type" in plain else data.draw(EVERYTHING)
    status = None
    if "status" in FORMATS[name].holds:
        status = "alleged" if "status" in plain else data.draw(EVERYTHING)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    roles = None
    if "roles" in FORMATS[name].holds:
        role = "actor" if "role" in plain else data.draw(EVERYTHING)
        last = data.draw(st.integers(1, len(text)))
        roles = (Role(role, first := data.draw(st.integers(0, last - 1)), last, text[first:last]),)
    document = Document(text, (Event(start, end, type_, text[start:end], status=status, roles=roles),), id_)
    with TemporaryDirectory() as folder:
        path, texts = Path(folder) / "set", Path(folder) / "texts.jsonl"
        jsonl.write([document], texts)
        try:
            said = write([document], path, name)
        except InputError:
            assert not path.exists()
            return
        (found,) = load(path, Reading(texts=Path(folder)), name)
    assert found.id == document.id
    if name == "conll":
        assert "".join(found.text.split()) == "".join(text.split())
        assert len(found.events) == 1 or any("events left out" in sentence for sentence in said)
        assert all(event.type == type_ for event in found.events)
        return
    assert found.text == document.text
    if name == "spacy" and said:
        assert [event.type for event in found.events] in ([], [type_])
    else:
        assert found.events == document.events


@FAST
@given(rich())
@pytest.mark.parametrize("name", ["jsonl", "prodigy", "table"])
def test_what_holds_everything_gives_it_back(name: str, document: Document) -> None:
    assert there_and_back([document], name) == [document]


@FAST
@given(rich())
def test_label_studio_gives_back_all_but_heads(document: Document) -> None:
    bare = reduced(document, "head")
    assert there_and_back([bare], "label-studio") == [bare]


@FAST
@given(rich())
def test_brat_gives_back_overlaps_statuses_and_participants(document: Document) -> None:
    bare = reduced(document, "head", "score", score=None, status_score=None)
    bare = Document(bare.text, bare.events, bare.id)
    assert there_and_back([bare], "brat") == [bare]


@FAST
@given(rich())
def test_doccano_gives_back_overlaps_meta_and_participants(document: Document) -> None:
    bare = reduced(document, "head", "score", score=None, status=None, status_score=None)
    # It cannot say that somebody looked and found none.
    bare = bare.with_events(replace(event, roles=event.roles or None) for event in bare.events)
    assert there_and_back([bare], "doccano") == [bare]


@FAST
@given(worded())
@pytest.mark.parametrize("name", ["iob1", "iob2", "bioes", "bilou"])
def test_columns_give_back_words(name: str, document: Document) -> None:
    assert there_and_back([document], name) == [document]


@FAST
@given(worded())
@pytest.mark.parametrize("name", ["iob1", "iob2", "bioes", "bilou"])
def test_the_scheme_of_columns_is_found_out(name: str, document: Document) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "set.conll"
        write([document], path, name)
        assert load(path, Reading()) == [document]


@FAST
@given(worded())
@pytest.mark.parametrize(("name", "scheme"), [("iob1", IOB1), ("iob2", IOB2), ("bioes", IOBES), ("bilou", BILOU)])
def test_tags_mean_to_seqeval_what_they_mean_to_us(name: str, scheme: type, document: Document) -> None:
    for sentence in tokenise(document, Notes(), lines=True):
        mentions = [(first, last, event.type) for first, last, event in sentence.events]
        tags = encode(len(sentence.tokens), mentions, name)
        (found,) = Entities([tags], scheme).entities
        assert [(entity.start, entity.end, entity.tag) for entity in found] == mentions


def row_of(name: str, document: Document) -> dict[str, Any]:
    """A document as MAVEN, OneIE or TextEE have it: sentences of tokens, and where the triggers are in them."""
    cut = tokenise(document, Notes(), lines=name == "maven")
    places = [
        (number, first, last, event.type) for number, part in enumerate(cut) for first, last, event in part.events
    ]
    if name == "maven":
        events = [
            {"type": type_, "mention": [{"trigger_word": " ".join(cut[number].words[first:last]), "sent_id": number,
             "offset": [first, last]}]}
            for number, first, last, type_ in places
        ]  # fmt: skip
        content = [{"sentence": part.text, "tokens": part.words} for part in cut]
        return {"id": document.id, "title": "T", "content": content, "events": events, "negative_triggers": []}
    entities = [
        {"id": f"e{place}", "start": place, "end": place + 1, "text": word} for place, word in enumerate(cut[0].words)
    ]
    events = [
        {
            "event_type": type_,
            "trigger": {"start": first, "end": last, "text": " ".join(cut[0].words[first:last])},
            "arguments": [{"entity_id": f"e{first}", "role": "Agent", "text": "any"}] if type_ == "coup" else [],
        }
        for _, first, last, type_ in places
    ]
    id_key, text_key = ("sent_id", "sentence") if name == "oneie" else ("wnd_id", "text")
    row = {id_key: document.id, text_key: document.text, "tokens": cut[0].words, "event_mentions": events}
    return row | {"doc_id": "D", "entity_mentions": entities}


@FAST
@given(worded())
@pytest.mark.parametrize(
    ("name", "meta"), [("maven", {"title": "T"}), ("oneie", {"doc_id": "D"}), ("textee", {"doc_id": "D"})]
)
def test_token_offsets_give_the_words_they_count(name: str, meta: dict[str, str], document: Document) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "set.jsonl"
        path.write_text(json.dumps(row_of(name, document)), encoding="utf-8")
        (found,) = load(path, Reading())
        assert reduced(found, roles=None) == Document(document.text, document.events, "d-1", meta)
        arguments = {event.span: event.roles for event in found.events}
        looked = name != "maven" and any(event.type == "coup" for event in document.events)
        for event in document.events:
            first = words(event.trigger)[0]
            agent = Role("Agent", event.start, event.start + first[1], event.trigger[: first[1]])
            assert arguments[event.span] == (((agent,) if event.type == "coup" else ()) if looked else None)


@FAST
@given(worded(), STATUSES, SCORES)
def test_spacy_gives_back_everything(document: Document, status: str | None, score: float | None) -> None:
    pytest.importorskip("spacy")
    events = [Event(*e.span, e.type, e.trigger, score, status) for e in document.events]
    full = Document(document.text, tuple(events), "d-1", {"title": "T"})
    assert there_and_back([full], "spacy") == [full]


@FAST
@given(ANY)
def test_spacy_gives_back_any_text(text: str) -> None:
    pytest.importorskip("spacy")
    assert there_and_back([Document(text, id="d")], "spacy")[0].text == text


@FAST
@given(rich())
def test_stand_off_gives_labels_back_to_their_texts(document: Document) -> None:
    assume("\r" not in document.text)
    with TemporaryDirectory() as folder:
        (Path(folder) / "d-1.txt").write_text(document.text, encoding="utf-8", newline="")
        write([Document(document.text, document.events, "d-1")], Path(folder) / "set", "standoff")
        (found,) = load(Path(folder) / "set", Reading(texts=Path(folder)), "standoff")
    assert (found.text, found.events) == (document.text, document.events)
