#!/usr/bin/env python3
"""Score a trained model, or anybody's predictions, against gold labels.

python evaluate.py RUN --data SET… --out DIR
python evaluate.py --predictions FILE --data SET… --out DIR
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
from model.evaluation import read_predictions, score
from model.evaluation.cost import cost_line, measure, weights_size
from model.files import replacing


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Score a model or predictions against gold labels.")
    parser.add_argument("run", type=Path, nargs="?", metavar="RUN", help="folder of a trained model")
    parser.add_argument("--predictions", type=Path, help="JSON Lines of {id, events} by any system")
    parser.add_argument("--allow-missing", action="store_true", help="count documents without predictions as misses")
    parser.add_argument("--data", nargs="+", default=[], metavar="SET", help="annotation sets with the gold labels")
    parser.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    parser.add_argument(
        "--floors", nargs="+", default=[], metavar="SET", help="also score floors trained on these sets"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for scores.json and predictions.jsonl")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    experiments = parser.add_argument_group("experiments", "they train on the sets of --config, many times")
    experiments.add_argument("--learning-curve", action="store_true", help="F1 on test by number of training articles")
    experiments.add_argument("--folds", type=int, metavar="K", help="cross-validation of train, grouped by story")
    experiments.add_argument("--config", type=Path, default=Path("configs/default.toml"), help="settings (TOML)")
    experiments.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="override one setting; repeatable"
    )
    experiments.add_argument("--resume", action="store_true", help="go on with an interrupted experiment")
    arguments = parser.parse_args()
    if arguments.learning_curve or arguments.folds is not None:
        _experiment(arguments)
        return
    if not arguments.data:
        raise InputError("--data is missing: name the annotation sets with the gold labels")
    if (arguments.run is None) == (arguments.predictions is None):
        raise InputError("give either the folder of a RUN or --predictions FILE")
    if arguments.out.exists() and not arguments.out.is_dir():
        raise InputError(f"{arguments.out}: stands there and is no folder; give another one with --out")

    gold = read_all(arguments.data, arguments.texts)
    types = sorted({event.type for document in gold for event in document.events})
    cost: dict[str, Any] | None = None
    if arguments.predictions:
        predicted = read_predictions(arguments.predictions, gold, arguments.allow_missing)
        name = arguments.predictions.name
    else:
        predicted, types, cost = _predict(arguments.run, gold, types, arguments.device)
        name = str(arguments.run)
    scores: dict[str, Any] = {"version": 1, **score(gold, predicted, types)}
    if cost:
        scores["cost"] = cost
    if arguments.floors:
        from model.runs import floors

        scores["floors"] = floors([(read_all(arguments.floors, arguments.texts), gold)], types)
    _write(arguments.out, scores, predicted)

    from rich.console import Console

    from model.evaluation.tables import floor_table, score_table

    console = Console(markup=False, highlight=False)
    console.print(score_table(scores, f"Strict scores on {', '.join(arguments.data)} ({len(gold)} articles)"))
    if arguments.floors:
        console.print()
        console.print(floor_table({name: scores, **scores["floors"]}, "Beside the floors (strict micro)"))
    if cost:
        console.print(f"\n{cost_line(cost)}")
    console.print(f"\nWritten to {arguments.out}")


def _experiment(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from model.config import load
    from model.evaluation.curve import curve_table, folds_table
    from model.experiments import cross_validate, learning_curve, verdict

    if arguments.learning_curve and arguments.folds is not None:
        raise InputError("give either --learning-curve or --folds K")
    if arguments.run or arguments.predictions or arguments.data or arguments.floors:
        raise InputError("an experiment trains on the sets of --config; change them with --set data.train=SET …")
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
    run: Path, gold: list[Document], types: list[str], device: str | None
) -> tuple[list[Document], list[str], dict[str, Any]]:
    import torch

    from model.tagger import EventTagger

    tagger = EventTagger.from_pretrained(run, device)
    if unknown := sorted(set(types) - set(tagger.schema.types)):
        raise InputError(
            f"the data has events of type {unknown[0]!r}, the model in {run} knows "
            f"{', '.join(tagger.schema.types)}; rename the types of one or train on that data"
        )
    predicted, cost = measure(tagger.predict, gold)
    on_gpu = tagger.network.device.type == "cuda"
    cost |= {"gpu_memory_mib": round(torch.cuda.max_memory_allocated() / 2**20, 1)} if on_gpu else {}
    cost |= {
        "model_mib": weights_size(run),
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": torch.get_num_threads(),
    }
    return predicted, list(tagger.schema.types), cost


def _write(out: Path, scores: dict[str, Any], predicted: list[Document]) -> None:
    with replacing(out / "scores.json") as temporary:
        temporary.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    with replacing(out / "predictions.jsonl") as temporary, temporary.open("w", encoding="utf-8") as file:
        for document in predicted:
            row = {"id": document.id, "events": [event.to_dict() for event in document.events]}
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    run_command(main)
