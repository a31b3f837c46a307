"""A run: data in, a training for each seed, scores, and a folder that tells how it came about."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..documents.document import Document
from ..evaluation import over_seeds, score
from ..evaluation.results import VERSION, by_document, describe, with_intervals
from ..exceptions import InputError, note
from ..files import remove, replacing, resolved
from .card import model_card
from .config import Config
from .data import Data
from .provenance import check_held_out, write_learnt
from .record import record
from .trials import Trial, carry_out, is_first_process, prepare

SCORES = "scores.json"
RUN = "run.json"
_note_once = cache(note)


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
    out = resolved(out)
    if out.exists() and not (out / RUN).is_file():
        raise InputError(f"{out}: stands there and is no run; give another folder with --out")
    data = Data.read(config)
    check_held_out(config, data.test)
    work = out.with_name(f".{out.name}.work")
    if is_first_process():
        prepare(work, config, data, resume)
    trials = [Trial(f"seed-{seed}", seed, data.train, data.dev, data.test) for seed in config.training.seeds]
    parts = list(carry_out(config, data.schema, trials, work, device, resume, kept=trials[0]))
    if not is_first_process():
        return {}
    scores = _scores(out.name, config, data, parts)
    about = record(data, {trial.seed: part["dev_f1"] for trial, part in zip(trials, parts, strict=True)})
    predictions = "".join(json.dumps(row) + "\n" for part in parts for row in part["predictions"])
    with replacing(out) as folder:
        shutil.copytree(work / "model", folder)
        (folder / "config.toml").write_text(config.to_toml(), encoding="utf-8")
        (folder / RUN).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        (folder / SCORES).write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
        (folder / "predictions.jsonl").write_text(predictions, encoding="utf-8")
        (folder / "README.md").write_text(model_card(config, scores, about), encoding="utf-8")
        write_learnt(folder, config, [*data.train, *data.dev])
    remove(work)
    return scores


def baselines(train: Sequence[Document], test: Sequence[Document], types: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Scores of the baselines, trained and tested on the same documents as a model."""
    # A student needs no labels, baselines do; and without a test set they would learn for nothing.
    if not test or not any(document.events for document in train):
        return {}
    return {name: score(test, predicted, types) for name, predicted in baseline_predictions(train, test).items()}


def baseline_predictions(train: Sequence[Document], test: Sequence[Document]) -> dict[str, list[Document]]:
    """What the baselines find in some documents after training on others; without its package the CRF is left out."""
    from ..baselines.crf import CRFTagger
    from ..baselines.keywords import KeywordTagger
    from ..baselines.lexicon import LexiconTagger
    from ..baselines.linear import LinearTagger

    systems: dict[str, Any] = {
        "keywords": KeywordTagger,
        "lexicon": LexiconTagger,
        "linear": LinearTagger,
        "crf": CRFTagger,
    }
    if not CRFTagger.is_installed():
        del systems["crf"]
        _note_once('no CRF among the baselines: pip install "news-event-tagger[crf]" adds it')
    return {name: make().fit(train).predict(test) for name, make in systems.items()}


def _scores(name: str, config: Config, data: Data, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Scores of the kept model, over seeds, and of the baselines."""
    types = list(data.schema.types)
    kept = parts[0]
    counts = np.array(kept["strict"], dtype=np.int64).reshape(-1, len(types), 3)
    documents = by_document([document.id for document in data.test], counts, types)
    if participants := kept["roles"]:
        documents["arg_c_plus"] = participants.pop("documents")
    return {
        "version": VERSION,
        "system": name,
        "data": describe(data.test, config.data.test),
        "types": types,
        **kept["scores"],
        **with_intervals({"strict": counts}, types),
        "status": kept["status"],
        "roles": participants,
        "documents": documents,
        "seeds": {
            "names": config.training.seeds,
            "strict_micro_f1": over_seeds([part["scores"]["strict"]["micro"]["f1"] for part in parts]),
            **_statuses_over_seeds([part["status"] for part in parts]),
        },
        "baselines": baselines(data.train, data.test, types),
    }


def _statuses_over_seeds(parts: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    if not any(parts):
        return {}
    return {
        "status_macro_f1": over_seeds([part["macro_f1"] if part else None for part in parts]),
        "end_to_end_micro_f1": over_seeds([part["end_to_end"]["micro"]["f1"] if part else None for part in parts]),
    }
