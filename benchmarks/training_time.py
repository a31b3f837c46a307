#!/usr/bin/env python3
"""How long our default training takes beside the plain recipe, and where its time goes, on the CPU.

python benchmarks/training_time.py [--steps 40] [--rounds 3] [--json FILE]
python benchmarks/training_time.py --whole             both trainings to their end, with F1 on the test set; an hour
python benchmarks/training_time.py --whole plain       the same of one

**The plain recipe** is the Trainer as its examples set it up: all weights of the same encoder trained, learning rate
5e-5, AdamW, every row padded to 128 tokens, the same batch size and number of epochs, all rows in each epoch.
Its rows are counted in two ways, for the step costs the same: articles cut into as few windows as hold them
(``windows``, the better plain recipe), and one sentence per row, as the script of the library has it (``sentences``).

**A whole training** is epochs, times steps per epoch, times the mean time of a step. Both Trainers take a stretch of
steps in turn, in an order drawn anew each round, so that a busy minute hits both; its first three steps do not count.
Our batches are of like length and come in random order, other ones in each round, so the stretches are a sample of an
epoch. Scoring dev after each epoch is in neither figure; ours reads it without padding and is not the slower one.

**The parts of a step** are taken with timers around the Trainer's own calls, which on a CPU return when the work is
done: ``data`` fetches and pads a batch, ``forward`` is the network and the loss, ``backward`` the gradients, and
``optimiser`` all from there to the end of the step: clipping, the update, setting gradients to none.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from machine import facts, same_threads, show_spread, spread

from news_event_tagger.documents.document import Document
from news_event_tagger.exceptions import InputError, run_command
from news_event_tagger.training.config import Config, load
from news_event_tagger.training.data import Data

NAMES = ("ours", "plain")
PARTS = ("data", "forward", "backward", "optimiser")
_WARM_UP = 3
_TOKENS = 128


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time our training beside the plain recipe.")
    parser.add_argument("--config", type=Path, default=Path("configs/default.toml"), help="settings of our training")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="override one")
    parser.add_argument("--steps", type=int, default=40, metavar="N", help="steps of each stretch that count")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="stretches of each training")
    parser.add_argument(
        "--whole", nargs="*", choices=NAMES, metavar="NAME", help="run ours, plain or both to the end, and score them"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    arguments = parser.parse_args()
    for name in ("steps", "rounds"):
        if getattr(arguments, name) < 1:
            raise InputError(f"--{name} {getattr(arguments, name)}: must be 1 or more")
    same_threads()
    figures: dict[str, Any] = {"command": sys.argv[1:], "machine": facts()}
    config = load(arguments.config, arguments.set)
    data = Data.read(config)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.whole is not None:
            figures["whole"] = whole(arguments.whole or NAMES, config, data, Path(folder))
        else:
            figures |= stretches(config, data, Path(folder), arguments.steps, arguments.rounds)
    show(figures)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def stretches(config: Config, data: Data, work: Path, steps: int, rounds: int) -> dict[str, Any]:
    """Time stretches of both trainings in turn, and reckon what the whole ones would take."""
    from transformers.trainer_utils import SaveStrategy

    from news_event_tagger.documents.text import sentences
    from news_event_tagger.training.trainer import EventTrainer

    times: dict[str, list[list[dict[str, float]]]] = {"ours": [], "plain": []}
    _, plain = plain_trainer(config, data, work / "plain", config.training.epochs)
    draw = random.Random(1)
    for turn in range(rounds):
        # Another seed makes other batches, whose lengths differ; without dev nothing is scored where a stretch ends.
        seed = config.training.seeds[0] + turn
        ours = EventTrainer(config, data.schema, data.train, [], seed, work / "ours", "cpu")
        ours.args.save_strategy = SaveStrategy.NO
        trainers = {"ours": ours, "plain": plain}
        for name in draw.sample(list(trainers), len(trainers)):
            times[name].append(stretch(trainers[name], steps))
            took = statistics.mean(step["step"] for step in times[name][-1])
            print(f"round {turn + 1}: {name} {took:.2f} s a step", file=sys.stderr)
    batch = config.training.batch_size
    rows = {
        "ours": len(ours.get_train_dataloader()) * batch,
        "windows": len(plain.train_dataset),
        "sentences": sum(len(sentences(document.text)) for document in data.train),
    }
    means = {name: [statistics.mean(step["step"] for step in part) for part in parts] for name, parts in times.items()}
    per_epoch = {name: math.ceil(count / batch) for name, count in rows.items()}
    return {
        "epochs": ours.args.num_train_epochs,
        "steps_per_epoch": per_epoch,
        "seconds_per_step": {name: spread(values) for name, values in means.items()},
        "parts": {name: shares([step for part in parts for step in part]) for name, parts in times.items()},
        "hours": {
            name: ours.args.num_train_epochs * count * statistics.median(means.get(name, means["plain"])) / 3600
            for name, count in per_epoch.items()
        },
        "times_faster": {
            name: spread(
                [
                    theirs * per_epoch[name] / (mine * per_epoch["ours"])
                    for mine, theirs in zip(means["ours"], means["plain"], strict=True)
                ]
            )
            for name in ("windows", "sentences")
        },
    }


def plain_trainer(config: Config, data: Data, work: Path, epochs: float) -> tuple[Any, Any]:
    """The plain recipe: a tagger around its network, and the Trainer."""
    from transformers import (
        AutoModelForTokenClassification,
        AutoTokenizer,
        DataCollatorForTokenClassification,
        Trainer,
        TrainingArguments,
        set_seed,
    )

    from news_event_tagger.documents.schema import Schema
    from news_event_tagger.networks.network import EventNetwork, load_tokenizer
    from news_event_tagger.pretrained.folders import encoder_folder
    from news_event_tagger.tagging.tagger import EventTagger
    from news_event_tagger.tagging.windows import Windower
    from news_event_tagger.training.examples import training_table

    set_seed(config.training.seeds[0])
    path = encoder_folder(config.model.encoder)
    schema = Schema(data.schema.types)
    tokenizer = load_tokenizer(path)
    network = AutoModelForTokenClassification.from_pretrained(path, num_labels=len(schema.labels))
    trainer = Trainer(
        model=network,
        args=TrainingArguments(
            output_dir=str(work),
            num_train_epochs=epochs,
            per_device_train_batch_size=config.training.batch_size,
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
            use_cpu=True,
            seed=config.training.seeds[0],
            report_to=[],
        ),
        train_dataset=training_table(data.train, Windower(tokenizer, _TOKENS, neighbours=True), schema).remove_columns(
            "statuses"
        ),
        data_collator=DataCollatorForTokenClassification(
            AutoTokenizer.from_pretrained(path), padding="max_length", max_length=_TOKENS
        ),
    )
    return EventTagger(EventNetwork(network, 0), tokenizer, schema, _TOKENS, neighbours=True), trainer


def stretch(trainer: Any, steps: int) -> list[dict[str, float]]:
    """Seconds of the parts of each of some steps, after a few that do not count.

    Args:
        trainer: a Trainer; it goes on from the weights it has.
        steps: how many to time; fewer come back where a training is shorter.
    """
    from transformers import TrainerCallback

    found: list[dict[str, float]] = []
    parts: dict[str, float] = defaultdict(float)
    last = 0.0

    def timed(owner: Any, method: str, part: str) -> Callable[[], None]:
        """Put a timer around a method; the result takes it away."""
        work = getattr(owner, method)

        def run(*arguments: Any, **options: Any) -> Any:
            nonlocal last
            start = time.perf_counter()
            result = work(*arguments, **options)
            last = time.perf_counter()
            parts[part] += last - start
            return result

        setattr(owner, method, run)
        return lambda: delattr(owner, method)

    class Stop(TrainerCallback):  # type: ignore[misc]
        """Ends a step's times, and the stretch."""

        started = time.perf_counter()

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            now = time.perf_counter()
            found.append(dict(parts) | {"optimiser": now - last, "step": now - self.started})
            parts.clear()
            self.started = now
            control.should_training_stop = len(found) == steps + _WARM_UP

    callback = Stop()
    trainer.add_callback(callback)
    undo = [
        timed(trainer, "get_batch_samples", "data"),
        timed(trainer, "compute_loss", "forward"),
        timed(trainer.accelerator, "backward", "backward"),
    ]
    try:
        trainer.train()
    finally:
        trainer.remove_callback(callback)
        for restore in undo:
            restore()
    return found[_WARM_UP:]


