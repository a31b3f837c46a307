#!/usr/bin/env python3
"""Whether a review's queue pays: labels of real news revealed in rounds, and a tagger that learns from them.

    python benchmarks/review_rounds.py RUN TRAIN DEV --texts FOLDER --seeds 1 2

RUN is where the tagger begins, a model trained on other texts. For each seed the documents of TRAIN come once in the
order of ``news_event_tagger.review.rounds``, 25 in a round, each round chosen by the tagger of the time, and once at
random; after 4, 8 and 16 rounds RUN goes on with all that was revealed, and the new tagger is scored on DEV. F1 by
overlap with type, intervals over documents.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from news_event_tagger import Document, EventTagger
from news_event_tagger.corpus import read
from news_event_tagger.evaluation.resampling import intervals, ratios
from news_event_tagger.evaluation.scores import tally
from news_event_tagger.review.rounds import ROUND, Candidate, choose, pool_of
from news_event_tagger.training.config import load
from news_event_tagger.training.trainer import train

POINTS = (4, 8, 16)


def main() -> None:
    """Print a line for each point of each order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    documents = read(arguments.train, arguments.texts)
    dev = [document for path in arguments.dev for document in read(path, arguments.texts)]
    start = EventTagger.from_pretrained(arguments.run, "cpu")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "start"
        start.save_pretrained(whole)
        print(f"rounds 0: {told(start, dev)}", flush=True)
        for seed in arguments.seeds:
            for order in ("queue", "random"):
                for rounds, events, tagger in learnt(start, whole, documents, seed, order, Path(folder)):
                    score = told(tagger, dev)
                    print(f"{order}, seed {seed}, rounds {rounds}, {events} events seen: {score}", flush=True)


def learnt(
    start: EventTagger, whole: Path, documents: Sequence[Document], seed: int, order: str, work: Path
) -> Iterator[tuple[int, int, EventTagger]]:
    """For each point the rounds, the events that were revealed by then, and the tagger that learnt from them."""
    tagger, seen = start, []
    left = dict(enumerate(documents))
    drawn = random.Random(seed)
    config = load("own", [f'model.encoder="{whole}"', "training.role_epochs=0"])
    for number in range(1, max(POINTS) + 1):
        pool = pool_of(list(left), str(seed), number)
        if order == "queue":
            guesses = tagger.stream_with_doubt([left[place] for place in pool])
            candidates = [
                Candidate(place, guess.text, bool(guess.events), doubt)
                for place, (guess, doubt) in zip(pool, guesses, strict=True)
            ]
            chosen = choose(candidates, [document.text for document in seen], str(seed), number)
        else:
            chosen = drawn.sample(pool, ROUND)
        seen += [left.pop(place) for place in chosen]
        if number in POINTS:
            place = work / f"{order}-{seed}-{number}"
            tagger, _ = train(config, start.schema, seen, [], seed, place, "cpu")
            tagger.thresholds = start.thresholds
            yield number, sum(len(document.events) for document in seen), tagger


def told(tagger: EventTagger, dev: Sequence[Document]) -> str:
    """F1 on dev in words."""
    counts = tally(dev, tagger.predict(dev), tagger.schema.types, ["overlap"])["overlap"]
    low, high = intervals(counts)[0, 2]
    precision, recall, f1 = ratios(counts.sum(axis=0).astype(float))[0]
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} [{low:.3f}-{high:.3f}]"


if __name__ == "__main__":
    main()
