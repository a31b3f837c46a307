"""Experiments that train many times: the learning curve, and cross-validation by story."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..corpus.formats.jsonl import read_spans
from ..corpus.reading import Reading
from ..corpus.splitting import nested_subsets, story_folds
from ..documents.document import Document
from ..evaluation import Counts, over_seeds, score
from ..evaluation.numbers import number
from ..evaluation.report.curve import curve_svg
from ..evaluation.resampling import gain
from ..evaluation.scores import names_of, pool, tally
from ..exceptions import InputError, note
from ..files import check_output, remove, resolved, write_texts
from .config import Config
from .data import Data
from .provenance import check_held_out
from .run import baseline_predictions
from .trials import Trial, carry_out, prepare

MODEL = "model"


def learning_curve(config: Config, out: Path, device: str | None = None, resume: bool = False) -> dict[str, Any]:
    """Strict micro-F1 on the test set against the number of training articles, of the model and the baselines.

    Trains on 1/16, 1/8, 1/4, 1/2 and all of the training articles. A subset holds whole stories and all of the smaller
    subsets; each seed draws subsets of its own, so the band over seeds holds the luck of the draw and of the training.
    The dev set stays whole. Writes ``curve.json`` and ``curve.svg``.

    Args:
        config: the settings; one training per seed and size.
        out: the folder to write to.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: go on with an interrupted curve of the same configuration.

    Returns:
        What ``curve.json`` holds: ``seeds``; ``test``, the number of its documents and events; ``points``, for each
        size its ``articles`` (by seed) and per system :func:`.over_seeds` of the F1; ``gain``, per
        system the difference of the last two points, see :func:`.gain`.

    Raises:
        InputError: the data, the folder or the device is not what it should be.
    """
    work = _work(out, "curve")
    data = Data.read(config)
    if not any(document.events for document in data.test):
        raise InputError("the learning curve needs a labelled test set; name one with --set data.test=SET")
    seeds = config.training.seeds
    draws = [nested_subsets(data.train, seed) for seed in seeds]
    # Of small draws one may hold no event, and nothing can be learnt from it.
    learnable = [all(any(d.events for d in subset) for subset in subsets) for subsets in zip(*draws, strict=True)]
    draws = [[subset for subset, fit in zip(subsets, learnable, strict=True) if fit] for subsets in draws]
    sizes = [[len(subset) for subset in subsets] for subsets in zip(*draws, strict=True)]
    trials = [
        Trial(f"articles-{len(subset)}-seed-{seed}", seed, subset, data.dev, data.test)
        for subsets in zip(*draws, strict=True)
        for seed, subset in zip(seeds, subsets, strict=True)
    ]
    shown = ", ".join(f"{fmean(size):.0f}" for size in sizes)
    done = _predictions(config, data, trials, work, f"{shown} articles", device, resume)
    counts: list[dict[str, NDArray[np.int64]]] = []
    for start in range(0, len(trials), len(seeds)):
        parts = done[start : start + len(seeds)]
        counts.append({name: np.stack([_by_document(data.test, part[name]) for part in parts]) for name in parts[0]})
    points: list[dict[str, Any]] = [
        {
            "articles": size,
            "f1": {
                name: over_seeds([Counts(*row).f1 for row in table.sum(axis=1).tolist()])
                for name, table in tables.items()
            },
        }
        for size, tables in zip(sizes, counts, strict=True)
    ]
    curve: dict[str, Any] = {
        "version": 1,
        "seeds": list(seeds),
        "test": {"documents": len(data.test), "events": sum(len(document.events) for document in data.test)},
        "points": points,
        "gain": {name: gain(counts[-2][name], counts[-1][name]) for name in counts[-1]} if len(counts) > 1 else {},
    }
    write_texts(out, {"curve.json": json.dumps(curve, indent=1) + "\n", "curve.svg": curve_svg(points)})
    remove(work)
    return curve


def cross_validate(
    config: Config, out: Path, folds: int | Literal["all"], device: str | None = None, resume: bool = False
) -> dict[str, Any]:
    """Score every training article with a model that never saw its story.

    The training articles are dealt into folds, each story into one; each fold is scored by a training on the others,
    for each seed. The dev set chooses epoch and thresholds as ever, the test set is not touched. Writes ``folds.json``.

    Args:
        config: the settings.
        out: the folder to write to.
        folds: how many, 2 or more; ``"all"`` leaves out one story after the other, or one article where they have none.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: go on with an interrupted cross-validation of the same configuration and number of folds.

    Returns:
        What ``folds.json`` holds: ``seeds``; ``folds``, the number of articles in each; ``systems``: per system
        ``pooled``, the scores of all counts together, and ``f1``, :func:`.over_seeds` of the strict
        micro-F1 of the folds; ``over_seeds``, the same of the model's strict micro-F1 on all folds together, by seed.
        The folds share most of their training articles, so their interval is somewhat too narrow (Bengio and
        Grandvalet 2004, JMLR 5:1089).

    Raises:
        InputError: the data, the folder or the device is not what it should be, or there are fewer stories than folds.
    """
    work = _work(out, f"folds-{folds}")
    data = Data.read(config)
    seeds = config.training.seeds
    parts = story_folds(data.train, folds)
    trials = []
    for index, held_out in enumerate(parts):
        names = {document.id for document in held_out}
        rest = [document for document in data.train if document.id not in names]
        trials += [Trial(f"fold-{index + 1}-seed-{seed}", seed, rest, data.dev, held_out) for seed in seeds]
    done = _predictions(config, data, trials, work, f"{len(parts)} folds", device, resume)
    types = data.schema.types
    scores = {
        system: [score(trial.test, row[system], types) for trial, row in zip(trials, done, strict=True)]
        for system in done[0]
    }
    systems = {}
    for system, rows in scores.items():
        by_fold = [pool(rows[start : start + len(seeds)]) for start in range(0, len(rows), len(seeds))]
        f1 = over_seeds([part["strict"]["micro"]["f1"] for part in by_fold])
        systems[system] = {"pooled": pool(by_fold), "f1": f1}
    by_seed = [pool(scores[MODEL][place :: len(seeds)])["strict"]["micro"]["f1"] for place in range(len(seeds))]
    result = {
        "version": 1,
        "seeds": list(seeds),
        "folds": [len(part) for part in parts],
        "systems": systems,
        "over_seeds": over_seeds(by_seed),
    }
    write_texts(out, {"folds.json": json.dumps(result, indent=1) + "\n"})
    remove(work)
    return result


def verdict(curve: Mapping[str, Any]) -> str:
    """Whether the model's curve still rises at its end, in a sentence or two."""
    if not curve["gain"] or curve["gain"][MODEL]["difference"] is None:
        return "Whether the curve rises cannot be told: it has fewer than two points with a score."
    difference, low, high = (curve["gain"][MODEL][key] for key in ("difference", "low", "high"))
    first, last = (round(fmean(point["articles"])) for point in curve["points"][-2:])
    if low is None:
        return f"Whether the curve rises cannot be told from one test article: F1 changed by {difference:+.3f}."
    told = f"from {first} to {last} articles F1 changed by {difference:+.3f} [{low:+.3f} to {high:+.3f}]"
    if low > 0:
        told = f"The curve still rises: {told}. More articles are likely to help."
    elif high < 0:
        told = f"The curve falls at its end: {told}."
    else:
        told = f"Whether the curve still rises cannot be told: {told}, an interval that holds 0."
    if len(curve["seeds"]) == 1:
        told += " The interval is over test articles only; more training.seeds put the luck of a training into it."
    return told


