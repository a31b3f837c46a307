"""The model card of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..evaluation.report.rendering import render
from .config import Config


def model_card(config: Config, scores: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """What a stranger needs to know of a trained model, in Markdown; nothing that holds of some runs only.

    Args:
        config: its settings.
        scores: as ``scores.json`` holds them.
        about: as ``run.json`` holds it.
    """
    return render("card.md", config=config, scores=scores, data=about["data"]) + "\n"
