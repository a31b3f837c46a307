"""Systems under the clock, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import cores, memory

from news_event_tagger.exceptions import InputError

if TYPE_CHECKING:
    from news_event_tagger.tagging.tagger import EventTagger

USUAL, BATCHED = "pipeline", "pipeline-32"

Spans = list[tuple[int, int, str]]


@dataclass(frozen=True)
class Folders:
    """Where the models lie.

    Attributes:
        ours: our run folder; ``None`` is the shipped model.
        plain: the same weights as a plain Hugging Face folder.
        spacy: the trained spaCy pipeline; ``None`` where there is none.
    """

    ours: str | None
    plain: Path
    spacy: Path | None


@dataclass(frozen=True)
class System:
    """A loaded system: what is timed, and how to read off an answer what is scored."""

    predict: Callable[[list[str]], Sequence[Any]]
    spans: Callable[[Any], Spans]


def our_tagger(model: str | None) -> EventTagger:
    """Our tagger on the CPU.

    Raises:
        InputError: the model cannot be loaded.
    """
    from news_event_tagger.tagging.tagger import EventTagger

    return EventTagger.from_pretrained(model, device="cpu")


def _ours(model: str | None, participants: bool = False) -> System:
    tagger = our_tagger(model)
    if not participants:
        tagger.role_tagger = None
    return System(tagger.predict, lambda document: [(event.start, event.end, event.type) for event in document.events])


def _pipeline(folders: Folders, **how: Any) -> System:
    from transformers import logging, pipeline

    logging.disable_progress_bar()
    tag: Any = pipeline("token-classification", str(folders.plain), aggregation_strategy="simple", device="cpu")
    return System(
        lambda texts: tag(texts, **how),
        lambda groups: [(group["start"], group["end"], group["entity_group"]) for group in groups],
    )


def _spacy(folders: Folders, processes: int) -> System:
    if folders.spacy is None:
        raise InputError("give a folder to train it in: --spacy DIR")
    if processes > 1 and cores() == 1:
        raise InputError("there is one core")
    import spacy

    nlp = spacy.load(folders.spacy)
    return System(
        # The default batch of 1,000 would leave all of a short text to one process.
        lambda texts: list(nlp.pipe(texts, n_process=processes, batch_size=128)),
        lambda doc: [(span.start_char, span.end_char, span.label_) for span in doc.ents],
    )


SYSTEMS: dict[str, Callable[[Folders], System]] = {
    USUAL: _pipeline,
    BATCHED: lambda folders: _pipeline(folders, batch_size=32),
    "ours": lambda folders: _ours(folders.ours),
    "participants": lambda folders: _ours(folders.ours, participants=True),
    "accurate": lambda folders: _ours("accurate"),
    "spacy": lambda folders: _spacy(folders, 1),
    "spacy-processes": lambda folders: _spacy(folders, cores()),
}


class Worker:
    """A system in a process of its own, which sleeps until it is asked.

    Raises:
        InputError: it cannot be loaded; the message says why.
    """

    def __init__(self, name: str, folders: Folders) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        # No daemon: those may not have children, which spaCy's n_process wants. It ends when the pipe does.
        self._process = context.Process(target=_serve, args=(other, name, folders))
        self._process.start()
        other.close()
        if reason := self._answer():
            self.close()
            raise InputError(reason)

    def predict(self, texts: list[str]) -> tuple[float, list[Spans], float]:
        """Seconds of the call, the events of each text, and the MiB that the process holds after it."""
        self._pipe.send(texts)
        return self._answer()  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join()

    def _answer(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise RuntimeError("a system's process has died; what it said stands above") from None


def _serve(pipe: Any, name: str, folders: Folders) -> None:
    try:
        system = SYSTEMS[name](folders)
    except (InputError, ImportError) as error:
        pipe.send(str(error).splitlines()[0])
        return
    pipe.send(None)
    while True:
        try:
            texts = pipe.recv()
        except EOFError:
            return
        start = time.perf_counter()
        answers = system.predict(texts)
        seconds = time.perf_counter() - start
        pipe.send((seconds, [system.spans(answer) for answer in answers], memory()))