def _predictions(
    config: Config, data: Data, trials: Sequence[Trial], work: Path, varies: str, device: str | None, resume: bool
) -> list[dict[str, list[Document]]]:
    """What the model and the baselines predict on each trial's test documents."""
    check_held_out(config, [document for trial in trials for document in trial.test])
    prepare(work, config, data, resume)
    seeds = len(config.training.seeds)
    effort = sum(len(trial.train) for trial in trials) / len(data.train)
    note(
        f"{varies}, {seeds} seed{'s' * (seeds > 1)}: {len(trials)} trainings, about as long as {effort:.1f} on all "
        f"{len(data.train)} articles. What is done is kept: after Ctrl-C the same command with --resume goes on."
    )
    results: list[dict[str, list[Document]]] = []
    learnt: Sequence[Document] | None = None
    baselines: dict[str, list[Document]] = {}
    for trial, part in zip(trials, carry_out(config, data.schema, trials, work, device, resume), strict=True):
        predicted = [
            document.with_events(read_spans(row["events"], document.text, trial.name, Reading()))
            for document, row in zip(trial.test, part["predictions"], strict=True)
        ]
        # The baselines are the same for all seeds that learn from the same articles.
        if trial.train != learnt:
            learnt, baselines = trial.train, baseline_predictions(trial.train, trial.test)
        results.append({MODEL: predicted, **baselines})
        f1 = number(part["scores"]["strict"]["micro"]["f1"])
        note(f"training {len(results)} of {len(trials)}: {len(trial.train)} articles, seed {trial.seed}: F1 {f1}")
    return results


def _work(out: Path, name: str) -> Path:
    """The folder of the unfinished experiment, beside the one to write to."""
    check_output(out)
    out = resolved(out)
    return out.with_name(f".{out.name}.{name}.work")


def _by_document(gold: Sequence[Document], predicted: Sequence[Document]) -> NDArray[np.int64]:
    """The strict counts of each document, ``[documents, 3]``."""
    counts = tally(gold, predicted, names_of(gold, predicted), ["strict"])["strict"]
    return np.asarray(counts.sum(axis=1))
