"""The tagger: texts in, documents with events out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import torch
from numpy.typing import NDArray

from ..document import Document, Event
from ..exceptions import InputError
from ..files import read_text, replacing
from ..networks.bert import CONFIG, Bert
from ..networks.tokenizer import PieceTokenizer
from ..pretrained.registry import model_folder
from ..schema import Schema
from .batching import LOOK_AHEAD, gather, in_batches
from .decoding import best_path, posteriors, spans_of
from .gate import Gate
from .windows import Window, Windower, Windows

if TYPE_CHECKING:
    from ..networks.network import EventNetwork

SETTINGS = "tagger.json"
_FORMAT = 3
_NOTHING: NDArray[np.float64] = np.empty((0, 0))
_SURE = 30.0
"""The logit, beside zeros, of a label that nothing else rivals."""


class EventTagger:
    """Finds events in texts of any length.

    Args:
        network: scores the schema's BIO labels, and its statuses if it has two or more.
        tokenizer: its tokenizer.
        schema: the event types and statuses.
        tokens: longest window in word pieces.
        threshold: events less sure than this are not reported, in [0, 1]; one for all types, or one for each.
        neighbours: read as many sentences at once as fit into a window, not each alone.

    Attributes:
        thresholds: the least score of each type; change it to trade precision for recall.
        gate: skips windows before the network reads them; ``None`` skips none.

    Example::

        tagger = EventTagger.from_pretrained()
        for event in tagger.predict("Chad expelled two envoys.").events:
            print(event.type, event.trigger, event.start, event.end, event.score, event.status)
    """

    def __init__(
        self,
        network: EventNetwork | Bert,
        tokenizer: PieceTokenizer,
        schema: Schema,
        tokens: int,
        threshold: float | Mapping[str, float] = 0.0,
        neighbours: bool = False,
    ) -> None:
        self.network = network.eval()
        self.tokenizer = tokenizer
        self.schema = schema
        self.tokens = tokens
        self.thresholds = (
            dict(threshold) if isinstance(threshold, Mapping) else dict.fromkeys(schema.types, float(threshold))
        )
        self.neighbours = neighbours
        self.windower = Windower(tokenizer, tokens, neighbours)
        self.gate: Gate | None = None
        self._pad = network.library_config.get("pad_token_id") or 0

    @classmethod
    def from_pretrained(
        cls,
        path: str | Path | None = None,
        device: str | None = None,
        gate: bool = False,
    ) -> EventTagger:
        """Load a tagger.

        Args:
            path: folder that ``train`` or :meth:`save_pretrained` wrote; ``None`` is the model that comes with
                this package, the string ``"fast"`` its small one (docs/SPEED.md), ``"./fast"`` a folder of that name.
            device: ``"cpu"``, ``"cuda"`` …; by default CUDA where there is one.
            gate: skip sentences in which the model's gate expects no event: faster the quieter the texts are, and
                some events are lost, more of them far from the texts that taught it (docs/SPEED.md).

        Raises:
            InputError: the folder or a file in it is missing or damaged, or the model has
                no gate.
        """
        path = model_folder(path)
        tagger = cls._load(path, device)
        if gate:
            tagger.gate = Gate.read(path, tagger.network.vectors)
        return tagger

    @classmethod
    def _load(cls, path: Path, device: str | None) -> EventTagger:
        from ..pretrained.packing import DIFFERENCE, load_compressed

        if (path / DIFFERENCE).is_file():
            return load_compressed(path, device)
        settings = read_settings(path)
        place = usable(device)
        statuses = len(settings.schema.statuses)
        if Bert.is_in(path):
            network: EventNetwork | Bert = Bert.read(path, statuses, fused=place.type == "cpu")
        else:
            from ..networks.network import load_network

            network = load_network(str(path), statuses)
        labels = network.library_config.get("id2label")
        numbered = {str(index): label for index, label in enumerate(settings.schema.labels)}
        if not isinstance(labels, dict) or {str(index): label for index, label in labels.items()} != numbered:
            raise InputError(f"{path}: {CONFIG} and {SETTINGS} name other labels; train or copy the run again")
        return cls(network.to(place), PieceTokenizer.read(path), *settings)

    def save_pretrained(self, path: str | Path) -> None:
        """Write a plain Hugging Face model folder with our settings beside it, whole or not at all.

        Raises:
            InputError: the folder holds something else than a tagger, which would be lost.
        """
        path = Path(path)
        if path.exists() and not (path / SETTINGS).is_file() and (path.is_file() or any(path.iterdir())):
            raise InputError(f"{path}: stands there and holds no tagger; give a new folder")
        with replacing(path) as temporary:
            self.write(temporary)

    def write(self, folder: Path) -> None:
        """Write the files of :meth:`save_pretrained` into a folder of the caller's."""
        self.network.save_pretrained(folder)
        self.tokenizer.save(folder)
        settings = {
            "format": _FORMAT,
            "types": self.schema.types,
            "statuses": self.schema.statuses,
            "tokens": self.tokens,
            "thresholds": self.thresholds,
            "neighbours": self.neighbours,
        }
        (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        if self.gate:
            self.gate.save(folder)

    @overload
    def predict(self, texts: str | Document) -> Document: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str | Document]) -> list[Document]: ...

    def predict(self, texts: str | Document | Iterable[str | Document]) -> Document | list[Document]:
        """Tag one text, or several.

        Args:
            texts: a text, a document (its events are replaced), or an iterable of them.

        Returns:
            One document for one text, a list for an iterable; empty texts included.
        """
        if isinstance(texts, (str, Document)):
            return next(self.stream([texts]))
        # Nobody waits for the first of them, so as many as may be are read together from the start.
        return [self._tagged(*scored) for scored in self.scored(texts, first=LOOK_AHEAD)]

    def stream(
        self, texts: Iterable[str | Document], batch_size: int = 32, look_ahead: int = LOOK_AHEAD
    ) -> Iterator[Document]:
        """Tag texts as they come, a bounded number at a time and in their order.

        Texts are gathered so that windows of like length go through the network together. The look-ahead starts at one
        text and doubles, so the first result comes at once.

        Args:
            texts: any iterable of texts or documents.
            batch_size: most windows that go through the network together, 1 or more.
            look_ahead: most texts to gather before the first of them is answered; 1 answers each at once.

        Yields:
            One document per text.
        """
        if isinstance(texts, (str, Document)):
            raise TypeError("stream() takes an iterable of texts; predict() takes one")
        for scored in self.scored(texts, batch_size, look_ahead):
            yield self._tagged(*scored)

    def stream_with_doubt(
        self, texts: Iterable[str | Document], batch_size: int = 32
    ) -> Iterator[tuple[Document, float]]:
        """Tag texts as :meth:`stream` does, and say how likely an event of each was missed.

        What a gate stops counts as surely quiet, so leave it out where doubt is to choose what to label.

        Args:
            texts: any iterable of texts or documents.
            batch_size: most windows that go through the network together, 1 or more.

        Yields:
            One document per text, and the greatest probability in [0, 1] with which one of its words, taken by itself,
            belongs to an event, of the words outside the events that were found; 0 where there are none.
        """
        for document, windows, scores in self.scored(texts, batch_size):
            tagged = self._tagged(document, windows, scores)
            yield tagged, _missed(windows, scores, tagged.events, len(self.schema.labels))

    def scored(
        self, texts: Iterable[str | Document], batch_size: int = 32, look_ahead: int = LOOK_AHEAD, first: int = 1
    ) -> Iterator[tuple[Document, Windows, list[NDArray[np.float64]]]]:
        """What the network says of texts, before anything is decided.

        Args:
            texts: any iterable of texts or documents.
            batch_size: most windows that go through the network together, 1 or more.
            look_ahead: most texts to gather, see :meth:`stream`.
            first: texts to gather before the first is answered; from there it doubles up to the look-ahead.

        Yields:
            For each text its document, its windows, and what :func:`events_of` makes events of: for each window
            ``[its words, labels + statuses]`` logits.
        """
        for chunk in gather(texts, first, look_ahead):
            documents = [Document(text) if isinstance(text, str) else text for text in chunk]
            cut = self.windower.cut_all([document.text for document in documents])
            scores = self._score(cut, batch_size)
            for document, windows in zip(documents, cut, strict=True):
                yield document, windows, [next(scores) for _ in windows.windows]

    def logits(self, windows: Sequence[Window], batch_size: int = 32) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """What the network says of windows; the gate is not asked.

        Args:
            windows: as the windower cuts them.
            batch_size: most windows that go through the network together, 1 or more.

        Yields:
            The index of each window, in any order, and its ``[places, labels + statuses]`` logits.
        """
        for order, ids, mask in in_batches(windows, batch_size, self.network.device, self._pad):
            for index, logits in zip(order, self._run(ids, mask), strict=True):
                yield index, logits[: len(windows[index].ids)]

    @torch.inference_mode()
    def _run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """``[windows, places, labels + statuses]`` logits of a padded batch."""
        device = self.network.device
        logits = self.network(
            input_ids=torch.from_numpy(ids).to(device), attention_mask=torch.from_numpy(mask).to(device)
        )
        return np.asarray(logits.float().cpu().numpy())

    def _tagged(self, document: Document, windows: Windows, scores: Sequence[NDArray[np.float64]]) -> Document:
        return document.with_events(events_of(document.text, windows, scores, self.schema, self.thresholds))

    def _score(self, cut: Sequence[Windows], batch_size: int) -> Iterator[NDArray[np.float64]]:
        """``[words, labels + statuses]`` scores of each window, in order; like lengths are computed together."""
        windows = [window for windows in cut for window in windows.windows]
        results: list[NDArray[np.float64]] = [_NOTHING] * len(windows)
        read = self.gate.passes(windows) if self.gate else np.ones(len(windows), dtype=bool)
        for index in np.flatnonzero(~read).tolist():
            results[index] = self._quiet(len(windows[index].words))
        places = np.flatnonzero(read).tolist()
        wanted = [windows[place] for place in places]
        for index, logits in self.logits(wanted, batch_size):
            results[places[index]] = logits[wanted[index].heads].astype(np.float64)
        return iter(results)

    def _quiet(self, words: int) -> NDArray[np.float64]:
        """The scores of words that the network did not read: no event, as good as surely."""
        statuses = len(self.schema.statuses)
        scores = np.zeros((words, len(self.schema.labels) + (statuses if statuses > 1 else 0)))
        scores[:, 0] = _SURE
        return scores


