#!/usr/bin/env python3
"""Score a trained model, or anybody's predictions, against gold labels; or compare what was scored.

python evaluate.py RUN --data SET… --out DIR
python evaluate.py --predictions FILE --data SET… --out DIR
python evaluate.py compare A B…
python evaluate.py --learning-curve [--config configs/NAME.toml] --out DIR
python evaluate.py --folds K [--config configs/NAME.toml] --out DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from model.corpus import read_all
from model.document import Document
from model.errors import InputError, run_command
from model.evaluation import read_predictions, results
from model.evaluation.cost import cost_line, measure, weights_size
from model.files import replacing
from model.folders import model_folder
from model.leakage import fingerprint, texts_learnt


def main() -> None:
    """The command."""
    if sys.argv[1:2] == ["compare"]:
        _compare(sys.argv[2:])
    else:
        _score(sys.argv[1:])


def _score(words: list[str]) -> None:
    parser = argparse.ArgumentParser(
        description="Score a model or predictions against gold labels.",
        epilog="python evaluate.py compare A B…  compares run folders or score files.",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help="folder of a trained model, or shipped or fast")
    parser.add_argument("--predictions", type=Path, help="predictions of any system, in any format of a set")
    parser.add_argument("--allow-missing", action="store_true", help="count documents without predictions as misses")
    parser.add_argument("--data", nargs="+", default=[], metavar="SET", help="annotation sets with the gold labels")
    parser.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    parser.add_argument(
        "--floors",
        nargs="+",
        default=[],
        metavar="SET",
        help="the training sets: score floors trained on them, and tell seen triggers from unseen ones",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for scores, predictions and the report")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    parser.add_argument("--engine", choices=("torch", "onnx"), default="torch", help="onnx: faster on a CPU")
    parser.add_argument("--gate", action="store_true", help="skip what the model's gate expects no event in: faster")
    experiments = parser.add_argument_group("experiments", "they train on the sets of --config, many times")
    experiments.add_argument("--learning-curve", action="store_true", help="F1 on test by number of training articles")
    experiments.add_argument("--folds", type=int, metavar="K", help="cross-validation of train, grouped by story")
    experiments.add_argument("--config", type=Path, default=Path("configs/default.toml"), help="settings (TOML)")
    experiments.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="override one setting; repeatable"
    )
    experiments.add_argument("--resume", action="store_true", help="go on with an interrupted experiment")
    arguments = parser.parse_args(words)
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

    if arguments.predictions and (arguments.gate or arguments.engine != "torch"):
        raise InputError("--gate and --engine go with a RUN; --predictions are there already")
    if (arguments.out / "run.json").exists():
        raise InputError(f"{arguments.out}: is a run, whose own scores would be lost; give another folder with --out")

    gold = read_all(arguments.data, arguments.texts)
    training = read_all(arguments.floors, arguments.texts)
    if shared := {document.text for document in training} & {document.text for document in gold}:
        name = next(document.id for document in gold if document.text in shared)
        raise InputError(f"--floors: article {name!r} stands in --data too; floors are trained on other articles")
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
        from model.runs import floors

        scores["floors"] = floors([(training, gold)], types)
    _write(arguments.out, gold, predicted, scores)
    _show(scores)
    print(f"\nWritten to {arguments.out}")


def _experiment(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from model.config import load
    from model.evaluation.curve import curve_table, folds_table
    from model.experiments import cross_validate, learning_curve, verdict

    if arguments.learning_curve and arguments.folds is not None:
        raise InputError("give either --learning-curve or --folds K")
    if arguments.run or arguments.predictions or arguments.data or arguments.floors:
        raise InputError("an experiment trains on the sets of --config; change them with --set data.train=SET …")
    if arguments.gate or arguments.engine != "torch":
        raise InputError("--gate and --engine go with a RUN; an experiment trains networks and reads all with them")
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

    from model.tagger import EventTagger

    tagger = EventTagger.from_pretrained(run, how.device, how.engine, how.gate)
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
        "engine": how.engine,
        "gate": how.gate,
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": torch.get_num_threads(),
    }
    return predicted, list(tagger.schema.types), cost


def _write(out: Path, gold: list[Document], predicted: list[Document], scores: dict[str, Any]) -> None:
    from model.evaluation.markdown import markdown
    from model.evaluation.report import report

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

    from model.evaluation.tables import floor_table, number, score_table, slice_table, status_table

    console = Console(markup=False, highlight=False)
    data = scores["data"]
    console.print(score_table(scores, f"Strict scores on {', '.join(data['sets'])} ({data['documents']} articles)"))
    if learnt := len(scores["learnt"]):
        console.print(f"\nThe model learnt from {learnt} of {data['documents']} articles: no measure of unseen ones")
    if missing := len(scores["missing"]):
        console.print(f"\n{missing} of {data['documents']} articles had no prediction and count as misses")
    if "floors" in scores:
        console.print()
        console.print(floor_table({"this system": scores, **scores["floors"]}, "Beside the floors (strict micro)"))
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


def _compare(words: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="evaluate.py compare", description="Compare systems that were scored on the same documents."
    )
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="run folders or score files, two or more")
    arguments = parser.parse_args(words)

    from rich.console import Console

    from model.evaluation.comparison import compare
    from model.evaluation.tables import leaderboard, type_comparison

    rows = compare(arguments.paths)
    console = Console(markup=False, highlight=False)
    console.print(leaderboard(rows))
    console.print()
    console.print(type_comparison(rows))
    for row in rows:
        if row["missing"]:
            console.print(f"\n{row['name']}: {row['missing']} articles had no prediction and count as misses")
        if row["learnt"]:
            console.print(f"\n{row['name']} learnt from {row['learnt']} of the articles: no measure of unseen ones")
    console.print(
        "\nIntervals: articles drawn anew. p: paired randomisation test, corrected (Holm) over systems and over types."
    )


if __name__ == "__main__":
    run_command(main)
