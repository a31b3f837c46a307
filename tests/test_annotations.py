"""Measures the newswire corpus and fails on what falls short of its data sheet.

``python -m tests.test_annotations`` prints the figures.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations, pairwise

import pytest
from snowballstemmer import stemmer

from news_event_tagger import Document
from news_event_tagger.corpus import read
from news_event_tagger.documents.text import sentences, words
from tests.conftest import REPOSITORY

NEWSWIRE = REPOSITORY / "annotations" / "newswire"
SPLITS = ("train", "dev", "test")
TYPES = ("arrest", "expulsion", "coup", "cooperation-suspension")
STATUSES = ("actual", "alleged", "prospective", "negated")
STYLES = (
    *("wire copy", "feature", "editorial", "live blog", "press release", "communiqué", "chronology"),
    *("clumsy translation", "headline list", "photo captions", "interview", "local report"),
    *("serial story", "memoir", "essay", "letter", "column", "review"),
)

# Words that stand often in triggers, by type; in most of a newspaper they mean something else.
TRIGGER_LIKE = {
    "arrest": """arrest detain detention apprehend jail imprison prison custody captured caught held hold holding seized
        nabbed cell freed released kidnapped snatched abducted charged sentenced convicted warrant raid guard handcuffs
        intern cuffed""",
    "expulsion": """expel expulsion deport banish exile leave left leaving fled flee evacuated evicted evict
        removed removal dismissed sacked ejected kicked thrown out extradited resigned quit departed departure
        departing unwelcome ordered packing returned killed murder disappeared""",
    "coup": """coup putsch plot plotted conspiracy overthrow overthrew toppled topple ousted oust seized seize seizure
        swept stole takeover took power mutiny junta unseated deposed takeover""",
    "cooperation-suspension": """suspend suspended suspension ban banned end ended ending closed close closing stopped
        stop lifted freeze frozen froze drop dropped cut cuts cutting postponed cancelled canceled withdrawal withdrew
        withdraw withdrawn halt halted pause paused broke broken break scrapped severed quit pulled terminated
        scaled shelved ceased lapse lapsed""",
}
IRREGULAR = {
    **dict.fromkeys(("froze", "frozen"), "freez"),
    **dict.fromkeys(("broke", "broken", "breaking"), "break"),
    **dict.fromkeys(("held", "holding"), "hold"),
    **dict.fromkeys(("thrown", "threw"), "throw"),
    **dict.fromkeys(("withdrew", "withdrawn"), "withdraw"),
    **dict.fromkeys(("overthrew", "overthrown"), "overthrow"),
    **dict.fromkeys(("took", "taken", "taking"), "take"),
    **dict.fromkeys(("left", "leaving"), "leav"),
    **dict.fromkeys(("tore", "torn"), "tear"),
    **dict.fromkeys(("caught",), "catch"),
    **dict.fromkeys(("sent",), "send"),
    **dict.fromkeys(("driven", "drove"), "drive"),
}
_STEM = stemmer("english")


@cache
def stem(word: str) -> str:
    word = word.lower()
    return IRREGULAR.get(word) or str(_STEM.stemWord(word))


def lemma(trigger: str) -> tuple[str, ...]:
    return tuple(stem(trigger[start:end]) for start, end in words(trigger))


@cache
def split(name: str) -> list[Document]:
    return read(NEWSWIRE / name, types=TYPES)


def everything() -> list[Document]:
    return [document for name in SPLITS for document in split(name)]


@cache
def rows(name: str) -> list[tuple[Document, str, frozenset[str], frozenset[str]]]:
    """Each sentence of a split: its document, text, the types of its events, and the types it only looks like."""
    stems = {type_: {stem(word) for word in listed.split()} for type_, listed in TRIGGER_LIKE.items()}
    found = []
    for document in split(name):
        for start, end in sentences(document.text):
            types = frozenset(event.type for event in document.events if start <= event.start < end)
            here = {stem(word) for word in re.findall(r"\w+", document.text[start:end])}
            alike = frozenset(type_ for type_, listed in stems.items() if here & listed)
            found.append((document, document.text[start:end], types, alike))
    return found


def all_rows() -> list[tuple[Document, str, frozenset[str], frozenset[str]]]:
    return [row for name in SPLITS for row in rows(name)]


def mentions(name: str) -> list[tuple[str, str, str]]:
    return [(event.type, event.trigger, event.status or "") for document in split(name) for event in document.events]


def figures() -> dict[str, float]:
    """Everything the data sheet states, measured."""
    documents = everything()
    sentence_rows = all_rows()
    found = [mention for name in SPLITS for mention in mentions(name)]
    by_type, by_status = Counter(row[0] for row in found), Counter(row[2] for row in found)
    numbers: dict[str, float] = {f"articles in {name}": len(split(name)) for name in SPLITS}
    numbers |= {"articles": len(documents), "sentences": len(sentence_rows), "mentions": len(found)}
    numbers |= {f"mentions of {type_}": by_type[type_] for type_ in TYPES}
    numbers |= {f"mentions that are {status}": by_status[status] for status in STATUSES}
    numbers["share of mentions not actual"] = 1 - by_status["actual"] / len(found)
    numbers["share of sentences without event"] = sum(not row[2] for row in sentence_rows) / len(sentence_rows)
    numbers["sentences without event or trigger-like word"] = sum(not row[2] and not row[3] for row in sentence_rows)
    numbers["hard negative sentences"] = sum(bool(row[3] - row[2]) and not row[2] for row in sentence_rows)
    for name in ("dev", "test"):
        natural = [row for row in rows(name) if row[0].meta["kind"] == "natural"]
        numbers[f"natural-rate articles in {name}"] = len({row[0].id for row in natural})
        numbers[f"share of natural-rate sentences with event in {name}"] = sum(bool(row[2]) for row in natural) / len(
            natural
        )
    for name in ("train", "test"):
        numbers[f"share of mentions outside the ten commonest lemmas in {name}"] = rare_share(name)
    numbers["countries"] = len({document.meta["country"] for document in documents})
    numbers["decades since 1950"] = len({int(d.meta["year"]) // 10 for d in documents if int(d.meta["year"]) >= 1950})
    numbers["registers"] = len({document.meta["style"] for document in documents})
    numbers["articles without event"] = sum(not document.events for document in documents)
    numbers["articles of more than 512 words and marks"] = sum(
        len(words(document.text)) > 512 for document in documents
    )
    numbers["greatest overlap of two articles"], numbers["greatest overlap across splits"] = overlaps()
    numbers["share of six-word runs in two articles"] = repeated_runs()
    numbers["distinct words per thousand"] = distinct_words()
    return numbers


def rare_share(name: str) -> float:
    """Share of a split's mentions whose lemma is not among the ten commonest of its type in the whole corpus."""
    counts: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for part in SPLITS:
        for type_, trigger, _ in mentions(part):
            counts[type_][lemma(trigger)] += 1
    common = {type_: {form for form, _ in counter.most_common(10)} for type_, counter in counts.items()}
    rare = [lemma(trigger) not in common[type_] for type_, trigger, _ in mentions(name)]
    return sum(rare) / len(rare)


