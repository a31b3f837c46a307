"""The model's suggestions, made by a process of its own, so that the page never waits for it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

from ..documents.document import Document
from ..exceptions import InputError
from ..pretrained.folders import model_folder
from ..pretrained.settings import read_settings

_TOGETHER = 8
"""Documents that are tagged at once where nobody waits for one of them."""


class Found(NamedTuple):
    """What the model says of a document.

    Args:
        document: with the events it found.
        doubt: how unsure it is of the least sure of them, or that none was missed, in [0, 1].
    """

    document: Document
    doubt: float


class Suggester:
    """Tags documents when they are asked for, one after the other, those that somebody waits for first.

    Args:
        document: gives the document of a number.
        model: as :meth:`.EventTagger.from_pretrained` takes it.
        device: so too.

    Attributes:
        error: why there are no suggestions any more; empty where there are.
    """

    def __init__(self, document: Callable[[int], Document], model: str | None, device: str | None = None) -> None:
        self.error = ""
        self.model = model
        self._document, self._device = document, device
        self._found: dict[int, Found] = {}
        self._urgent: deque[int] = deque()
        self._waiting: deque[int] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._process: BaseProcess | None = None

    def found(self, number: int) -> Found | None:
        """What is known of a document; ``None`` where nothing is yet."""
        with self._change:
            return self._found.get(number)

    def want(self, numbers: Iterable[int], urgent: bool = False) -> None:
        """Ask for documents; the process starts with the first of them.

        Args:
            numbers: of the documents.
            urgent: somebody waits: before all others, the last asked for first.
        """
        with self._change:
            for number in numbers:
                if number not in self._found:
                    (self._urgent if urgent else self._waiting).append(number)
            if not self._thread and not self.error:
                self._thread = threading.Thread(target=self._work, args=(self.model,), daemon=True)
                self._thread.start()
            self._change.notify_all()

    def use(self, model: str) -> None:
        """Forget what was found and go on with another model."""
        self.close()
        with self._change:
            self.model, self.error, self._closed = model, "", False
            self._found.clear()

    def close(self) -> None:
        """End the process."""
        with self._change:
            self._closed, thread, self._thread = True, self._thread, None
            self._change.notify_all()
            if self._process:
                self._process.kill()
        if thread:
            thread.join()

    def _next(self) -> list[int]:
        """Wait until documents are wanted, and take some; none where all is over."""
        with self._change:
            while True:
                self._change.wait_for(lambda: self._closed or self._urgent or self._waiting)
                if self._closed:
                    return []
                one = self._urgent.pop() if self._urgent else None
                if one is not None and one not in self._found:
                    return [one]
                if one is None:
                    taken = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
                    if new := [number for number in taken if number not in self._found]:
                        return new

    def _work(self, model: str | None) -> None:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_tag, args=(there, model, self._device), daemon=True
        )
        try:
            with self._change:
                # Who closes before the process stands finds none to end, and would wait for it to begin.
                if self._closed:
                    return
                process.start()
                self._process = process
            there.close()
            while numbers := self._next():
                here.send([self._document(number) for number in numbers])
                answer = here.recv()
                if isinstance(answer, str):
                    raise InputError(answer)
                with self._change:
                    self._found.update(zip(numbers, answer, strict=True))
        except (InputError, OSError, EOFError) as error:
            with self._change:
                self.error = str(error) or "the process that tags has ended; start the review again"
        finally:
            here.close()
            if process.pid is not None:
                process.join()
            with self._change:
                self._process = None


def _tag(pipe: Connection, model: str | None, device: str | None) -> None:
    """What the process does: answers each list of documents with what is found in them, or with what is wrong."""
    # Who ends the review at the keyboard ends this process through the other.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whoever types comes first.
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        documents = pipe.recv()
        try:
            # A folder that is none is told before what reads it is loaded, which takes seconds.
            read_settings(model_folder(model))
            from ..tagging.tagger import EventTagger

            tagger = EventTagger.from_pretrained(model, device)
            while True:
                pipe.send(
                    [Found(tagged, _doubt(tagged, missed)) for tagged, missed in tagger.stream_with_doubt(documents)]
                )
                documents = pipe.recv()
        except InputError as error:
            pipe.send(str(error))


def _doubt(document: Document, missed: float) -> float:
    return max(missed, 1 - min((event.score or 0.0 for event in document.events), default=1.0))
