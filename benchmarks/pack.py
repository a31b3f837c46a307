#!/usr/bin/env python3
"""Pack a run's weights into four bits over its encoder (``model/pretrained/packing.py``), as the shipped models are.

python benchmarks/pack.py RUN FOLDER        FOLDER is new, or holds a packed model, which is replaced
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from news_event_tagger.exceptions import InputError, run_command
from news_event_tagger.files import read_text, replacing
from news_event_tagger.pretrained.folders import ACCURATE, LEARNT, MINILM
from news_event_tagger.pretrained.packing import DIFFERENCE, write_compressed
from news_event_tagger.pretrained.settings import PARTICIPANTS, SETTINGS
from news_event_tagger.training.card import model_card
from news_event_tagger.training.config import load

_CARD = """
## Packing
These weights are the run's, stored as a four-bit difference over the installed encoder, which changes scores a
little. Those of the weights as they are packed come from

    news-events evaluate {folder} --data annotations/news/test --texts TEXTS --out scores
"""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Pack a run's weights into four bits over its encoder.")
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a run over a BERT, as minilm is")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new one, or one of a packed model")
    arguments = parser.parse_args()
    ship(arguments.run, arguments.folder)
    size = sum(file.stat().st_size for file in arguments.folder.rglob(DIFFERENCE))
    print(f"{arguments.folder}: {size / 2**20:.1f} MiB of weights")


def ship(run: Path, folder: Path) -> None:
    """Write a run's weights as a difference over its encoder, a BERT, with its settings, scores and card.

    Args:
        run: the run.
        folder: a new one, or one that this function wrote before, which is replaced.

    Raises:
        InputError: the run is none, its encoder no BERT, or the folder holds something else.
    """
    if folder.exists() and not (folder / DIFFERENCE).is_file():
        raise InputError(f"{folder}: stands there and holds no packed model; give a new folder")
    config = load(run / "config.toml")
    # A training that goes on from our larger model is one over its encoder.
    encoder = MINILM if config.model.encoder == ACCURATE.name else config.model.encoder
    scores, about = (json.loads(read_text(run / name)) for name in ("scores.json", "run.json"))
    with replacing(folder) as temporary:
        for part in (Path(), Path(PARTICIPANTS)):
            if (run / part / SETTINGS).is_file():
                (temporary / part).mkdir()
                layers, intermediate_size = config.model.layers, config.model.intermediate_size
                write_compressed(run / part, temporary / part, encoder, layers, intermediate_size)
                shutil.copy(run / part / SETTINGS, temporary / part / SETTINGS)
        for name in ("config.toml", "run.json", "scores.json", LEARNT):
            if (run / name).is_file():
                shutil.copy(run / name, temporary / name)
        card = model_card(config, scores, about) + _CARD.format(folder=folder.name)
        (temporary / "README.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    run_command(main)
