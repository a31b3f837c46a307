"""From a text of any length to windows a network can read, and back; nothing is ever cut off.

text -> words and sentences (code point spans) -> word pieces -> windows of whole sentences.

A *word* is the unit of decoding: a run of letters and digits, or one other visible character. A word's label is
read at its first word piece, so a span begins and ends at words whatever the tokenizer does. A window holds one
sentence, for training and where neighbours help any number of them; a sentence that is longer than a window is cut
into several that overlap, and each of its words is read where it has most context.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..documents.text import SURROGATE, Span, sentences, words

if TYPE_CHECKING:
    from tokenizers import Encoding

    from ..networks.tokenizer import PieceTokenizer


@dataclass(frozen=True, slots=True)
class Window:
    """What the network reads at once, and which words are read off it.

    Attributes:
        ids: token ids with the special tokens around them.
        words: indices of the document's words that this window decides.
        heads: for each of them the place in ``ids`` of its first piece, increasing.
        pieces: for each place in ``ids`` the index of its word, -1 for special tokens, blanks and context.
        joins: whether it goes on in the sentence that the window before it broke off.
    """

    ids: list[int]
    words: NDArray[np.int64]
    heads: NDArray[np.int64]
    pieces: NDArray[np.int64]
    joins: bool


@dataclass(frozen=True, slots=True)
class Windows:
    """A text as words and windows. Every word that the tokenizer keeps is decided by exactly one window.

    Attributes:
        words: spans of the words, code points.
        windows: the windows, in the order of the text.
    """

    words: list[Span]
    windows: list[Window]


class Windower:
    """Cuts texts into windows for one tokenizer.

    Args:
        tokenizer: cuts into word pieces.
        tokens: greatest length of a window, special tokens included, at least 16.
        neighbours: put as many sentences into a window as fit, not one.
        seed: where given, each window draws its own length up to ``tokens`` and holds as many sentences as fit, so that
            a network trained on them reads a lone sentence as well as a page.
    """

    def __init__(
        self, tokenizer: PieceTokenizer, tokens: int, neighbours: bool = False, seed: int | None = None
    ) -> None:
        self._tokenizer = tokenizer
        self._room = tokens - 2
        self._overlap = self._room // 4
        self._neighbours = neighbours
        self._random = random.Random(seed) if seed is not None else None

    def __call__(self, text: str) -> Windows:
        """Cut one text into windows."""
        return self.cut_all([text])[0]

    def cut_all(self, texts: Sequence[str]) -> list[Windows]:
        """Cut texts into windows, which is cheaper than one by one."""
        # JSON may hold half of a surrogate pair, which no tokenizer takes; a stand-in keeps the offsets.
        encodings = self._tokenizer.encode([SURROGATE.sub("\ufffd", text) for text in texts])
        return [self._windows(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]

    def _pack(self, text: str, encoding: Encoding) -> list[Span]:
        """Ranges of pieces: one sentence each, or as many as there is room for."""
        ends = [end for _, end in encoding.offsets]
        cuts = sorted({0, *(bisect_right(ends, start) for start, _ in sentences(text)[1:]), len(ends)})
        if self._random is None and not self._neighbours:
            return list(pairwise(cuts))
        packs = []
        start, room = 0, self._draw()
        for end in range(1, len(cuts)):
            if end + 1 == len(cuts) or cuts[end + 1] - cuts[start] > room:
                packs.append((cuts[start], cuts[end]))
                start, room = end, self._draw()
        return packs

    def _draw(self) -> int:
        return self._random.randint(1, self._room) if self._random else self._room

    def _windows(self, text: str, encoding: Encoding) -> Windows:
        all_words = words(text)
        ids: list[int] = encoding.ids
        owners = _owners(_table(encoding.offsets), _table(all_words))
        known, firsts = np.unique(owners, return_index=True)
        firsts = firsts[known >= 0]
        windows = []
        for first, last in self._pack(text, encoding):
            joins = False
            for core, view in self._cut(first, last):
                if (window := self._window(ids, owners, firsts, core, view, joins)) is not None:
                    windows.append(window)
                    joins = True
        return Windows(all_words, windows)

    def _cut(self, first: int, last: int) -> list[tuple[Span, Span]]:
        """``(core, view)`` pairs: the cores tile the range, each view holds its core and what room is left."""
        if last - first <= self._room:
            return [((first, last), (first, last))]
        step = self._room - 2 * self._overlap
        parts = []
        for start in range(first, last, step):
            core = (start, min(start + step, last))
            view = (max(first, start - self._overlap), min(last, core[1] + self._overlap))
            parts.append((core, view))
        return parts

    def _window(
        self, ids: list[int], owners: NDArray[np.int64], firsts: NDArray[np.int64], core: Span, view: Span, joins: bool
    ) -> Window | None:
        heads = firsts[slice(*np.searchsorted(firsts, core))]
        if not len(heads):
            return None
        decided = owners[heads]
        pieces = np.full(view[1] - view[0] + 2, -1, dtype=np.int64)
        shown = owners[view[0] : view[1]]
        pieces[1:-1] = np.where((shown >= decided[0]) & (shown <= decided[-1]), shown, -1)
        return Window(
            ids=[self._tokenizer.begin, *ids[view[0] : view[1]], self._tokenizer.end],
            words=decided,
            heads=heads - view[0] + 1,
            pieces=pieces,
            joins=joins,
        )


def _owners(offsets: NDArray[np.int64], all_words: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each piece the word it begins in, -1 where it begins in none; never decreasing among words.

    >>> _owners(np.array([[0, 3], [3, 5], [7, 8]]), np.array([[0, 5], [9, 12]])).tolist()
    [0, 0, -1]
    """
    # Some tokenizers put the blank before a word into its first piece.
    word = np.maximum.accumulate(np.searchsorted(all_words[:, 1], offsets[:, 0], side="right"))
    starts = np.append(all_words[:, 0], np.iinfo(np.int64).max)
    return np.where(starts[word] < offsets[:, 1], word, -1)


def _table(spans: Sequence[Span]) -> NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(spans), dtype=np.int64, count=2 * len(spans)).reshape(-1, 2)
