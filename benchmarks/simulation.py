#!/usr/bin/env python3
"""Do intervals and p values keep what they promise? Corpora with a known true F1, drawn 500 times.

python benchmarks/simulation.py [--corpora 500] [--documents 100]
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from news_event_tagger.evaluation.resampling import difference, intervals

RESAMPLES = 2_000
SETTINGS = [
    # Articles as a multiple of --documents, events per article, share found.
    (1.0, 8.0, 0.85),
    (1.0, 8.0, 0.60),
    (1.0, 5.0, 0.96),
    (1.0, 0.5, 0.85),
    (0.3, 5.0, 0.85),
    (3.0, 3.0, 0.85),
]


def system(
    random: np.random.Generator, gold: NDArray[np.int64], ease: NDArray[np.float64], false_alarms: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Counts of a system, ``[documents, 1, 3]``: each event found with its article's ease, and false alarms."""
    tp = random.binomial(gold, ease)
    return np.stack([tp, random.poisson(false_alarms), gold - tp], axis=1)[:, None]


def articles(
    random: np.random.Generator, documents: int, events: float, quality: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Gold events, ease and expected false alarms of each article; they differ much from article to article.

    With as many false alarms as misses expected, and ease independent of length, the true F1 is ``quality``:
    2 q / (2 q + (1 - q) + (1 - q)).
    """
    gold = random.negative_binomial(1.5, 1.5 / (1.5 + events), documents)
    ease = random.beta(5 * quality, 5 * (1 - quality), documents)
    return gold, ease, random.gamma(1.0, events * (1 - quality), documents)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Check intervals and p values by simulation.")
    parser.add_argument("--corpora", type=int, default=500, help="how many corpora to draw")
    parser.add_argument("--documents", type=int, default=100, help="articles in each")
    arguments = parser.parse_args()
    random = np.random.default_rng(1)
    print(f"{arguments.corpora} corpora each; wanted: the true F1 inside in 93-97 %, p below 0.05 in 3-7 %")
    print("articles  events per article  true F1   inside   too low  too high     p < 0.05")
    for share, events, quality in SETTINGS:
        documents = round(share * arguments.documents)
        below = above = significant = 0
        for _ in range(arguments.corpora):
            facts = articles(random, documents, events, quality)
            one, other = system(random, *facts), system(random, *facts)
            low, high = intervals(one, RESAMPLES)[0, 2]
            above += quality < low
            below += quality > high
            significant += difference(one, other, RESAMPLES)[2][0] < 0.05
        inside = arguments.corpora - below - above
        shares = [count / arguments.corpora for count in (inside, below, above, significant)]
        print(
            "{:8d}  {:18.1f}  {:7.2f}  {:7.1%}  {:8.1%}  {:8.1%}  {:11.1%}".format(documents, events, quality, *shares)
        )


if __name__ == "__main__":
    main()
