#!/usr/bin/env python3
"""Time and memory of scoring 1,000 documents with 20,000 events, and the start of the command on 100 documents.

python benchmarks/scoring.py
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from news_event_tagger.documents.document import Document, Event
from news_event_tagger.evaluation.report.markdown import markdown
from news_event_tagger.evaluation.report.pages import report
from news_event_tagger.evaluation.resampling import intervals
from news_event_tagger.evaluation.results import results
from news_event_tagger.evaluation.scores import tally

TYPES = ("arrest", "coup", "expulsion", "cooperation-suspension")
T = TypeVar("T")


def corpus(documents: int, events: int, seed: int) -> tuple[list[Document], list[Document]]:
    """Gold and predicted articles with ``events`` gold labels each; a third of the predictions errs somehow."""
    draw = random.Random(seed)
    gold, predicted = [], []
    for number in range(documents):
        words = [
            draw.choice(["police", "held", "envoys", "left", "coup.", "Army", "treaty", "the"]) for _ in range(600)
        ]
        text = " ".join(words)
        starts = np.cumsum([0, *(len(word) + 1 for word in words)]).tolist()
        spans, guesses = [], []
        for place in draw.sample(range(1, 600, 3), events):
            start, type_ = starts[place], draw.choice(TYPES)
            end = start + len(words[place])
            spans.append((start, end, type_))
            luck = draw.random()
            if luck < 0.1:
                continue
            wrong = draw.choice(TYPES) if luck < 0.2 else type_
            begin = starts[place - 1] if luck > 0.9 else start
            guesses.append(Event(begin, end, wrong, text[begin:end], round(draw.random(), 3)))
        document = Document.mark(text, spans, f"article-{number}", {"style": draw.choice(["wire copy", "feature"])})
        gold.append(document)
        predicted.append(document.with_events(guesses))
    return gold, predicted


def timed(what: str, work: Callable[[], T]) -> T:
    """Do some work and print how long it took, on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    took, used = time.perf_counter() - clock, time.process_time() - processor
    show(what, took, used)
    return result


def show(what: str, took: float, used: float) -> None:
    """Print seconds."""
    print(f"{what:58s} {took:6.2f} s on the clock, {used:6.2f} s of processor", flush=True)


def main() -> None:
    """The command."""
    gold, predicted = corpus(1_000, 20, 0)
    counts = tally(gold, predicted, TYPES, ["strict"])["strict"]
    timed("10,000 resamples of 1,000 documents", lambda: intervals(counts))
    print(f"peak memory so far {peak():.0f} MB")

    def everything() -> None:
        scores = results(gold, predicted, TYPES, system="benchmark", sets=["drawn"], training=gold[:100])
        json.dumps(scores)
        markdown(scores)
        report(gold, predicted, scores)

    timed("1,000 documents, 20,000 events, all modes, report", everything)
    print(f"peak memory {peak():.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("gold.jsonl", "guess.jsonl")]
        for path, documents in zip(paths, corpus(100, 8, 1), strict=True):
            path.write_text("".join(json.dumps(document.to_dict()) + "\n" for document in documents), encoding="utf-8")
        words = ["evaluate.py", "--predictions", paths[1], "--data", paths[0], "--out", Path(folder) / "out"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock = time.perf_counter()
        subprocess.run([sys.executable, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - clock
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    show("evaluate.py --predictions on 100 documents, from the start", took, used)


def peak() -> float:
    """Greatest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
