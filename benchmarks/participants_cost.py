#!/usr/bin/env python3
"""What finding participants costs: time of tagging real texts with the second tagger, over that without.

python benchmarks/participants_cost.py SET --texts FOLDER [--rounds 5]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

from news_event_tagger import EventTagger
from news_event_tagger.corpus import read


def main() -> None:
    """Time both in turn, as often as asked, and print the median ratio with its least and greatest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    texts = [document.text for document in read(arguments.set, arguments.texts)]
    tagger = EventTagger.from_pretrained()
    second = tagger.role_tagger
    tagger.predict(texts)
    ratios = []
    for _ in range(arguments.rounds):
        took = []
        for tagger.role_tagger in (None, second):
            start = time.perf_counter()
            tagger.predict(texts)
            took.append(time.perf_counter() - start)
        ratios.append(took[1] / took[0])
    print(f"{len(texts)} texts: {median(ratios):.2f} times as long ({min(ratios):.2f}-{max(ratios):.2f})")


if __name__ == "__main__":
    main()
