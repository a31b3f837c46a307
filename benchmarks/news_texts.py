#!/usr/bin/env python3
"""The texts that the labels of ``annotations/news`` belong to: where their originals are, and our files from them.

python benchmarks/news_texts.py where
python benchmarks/news_texts.py prepare FOLDER OUT

A file is JSON Lines of ``{"id", "text"}``, with sentences or paragraphs on lines of their own. The readers below were
tried on single originals of every source but voa and gave the labelled texts to the letter. ``prepare`` ends with what
it could not make again, by the hash that stands beside each label, for there are things that could not be tried:

- whole clones: the commits come from the histories of single files, and where none is named, none is known;
- current-events: whether an item that ends in ``!`` is kept (none was met), and 5 March 2026, of which the labelled
  texts have items that no version at hand has;
- wmt-enfi: some translations of WMT17 are in Windows-1252 at some commits; both that and UTF-8 are read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from news_event_tagger.corpus.formats.jsonl import parse_row
from news_event_tagger.corpus.reading import Notes
from news_event_tagger.exceptions import InputError, run_command
from news_event_tagger.files import read_text, replacing

LABELS = Path(__file__).parent.parent / "annotations" / "news"

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's, where it is there: thousands of files
# Names of sources, which may hold one more pair of brackets, at the end of an item.
_CITED = re.compile(r"(\s*\((?:[^()]|\([^()]*\))*\))+\s*$")
_TEI = "{http://www.tei-c.org/ns/1.0}"
_NO_PROSE = {_TEI + tag for tag in ("teiHeader", "figure", "note", "listBibl", "bibl")}


@dataclass(frozen=True)
class Source:
    """A source of texts: where its originals are, and how they are read.

    Args:
        about: what it is, and its licence, for people.
        repositories: commit of each repository on GitHub, by name; ``""`` for the newest.
        prefix: how its ids begin.
        read: takes the folders of the clones, in their order; returns texts by id. ``None`` where nobody can.
    """

    about: str
    repositories: Mapping[str, str]
    prefix: str
    read: Callable[[Sequence[Path], Notes], dict[str, str]] | None


def current_events(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """Wikipedia's portal *Current events*: YAML by day, items under categories; items are numbered as they are kept.

    An item is kept if it has eight words or more and the end of a sentence once its sources are cut off, and no earlier
    one is equal to it.
    """
    texts, seen = dict[str, str](), set[str]()
    for file in sorted(clones[0].glob("[12]*/[01]*/*.yaml")):
        try:
            day = yaml.load(read_text(file), Loader=_LOADER)
        except yaml.YAMLError:
            day = None
        # Some days of 2026 hold a language model's research in place of the portal's items, a few in broken YAML.
        items = (day.get("Intelligence_Payload") or day.get("wikipedia")) if isinstance(day, dict) else None
        notes["current-events: {} days left out that do not list the portal's items"] += not items
        sentences = (_CITED.sub("", item).strip() for item in _strings(items))
        kept = [text for text in sentences if len(text.split()) >= 8 and text[-1] in ".!?\"”'"]
        texts |= {f"ce-{file.stem}-{number:02}": text for number, text in enumerate(_new(kept, seen))}
    return texts


def _new(texts: Iterable[str], seen: set[str]) -> list[str]:
    new = [text for text in dict.fromkeys(texts) if text not in seen]
    seen.update(new)
    return new


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _strings(part)


def wmt_enfi(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """English and Finnish newspapers, a file a document, a line a sentence: English originals, English translations."""
    texts = dict[str, str]()
    for year, clone in zip(("wmt16", "wmt17"), clones, strict=True):
        for pattern in ("original/segment_*_en/*.txt", "translated/*missila/segment_08_*/*.txt"):
            texts |= {f"{year}-{file.stem}": _lines(_old_text(file)) for file in sorted(clone.glob(pattern))}
    return texts


def _old_text(file: Path) -> str:
    with suppress(InputError):
        return read_text(file)
    return file.read_text(encoding="cp1252", errors="replace")


def ud_pud(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """Single sentences of newspapers, in CoNLL-U; the documents with ``w`` are Wikipedia's and left out."""
    found = _conllu([clones[0] / "en_pud-ud-test.conllu"])
    return {f"pud-{id_}": text for id_, text in found.items() if id_.startswith("n")}


