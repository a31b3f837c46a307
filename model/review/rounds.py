"""Which documents come next: half where an event is likely, a quarter that teaches, a quarter at random.

Where events are rare, the documents of which a model is least sure are mostly rubbish, and those it is sure of teach
little; a random part keeps the sample honest.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..baselines.keywords import KeywordTagger
from ..documents.document import Document

ROUND = 25
"""Documents in a round."""
POOL = 200
"""Documents among which a round is chosen, drawn at random, so that a large set is not tagged as a whole."""
_SEEN = 500
"""Documents that were seen last, with which others are compared."""
_CELLS = 4096
_READ = 20_000
"""Characters of a text that are compared."""
_WORD = re.compile(r"\w{4,}")


class Candidate(NamedTuple):
    """A document that may come next.

    Args:
        number: of the document.
        text: its text.
        likely: whether an event was found in it.
        doubt: how unsure the model is of what it found and of what it may have missed, in [0, 1].
    """

    number: int
    text: str
    likely: bool
    doubt: float


def pool_of(numbers: Sequence[int], name: str, round_: int) -> list[int]:
    """The documents among which a round is chosen; the same for the same arguments.

    >>> pool_of(range(10_000), "ann", 1) == pool_of(range(10_000), "ann", 1) != pool_of(range(10_000), "ann", 2)
    True
    """
    drawn = random.Random(f"{name}/{round_}")
    return list(numbers) if len(numbers) <= POOL else sorted(drawn.sample(numbers, POOL))


def with_keywords(documents: Sequence[tuple[int, Document]], types: Sequence[str]) -> list[Candidate]:
    """Candidates before the model has read them: an event is likely where a keyword is, and all are as unsure.

    Args:
        documents: each with its number.
        types: the event types that are looked for; of others there are no keywords.
    """
    known = KeywordTagger().fit([Document.mark("x", [(0, 1, type_) for type_ in types])])
    found = known.predict([document for _, document in documents])
    return [
        Candidate(number, document.text, bool(guess.events), 1.0)
        for (number, document), guess in zip(documents, found, strict=True)
    ]


def choose(
    candidates: Sequence[Candidate], seen: Sequence[str], name: str, round_: int, size: int = ROUND
) -> list[int]:
    """The documents of a round.

    Half are drawn from those where an event is likely. A quarter are those with most doubt times novelty, which is one
    minus the cosine of their words to the nearest text seen or chosen. The rest is drawn from all that are left.

    Args:
        candidates: what may be chosen.
        seen: texts of earlier rounds, the latest last.
        name: of the person.
        round_: number of the round; both decide the draw.
        size: how many to choose.

    Returns:
        Their numbers, as they are to be shown: in any order, so that none shows by its place why it was chosen.

    >>> found = [Candidate(number, "", number < 10, 0.0) for number in range(100)]
    >>> chosen = choose(found, [], "ann", 1, size=8)
    >>> len(set(chosen)), sum(number < 10 for number in chosen) >= 4
    (8, True)
    """
    drawn = random.Random(f"{name}/{round_}/{len(candidates)}")
    left = {candidate.number: candidate for candidate in drawn.sample(candidates, len(candidates))}
    likely = [number for number, candidate in left.items() if candidate.likely][: size // 2]
    chosen = [left.pop(number) for number in likely]
    nearest = _nearest(list(left.values()), [*seen[-_SEEN:], *(candidate.text for candidate in chosen)])
    rows = list(left.values())
    for _ in range(min(size // 4, len(rows))):
        worth = [candidate.doubt * (1 - near) for candidate, near in zip(rows, nearest, strict=True)]
        best = int(np.argmax(worth))
        chosen.append(rows.pop(best))
        nearest = np.maximum(np.delete(nearest, best), _nearest(rows, [chosen[-1].text]))
    drawn.shuffle(rows)
    chosen += rows[: size - len(chosen)]
    drawn.shuffle(chosen)
    return [candidate.number for candidate in chosen]


def _nearest(candidates: Sequence[Candidate], texts: Sequence[str]) -> NDArray[np.float32]:
    """The cosine of each candidate's words to those of the text that is most like it."""
    if not candidates or not texts:
        return np.zeros(len(candidates), dtype=np.float32)
    nearest: NDArray[np.float32] = (_words([c.text for c in candidates]) @ _words(texts).T).max(axis=1)
    return nearest


def _words(texts: Sequence[str]) -> NDArray[np.float32]:
    """``[texts, cells]`` which words occur, hashed, of length one."""
    table = np.zeros((len(texts), _CELLS), dtype=np.float32)
    for row, text in zip(table, texts, strict=True):
        # Python's own hash differs from process to process.
        words = set(_WORD.findall(text[:_READ].lower()))
        row[[zlib.crc32(word.encode("utf-8", "replace")) % _CELLS for word in words]] = 1
    return np.asarray(table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1))
