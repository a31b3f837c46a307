"""Training on what is complete, in a process of its own, and whether it helped on documents held out for good."""

from __future__ import annotations

import json
import math
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..corpus.formats import jsonl
from ..documents.document import Document
from ..documents.schema import Schema
from ..evaluation.comparison import read_scores
from ..evaluation.resampling import difference, intervals, ratios
from ..evaluation.results import document_counts
from ..exceptions import InputError
from ..files import read_json, sha256, write_texts

HELD_OUT = 0.2
"""Share of the texts that are held out."""
ENOUGH = 200
"""Complete documents below which a difference seldom shows."""
_RESULT = "result.json"
_BAR = re.compile(r"\d+%\|.*?\| *(\d+/\d+)")


def is_held_out(document: Document) -> bool:
    """Whether a document is for scoring alone: by the hash of its story or text, so that it is for ever.

    >>> sum(is_held_out(Document(str(number))) for number in range(1000))
    195
    """
    story = str(document.meta.get("story") or document.text)
    return int(sha256(f"held out {story}")[:8], 16) < HELD_OUT * 2**32


def verdict(complete: int, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Whether a training helped.

    Args:
        complete: how many documents are complete.
        before: the scores of the tagger that suggested, on the documents held out.
        after: those of the new one.

    Returns:
        ``before`` and ``after`` with ``f1`` and ``interval``, the ``difference`` with its ``interval``, and the same in
        ``words``.
    """
    types = list(dict.fromkeys([*before["types"], *after["types"]]))
    tables = [document_counts(scores["documents"], types) for scores in (before, after)]
    documents, events = len(tables[0]), int(tables[0][..., [0, 2]].sum())
    gain, interval, _ = difference(tables[1], tables[0])
    by, (low, high) = float(gain[0]), interval[0].tolist()
    sides = []
    for table in tables:
        limits = intervals(table)[0, 2].tolist()
        f1 = float(ratios(table.sum(axis=0).astype(float))[0, 2])
        sides.append({"f1": _known(f1), "interval": None if math.isnan(limits[0]) else limits})
    on = f"on {documents} held-out documents with {events} events"
    if math.isnan(by) or math.isnan(low):
        words = f"Too little to tell: {on} there is nothing to compare."
    elif low <= 0 <= high:
        words = f"Too little to tell: {on} F1 moved by {by:+.3f}, and {low:+.3f} to {high:+.3f} fits as well."
    else:
        words = f"{'Better' if by > 0 else 'Worse'}: {on} F1 moved by {by:+.3f} ({low:+.3f} to {high:+.3f})."
    if complete < ENOUGH:
        words += f" Below some {ENOUGH} complete documents that is usual; you have {complete}."
    known = None if math.isnan(low) else [low, high]
    return {"before": sides[0], "after": sides[1], "difference": _known(by), "interval": known, "words": words}


class Learning:
    """Trainings, one at a time, each in a folder of its own.

    Args:
        folder: for the trainings; made with the first.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
    """

    def __init__(self, folder: Path, device: str | None = None) -> None:
        self._folder = folder
        self._device = ["--device", device] if device else []
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._status: dict[str, Any] = {"state": "none"}
        done = sorted(folder.glob(f"*/{_RESULT}"))
        if done:
            self._status = read_json(done[-1])

    @property
    def status(self) -> dict[str, Any]:
        """``state`` (``none``, ``running``, ``done`` or ``failed``) and what there is to say of it."""
        with self._lock:
            return dict(self._status)

    def start(self, documents: Sequence[Document], schema: Schema, model: str | None) -> None:
        """Begin a training on complete documents.

        Args:
            documents: all that are complete; those held out are only scored.
            schema: what the new tagger is to know.
            model: the tagger that suggests, from which the training goes on and with which it is compared.

        Raises:
            InputError: one is running, or there is too little to train on or to score.
        """
        held = [document for document in documents if is_held_out(document)]
        rest = [document for document in documents if not is_held_out(document)]
        if sum(bool(document.events) for document in rest) < 2 or not any(document.events for document in held):
            raise InputError(
                f"{len(documents)} documents are complete: too few to train on some and score the others; complete more"
            )
        with self._lock:
            if self._status["state"] == "running":
                raise InputError("a training is running; wait for it or stop it")
            self._status = {"state": "running", "step": "begins", "progress": ""}
        numbers = [int(path.name) for path in self._folder.glob("[0-9]*") if path.name.isdecimal()]
        folder = self._folder / f"{max(numbers, default=0) + 1:03}"
        (folder / "set").mkdir(parents=True)
        jsonl.write(rest, folder / "set" / "train.jsonl")
        jsonl.write(held, folder / "set" / "test.jsonl")
        threading.Thread(target=self._run, args=(folder, len(documents), schema, model), daemon=True).start()

    def stop(self) -> None:
        """End a running training."""
        with self._lock:
            if self._process:
                self._process.send_signal(signal.SIGTERM)

    def _run(self, folder: Path, complete: int, schema: Schema, model: str | None) -> None:
        run, scores, held = folder / "run", folder / "before", folder / "set" / "test.jsonl"
        # What has lost layers cannot be trained on.
        start = "accurate" if model in (None, "shipped", "accurate") else str(Path(model).resolve())
        settings = [f"model.encoder={json.dumps(start)}", f"data.types={json.dumps(schema.types)}"]
        train = ["train", "--config", "own", "--data", folder / "set", "--out", run]
        train += [word for setting in settings for word in ("--set", setting)]
        try:
            self._command("learns", *train)
            self._command("is compared", "evaluate", model or "shipped", "--data", held, "--out", scores)
            found = verdict(complete, read_scores(scores), read_scores(run))
            status = {"state": "done", "run": str(run), **found}
            write_texts(folder, {_RESULT: json.dumps(status, indent=1) + "\n"})
        except Exception as error:  # whatever it is, the page must be told
            status = {"state": "failed", "words": str(error)}
        with self._lock:
            self._status = status

    def _command(self, step: str, *words: object) -> None:
        """Run a command and follow its progress; -P, for the folder we stand in may hold modules of other people."""
        command = [sys.executable, "-P", "-m", "news_event_tagger", *map(str, words), *self._device]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        with self._lock:
            self._process = process
            self._status = {"state": "running", "step": step, "progress": ""}
        last = ""
        assert process.stderr is not None
        # Python's universal line ends part the bars of one line, which carriage returns draw over each other.
        for line in process.stderr:
            last = line.strip() or last
            bar = _BAR.search(line)
            with self._lock:
                self._status = {"state": "running", "step": step, "progress": bar[1] if bar else last[:200]}
        code = process.wait()
        with self._lock:
            self._process = None
        if code:
            raise InputError(
                "stopped" if code == -signal.SIGTERM else last.removeprefix("error: ")[:500] or f"exit {code}"
            )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
