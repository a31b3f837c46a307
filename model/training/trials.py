"""Trainings in a row, each scored on its own test documents; an interrupted row is gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpus import digest
from ..documents.document import Document
from ..documents.schema import Schema
from ..evaluation import score
from ..evaluation.results import roles, status
from ..evaluation.scores import tally
from ..exceptions import InputError, note
from ..files import read_json, read_text, remove, replacing
from .config import Config
from .data import Data

if TYPE_CHECKING:
    from ..tagging.tagger import EventTagger


@dataclass(frozen=True)
class Trial:
    """One training: what to learn from, what chooses the best epoch, what to score, under which seed."""

    name: str
    seed: int
    train: Sequence[Document]
    dev: Sequence[Document]
    test: Sequence[Document]


def is_first_process() -> bool:
    """Whether this is the one of several processes that writes and prints.

    Raises:
        InputError: what tells the processes apart is no number.
    """
    for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE"):
        try:
            int(os.environ.get(name, "0"))
        except ValueError:
            raise InputError(
                f"{name}={os.environ[name]}: in the environment, is no number; unset it, torchrun sets its own"
            ) from None
    return int(os.environ.get("RANK", "0")) == 0


def prepare(work: Path, config: Config, data: Data, resume: bool) -> None:
    """Make the folder of unfinished trials, or make sure that it is the one to go on with.

    Raises:
        InputError: there is nothing to resume, or the settings or the data have changed since.
    """
    settings = work / "config.toml"
    inputs = work / "inputs.txt"
    digests = "\n".join(digest(documents) for documents in (data.train, data.dev, data.test))
    if resume:
        if not settings.is_file() or not inputs.is_file():
            raise InputError(f"{work}: no interrupted run to resume; start it without --resume")
        if read_text(settings) != config.to_toml():
            raise InputError(f"{settings}: the interrupted run had other settings; give the same, or start anew")
        if read_text(inputs) != digests:
            raise InputError(f"{inputs}: the articles or labels have changed since the interruption; start anew")
        return
    if work.exists():
        note(f"{work}: an interrupted run lay here; starting anew (--resume goes on with it)")
    remove(work)
    work.mkdir(parents=True)
    inputs.write_text(digests, encoding="utf-8")
    settings.write_text(config.to_toml(), encoding="utf-8")


def carry_out(
    config: Config,
    schema: Schema,
    trials: Sequence[Trial],
    work: Path,
    device: str | None = None,
    resume: bool = False,
    kept: Trial | None = None,
) -> Iterator[dict[str, Any]]:
    """Train and score trial after trial; what is done stays in ``work``, so that a resumed run need not repeat it.

    Args:
        config: the settings.
        schema: event types of all the sets.
        trials: what to train; their names are names of files.
        work: a folder that :func:`prepare` made.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: leave out what is done, and go on from checkpoints.
        kept: the trial whose model is written to ``work / "model"``.

    Yields:
        For each trial, in order: ``scores``; ``strict``, the counts of each document; ``status`` and ``roles``, the
        scores of statuses and participants; ``predictions``, ``[{"id", "seed", "events"}, …]``; and ``dev_f1``, by
        epoch. Nothing in all but the first of several processes.
    """
    # Only now, so that a fault in the settings or the data is told at once and not after seconds of loading torch.
    from .trainer import train

    for trial in trials:
        result = work / f"{trial.name}.json"
        if not (resume and result.is_file()):
            checkpoints = work / trial.name
            tagger, dev_f1 = train(config, schema, trial.train, trial.dev, trial.seed, checkpoints, device, resume)
            if is_first_process():
                row = _scored(trial, tagger) | {"dev_f1": dev_f1}
                if trial is kept:
                    tagger.save_pretrained(work / "model")
                with replacing(result) as temporary:
                    temporary.write_text(json.dumps(row), encoding="utf-8")
                remove(checkpoints)
        if is_first_process():
            yield read_json(result)


def _scored(trial: Trial, tagger: EventTagger) -> dict[str, Any]:
    predicted = tagger.predict(trial.test)
    types = tagger.schema.types
    participants = roles(trial.test, predicted, types)
    return {
        "scores": score(trial.test, predicted, types),
        "strict": tally(trial.test, predicted, types, ["strict"])["strict"].tolist(),
        "status": status(trial.test, predicted, types),
        "roles": participants,
        "predictions": [
            {"id": document.id, "seed": trial.seed, "events": [event.to_dict() for event in document.events]}
            for document in predicted
        ],
    }
