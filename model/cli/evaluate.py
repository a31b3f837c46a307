"""The command ``evaluate``: score a model, or anybody's predictions, against gold labels."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..corpus import read_all
from ..documents.document import Document
from ..evaluation import read_predictions, results
from ..evaluation.cost import cost_line, measure, weights_size
from ..evaluation.roles import have_roles
from ..exceptions import InputError, note
from ..files import check_output, write_texts
from ..pretrained.folders import model_folder
from ..training.provenance import fingerprint, texts_learnt
from . import curves, options
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    parser = commands.add_parser("evaluate", help="score a model, or anybody's predictions, against gold labels")
    parser.add_argument("run", nargs="?", metavar="RUN", help="folder of a trained model, or shipped or accurate")
    parser.add_argument("--predictions", type=Path, help="predictions of any system, in any format of a set")
    parser.add_argument("--allow-missing", action="store_true", help="count documents without predictions as misses")
    parser.add_argument("--data", nargs="+", default=[], metavar="SET", help="annotation sets with the gold labels")
    options.add_reading(parser)
    parser.add_argument(
        "--baselines",
        nargs="+",
        default=[],
        metavar="SET",
        help="the training sets: score baselines trained on them, and tell seen triggers from unseen ones",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for scores, predictions and the report")
    parser.add_argument(
        "--gold-triggers", action="store_true", help="give the RUN the gold events: score the participants it finds"
    )
    options.add_device(parser)
    curves.add_options(parser)
    parser.set_defaults(command=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> None:
    check_output(arguments.out)
    if curves.wanted(arguments):
        curves.experiment(arguments)
    else:
        _score(arguments)


def _score(arguments: argparse.Namespace) -> None:
    if not arguments.data:
        raise InputError("--data is missing: name the annotation sets with the gold labels")
    if (arguments.run is None) == (arguments.predictions is None):
        raise InputError("give either the folder of a RUN or --predictions FILE")
    if arguments.allow_missing and arguments.run:
        raise InputError("--allow-missing goes with --predictions; a RUN predicts every document")
    if arguments.gold_triggers and not arguments.run:
        raise InputError("--gold-triggers goes with a RUN; predictions that have the gold events need no option")
    if (arguments.out / "run.json").exists():
        raise InputError(f"{arguments.out}: is a run, whose own scores would be lost; give another folder with --out")

    how = options.reading(arguments)
    gold = read_all(arguments.data, **how)
    if arguments.gold_triggers and not have_roles(gold):
        raise InputError(f"--gold-triggers: no event of {', '.join(arguments.data)} has its participants marked")
    training = read_all(arguments.baselines, **how)
    if shared := {document.text for document in training} & {document.text for document in gold}:
        name = next(document.id for document in gold if document.text in shared)
        raise InputError(f"--baselines: article {name!r} stands in --data too; baselines are trained on other articles")
    types = sorted({event.type for document in gold for event in document.events})
    missing: list[str] = []
    learnt: list[str] = []
    cost: dict[str, Any] | None = None
    if arguments.predictions:
        predicted, missing = read_predictions(
            arguments.predictions, gold, arguments.allow_missing, arguments.source_format, arguments.offsets
        )
    else:
        predicted, types, cost = _predict(arguments.run, gold, types, arguments)
        texts = texts_learnt(model_folder(arguments.run))
        learnt = [document.id for document in gold if fingerprint(document) in texts]
    if strange := {e.type for document in predicted for e in document.events} - set(types):
        names = ", ".join(sorted(strange))
        note(f"gold has no event of the predicted types {names}; all of them count as wrong")
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

        scores["baselines"] = baselines(training, gold, types)
    _write(arguments.out, gold, predicted, scores)
    _show(scores, arguments.out, arguments.gold_triggers)


def _predict(
    run: str, gold: list[Document], types: list[str], how: argparse.Namespace
) -> tuple[list[Document], list[str], dict[str, Any]]:
    import torch

    from ..tagging.tagger import EventTagger

    tagger = EventTagger.from_pretrained(run, how.device)
    if unknown := sorted(set(types) - set(tagger.schema.types)):
        raise InputError(
            f"the data has events of type {unknown[0]!r}, the model in {run} knows "
            f"{', '.join(tagger.schema.types)}; rename the types of one or train on that data"
        )
    if how.gold_triggers:
        given = [document.with_events(replace(event, roles=None) for event in document.events) for document in gold]
        try:
            predicted, cost = measure(tagger.participants, given)
        except InputError as error:
            raise InputError(f"{run}: {error}") from None
    else:
        predicted, cost = measure(tagger.predict, gold)
    on_gpu = tagger.network.device.type == "cuda"
    cost |= {"gpu_memory_mib": round(torch.cuda.max_memory_allocated() / 2**20, 1)} if on_gpu else {}
    cost |= {
        "model_mib": weights_size(model_folder(run)),
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "threads": torch.get_num_threads(),
    }
    return predicted, list(tagger.schema.types), cost


def _write(out: Path, gold: list[Document], predicted: list[Document], scores: dict[str, Any]) -> None:
    from ..evaluation.report.markdown import markdown
    from ..evaluation.report.pages import report

    rows = ({"id": document.id, "events": [event.to_dict() for event in document.events]} for document in predicted)
    contents = {
        "scores.json": json.dumps(scores) + "\n",
        "scores.md": markdown(scores),
        "predictions.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "report.html": report(gold, predicted, scores),
    }
    write_texts(out, contents)


def _show(scores: dict[str, Any], out: Path, only_roles: bool) -> None:
    from .tables import print_beside, role_table, score_table

    terminal = Terminal(wrap=True)
    data = scores["data"]
    title = f"Strict scores on {', '.join(data['sets'])} ({data['documents']} articles)"
    if only_roles:
        terminal.print(role_table(scores["roles"]))
        terminal.print()
    else:
        terminal.print(score_table(scores, title))
    if learnt := len(scores["learnt"]):
        terminal.print(f"\nThe model learnt from {learnt} of {data['documents']} articles: no measure of unseen ones")
    if missing := len(scores["missing"]):
        terminal.print(f"\n{missing} of {data['documents']} articles had no prediction and count as misses")
    if not only_roles:
        print_beside(terminal, scores, "this system")
        terminal.print("\nEvents: " + _listed(scores["errors"]["kinds"]))
    if roles := scores["roles"]:
        wrong, asked = (roles["binding"]["head"][key] for key in ("wrong", "asked"))
        terminal.print(f"Participants: {_listed(roles['errors'])}")
        terminal.print(f"Of two events of one type in a sentence: {wrong} of {asked} bound to the wrong one")
    if not only_roles:
        _show_details(terminal, scores)
    if "cost" in scores:
        terminal.print(f"\n{cost_line(scores['cost'])}")
    terminal.print(f"\nWritten to {out}")


def _show_details(terminal: Terminal, scores: dict[str, Any]) -> None:
    from ..evaluation.numbers import number
    from .tables import slice_table

    if confidence := scores["confidence"]:
        terminal.print(
            f"Confidence: calibration error {number(confidence['ece'])}, Brier score {number(confidence['brier'])}, "
            f"average precision {number(confidence['average_precision'])}"
        )
    if scores["slices"]:
        terminal.print()
        terminal.print(slice_table(scores["slices"]))


def _listed(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())
