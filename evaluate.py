#!/usr/bin/env python3
"""Score a trained model, or anybody's predictions, against gold labels.

python evaluate.py RUN --data SET… --out DIR
python evaluate.py --predictions FILE --data SET… --out DIR
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from model.corpus import read_all
from model.document import Document
from model.errors import InputError, run_command
from model.evaluation import read_predictions, score
from model.files import replacing


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Score a model or predictions against gold labels.")
    parser.add_argument("run", type=Path, nargs="?", metavar="RUN", help="folder of a trained model")
    parser.add_argument("--predictions", type=Path, help="JSON Lines of {id, events} by any system")
    parser.add_argument("--allow-missing", action="store_true", help="count documents without predictions as misses")
    parser.add_argument("--data", nargs="+", required=True, metavar="SET", help="annotation sets with the gold labels")
    parser.add_argument("--texts", type=Path, help="folder of the texts that stand-off labels belong to")
    parser.add_argument(
        "--floors", nargs="+", default=[], metavar="SET", help="also score floors trained on these sets"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for scores.json and predictions.jsonl")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")
    arguments = parser.parse_args()
    if (arguments.run is None) == (arguments.predictions is None):
        raise InputError("give either the folder of a RUN or --predictions FILE")
    if arguments.out.exists() and not arguments.out.is_dir():
        raise InputError(f"{arguments.out}: stands there and is no folder; give another one with --out")

    gold = read_all(arguments.data, arguments.texts)
    types = sorted({event.type for document in gold for event in document.events})
    if arguments.predictions:
        predicted = read_predictions(arguments.predictions, gold, arguments.allow_missing)
        name = arguments.predictions.name
    else:
        predicted, types = _predict(arguments.run, gold, types, arguments.device)
        name = str(arguments.run)
    scores: dict[str, Any] = {"version": 1, **score(gold, predicted, types)}
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
    console.print(f"\nWritten to {arguments.out}")


def _predict(run: Path, gold: list[Document], types: list[str], device: str | None) -> tuple[list[Document], list[str]]:
    from model.tagger import EventTagger

    tagger = EventTagger.from_pretrained(run, device)
    if unknown := sorted(set(types) - set(tagger.schema.types)):
        raise InputError(
            f"the data has events of type {unknown[0]!r}, the model in {run} knows "
            f"{', '.join(tagger.schema.types)}; rename the types of one or train on that data"
        )
    return tagger.predict(gold), list(tagger.schema.types)


def _write(out: Path, scores: dict[str, Any], predicted: list[Document]) -> None:
    with replacing(out / "scores.json") as temporary:
        temporary.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    with replacing(out / "predictions.jsonl") as temporary, temporary.open("w", encoding="utf-8") as file:
        for document in predicted:
            row = {"id": document.id, "events": [event.to_dict() for event in document.events]}
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    run_command(main)
