#!/usr/bin/env python3
"""Time and memory of ``news-events check`` on 10,000 documents of about 400 words.

The documents are sentences of ``annotations/newswire``, drawn and shuffled, with their labels. One in a hundred is a
copy of an earlier one, one in a hundred a copy with some sentences changed, and half end in the same notice.

python benchmarks/checking.py
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from news_event_tagger.corpus import read
from news_event_tagger.documents.document import Document
from news_event_tagger.documents.text import sentences

ROOT = Path(__file__).parent.parent
WORDS = 400
NOTICE = (
    "This report was made by the desk on duty from what its correspondents sent, and may be printed, read out and "
    "passed on as long as the name of the agency stands above it and no word of it is changed."
)
Sentence = tuple[str, list[tuple[int, int, str, str | None]]]


def pool(documents: list[Document]) -> list[Sentence]:
    """The sentences of documents with their labels."""
    found = []
    for document in documents:
        for start, end in sentences(document.text):
            inside = [event for event in document.events if start <= event.start and event.end <= end]
            spans = [(event.start - start, event.end - start, event.type, event.status) for event in inside]
            found.append((document.text[start:end], spans))
    return found


def joined(parts: list[Sentence], name: str) -> Document:
    """A document of sentences."""
    spans, start = [], 0
    for text, own in parts:
        spans += [(start + first, start + last, type_, status) for first, last, type_, status in own]
        start += len(text) + 1
    return Document.mark(" ".join(text for text, _ in parts), spans, name)


def corpus(number: int, seed: int = 0) -> list[Document]:
    """Documents made of the sentences of the training articles."""
    draw = random.Random(seed)
    known = pool(read(ROOT / "annotations" / "newswire" / "train"))
    bodies: list[list[Sentence]] = []
    for index in range(number):
        if index > 100 and index % 50 == 0:
            body = list(draw.choice(bodies))
            if index % 100:
                body[: len(body) // 4] = draw.sample(known, len(body) // 4)
        else:
            body, words = [], 0
            while words < WORDS:
                body.append(draw.choice(known))
                words += len(body[-1][0].split())
            if index % 2:
                body.append((NOTICE, []))
        bodies.append(body)
    return [joined(body, f"{index:05}") for index, body in enumerate(bodies)]


def main() -> None:
    """The command."""
    documents = corpus(10_000)
    cuts = {"train": documents[:8_000], "dev": documents[8_000:9_000], "test": documents[9_000:]}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.jsonl" for name in cuts]
        for path, part in zip(paths, cuts.values(), strict=True):
            path.write_text("".join(json.dumps(document.to_dict()) + "\n" for document in part), encoding="utf-8")
        clock = time.perf_counter()
        command = [sys.executable, "-m", "news_event_tagger", "check", "--json", *map(str, paths)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
        took = time.perf_counter() - clock
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = sum(len(document.text.split()) for document in documents)
    print(f"{len(documents):,} documents, {words:,} words, {sum(len(d.events) for d in documents):,} events")
    print(f"{took:.1f} s on the clock, {used.ru_utime + used.ru_stime:.1f} s of processor", end=", ")
    print(f"peak memory {used.ru_maxrss / 1024:.0f} MB")
    print({kind: count for kind, count in json.loads(done.stdout)["counts"].items() if count})


if __name__ == "__main__":
    main()
