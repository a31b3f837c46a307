#!/usr/bin/env python3
"""Public benchmarks: where their originals are, their conversion to JSON Lines, and our scores over splits or seeds.

python benchmarks/public.py where
python benchmarks/public.py prepare {litbank,casie,m2e2} SOURCE OUT
python benchmarks/public.py table RUN...
python benchmarks/public.py vote RUN... --data SET
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from originals import BENCHMARKS

from news_event_tagger.corpus import read, write
from news_event_tagger.corpus.formats.jsonl import parse_json
from news_event_tagger.corpus.reading import Notes
from news_event_tagger.documents.document import Document, Event
from news_event_tagger.evaluation import read_predictions, score
from news_event_tagger.evaluation.report.markdown import table
from news_event_tagger.exceptions import InputError, run_command
from news_event_tagger.files import read_text


def where() -> None:
    """Say where the originals are and how to fetch them."""
    for name, benchmark in BENCHMARKS.items():
        print(f"{benchmark.about}\n  size       {benchmark.documents:,} documents, {benchmark.events:,} events\n")
        for address, commit in benchmark.repositories:
            clone = f"SOURCE/{address.rsplit('/', 1)[1]}"
            print(f"  git clone {address} {clone} && git -C {clone} checkout {commit}")
        print(f"  python benchmarks/public.py prepare {name} SOURCE {name}\n")


def prepare(name: str, source: Path, out: Path) -> None:
    """Convert the originals, and say what was repaired or lost."""
    benchmark, notes = BENCHMARKS[name], Notes()
    splits = benchmark.prepare(source, notes)
    for split, parts in splits.items():
        for part, documents in parts.items():
            path = out / split / f"{part}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            write(documents, path)
            print(f"{path}: {len(documents):,} documents, {_events(documents):,} events")
    print("".join(f"{sentence}\n" for sentence in notes.sentences()), end="")
    everything = [document for documents in next(iter(splits.values())).values() for document in documents]
    found, wanted = (len(everything), _events(everything)), (benchmark.documents, benchmark.events)
    if found != wanted:
        print(
            f"These are {found[0]:,} documents and {found[1]:,} events where the commits that `where` names have "
            f"{wanted[0]:,} and {wanted[1]:,}: scores on them do not compare with published ones."
        )


def _events(documents: Iterable[Document]) -> int:
    return sum(len(document.events) for document in documents)


def summary(runs: Sequence[Path]) -> str:
    """Mean, standard deviation and range of F1 over runs, and the baselines' means, as a Markdown table.

    Args:
        runs: folders written by ``train.py``, one per split or seed.

    Raises:
        InputError: a run has no scores, or was scored on other event types than the first.
    """
    scores = [_scores(run / "scores.json") for run in runs]
    for run, other in zip(runs, scores, strict=True):
        if other["types"] != scores[0]["types"]:
            raise InputError(f"{run}: scored on other event types than {runs[0]}; give the runs of one set")
    baselines = [name for name in scores[0]["baselines"] if all(name in other["baselines"] for other in scores)]
    row = ["this tagger", str(len(runs))]
    for mode in ("identification", "strict"):
        values = [_f1(other, mode, run) for run, other in zip(runs, scores, strict=True)]
        spread = f" ± {100 * stdev(values):.1f}" if len(values) > 1 else ""
        row += [f"{100 * fmean(values):.1f}{spread}", f"{100 * min(values):.1f}–{100 * max(values):.1f}"]
    for name in baselines:
        mean = fmean(_f1(other["baselines"][name], "strict", run) for run, other in zip(runs, scores, strict=True))
        row.append(f"{100 * mean:.1f}")
    return table(
        ["model", "runs", "TI F1", "range", "TC F1", "range", *(f"TC F1, {name}" for name in baselines)], [row]
    )


def _scores(path: Path) -> dict[str, Any]:
    scores = parse_json(read_text(path), str(path))
    if not isinstance(scores, dict) or not {"types", "strict", "identification", "baselines"} <= scores.keys():
        raise InputError(f"{path}: not the scores of a run; give folders that train.py wrote")
    return scores


def _f1(scores: Mapping[str, Any], mode: str, run: Path) -> float:
    value: float | None = scores[mode]["micro"]["f1"]
    if value is None:
        raise InputError(f"{run}: nothing to score, neither gold nor predicted events; train it with a test set")
    return value


def vote(runs: Sequence[Path], data: Path) -> str:
    """Precision, recall and F1 of what at least half of the runs predict, as a Markdown table.

    Votes are by span and type. LitBank's triggers are single words, so there it is the vote by word of Sims et al. 2019
    (``scripts/aggregate_preds.py`` of their repository: a mean vote of 0.5 or more).

    Args:
        runs: folders with the ``predictions.jsonl`` of one training each.
        data: the set with gold labels that they predict.

    Raises:
        InputError: predictions are missing or not of this set.
    """
    gold = read(data)
    votes: list[Counter[tuple[int, int, str]]] = [Counter() for _ in gold]
    for run in runs:
        for ballot, document in zip(votes, read_predictions(run / "predictions.jsonl", gold)[0], strict=True):
            ballot.update({(event.start, event.end, event.type) for event in document.events})
    merged = [
        document.with_events(
            Event(start, end, type_, document.text[start:end])
            for (start, end, type_), count in ballot.items()
            if 2 * count >= len(runs)
        )
        for document, ballot in zip(gold, votes, strict=True)
    ]
    micro = score(gold, merged, modes=["strict"])["strict"]["micro"]
    ratios = ["n/a" if micro[key] is None else f"{100 * micro[key]:.1f}" for key in ("precision", "recall", "f1")]
    return table(["model", "precision", "recall", "F1"], [[f"this tagger, vote of {len(runs)}", *ratios]])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Public benchmarks: fetch, convert, sum up.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("where", help="say where the originals are")
    parse = commands.add_parser("prepare", help="convert originals to JSON Lines")
    parse.add_argument("name", choices=BENCHMARKS)
    parse.add_argument("source", type=Path, metavar="SOURCE", help="folder of the clones")
    parse.add_argument("out", type=Path, metavar="OUT", help="folder to write")
    parse = commands.add_parser("table", help="mean and spread of F1 over runs")
    parse.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parse = commands.add_parser("vote", help="F1 of the majority vote of runs")
    parse.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parse.add_argument("--data", type=Path, required=True, metavar="SET", help="the test set they predict")
    arguments = parser.parse_args()
    if arguments.command == "where":
        where()
    elif arguments.command == "prepare":
        prepare(arguments.name, arguments.source, arguments.out)
    elif arguments.command == "table":
        print(summary(arguments.runs))
    else:
        print(vote(arguments.runs, arguments.data))


if __name__ == "__main__":
    run_command(main)