def shingles(text: str, length: int) -> set[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text.lower())
    return {tuple(tokens[start : start + length]) for start in range(len(tokens) - length + 1)}


@cache
def overlaps() -> tuple[float, float]:
    """Greatest Jaccard similarity of three-word shingles, of any two articles and of two in different splits."""
    sets = {(name, d.id): shingles(d.text, 3) for name in SPLITS for d in split(name)}
    holders: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for key, held in sets.items():
        for shingle in held:
            holders[shingle].append(key)
    shared: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for keys in holders.values():
        shared.update(combinations(keys, 2))
    likeness = {pair: n / (len(sets[pair[0]]) + len(sets[pair[1]]) - n) for pair, n in shared.items()}
    across = [value for (one, other), value in likeness.items() if one[0] != other[0]]
    return max(likeness.values()), max(across)


def repeated_runs() -> float:
    counts = Counter(run for document in everything() for run in shingles(document.text, 6))
    return sum(count > 1 for count in counts.values()) / len(counts)


def distinct_words() -> float:
    """Mean number of different words in a thousand running ones, which length does not change."""
    tokens = [token for document in everything() for token in re.findall(r"\w+", document.text.lower())]
    cuts = range(0, len(tokens) + 1, 1000)
    return sum(len(set(tokens[a:b])) for a, b in pairwise(cuts)) / (len(cuts) - 1)


AT_LEAST = {
    **{"articles": 550, "articles in train": 420, "articles in dev": 50, "articles in test": 80, "sentences": 8000},
    **{"mentions": 4000, **{f"mentions of {type_}": 700 for type_ in TYPES}},
    **{f"mentions that are {status}": 150 for status in STATUSES},
    "share of mentions not actual": 0.20,
    "share of sentences without event": 0.65,
    "sentences without event or trigger-like word": 3000,
    "hard negative sentences": 1500,
    "natural-rate articles in dev": 25,
    "natural-rate articles in test": 40,
    "share of mentions outside the ten commonest lemmas in train": 0.25,
    "share of mentions outside the ten commonest lemmas in test": 0.35,
    **{"countries": 100, "decades since 1950": 8, "registers": len(STYLES), "articles without event": 100},
    "articles of more than 512 words and marks": 20,
    "distinct words per thousand": 400,
}
AT_MOST = {
    **{f"share of natural-rate sentences with event in {name}": 0.05 for name in ("dev", "test")},
    **{"greatest overlap of two articles": 0.5, "greatest overlap across splits": 0.3},
    "share of six-word runs in two articles": 0.01,
}


@pytest.mark.parametrize("name", SPLITS)
def test_headers_say_what_the_slices_need(name: str) -> None:
    for document in split(name):
        assert document.meta["style"] in STYLES, document.id
        assert {"title", "dateline", "country", "year", "story", "kind"} <= set(document.meta), document.id
        assert all(event.status in STATUSES for event in document.events), document.id


def test_no_story_stands_in_two_splits() -> None:
    stories = [{document.meta["story"] for document in split(name)} for name in SPLITS]
    assert not any(one & other for one, other in combinations(stories, 2))


def test_the_seed_story_is_not_told() -> None:
    for document in everything():
        row = document.meta["country"] == "Mali" and document.meta["year"] == "2025"
        assert not (row and "France" in document.text), document.id
        assert "Vezilier" not in document.text


def test_measures_hold() -> None:
    measured = figures()
    short = {name: (measured[name], bound) for name, bound in AT_LEAST.items() if measured[name] < bound}
    over = {name: (measured[name], bound) for name, bound in AT_MOST.items() if measured[name] > bound}
    assert not short
    assert not over


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{value:>9.3f}  {name}" if value % 1 else f"{value:>9.0f}  {name}")
