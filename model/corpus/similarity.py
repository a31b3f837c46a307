"""Which texts are nearly the same: by the share of runs of words that two of them have in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RUN = 5
"""Words in a run. Two texts seldom have five words in a row by chance, and one changed word spoils five runs only."""
SHARE = 0.5
"""From this share of the smaller text's runs on, two texts are nearly the same: half of it stands in the other."""
LEAST = 8
"""Runs (twelve words) below which a text is too short to judge."""
COMMON = 50
"""A run in more texts than this is boilerplate and says nothing of two of them: it is not counted."""
HOLLOW = 0.2
"""Where less than this share of a text is no boilerplate, the boilerplate is the text, and counts."""
_BLOCK = 256
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Two texts, by their numbers, and the share of the smaller one's runs that stand in the other."""

    text: int
    earlier: int
    share: float


def near(texts: Sequence[str], sets: Sequence[int]) -> list[Pair]:
    """Pairs of texts that are nearly the same.

    Runs in many texts pair each of these with the first of them alone, so that what thousands of texts share costs
    thousands of steps, not millions. The others are counted for all pairs at once, by a product of sparse matrices.

    Args:
        texts: any.
        sets: the set of each text, ascending.

    Returns:
        The pairs whose share is :data:`SHARE` or more, each once. Of texts that are nearly all boilerplate, a pair with
        one text of each set.

    >>> one = "the army seized the palace and the radio station before dawn on the first sunday of the year"
    >>> near([one, "something else", "In Conakry " + one], [0, 0, 1])
    [Pair(text=2, earlier=0, share=1.0)]
    """
    owners, runs, counts = _runs(texts)
    total = np.bincount(owners, minlength=len(texts))
    common = counts[runs] > COMMON
    telling = total - np.bincount(owners[common], minlength=len(texts))
    hollow = (telling < HOLLOW * total) & (total >= LEAST)
    shared = ~common & (counts[runs] > 1)
    return [
        *_telling(owners[shared], runs[shared], telling),
        *_hollow(owners[common], runs[common], total, hollow, np.asarray(sets)),
    ]


def _runs(texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The distinct runs of each text: whose, which, and in how many texts each stands."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    words = [np.fromiter(map(numbers.__getitem__, _WORD.findall(text.lower())), np.intp) for text in texts]
    # A run is known by a sum of random numbers, one for each word and its place in the run; 64 bits seldom collide.
    random = np.random.default_rng(0).integers(2**64, size=(len(numbers), RUN), dtype=np.uint64)
    hashed = [
        np.unique(
            np.sum([random[own[place : len(own) - RUN + 1 + place], place] for place in range(RUN)], axis=0)
            if len(own) >= RUN
            else np.empty(0, np.uint64)
        )
        for own in words
    ]
    owners = np.repeat(np.arange(len(texts)), [len(own) for own in hashed])
    _, runs, counts = np.unique(
        np.concatenate([*hashed, np.empty(0, np.uint64)]), return_inverse=True, return_counts=True
    )
    return owners, runs, counts


def _telling(owners: NDArray[np.intp], runs: NDArray[np.intp], sizes: NDArray[np.intp]) -> Iterator[Pair]:
    from scipy.sparse import csr_matrix

    if not len(runs):
        return
    held = csr_matrix((np.ones(len(runs), np.int32), (owners, runs)), shape=(len(sizes), runs.max() + 1))
    holders = held.T.tocsr()
    for begin in range(0, len(sizes), _BLOCK):
        both = (held[begin : begin + _BLOCK] @ holders).tocoo()
        text, earlier = both.row + begin, both.col
        smaller = np.minimum(sizes[text], sizes[earlier])
        found = (earlier < text) & (smaller >= LEAST) & (both.data >= SHARE * smaller)
        yield from (
            Pair(int(text[at]), int(earlier[at]), float(both.data[at] / smaller[at])) for at in np.flatnonzero(found)
        )


def _hollow(
    owners: NDArray[np.intp],
    runs: NDArray[np.intp],
    sizes: NDArray[np.intp],
    hollow: NDArray[np.bool_],
    sets: NDArray[np.intp],
) -> Iterator[Pair]:
    ends = np.searchsorted(owners, np.arange(len(sizes) + 1))
    for set_ in np.unique(sets[hollow]) if hollow.any() else []:
        inside = np.flatnonzero(sets[owners] == set_)
        # The owners ascend, so that the first place of a run is in the first text that has it.
        known, places = np.unique(runs[inside], return_index=True)
        first = np.full(runs.max() + 1, len(sizes))
        first[known] = owners[inside[places]]
        for text in np.flatnonzero(hollow & (sets >= set_)):
            others = first[runs[ends[text] : ends[text + 1]]]
            others = others[others < text]
            if len(others):
                earlier, same = max(enumerate(np.bincount(others)), key=lambda pair: pair[1])
                smaller = min(sizes[text], sizes[earlier])
                if same >= SHARE * smaller:
                    yield Pair(int(text), earlier, min(1.0, float(same / smaller)))