def shares(steps: Sequence[dict[str, float]]) -> dict[str, float]:
    """Share of each part in the time of some steps; what belongs to none is ``rest``.

    >>> shares([{"data": 1.0, "forward": 2.0, "backward": 4.0, "optimiser": 2.0, "step": 10.0}])
    {'data': 0.1, 'forward': 0.2, 'backward': 0.4, 'optimiser': 0.2, 'rest': 0.1}
    """
    whole = sum(step["step"] for step in steps)
    found = {part: sum(step[part] for step in steps) / whole for part in PARTS}
    return found | {"rest": round(1 - sum(found.values()), 6)}


def whole(names: Sequence[str], config: Config, data: Data, work: Path) -> dict[str, Any]:
    """Run trainings, with all that belongs to them, and score them on the test set.

    The plain recipe has no thresholds, so ours is scored without those that it chose.
    """
    from news_event_tagger.training.trainer import EventTrainer

    def train_ours() -> Any:
        seed = config.training.seeds[0]
        return EventTrainer(config, data.schema, data.train, data.dev, seed, work / "ours", "cpu").fit()

    def train_plain() -> Any:
        tagger, trainer = plain_trainer(config, data, work / "plain", config.training.epochs)
        trainer.train()
        tagger.network.eval()
        return tagger

    found = {}
    for name in names:
        start = time.perf_counter()
        tagger = {"ours": train_ours, "plain": train_plain}[name]()
        hours = (time.perf_counter() - start) / 3600
        tagger.thresholds = dict.fromkeys(tagger.schema.types, 0.0)
        found[name] = {"hours": hours, "strict_f1": f1(tagger, data.test)}
    return found


def f1(tagger: Any, test: Sequence[Document]) -> float | None:
    """Strict micro-F1 of a tagger."""
    from news_event_tagger.evaluation import score

    return score(test, tagger.predict(test), modes=["strict"])["strict"]["micro"]["f1"]  # type: ignore[no-any-return]


def show(figures: dict[str, Any]) -> None:
    """Print what was measured."""
    print("{cpu}, {threads} threads".format(**figures["machine"]))
    if "whole" in figures:
        for name, row in figures["whole"].items():
            f1 = "n/a" if row["strict_f1"] is None else f"{row['strict_f1']:.3f}"
            print(f"{name}: {row['hours']:.2f} h, strict F1 on test {f1}")
        return
    for name, seconds in figures["seconds_per_step"].items():
        parts = ", ".join(f"{part} {share:.0%}" for part, share in figures["parts"][name].items())
        print(f"{name}: {show_spread(seconds, 3)} s a step; {parts}")
    for name, count in figures["steps_per_epoch"].items():
        times = "" if name == "ours" else f"; ours is {show_spread(figures['times_faster'][name])} times as fast"
        kind = name if name == "ours" else f"plain, {name}"
        print(f"{kind}: {count:,} steps in each of {figures['epochs']} epochs, {figures['hours'][name]:.2f} h{times}")


if __name__ == "__main__":
    run_command(main)
