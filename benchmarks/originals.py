"""The originals of LitBank, CASIE and M2E2: where they are, and how they are read and repaired."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from news_event_tagger.corpus import check_ids
from news_event_tagger.corpus.formats.jsonl import parse_json
from news_event_tagger.corpus.reading import Notes
from news_event_tagger.documents.document import Document
from news_event_tagger.exceptions import InputError
from news_event_tagger.files import read_text

PARTS = ("train", "dev", "test")
SPLITS = tuple(f"split{number}" for number in range(1, 6))
TEXTEE = "https://github.com/ej0cl6/TextEE", "25d5dca"
# How far ahead a word of LitBank is looked for where the novel does not go on with it.
REACH = 100

Split = dict[str, list[Document]]


@dataclass(frozen=True)
class Benchmark:
    """A public set: where its originals are, and how they are read.

    Args:
        about: what it is, its licence, and what was published on it, for people.
        repositories: address and commit of each.
        documents: how many documents the originals at these commits give.
        events: how many events.
        prepare: reads a folder of the clones; returns the parts by folder, ``""`` where there is but one split.
    """

    about: str
    repositories: Sequence[tuple[str, str]]
    documents: int
    events: int
    prepare: Callable[[Path, Notes], dict[str, Split]]


def litbank(source: Path, notes: Notes) -> dict[str, Split]:
    """LitBank: words and labels as tab-separated values, and the novels for the white space between the words."""
    labels, novels = source / "ACL2019-literary-events/data/tsv", source / "litbank/original"
    split: Split = {}
    for part in PARTS:
        files = sorted((labels / part).glob("*.tsv"))
        if not files:
            raise InputError(f"{labels / part}: no .tsv file; `where` says what to clone into {source}")
        split[part] = [read_excerpt(file, novels, notes) for file in files]
    return {"": split}


def read_excerpt(file: Path, novels: Path, notes: Notes) -> Document:
    """One excerpt: the words of a file, spaced as the novel of its name is."""
    id_ = file.stem.removesuffix("_brat")
    novel = read_text(novels / f"{id_}.txt")
    text, at, spans = "", 0, []
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if not line.strip():
            text += "\n" if text and not text.endswith("\n") else ""
            continue
        word, _, label = line.rstrip("\r").partition("\t")
        if not word or label not in ("O", "EVENT"):
            raise InputError(f"{file}:{number}: wants a word, a tab, and O or EVENT; this is {line[:40]!r}")
        start = novel.find(word, at, at + len(word) + REACH)
        gap = novel[at : max(start, at)]
        notes["{} words are not where the novel goes on; a blank was put before each"] += start < 0 or bool(gap.strip())
        if text and not text.endswith("\n") and (gap or start < 0):
            text += " "
        if label == "EVENT":
            spans.append((len(text), len(text) + len(word), label))
        text += word
        at = at if start < 0 else start + len(word)
    return Document.mark(text.rstrip("\n"), spans, id_)


def casie(source: Path, notes: Notes) -> dict[str, Split]:
    """CASIE: a file of JSON per article, with offsets of which some are one too high and a few wrong."""
    splits = _lists(source / "TextEE/data/preprocessing/casie")
    folder = source / "CASIE/data/annotation"
    # One list is as good as the other: all five deal out the same articles.
    used = {id_ for ids in splits[SPLITS[0]].values() for id_ in ids}
    notes["{} articles left out that are in no split"] += len({file.stem for file in folder.glob("*.json")} - used)
    return _deal(splits, {id_: read_article(folder / f"{id_}.json", id_, notes) for id_ in sorted(used)})


def read_article(file: Path, id_: str, notes: Notes) -> Document:
    """One article of CASIE."""
    row = parse_json(read_text(file), str(file))
    spans = []
    with _shape(str(file)):
        text: str = row["content"]
        for event in (event for hopper in row["cyberevent"]["hopper"] for event in hopper["events"]):
            nugget, type_ = event["nugget"], f"{event['type']}:{event['subtype']}"
            start, end = nugget["startOffset"], nugget["endOffset"]
            # The rule of TextEE, so that the same events count.
            shift = next((shift for shift in (0, 1) if text[start - shift : end - shift] == nugget["text"]), None)
            notes["{} events moved by one character, for their offsets were one too high"] += shift == 1
            notes["{} events left out, for their offsets do not give their text"] += shift is None
            if shift is not None:
                spans.append((start - shift, end - shift, type_))
    return _marked(text, spans, id_, notes)


def m2e2(source: Path, notes: Notes) -> dict[str, Split]:
    """M2E2: the sentences of its texts in one JSON file of a zip, as words beside a text cut and run together."""
    splits = _lists(source / "TextEE/data/preprocessing/m2e2")
    path = source / "m2e2/data/m2e2_annotations.zip"
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if Path(name).name == "text_only_event.json"]
            if len(names) != 1:
                raise InputError(f"{path}: {len(names)} files text_only_event.json in it, one is wanted")
            place = f"{path}/{names[0]}"
            rows = parse_json(archive.read(names[0]).decode("utf-8"), place)
    except zipfile.BadZipFile:
        raise InputError(f"{path}: no zip file; `where` says what to clone into {source}") from None
    except UnicodeDecodeError:
        raise InputError(f"{place}: not UTF-8") from None
    with _shape(place):
        sentences = [read_sentence(row, f"{place}: sentence {row['sentence_id']!r}", notes) for row in rows]
    check_ids(sentences, place)
    return _deal(splits, {sentence.id: sentence for sentence in sentences})


def read_sentence(row: Mapping[str, Any], place: str, notes: Notes) -> Document:
    """One sentence of M2E2; ``place`` names it in messages."""
    with _shape(place):
        words: list[str] = row["words"]
        # The original lacks its last character, which the last word has.
        text: str = row["sentence"] + words[-1][-1]
        tokens, repaired, at = [], "", 0
        for word in words:
            start = text.find(word, at)
            gap = text[at : max(start, at)]
            if start < 0 or gap.replace("-", "").strip():
                raise InputError(f"{place}: the word {word!r} does not follow at character {at} of its text")
            # A hyphen that belongs to no word stands for the end of a line.
            notes["{} hyphens between words made the ends of lines they stand for"] += gap.count("-")
            repaired += gap.replace("-", "\n") + word
            at = start + len(word)
            tokens.append((start, at))
        if at != len(text):
            raise InputError(f"{place}: its text goes on behind the last word, {text[at : at + 20]!r}")
        spans = []
        for event in row["golden-event-mentions"]:
            first, end = event["trigger"]["start"], event["trigger"]["end"]
            if not 0 <= first < end <= len(tokens):
                raise InputError(f"{place}: it has no words {first}:{end}")
            spans.append((tokens[first][0], tokens[end - 1][1], event["event_type"]))
        return _marked(repaired, spans, row["sentence_id"], notes)


def _marked(text: str, spans: Sequence[tuple[int, int, str]], id_: str, notes: Notes) -> Document:
    distinct = dict.fromkeys(spans)
    notes["{} events left out that mark the span of another with the same type"] += len(spans) - len(distinct)
    return Document.mark(text, distinct, id_)


@contextmanager
def _shape(place: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise InputError(f"{place}: not as its commit has it ({what}); `where` says which to check out") from None


def _lists(folder: Path) -> dict[str, dict[str, list[str]]]:
    return {
        split: {
            part: [id_.removesuffix(".txt") for id_ in read_text(folder / split / f"{part}.txt").split()]
            for part in PARTS
        }
        for split in SPLITS
    }


def _deal(splits: Mapping[str, Mapping[str, Sequence[str]]], documents: Mapping[str, Document]) -> dict[str, Split]:
    for split, parts in splits.items():
        for id_, count in Counter(id_ for part in parts.values() for id_ in part).items():
            if id_ not in documents:
                raise InputError(f"{split}: its lists name {id_!r}, which the originals do not have")
            if count > 1:
                raise InputError(f"{split}: its lists name {id_!r} {count} times; an id is in one part only")
    return {
        split: {part: [documents[id_] for id_ in ids] for part, ids in parts.items()} for split, parts in splits.items()
    }


BENCHMARKS = {
    "litbank": Benchmark(
        "LitBank, events: excerpts of 100 novels, about 2,100 words each; one type, EVENT; the split of ACL 2019.\n"
        "  licence    CC BY 4.0 (README of litbank); the ACL2019 repository states none\n"
        "  originals  ACL2019-literary-events/data/tsv, litbank/original\n"
        "  published  F1 73.9 [72.0-75.7], BERT + BiLSTM, vote of five runs; ACL2019-literary-events/results\n"
        "             (Sims, Park and Bamman 2019, Literary Event Detection, ACL)",
        [
            ("https://github.com/dbamman/litbank", "3e50db0"),
            ("https://github.com/dbamman/ACL2019-literary-events", "6629d35"),
        ],
        100,
        7_849,
        litbank,
    ),
    "casie": Benchmark(
        "CASIE: news of computer security; five types; the five splits of TextEE.\n"
        "  licence    none stated; the lists of the splits Apache-2.0\n"
        "  originals  CASIE/data/annotation, TextEE/data/preprocessing/casie\n"
        "  published  TC F1 43.2 to 70.8, ten models, all but one roberta-large; TextEE/docs/table.js\n"
        "             (TextEE, arXiv 2311.09562; CASIE: Satyapanich, Ferraro and Finin 2020, AAAI)",
        [("https://github.com/Ebiquity/CASIE", "2c8beef"), TEXTEE],
        999,
        8_470,
        casie,
    ),
    "m2e2": Benchmark(
        "M2E2, its texts: sentences of 224 articles of the Voice of America; eight types; the five splits of TextEE.\n"
        "  licence    none stated; the lists of the splits Apache-2.0\n"
        "  originals  m2e2/data/m2e2_annotations.zip, TextEE/data/preprocessing/m2e2\n"
        "  published  TC F1 48.0 to 51.0, ten models, all but one roberta-large; TextEE/docs/table.js\n"
        "             (TextEE, arXiv 2311.09562; M2E2: Li et al. 2020, ACL)",
        [("https://github.com/limanling/m2e2", "5d44972"), TEXTEE],
        6_013,
        1_105,
        m2e2,
    ),
}
