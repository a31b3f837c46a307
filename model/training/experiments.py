"""Experiments that train many times: the learning curve, and cross-validation by story."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..corpus.splitting import nested_subsets, story_folds
from ..document import Document, Event
from ..evaluation import Counts, over_seeds, score
from ..evaluation.numbers import number
from ..evaluation.report.curve import curve_svg
from ..evaluation.scores import names_of, pool, tally
from ..exceptions import InputError, note
from ..files import check_output, remove, write_texts
from .config import Config
from .provenance import check_held_out
from .run import Data, Job, baseline_predictions, prepare, train_all

MODEL = "model"
_RESAMPLES = 10_000


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
        system the difference of the last two points, see :func:`gain`.

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
    jobs = [
        Job(f"articles-{len(subset)}-seed-{seed}", seed, subset, data.dev, data.test)
        for subsets in zip(*draws, strict=True)
        for seed, subset in zip(seeds, subsets, strict=True)
    ]
    shown = ", ".join(f"{fmean(size):.0f}" for size in sizes)
    done = _carry_out(config, data, jobs, work, f"{shown} articles", device, resume)
    counts: list[dict[str, NDArray[np.int64]]] = []
    for start in range(0, len(jobs), len(seeds)):
        parts = done[start : start + len(seeds)]
        counts.append({name: np.stack([_by_document(data.test, part[name]) for part in parts]) for name in parts[0]})
    points: list[dict[str, Any]] = [
        {
            "articles": size,
            "f1": {name: over_seeds([_f1(row.sum(axis=0)) for row in table]) for name, table in tables.items()},
        }
        for size, tables in zip(sizes, counts, strict=True)
    ]
    curve: dict[str, Any] = {
        "version": 1,
        "seeds": seeds,
        "test": {"documents": len(data.test), "events": sum(len(document.events) for document in data.test)},
        "points": points,
        "gain": {name: gain(counts[-2][name], counts[-1][name]) for name in counts[-1]} if len(counts) > 1 else {},
    }
    write_texts(out, {"curve.json": json.dumps(curve, indent=1) + "\n", "curve.svg": curve_svg(points)})
    remove(work)
    return curve


def cross_validate(
    config: Config, out: Path, folds: int, device: str | None = None, resume: bool = False
) -> dict[str, Any]:
    """Score every training article with a model that never saw its story.

    The training articles are dealt into folds, each story into one; each fold is scored by a training on the others,
    for each seed. The dev set chooses epoch and thresholds as ever, the test set is not touched. Writes ``folds.json``.

    Args:
        config: the settings.
        out: the folder to write to.
        folds: how many, 2 or more.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: go on with an interrupted cross-validation of the same configuration and number of folds.

    Returns:
        What ``folds.json`` holds: ``seeds``; ``folds``, the number of articles in each; ``systems``: per system
        ``pooled``, the scores of all counts together, and ``f1``, :func:`.over_seeds` of the strict
        micro-F1 of the folds. The folds share most of their training articles, so the interval is somewhat too narrow
        (Bengio and Grandvalet 2004, JMLR 5:1089).

    Raises:
        InputError: the data, the folder or the device is not what it should be, or there are fewer stories than folds.
    """
    work = _work(out, f"folds-{folds}")
    data = Data.read(config)
    parts = story_folds(data.train, folds)
    jobs = []
    for index, held_out in enumerate(parts):
        rest = [document for part in parts if part is not held_out for document in part]
        for seed in config.training.seeds:
            jobs.append(Job(f"fold-{index + 1}-seed-{seed}", seed, rest, data.dev, held_out))
    done = _carry_out(config, data, jobs, work, f"{folds} folds", device, resume)
    systems: dict[str, Any] = {}
    for system in done[0]:
        scores = [score(job.test, row[system], data.schema.types) for job, row in zip(jobs, done, strict=True)]
        each = len(config.training.seeds)
        by_fold = [pool(scores[start : start + each]) for start in range(0, len(jobs), each)]
        f1 = over_seeds([fold["strict"]["micro"]["f1"] for fold in by_fold])
        systems[system] = {"pooled": pool(by_fold), "f1": f1}
    result = {
        "version": 1,
        "seeds": config.training.seeds,
        "folds": [len(part) for part in parts],
        "systems": systems,
    }
    write_texts(out, {"folds.json": json.dumps(result, indent=1) + "\n"})
    remove(work)
    return result


def gain(before: NDArray[np.int64], after: NDArray[np.int64], seed: int = 0) -> dict[str, float | None]:
    """How much the mean F1 over seeds grew from one point of the curve to the next, with its 95 % interval.

    Percentiles of 10,000 resamples in which test documents and seeds are both drawn anew, the same for both points. So
    the interval holds the luck of the test set and, as far as two or more seeds show it, that of the training. Drawing
    from n seeds shows (n - 1) / n of their variance only, so the interval is widened by the root of n / (n - 1).

    Args:
        before: counts of the smaller point, ``[seeds, documents, 3]`` of tp, fp, fn.
        after: counts of the larger point, for the same seeds and documents.
        seed: of the resamples.

    Returns:
        ``difference``, ``low`` and ``high``; ``None`` where there is nothing to score, and no interval where fewer than
        two documents have an event.

    >>> gain(np.array([[[1, 0, 1]] * 9]), np.array([[[2, 0, 0]] * 9]))["difference"]
    0.33333333333333337
    """
    rng = np.random.default_rng(seed)
    count, documents, _ = before.shape
    drawn = rng.multinomial(documents, np.full(documents, 1 / documents), _RESAMPLES).astype(np.float64)
    weights = rng.multinomial(count, np.full(count, 1 / count), _RESAMPLES) / count
    growth = np.zeros(_RESAMPLES)
    difference = 0.0
    with np.errstate(invalid="ignore"):
        for sign, table in ((-1, before), (1, after)):
            # Documents first, [resamples, seeds, 3], then F1 per seed, then the mean of the seeds drawn.
            tp, fp, fn = np.moveaxis(np.einsum("rd,sdc->rsc", drawn, table, optimize=True), -1, 0)
            growth += sign * (weights * (2 * tp / (2 * tp + fp + fn))).sum(axis=1)
            tp, fp, fn = np.moveaxis(table.sum(axis=1), -1, 0)
            difference += sign * float(np.mean(2 * tp / (2 * tp + fp + fn)))
    known = growth[~np.isnan(growth)]
    if not len(known) or np.isnan(difference):
        return {"difference": None, "low": None, "high": None}
    if ((before + after).sum(axis=(0, 2)) > 0).sum() < 2:
        return {"difference": difference, "low": None, "high": None}
    wider = math.sqrt(count / (count - 1)) if count > 1 else 1.0
    low, high = (difference + wider * (end - difference) for end in np.quantile(known, [0.025, 0.975]).tolist())
    return {"difference": difference, "low": low, "high": high}


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


def _carry_out(
    config: Config, data: Data, jobs: Sequence[Job], work: Path, varies: str, device: str | None, resume: bool
) -> list[dict[str, list[Document]]]:
    """What the model and the baselines predict on each job's test documents."""
    check_held_out(config, [document for job in jobs for document in job.test])
    prepare(work, config, data, resume)
    seeds = len(config.training.seeds)
    effort = sum(len(job.train) for job in jobs) / len(data.train)
    note(
        f"{varies}, {seeds} seed{'s' * (seeds > 1)}: {len(jobs)} trainings, about as long as {effort:.1f} on all "
        f"{len(data.train)} articles. What is done is kept: after Ctrl-C the same command with --resume goes on."
    )
    results: list[dict[str, list[Document]]] = []
    for job, part in zip(jobs, train_all(config, data.schema, jobs, work, device, resume), strict=True):
        predicted = [
            document.with_events(Event(**event) for event in row["events"])
            for document, row in zip(job.test, part["predictions"], strict=True)
        ]
        # The baselines are the same for all seeds that learn from the same articles.
        same = results and jobs[len(results) - 1].train == job.train
        baselines = {name: results[-1][name] for name in results[-1] if name != MODEL} if same else None
        results.append({MODEL: predicted, **(baselines or baseline_predictions(job.train, job.test))})
        f1 = number(part["scores"]["strict"]["micro"]["f1"])
        note(f"training {len(results)} of {len(jobs)}: {len(job.train)} articles, seed {job.seed}: F1 {f1}")
    return results


def _work(out: Path, name: str) -> Path:
    """The folder of the unfinished experiment, beside the one to write to."""
    check_output(out)
    out = out.resolve()
    return out.with_name(f".{out.name}.{name}.work")


def _by_document(gold: Sequence[Document], predicted: Sequence[Document]) -> NDArray[np.int64]:
    """The strict counts of each document, ``[documents, 3]``."""
    counts = tally(gold, predicted, names_of(gold, predicted), ["strict"])["strict"]
    return np.asarray(counts.sum(axis=1))


def _f1(counts: NDArray[np.int64]) -> float | None:
    return Counts(*counts.tolist()).f1
