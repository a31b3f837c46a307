"""The experiments of ``evaluate``, which train many times: the learning curve and cross-validation."""

from __future__ import annotations

import argparse
from typing import Literal

from ..exceptions import InputError, note
from . import options


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the experiments to those of ``evaluate``."""
    experiments = parser.add_argument_group("experiments", "they train on the sets of --config, many times")
    experiments.add_argument("--learning-curve", action="store_true", help="F1 on test by number of training articles")
    experiments.add_argument(
        "--folds", type=_folds, metavar="K", help="cross-validation of train by story; all: each its own fold"
    )
    options.add_settings(experiments)
    experiments.add_argument("--resume", action="store_true", help="go on with an interrupted experiment")


def wanted(arguments: argparse.Namespace) -> bool:
    """Whether an experiment is asked for."""
    return arguments.learning_curve or arguments.folds is not None


def experiment(arguments: argparse.Namespace) -> None:
    """Carry out the experiment that is asked for, and show what came out.

    Raises:
        InputError: an option belongs to scoring, or the settings, the data or the folder are not what they should be.
    """
    from ..evaluation.numbers import number
    from ..training.config import load
    from ..training.experiments import cross_validate, learning_curve, verdict
    from .tables import curve_table, folds_table
    from .terminal import Terminal

    if arguments.learning_curve and arguments.folds is not None:
        raise InputError("give either --learning-curve or --folds K")
    scoring = (arguments.run, arguments.predictions, arguments.data, arguments.baselines)
    if any(scoring) or any(options.reading(arguments).values()):
        raise InputError("an experiment trains on the sets of --config; change them with --set data.train=SET …")
    config = load(arguments.config, arguments.set)
    out, device, resume = arguments.out, arguments.device, arguments.resume
    terminal = Terminal(wrap=True)
    try:
        if arguments.learning_curve:
            curve = learning_curve(config, out, device, resume)
            terminal.print(curve_table(curve))
            terminal.print(f"\n{verdict(curve)}")
        else:
            result = cross_validate(config, out, arguments.folds, device, resume)
            terminal.print(folds_table(result))
            if (seeds := len(result["seeds"])) > 1:
                mean, low, high = (number(result["over_seeds"][key]) for key in ("mean", "low", "high"))
                terminal.print(f"\nStrict micro-F1 over {seeds} seeds: {mean} [{low}–{high}]")
    except KeyboardInterrupt:
        note("interrupted; the same command with --resume goes on")
        raise
    terminal.print(f"\nWritten to {out}")


def _folds(word: str) -> int | Literal["all"]:
    if word == "all" or word.isdecimal():
        return "all" if word == "all" else int(word)
    raise argparse.ArgumentTypeError(f"{word}: wants a number, or all")
