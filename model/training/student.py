"""A small network learns from a trained one instead of from labels (Hinton et al. 2015, Distilling the Knowledge in a
Neural Network).

The teacher says how likely each label and status is at each word piece of the training texts and of distorted copies of
their sentences; that tells more than the one label of an annotator. The teacher says itself what it makes of nonsense,
so copies cost no labelling, and they hold thousands of words that the texts lack.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from ..documents.document import Document
from ..documents.text import words
from ..exceptions import InputError
from ..tagging.batching import LOOK_AHEAD
from ..tagging.tagger import EventTagger
from ..tagging.windows import Window

_SENTENCES = 20_000
"""Most sentences to teach with, drawn from all."""
_CHARACTERS = 10_000_000
"""Most that is cut into sentences, some 80,000 of them."""
_COPIES = 2
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_EVENTFUL = 0.05
_FAR = 0.02


def lessons(
    name: str, student: EventTagger, texts: Sequence[Document], seed: int, device: str | None = None
) -> list[Mapping[str, Any]]:
    """What a teacher says of texts.

    Args:
        name: the teacher: ``"shipped"``, ``"accurate"``, or a run folder.
        student: it must read the same pieces and know the same types and statuses.
        texts: what to learn from; their events are not looked at.
        seed: of the copies.
        device: where the teacher computes.

    Returns:
        For each window ``input_ids`` ``[places]``, ``decided`` ``[places]``, whether a piece's word is the window's to
        decide, and ``wanted`` ``[places, labels + statuses]``, the teacher's logits.

    Raises:
        InputError: the teacher is not there or knows other pieces, types or statuses.
    """
    teacher = EventTagger.from_pretrained(name, device)
    if teacher.schema != student.schema:
        known = ", ".join((*teacher.schema.types, *teacher.schema.statuses))
        raise InputError(f"training.teacher: {name} knows {known}; the sets must have the same, in this order")
    if teacher.tokenizer.pieces != student.tokenizer.pieces:
        raise InputError(f"training.teacher: {name} reads other word pieces; give model.encoder from its family")
    return [
        {"input_ids": window.ids, "decided": window.pieces >= 0, "wanted": logits}
        for window, logits in _asked(teacher, _sentences_and_copies(teacher, texts, random.Random(seed)))
    ]


def distort(text: str, texts: Sequence[str], vocabulary: Sequence[str], draw: random.Random) -> str:
    """A sentence with words replaced, and one time in four with the end of another.

    Args:
        text: the sentence.
        texts: others.
        vocabulary: words to put in.
        draw: what is random.

    >>> distort("Chad expelled two envoys.", ["It rained."], ["tea"], random.Random(4))
    'Tea expelled two rained.'
    """
    if draw.random() < 0.25:
        other = draw.choice(texts)
        text = text[: _begin(text, draw)] + other[_begin(other, draw) :]
    share = draw.uniform(0.03, 0.35)

    def other_word(match: re.Match[str]) -> str:
        if draw.random() >= share:
            return match[0]
        word = draw.choice(vocabulary)
        return word.capitalize() if match[0][0].isupper() else word

    return _LETTERS.sub(other_word, text)


def _begin(text: str, draw: random.Random) -> int:
    """Where a word of a text begins."""
    spans = words(text)
    return draw.choice(spans)[0] if spans else 0


def _sentences_and_copies(tagger: EventTagger, texts: Sequence[Document], draw: random.Random) -> list[str]:
    """Sentences of texts, at most :data:`_SENTENCES`, and behind them distorted copies of each.

    Args:
        tagger: cuts the texts, and its vocabulary gives half of the words that are put in.
        texts: labelled or not.
        draw: what is random.
    """
    texts = _enough(texts, draw)
    found: list[str] = []
    for first in range(0, len(texts), LOOK_AHEAD):
        chunk = [text.text for text in texts[first : first + LOOK_AHEAD]]
        for text, cut in zip(chunk, tagger.windower.cut_all(chunk), strict=True):
            decided = [window.words for window in cut.windows]
            found += [text[cut.words[own[0]][0] : cut.words[own[-1]][1]] for own in decided]
    found = draw.sample(found, min(_SENTENCES, len(found)))
    # Half of the words that are put in are the texts' own, as often as there, the others any that have a vector.
    seen = [word for text in found for word in _LETTERS.findall(text)]
    known = [match[0] for piece in tagger.tokenizer.pieces if (match := re.fullmatch(r"[Ġ▁]?([^\W\d_]{2,})", piece))]
    vocabulary = draw.choices(seen, k=100_000) + draw.choices(known or seen, k=100_000) if seen else []
    return found + [distort(text, found, vocabulary, draw) for _ in range(_COPIES if seen else 0) for text in found]


def _enough(texts: Sequence[Document], draw: random.Random) -> Sequence[Document]:
    """Of an archive any texts, so that no more is cut into sentences than there is use for."""
    if sum(len(text.text) for text in texts) <= _CHARACTERS:
        return texts
    found, room = [], _CHARACTERS
    for text in draw.sample(texts, len(texts)):
        if room <= 0:
            break
        found.append(text)
        room -= len(text.text)
    return found


def _asked(tagger: EventTagger, sentences: Sequence[str]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
    """What a tagger's network says of sentences.

    Args:
        tagger: whose network it is.
        sentences: each short enough for a window, or several windows come of it.

    Yields:
        Windows and their ``[places, labels + statuses]`` logits, in any order.
    """
    with tqdm(total=len(sentences), desc="asking the model", unit=" sentences", file=sys.stderr) as bar:
        for first in range(0, len(sentences), LOOK_AHEAD):
            chunk = sentences[first : first + LOOK_AHEAD]
            windows = [window for cut in tagger.windower.cut_all(chunk) for window in cut.windows]
            for index, logits in tagger.logits(windows):
                # A view would keep the whole batch.
                yield windows[index], logits.copy()
            bar.update(len(chunk))


def eventful(rows: Sequence[Mapping[str, Any]], labels: int) -> list[bool]:
    """Which windows the teacher finds hardly quiet: somewhere it gives more than 1 in 20 to an event.

    Args:
        rows: as :func:`lessons` gives them.
        labels: number of labels.
    """
    return [
        bool((torch.from_numpy(row["wanted"][row["decided"], :labels]).softmax(-1)[:, 0] < 1 - _EVENTFUL).any().item())
        for row in rows
    ]


def soft_loss(
    logits: torch.Tensor, wanted: torch.Tensor, decided: torch.Tensor, labels: int, status_weight: float
) -> torch.Tensor:
    """How far a student is from its teacher, mean over the pieces that are decided.

    The cross-entropy of the labels with the teacher's probabilities; a little of the squared distance of the logits,
    which also tells unlikely labels apart (Tang et al. 2019, Distilling Task-Specific Knowledge from BERT, section
    3.2); and the cross-entropy of the statuses, as much as the teacher sees an event.

    Args:
        logits: ``[places, labels + statuses]`` the student's.
        wanted: ``[places, labels + statuses]`` the teacher's.
        decided: ``[places]`` true where something is to be learnt.
        labels: number of labels.
        status_weight: how much the statuses count.

    >>> same = torch.tensor([[40.0, 0.0, 0.0]])
    >>> soft_loss(same, same, torch.tensor([True]), 3, 1.0).item() < 1e-9
    True
    """
    own, told = logits[decided], wanted[decided]
    target = told[:, :labels].softmax(dim=1)
    apart = own[:, :labels] - told[:, :labels]
    apart = apart - apart.mean(dim=1, keepdim=True)
    loss = cross_entropy(own[:, :labels], target) + _FAR * apart.square().sum(dim=1).mean()
    if own.shape[1] > labels:
        statuses = cross_entropy(own[:, labels:], told[:, labels:].softmax(dim=1), reduction="none")
        loss = loss + status_weight * ((1 - target[:, 0]) * statuses).mean()
    return loss
