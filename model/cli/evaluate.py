"""The command ``evaluate``: score a model, or anybody's predictions, against gold labels."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..corpus import read_all
from ..document import Document
from ..evaluation import read_predictions, results
from ..evaluation.cost import cost_line, measure, weights_size
from ..exceptions import InputError
from ..files import replacing
from ..pretrained.folders import model_folder
from ..training.provenance import fingerprint, texts_learnt


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    parser = commands.add_parser("evaluate", help="score a model, or anybody's predictions, against gold labels")
    parser.add_argument("run", nargs="?", metavar="RUN", help="folder of a trained model, or shipped or fast")
    parser.add_argument("--predictions", type=Path, help="predictions of any system, in any format of a set")
    parser.add_argument("--allow-missing", action="store_true", help="count documents without predictions as misses")
    parser.add_argument("--data", nargs="+", default=[], metavar="SET", help="annotation sets with the gold labels")
    parser.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    parser.add_argument(
        "--baselines",
        nargs="+",
        default=[],
        metavar="SET",
        help="the training sets: score baselines trained on them, and tell seen triggers from unseen ones",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for scores, predictions and the report")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    parser.add_argument("--gate", action="store_true", help="skip what the model's gate expects no event in: faster")
    experiments = parser.add_argument_group("experiments", "they train on the sets of --config, many times")
    experiments.add_argument("--learning-curve", action="store_true", help="F1 on test by number of training articles")
    experiments.add_argument("--folds", type=int, metavar="K", help="cross-validation of train, grouped by story")
    experiments.add_argument("--config", type=Path, default=Path("configs/default.toml"), help="settings (TOML)")
    experiments.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="override one setting; repeatable"
    )
    experiments.add_argument("--resume", action="store_true", help="go on with an interrupted experiment")
    parser.set_defaults(command=_score)


def _score(arguments: argparse.Namespace) -> None:
    if arguments.learning_curve or arguments.folds is not None:
        _experiment(arguments)
        return
    if not arguments.data:
        raise InputError("--data is missing: name the annotation sets with the gold labels")
    if (arguments.run is None) == (arguments.predictions is None):
        raise InputError("give either the folder of a RUN or --predictions FILE")
    if arguments.allow_missing and arguments.run:
        raise InputError("--allow-missing goes with --predictions; a RUN predicts every document")
    if arguments.out.exists() and not arguments.out.is_dir():
        raise InputError(f"{arguments.out}: stands there and is no folder; give another one with --out")

    if arguments.predictions and arguments.gate:
        raise InputError("--gate goes with a RUN; --predictions are there already")
    if (arguments.out / "run.json").exists():
        raise InputError(f"{arguments.out}: is a run, whose own scores would be lost; give another folder with --out")

    gold = read_all(arguments.data, arguments.texts)
    training = read_all(arguments.baselines, arguments.texts)
    if shared := {document.text for document in training} & {document.text for document in gold}:
        name = next(document.id for document in gold if document.text in shared)
        raise InputError(f"--baselines: article {name!r} stands in --data too; baselines are trained on other articles")
    types = sorted({event.type for document in gold for event in document.events})
    missing: list[str] = []
    learnt: list[str] = []
    cost: dict[str, Any] | None = None
    if arguments.predictions:
        predicted, missing = read_predictions(arguments.predictions, gold, arguments.allow_missing)
    else:
        predicted, types, cost = _predict(arguments.run, gold, types, arguments)
        texts = texts_learnt(model_folder(arguments.run))
        learnt = [document.id for document in gold if fingerprint(document) in texts]
    if strange := {e.type for document in predicted for e in document.events} - set(types):
        names = ", ".join(sorted(strange))
        print(f"gold has no event of the predicted types {names}; all of them count as wrong", file=sys.stderr)
    scores = results(
        gold,
        predicted,
        types,
        system=str(arguments.predictions or arguments.run),
        sets=arguments.data,
        missing=missing,
        learnt=learnt,
        training=training,
    )
    if cost:
        scores["cost"] = cost
    if training:
        from ..training.run import baselines

        scores["baselines"] = baselines([(training, gold)], types)
    _write(arguments.out, gold, predicted, scores)
    _show(scores)
    print(f"\nWritten to {arguments.out}")


def _experiment(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from ..training.config import load
    from ..training.experiments import cross_validate, learning_curve, verdict
    from .tables import curve_table, folds_table

    if arguments.learning_curve and arguments.folds is not None:
        raise InputError("give either --learning-curve or --folds K")
    if arguments.run or arguments.predictions or arguments.data or arguments.baselines:
        raise InputError("an experiment trains on the sets of --config; change them with --set data.train=SET …")
    if arguments.gate:
        raise InputError("--gate goes with a RUN; an experiment trains networks and reads all with them")
    config = load(arguments.config, arguments.set)
    console = Console(markup=False, highlight=False)
    try:
        if arguments.learning_curve:
            curve = learning_curve(config, arguments.out, arguments.device, arguments.resume)
            console.print(curve_table(curve))
            console.print(f"\n{verdict(curve)}")
        else:
            result = cross_validate(config, arguments.out, arguments.folds, arguments.device, arguments.resume)
            console.print(folds_table(result))
    except KeyboardInterrupt:
        print("interrupted; the same command with --resume goes on", file=sys.stderr)
        raise
    console.print(f"\nWritten to {arguments.out}")


def _predict(
    run: str, gold: list[Document], types: list[str], how: argparse.Namespace
) -> tuple[list[Document], list[str], dict[str, Any]]:
    import torch

    from ..tagging.tagger import EventTagger

    tagger = EventTagger.from_pretrained(run, how.device, how.gate)
    if unknown := sorted(set(types) - set(tagger.schema.types)):
        raise InputError(
            f"the data has events of type {unknown[0]!r}, the model in {run} knows "
            f"{', '.join(tagger.schema.types)}; rename the types of one or train on that data"
        )
    predicted, cost = measure(tagger.predict, gold)
    on_gpu = tagger.network.device.type == "cuda"
    cost |= {"gpu_memory_mib": round(torch.cuda.max_memory_allocated() / 2**20, 1)} if on_gpu else {}
    cost |= {
        "model_mib": weights_size(model_folder(run)),
        "gate": how.gate,
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": torch.get_num_threads(),
    }
    return predicted, list(tagger.schema.types), cost


def _write(out: Path, gold: list[Document], predicted: list[Document], scores: dict[str, Any]) -> None:
    from ..evaluation.report.markdown import markdown
    from ..evaluation.report.scores_page import report

    rows = ({"id": document.id, "events": [event.to_dict() for event in document.events]} for document in predicted)
    contents = {
        "scores.json": json.dumps(scores) + "\n",
        "scores.md": markdown(scores),
        "predictions.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "report.html": report(gold, predicted, scores),
    }
    for name, content in contents.items():
        with replacing(out / name) as temporary:
            temporary.write_text(content, encoding="utf-8")


def _show(scores: dict[str, Any]) -> None:
    from rich.console import Console

    from ..evaluation.numbers import number
    from .tables import baseline_table, score_table, slice_table, status_table

    console = Console(markup=False, highlight=False)
    data = scores["data"]
    console.print(score_table(scores, f"Strict scores on {', '.join(data['sets'])} ({data['documents']} articles)"))
    if learnt := len(scores["learnt"]):
        console.print(f"\nThe model learnt from {learnt} of {data['documents']} articles: no measure of unseen ones")
    if missing := len(scores["missing"]):
        console.print(f"\n{missing} of {data['documents']} articles had no prediction and count as misses")
    if "baselines" in scores:
        console.print()
        console.print(
            baseline_table({"this system": scores, **scores["baselines"]}, "Beside the baselines (strict micro)")
        )
    if scores["status"]:
        console.print()
        console.print(status_table(scores["status"]))
    console.print("\nEvents: " + ", ".join(f"{count} {kind}" for kind, count in scores["errors"]["kinds"].items()))
    if confidence := scores["confidence"]:
        console.print(
            f"Confidence: calibration error {number(confidence['ece'])}, Brier score {number(confidence['brier'])}, "
            f"average precision {number(confidence['average_precision'])}"
        )
    if scores["slices"]:
        console.print()
        console.print(slice_table(scores["slices"]))
    if "cost" in scores:
        console.print(f"\n{cost_line(scores['cost'])}")