def gum(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """Five of GUM's genres, in CoNLL-U."""
    genres = tuple(f"GUM_{genre}_" for genre in ("bio", "interview", "news", "speech", "voyage"))
    found = _conllu(clones[0] / f"en_gum-ud-{part}.conllu" for part in ("train", "dev", "test"))
    return {id_.lower().replace("_", "-"): text for id_, text in found.items() if id_.startswith(genres)}


def _conllu(files: Iterable[Path]) -> dict[str, str]:
    sentences: dict[str, list[str]] = {}
    for file in files:
        id_ = ""
        for line in read_text(file).split("\n"):
            key, _, value = line.partition(" = ")
            if key == "# newdoc id":
                id_ = value.strip()
            elif key == "# text":
                sentences.setdefault(id_, []).append(value)
    return {id_: _lines("\n".join(parts)) for id_, parts in sentences.items()}


def onestop(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """Newspaper features, the advanced level: a file a document, a line a paragraph."""
    return {
        f"onestop-{file.stem.removesuffix('-adv').replace(' ', '_')}": _lines(read_text(file))
        for file in clones[0].glob("Texts-SeparatedByReadingLevel/Adv-Txt/*.txt")
    }


def state_relations(clones: Sequence[Path], notes: Notes) -> dict[str, str]:
    """Histories of diplomatic relations, TEI: paragraphs of twelve words or more that no earlier one is equal to."""
    texts, seen = {}, set[str]()
    for file in sorted(clones[0].glob("articles/*.xml")):
        try:
            root = ElementTree.parse(file).getroot()
        except ElementTree.ParseError as error:
            raise InputError(f"{file}: not XML ({error}); `where` says which commit to check out") from None
        kept = _new((text for text in _paragraphs(root) if len(text.split()) >= 12), seen)
        if kept:
            texts[f"rdcr-{file.stem}"] = "\n".join(kept)
    return texts


def _paragraphs(element: ElementTree.Element) -> Iterator[str]:
    if element.tag == _TEI + "p":
        yield " ".join(_prose(element).split())
    elif element.tag not in _NO_PROSE:
        for child in element:
            yield from _paragraphs(child)


def _prose(element: ElementTree.Element) -> str:
    if element.tag in _NO_PROSE:
        return ""
    return (element.text or "") + "".join(_prose(child) + (child.tail or "") for child in element)


def _lines(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


SOURCES = {
    "current-events": Source(
        "one-sentence news of Wikipedia's portal Current events, July 2002 to March 2026; CC BY-SA 4.0",
        {"ianrastall/current-events-context": "4ff6f7d243"},
        "ce-",
        current_events,
    ),
    "wmt-enfi": Source(
        "newspapers of 2015 and 2016, English ones, and Finnish ones in English; CC BY 4.0",
        {"Helsinki-NLP/WMT16-test-enfi": "8499f79e51", "Helsinki-NLP/WMT17-test-enfi": ""},
        "wmt1",
        wmt_enfi,
    ),
    "ud-pud": Source(
        "sentences of newspapers; CC BY-SA 3.0", {"UniversalDependencies/UD_English-PUD": "02b6f1dcb6"}, "pud-", ud_pud
    ),
    "gum": Source(
        "news, interviews, speeches, lives and travel; CC BY or CC BY-SA, by document (its README)",
        {"UniversalDependencies/UD_English-GUM": "07518cddc5"},
        "gum-",
        gum,
    ),
    "onestop": Source(
        "newspaper features; CC BY-SA 4.0", {"nishkalavallabhi/OneStopEnglishCorpus": ""}, "onestop-", onestop
    ),
    "state-relations": Source(
        "histories of relations; public domain", {"HistoryAtState/rdcr": "473e1bc68c"}, "rdcr-", state_relations
    ),
    "voa": Source(
        "newswire of the Voice of America, 2004 to 2011; public domain; Groningen Meaning Bank, https://gmb.let.rug.nl\n"
        "  `prepare` leaves it out: it was put together from words, its borders guessed, by a program not at hand",
        {},
        "gmb-",
        None,
    ),
}


def where() -> None:
    """Say where the originals are and how to fetch them."""
    for name, source in SOURCES.items():
        print(f"{name}: {source.about}")
        for repository, commit in source.repositories.items():
            clone = f"FOLDER/{Path(repository).name}"
            checkout = f"&& git -C {clone} checkout {commit}" if commit else "  # the newest commit"
            print(f"  git clone https://github.com/{repository} {clone} {checkout}")
    print("python benchmarks/news_texts.py prepare FOLDER ../news_texts")


def prepare(folder: Path, out: Path) -> None:
    """Make the file of each source whose clones are in a folder; say what was left out and what the labels lack."""
    notes, made = Notes(), 0
    for name, source in SOURCES.items():
        clones = [folder / Path(repository).name for repository in source.repositories]
        if source.read is None or not all(clone.is_dir() for clone in clones):
            print(f"{name}: left out, {'nothing reads it' if source.read is None else f'not in {folder}'}; see `where`")
            continue
        texts, path = source.read(clones, notes), out / f"{name}.jsonl"
        if not texts:
            raise InputError(f"{clones[0]}: no text of {name} in it; `where` says which commit to check out")
        with replacing(path) as new:
            rows = (json.dumps({"id": id_, "text": texts[id_]}, ensure_ascii=False) for id_ in sorted(texts))
            new.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="\n")
        print(f"{path}: {len(texts):,} documents")
        made += 1
    if not made:
        raise InputError(f"{folder}: no clone of any source; `where` says what to fetch")
    print("".join(f"{sentence}\n" for sentence in notes.sentences()), end="")
    print("\n".join(compare(LABELS, out)))


def compare(labels: Path, out: Path) -> list[str]:
    """How many labelled documents a folder of texts has, by source, in sentences.

    Args:
        labels: folder of JSON Lines with ``id`` and ``sha256``, the first 16 hexadecimal digits.
        out: folder of JSON Lines with ``id`` and ``text``.
    """
    wanted = [row for path in sorted(labels.glob("*.jsonl")) for row in _rows(path, ("id", "sha256"))]
    if not wanted:
        return [f"{labels}: no labels there yet, so no text was compared"]
    made = (row for path in sorted(out.glob("*.jsonl")) for row in _rows(path, ("id", "text")))
    hashes = {row["id"]: hashlib.sha256(row["text"].encode()).hexdigest()[:16] for row in made}
    counts: dict[str, Counter[str]] = {}
    for row in wanted:
        source = next((name for name, source in SOURCES.items() if row["id"].startswith(source.prefix)), "no source")
        state = {None: "missing", row["sha256"]: "found"}.get(hashes.get(row["id"]), "differ")
        counts.setdefault(source, Counter())[state] += 1
    return [f"{labels}: {len(wanted):,} labelled documents"] + [
        f"  {source:<16}" + ", ".join(f"{count[state]:>7,} {state}" for state in ("found", "missing", "differ"))
        for source, count in sorted(counts.items())
    ]


def _rows(path: Path, keys: Collection[str]) -> Iterator[dict[str, str]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            row = parse_row(line, f"{path}:{number}")
            if not all(isinstance(row.get(key), str) for key in keys):
                raise InputError(f"{path}:{number}: wants {' and '.join(keys)}, each a string")
            yield row


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="The texts that the labels of annotations/news belong to.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("where", help="say where the originals are")
    parse = commands.add_parser("prepare", help="make the files from clones, and compare them with the labels")
    parse.add_argument("folder", type=Path, metavar="FOLDER", help="folder of the clones")
    parse.add_argument("out", type=Path, metavar="OUT", help="folder to write")
    arguments = parser.parse_args()
    if arguments.command == "where":
        where()
    else:
        prepare(arguments.folder, arguments.out)


if __name__ == "__main__":
    run_command(main)
