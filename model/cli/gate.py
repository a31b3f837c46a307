"""The command ``gate``: teach a model to skip what it finds nothing in."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from ..pretrained.folders import FAST, LEARNT, SHIPPED, model_folder
from . import options
from .sources import texts_of
from .terminal import Terminal


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    gate = commands.add_parser("gate", help="teach a model to skip what it finds nothing in (docs/SPEED.md)")
    gate.add_argument("inputs", nargs="+", type=Path, metavar="IN", help="texts like those to tag; labels are not read")
    gate.add_argument("--dev", nargs="+", type=Path, metavar="IN", required=True, help="others, to choose the limit on")
    options.add_model(gate)
    gate.add_argument("--out", type=Path, metavar="DIR", help="new folder for the model with its gate (default: RUN)")
    gate.add_argument("--keep", type=float, default=0.995, help="share of dev's events to keep (default: 0.995)")
    options.add_device(gate)
    options.add_reading(gate)
    gate.set_defaults(command=_gate)


def _gate(arguments: argparse.Namespace) -> None:
    from ..tagging.tagger import EventTagger
    from ..training.distillation import teach

    if not 0 < arguments.keep <= 1:
        raise InputError(f"--keep {arguments.keep}: must be above 0 and at most 1")
    if arguments.out and arguments.out.exists():
        raise InputError(f"{arguments.out}: stands there already; give a new folder, or none to change RUN itself")
    folder = model_folder(arguments.model)
    if not arguments.out and folder in (SHIPPED, FAST):
        raise InputError("the model that comes with the package stays as it is; give --out DIR for one with your gate")
    tagger = EventTagger.from_pretrained(arguments.model, arguments.device)
    how = options.reading(arguments)
    texts, dev = (
        [text for path in paths for text in texts_of(path, **how)] for paths in (arguments.inputs, arguments.dev)
    )
    tagger.gate = teach(tagger, texts, dev, arguments.keep)
    limit = tagger.gate.limit
    if arguments.out:
        tagger.save_pretrained(arguments.out)
        if (folder / LEARNT).is_file():
            shutil.copy(folder / LEARNT, arguments.out)
    else:
        tagger.gate.save(folder)
    Terminal().print(
        f"{arguments.out or folder}: on dev {limit.passed:,} of {limit.windows:,} windows pass "
        f"({limit.passed / limit.windows:.0%}), and in them {limit.kept:,} of {limit.events:,} events"
    )
