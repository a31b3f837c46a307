"""What a trained tagger can teach on texts that need no labels: sentences, copies of them, and a gate.

The tagger reads sentences of the texts, and copies of them in which words are replaced and halves exchanged (Tang et
al. 2019, Distilling Task-Specific Knowledge from BERT into Simple Neural Networks, section 3.3). It says itself what it
makes of nonsense, so copies cost no labelling, and they hold thousands of words that the texts lack: without them a
gate takes every word it never saw for a possible event. A smaller network learns from the same (:mod:`.student`).
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from tqdm import tqdm

from ..document import Document
from ..exceptions import InputError
from ..tagging.batching import LOOK_AHEAD, padded
from ..tagging.decoding import events_of, inside
from ..tagging.gating import Gate, Limit
from ..tagging.windows import Window
from ..text import words

if TYPE_CHECKING:
    from ..tagging.tagger import EventTagger

SENTENCES = 20_000
"""Most sentences to teach with, drawn from all; more taught it little more."""
_CHARACTERS = 10_000_000
"""Most that is cut into sentences, some 80,000 of them."""
_COPIES = 2
_PASSES = 4
_BATCH = 64
_MARGIN = 1e-3
"""How much a rating may differ in another batch or on another machine."""
_RATE = 2e-3
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class Example(NamedTuple):
    """A window and what the tagger makes of it.

    Attributes:
        window: the window.
        inside: ``[its words]`` the probability that each is in an event, taken by itself.
    """

    window: Window
    inside: NDArray[np.float64]


def teach(
    tagger: EventTagger, texts: Sequence[Document], dev: Sequence[Document], keep: float = 0.995, seed: int = 1
) -> Gate:
    """A gate that has learnt from a tagger.

    Args:
        tagger: it says what is in the texts; a gate that it has already is not asked.
        texts: what to learn from; their events are not looked at.
        dev: other texts. The gate keeps at least a share of the events that the tagger finds in them, whether right
            or wrong.
        keep: that share, in (0, 1].
        seed: of all that is random.

    Returns:
        The gate, with what it did to ``dev`` (:class:`~.Limit`).

    Raises:
        InputError: there is nothing to learn from, the tagger finds nothing in ``dev``, or ``keep`` is no such share.
    """
    if not 0 < keep <= 1:
        raise InputError(f"keep is {keep}: must be above 0 and at most 1")
    former, tagger.gate = tagger.gate, None
    try:
        examples = list(_examples(tagger, sentences_and_copies(tagger, texts, random.Random(seed))))
        if not examples:
            raise InputError("there is no sentence to teach the gate with; give it texts")
        gate = _taught(tagger.network.vectors, examples, seed)
        _choose(gate, tagger, dev, keep)
        return gate
    finally:
        tagger.gate = former


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


def sentences_and_copies(tagger: EventTagger, texts: Sequence[Document], draw: random.Random) -> list[str]:
    """Sentences of texts, at most :data:`SENTENCES`, and behind them distorted copies of each.

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
    found = draw.sample(found, min(SENTENCES, len(found)))
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


def asked(tagger: EventTagger, sentences: Sequence[str]) -> Iterator[tuple[Window, NDArray[np.float32]]]:
    """What a tagger's network says of sentences.

    Args:
        tagger: its gate is not asked.
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


def _examples(tagger: EventTagger, sentences: Sequence[str]) -> Iterator[Example]:
    """Windows with how likely each word of them is in an event."""
    labels = len(tagger.schema.labels)
    for window, logits in asked(tagger, sentences):
        yield Example(window, inside(logits[window.heads, :labels].astype(np.float64)))


def _taught(vectors: torch.Tensor, examples: Sequence[Example], seed: int) -> Gate:
    """A gate that rates as the examples say, without a threshold."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    gate = Gate(vectors).to(vectors.device).train()
    optimizer = torch.optim.AdamW(gate.parameters(), lr=_RATE, weight_decay=0.05)
    steps = _PASSES * len(range(0, len(examples), _BATCH))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps, pct_start=0.1)
    with tqdm(total=steps, desc="teaching the gate", unit=" steps", file=sys.stderr) as bar:
        for _ in range(_PASSES):
            for batch in _shuffled(examples, draw):
                loss = _loss(gate, batch)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(gate.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                bar.update()
    # As it is stored, so that the threshold fits what is read again.
    gate.load_state_dict({name: values.half() for name, values in gate.state_dict().items()})
    return gate.eval()


def _shuffled(examples: Sequence[Example], draw: random.Random) -> list[list[Example]]:
    """Batches of like length, in any order."""
    keys = [len(example.window.ids) + 8 * draw.random() for example in examples]
    order = sorted(range(len(examples)), key=keys.__getitem__)
    batches = [[examples[index] for index in order[first : first + _BATCH]] for first in range(0, len(order), _BATCH)]
    draw.shuffle(batches)
    return batches


def _loss(gate: Gate, batch: Sequence[Example]) -> torch.Tensor:
    """Cross-entropy with the tagger's probabilities, of all words of a window together and of its likeliest."""
    ids, mask = padded([example.window.ids for example in batch])
    wanted = np.full(ids.shape, -1.0, dtype=np.float32)
    for row, example in enumerate(batch):
        wanted[row, example.window.heads] = example.inside
    device = gate.vectors.device
    target = torch.from_numpy(wanted).to(device)
    is_word = target >= 0
    rated = gate(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
    words_loss = cross_entropy(rated[is_word], target[is_word], reduction="sum") / len(batch)
    return words_loss + cross_entropy(rated.masked_fill(~is_word, -1e4).amax(dim=1), target.amax(dim=1))


def _choose(gate: Gate, tagger: EventTagger, dev: Sequence[Document], keep: float) -> None:
    """Give the gate the highest threshold at which it keeps a share of what the tagger finds on dev."""
    rated, of_events = [], []
    bar = tqdm(dev, desc="choosing the limit", unit=" texts", file=sys.stderr)
    for document, cut, scores in tagger.scored(bar):
        ratings = gate.ratings(cut.windows)
        rated.append(ratings)
        decides = np.empty(len(cut.words), dtype=np.int64)
        for number, window in enumerate(cut.windows):
            decides[window.words] = number
        place = {start: word for word, (start, _) in enumerate(cut.words)}
        for event in events_of(document.text, cut, scores, tagger.schema, tagger.thresholds):
            of_events.append(ratings[decides[place[event.start]]])
    if not of_events:
        raise InputError("the model finds no event in dev, so no limit can be chosen; give other texts with --dev")
    every, events = np.concatenate(rated), np.sort(of_events)
    threshold = float(events[int((1 - keep) * len(events) + 1e-9)]) - _MARGIN
    passed, kept = int((every >= threshold).sum()), int((events >= threshold).sum())
    gate.limit = Limit(threshold, len(every), passed, len(events), kept)
