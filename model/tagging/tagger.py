"""The tagger: texts in, documents with events out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import torch
from numpy.typing import NDArray

from ..documents.document import Document
from ..documents.schema import Schema
from ..exceptions import InputError
from ..files import replacing
from ..networks import Network
from ..networks.bert import CONFIG, Bert
from ..networks.tokenizer import PieceTokenizer
from ..pretrained.folders import model_folder
from ..pretrained.packing import DIFFERENCE, read_compressed
from ..pretrained.settings import PARTICIPANTS, SETTINGS, Settings, Thresholds, read_settings, write_settings
from .batching import LOOK_AHEAD, gather, in_batches
from .decoding import events_of, missed
from .device import usable
from .questions import questions
from .windows import Window, Windower, Windows

_SHORTEST = 16
"""Least length of a window, in word pieces."""
Scored = tuple[Document, Windows, list[NDArray[np.float64]]]
_NOTHING: NDArray[np.float64] = np.empty((0, 0))


class EventTagger:
    """Finds events in texts of any length.

    Args:
        network: scores the schema's BIO labels, and its statuses if it has two or more.
        tokenizer: its tokenizer.
        schema: the event types and statuses.
        tokens: longest window in word pieces, 16 or more, and no more than the network reads at once.
        threshold: events less sure than this are not reported, in [0, 1]; one for all types, or one for each.
        neighbours: read as many sentences at once as fit into a window, not each alone.
        precise: for each of some precisions the thresholds that reached it on dev, see :meth:`aim_at`.
        role_tagger: finds the participants of the events, see :mod:`~.questions`; without one none are looked for.

    Attributes:
        tokenizer: may be changed, as all that follows.
        neighbours: see above.
        precise: see above.
        role_tagger: see above.

    Raises:
        InputError: a number is out of its range.

    Example::

        tagger = EventTagger.from_pretrained()
        for event in tagger.predict("Chad expelled two envoys.").events:
            print(event.type, event.trigger, event.start, event.end, event.score, event.status)
            for role in event.roles or ():
                print(role.role, role.text, role.start, role.end, role.score)
    """

    def __init__(
        self,
        network: Network,
        tokenizer: PieceTokenizer,
        schema: Schema,
        tokens: int,
        threshold: float | Mapping[str, float] = 0.0,
        neighbours: bool = False,
        precise: Mapping[float, Mapping[str, float]] | None = None,
        role_tagger: EventTagger | None = None,
    ) -> None:
        self._schema = schema
        self._tokens = _fitting(tokens, network)
        self._thresholds = Thresholds(schema.types, threshold)
        self.tokenizer = tokenizer
        self.neighbours = neighbours
        self.precise = dict(precise or {})
        self.network = network
        self.role_tagger = role_tagger

    @property
    def network(self) -> Network:
        """Scores the labels and statuses; another one is put to use as it is set."""
        return self._network

    @network.setter
    def network(self, network: Network) -> None:
        _fitting(self.tokens, network)
        network.eval()
        self._network = network

    @property
    def schema(self) -> Schema:
        """The event types and statuses; they are the network's and cannot be changed."""
        return self._schema

    @property
    def tokens(self) -> int:
        """Longest window in word pieces; may be changed."""
        return self._tokens

    @tokens.setter
    def tokens(self, tokens: int) -> None:
        self._tokens = _fitting(tokens, self.network)

    @property
    def thresholds(self) -> Thresholds:
        """The least score of each type; change it to trade precision for recall, for all types or for one."""
        return self._thresholds

    @thresholds.setter
    def thresholds(self, thresholds: float | Mapping[str, float]) -> None:
        self._thresholds = Thresholds(self.schema.types, thresholds)

    def aim_at(self, precision: float) -> None:
        """Set the thresholds that reached a precision on dev when the model was trained.

        Args:
            precision: wanted share of reported events that are right, in (0, 1); the next higher one that is stored
                is taken. A type that never reached it has the threshold at which it was most precise.

        Raises:
            InputError: it is no share, or no such precision is stored.
        """
        if not 0 < precision < 1:
            raise InputError(f"precision {precision}: must be in (0, 1), for one 0.95")
        reached = [aim for aim in sorted(self.precise) if aim >= precision]
        if not reached:
            known = ", ".join(map(str, sorted(self.precise))) or "none"
            raise InputError(f"precision {precision}: the model stores thresholds for {known}; set thresholds instead")
        self.thresholds = self.precise[reached[0]]

    @property
    def windower(self) -> Windower:
        """Cuts texts into windows."""
        return Windower(self.tokenizer, self.tokens, self.neighbours)

    @classmethod
    def from_pretrained(cls, path: str | Path | None = None, device: str | None = None) -> EventTagger:
        """Load a tagger.

        Args:
            path: folder that a training or :meth:`save_pretrained` wrote; ``None`` is the model that comes with this
                package, the string ``"accurate"`` its larger one (docs/SPEED.md), ``"./accurate"`` a folder of that
                name, and ``"owner/name"``, where there is no such folder, a model on the Hugging Face hub.
            device: ``"cpu"``, ``"cuda"`` …; by default CUDA where there is one.

        Raises:
            InputError: the folder or a file in it is missing or damaged, the hub does not give it, or there is no
                such device.
        """
        folder, place = model_folder(path), usable(device)
        if (folder / DIFFERENCE).is_file():
            packed, tokenizer, settings = read_compressed(folder, fused=place.type == "cpu")
            network: Network = packed.to(place)
        else:
            settings = read_settings(folder)
            network = _read_network(folder, settings, place)
            tokenizer = PieceTokenizer.read(folder)
            if tokenizer.size > len(network.vectors):
                raise InputError(
                    f"{folder}: its tokenizer has {tokenizer.size} word pieces and its network {len(network.vectors)}; "
                    "train or copy the run again"
                )
        inner = folder / PARTICIPANTS
        role_tagger = cls.from_pretrained(inner, device) if inner.is_dir() else None
        try:
            return cls(network, tokenizer, *settings, role_tagger)
        except InputError as error:
            raise InputError(f"{folder / SETTINGS}: {error}") from None

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
        write_settings(folder, Settings(self.schema, self.tokens, self.thresholds, self.neighbours, self.precise))
        if self.role_tagger is not None:
            (folder / PARTICIPANTS).mkdir()
            self.role_tagger.write(folder / PARTICIPANTS)

    @overload
    def predict(  # type: ignore[overload-overlap]
        self, texts: str | Document, batch_size: int | None = None
    ) -> Document: ...
    @overload
    def predict(self, texts: Iterable[str | Document], batch_size: int | None = None) -> list[Document]: ...

    def predict(
        self, texts: str | Document | Iterable[str | Document], batch_size: int | None = None
    ) -> Document | list[Document]:
        """Tag one text, or several.

        Args:
            texts: a text, a document (its events are replaced), or an iterable of them.
            batch_size: most windows that go through the network together, 1 or more; by default what fits the device.

        Returns:
            One document for one text, a list for an iterable; empty texts included.

        Raises:
            TypeError: something is no text.
            InputError: ``batch_size`` is no number from 1 on.
        """
        if isinstance(texts, (str, bytes, Document)) or not isinstance(texts, Iterable):
            return next(self.stream([texts], batch_size))  # type: ignore[list-item]
        # Nobody waits for the first of them, so as many as may be are read together from the start.
        chunks = self._chunks(texts, batch_size, LOOK_AHEAD, first=LOOK_AHEAD)
        return [document for chunk in chunks for document in self._tagged(chunk, batch_size)]

    def stream(
        self, texts: Iterable[str | Document], batch_size: int | None = None, look_ahead: int = LOOK_AHEAD
    ) -> Iterator[Document]:
        """Tag texts as they come, a bounded number at a time and in their order.

        Texts are gathered so that windows of like length go through the network together. The look-ahead starts at one
        text and doubles, so the first result comes at once.

        Args:
            texts: any iterable of texts or documents.
            batch_size: see :meth:`predict`.
            look_ahead: most texts to gather before the first of them is answered; 1 answers each at once.

        Yields:
            One document per text.
        """
        if isinstance(texts, (str, Document)):
            raise TypeError("stream() takes an iterable of texts; predict() takes one")
        for chunk in self._chunks(texts, batch_size, look_ahead):
            yield from self._tagged(chunk, batch_size)

    def participants(self, documents: Sequence[Document], batch_size: int | None = None) -> list[Document]:
        """Find who took part in the events that documents have already, whoever found those.

        Args:
            documents: with events, whose participants are replaced.
            batch_size: see :meth:`predict`.

        Returns:
            The documents with the same events.

        Raises:
            InputError: the model has learnt no participants.
        """
        if self.role_tagger is None:
            raise InputError("the model has learnt no participants; train one on a set whose events have roles")
        asked = questions(documents)
        answers = iter(
            self.role_tagger.predict(
                [question.ask(document) for document, each in asked for question in each], batch_size
            )
        )
        return [
            document.with_events([question.read(next(answers), document.text) for question in each])
            for document, each in asked
        ]

    def stream_with_doubt(
        self, texts: Iterable[str | Document], batch_size: int | None = None
    ) -> Iterator[tuple[Document, float]]:
        """Tag texts as :meth:`stream` does, and say how likely an event of each was missed.

        Args:
            texts: any iterable of texts or documents.
            batch_size: see :meth:`predict`.

        Yields:
            One document per text, and the greatest probability in [0, 1] with which one of its words, taken by itself,
            belongs to an event, of the words outside the events that were found; 0 where there are none.
        """
        for chunk in self._chunks(texts, batch_size, LOOK_AHEAD):
            for tagged, (_, windows, scores) in zip(self._tagged(chunk, batch_size), chunk, strict=True):
                yield tagged, missed(windows, scores, tagged.events, len(self.schema.labels))

    def scored(self, texts: Iterable[str | Document], batch_size: int | None = None) -> Iterator[Scored]:
        """What the network says of texts, before anything is decided.

        Args:
            texts: any iterable of texts or documents.
            batch_size: see :meth:`predict`.

        Yields:
            For each text its document, its windows, and what :func:`~.events_of` makes events of: for each window
            ``[its words, labels + statuses]`` logits.
        """
        for chunk in self._chunks(texts, batch_size, LOOK_AHEAD):
            yield from chunk

    def _chunks(
        self, texts: Iterable[str | Document], batch_size: int | None, look_ahead: int, first: int = 1
    ) -> Iterator[list[Scored]]:
        """What :meth:`scored` yields, in lists of as many as are read together: from ``first`` on ever more."""
        for chunk in gather(texts, first, look_ahead):
            documents = [Document(text) if isinstance(text, str) else text for text in chunk]
            cut = self.windower.cut_all([document.text for document in documents])
            scores = self._score(cut, batch_size)
            yield [
                (document, windows, [next(scores) for _ in windows.windows])
                for document, windows in zip(documents, cut, strict=True)
            ]

    def logits(
        self, windows: Sequence[Window], batch_size: int | None = None
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """What the network says of windows.

        Args:
            windows: as the windower cuts them.
            batch_size: see :meth:`predict`.

        Yields:
            The index of each window, in any order, and its ``[places, labels + statuses]`` logits.
        """
        filler = self.network.library_config.get("pad_token_id") or 0
        for order, ids, mask in in_batches(windows, batch_size, self.network.device, filler):
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

    def _tagged(self, scored: Sequence[Scored], batch_size: int | None) -> list[Document]:
        tagged = [
            document.with_events(events_of(document.text, windows, scores, self.schema, self.thresholds))
            for document, windows, scores in scored
        ]
        return tagged if self.role_tagger is None else self.participants(tagged, batch_size)

    def _score(self, cut: Sequence[Windows], batch_size: int | None) -> Iterator[NDArray[np.float64]]:
        """``[words, labels + statuses]`` scores of each window, in order; like lengths are computed together."""
        windows = [window for windows in cut for window in windows.windows]
        results: list[NDArray[np.float64]] = [_NOTHING] * len(windows)
        for index, logits in self.logits(windows, batch_size):
            results[index] = logits[windows[index].heads].astype(np.float64)
        return iter(results)


def _fitting(tokens: int, network: Network) -> int:
    """The length of windows, if the network can read them."""
    if type(tokens) is not int or not _SHORTEST <= tokens <= network.longest:
        raise InputError(
            f"tokens is {tokens}: the network reads windows of {_SHORTEST} to {network.longest} word pieces"
        )
    return tokens


def _read_network(folder: Path, settings: Settings, device: torch.device) -> Network:
    """The network of a run folder."""
    statuses = len(settings.schema.statuses)
    if Bert.is_in(folder):
        network: Network = Bert.read(folder, statuses, fused=device.type == "cpu").to(device)
    else:
        from ..networks.network import load_network

        network = load_network(folder, statuses).to(device)
    labels = network.library_config.get("id2label")
    numbered = {str(index): label for index, label in enumerate(settings.schema.labels)}
    if not isinstance(labels, dict) or {str(index): label for index, label in labels.items()} != numbered:
        raise InputError(f"{folder}: {CONFIG} and {SETTINGS} name other labels; train or copy the run again")
    return network