def usable(device: str | None) -> torch.device:
    """The device of a name; ``None`` is CUDA where there is one, else the CPU.

    Raises:
        InputError: there is no such device.
    """
    try:
        place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.empty(0, device=place)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"device {device!r}: not usable here ({str(error).splitlines()[0]})") from None
    return place


class Settings(NamedTuple):
    """What a model folder says of its tagger, as :class:`EventTagger` takes it."""

    schema: Schema
    tokens: int
    thresholds: dict[str, float]
    neighbours: bool


def read_settings(folder: Path) -> Settings:
    """The settings of a model folder.

    Raises:
        InputError: the folder holds no settings, or damaged ones.
    """
    if not (folder / SETTINGS).is_file():
        hint = f"it lacks {SETTINGS}" if folder.is_dir() else "no such folder"
        raise InputError(f"{folder}: not a run folder ({hint}); news-events train --out {folder} makes one")
    try:
        settings = json.loads(read_text(folder / SETTINGS))
        if settings.get("format") != _FORMAT:
            raise InputError(f"{folder}: written by another version of this package; train it again")
        schema = Schema(tuple(settings["types"]), tuple(settings["statuses"]))
        thresholds = {type_: float(settings["thresholds"][type_]) for type_ in schema.types}
        return Settings(schema, int(settings["tokens"]), thresholds, bool(settings["neighbours"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / SETTINGS}: damaged ({error}); train or copy the run again") from None


def events_of(
    text: str,
    windows: Windows,
    scores: Sequence[NDArray[np.float64]],
    schema: Schema,
    thresholds: Mapping[str, float],
) -> list[Event]:
    """The events of a text from the label scores of its words.

    Args:
        text: the text that was cut.
        windows: how it was cut.
        scores: for each window ``[its words, labels + statuses]`` logits; without statuses the events have none.
        schema: names of the types and statuses.
        thresholds: least score of an event, by its type.

    Returns:
        Events with their scores, in order; they begin and end at words.
    """
    events = []
    for decided, part in _joined(windows, scores):
        labels, statuses = np.split(part, [len(schema.labels)], axis=1)
        if not (labels.argmax(axis=1) > 0).any():
            continue
        found = spans_of(best_path(labels))
        for (first, last, type_), score in zip(found, posteriors(labels, found), strict=True):
            name = schema.types[type_]
            if score < thresholds[name]:
                continue
            start, end = windows.words[decided[first]][0], windows.words[decided[last - 1]][1]
            status, sure = _status(statuses[first:last], schema)
            events.append(Event(start, end, name, text[start:end], score, status, sure))
    return events


def _missed(windows: Windows, scores: Sequence[NDArray[np.float64]], events: Sequence[Event], labels: int) -> float:
    """The greatest probability that a word outside the events is in one."""
    most = 0.0
    for decided, part in _joined(windows, scores):
        weights = np.exp(part[:, :labels] - part[:, :labels].max(axis=1, keepdims=True))
        inside = 1 - weights[:, 0] / weights.sum(axis=1)
        for word, chance in zip(decided, inside, strict=True):
            start, end = windows.words[word]
            if chance > most and not any(event.start < end and start < event.end for event in events):
                most = float(chance)
    return most


def _status(scores: NDArray[np.float64], schema: Schema) -> tuple[str | None, float | None]:
    """The likeliest status and its probability from the ``[words, statuses]`` logits of a trigger."""
    if not scores.shape[1]:
        return None, None
    logits = scores.mean(axis=0)
    weights = np.exp(logits - logits.max())
    best = int(weights.argmax())
    return schema.statuses[best], float(weights[best] / weights.sum())


def _joined(
    windows: Windows, scores: Sequence[NDArray[np.float64]]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Windows cut from one sentence are decoded as one, so a trigger across the cut stays whole."""
    group: list[Any] = []
    for window, part in zip(windows.windows, scores, strict=True):
        if group and not window.joins:
            yield np.concatenate([w for w, _ in group]), np.concatenate([p for _, p in group])
            group = []
        group.append((window.words, part))
    if group:
        yield np.concatenate([w for w, _ in group]), np.concatenate([p for _, p in group])
