"""What predicting costs: time and memory, beside the scores."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..documents.document import Document
from ..documents.text import sentences, words

_MIB = 2**20


def measure(
    predict: Callable[[Sequence[Document]], list[Document]], documents: Sequence[Document]
) -> tuple[list[Document], dict[str, Any]]:
    """Predict, and say how fast it went and how much memory the process has needed.

    Args:
        predict: the predictions of a loaded system; loading is not measured.
        documents: what to predict on.

    Returns:
        The predictions, and ``seconds``, ``sentences_per_second``, ``words_per_second`` (wall-clock, ``None`` if there
        is nothing to predict) and ``peak_memory_mib``: the most main memory that the process has held since its start,
        with its libraries and the loaded system; ``None`` where the operating system does not tell.

    >>> _, cost = measure(list, [Document("A coup. No coup.")])
    >>> cost["words_per_second"] >= cost["sentences_per_second"] > 0
    True
    """
    start = time.perf_counter()
    predicted = predict(documents)
    seconds = time.perf_counter() - start
    counts = {
        "sentences": sum(len(sentences(document.text)) for document in documents),
        "words": sum(len(words(document.text)) for document in documents),
    }
    speeds = {f"{unit}_per_second": round(count / seconds, 1) if count else None for unit, count in counts.items()}
    return predicted, {"seconds": round(seconds, 3), **speeds, "peak_memory_mib": peak_memory()}


def peak_memory() -> float | None:
    """The most main memory, in MiB, that this process has held; ``None`` where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return round(peak / (_MIB if sys.platform == "darwin" else 1024), 1)


def weights_size(folder: Path) -> float:
    """Size in MiB of the weight files (``*.safetensors``) in a model folder and below it."""
    return round(sum(file.stat().st_size for file in folder.rglob("*.safetensors")) / _MIB, 1)


def cost_line(cost: dict[str, Any]) -> str:
    """The cost in one line of a terminal.

    >>> cost_line({"sentences_per_second": 240.1, "words_per_second": 5100.0, "peak_memory_mib": 700.2,
    ...     "model_mib": 86.7, "device": "cpu", "threads": 2})
    'Cost: 240 sentences/s, 5,100 words/s, 700 MiB peak; model 87 MiB; cpu, 2 threads'
    """
    shown = []
    for key, unit in (("sentences_per_second", "sentences/s"), ("words_per_second", "words/s")):
        shown.append(f"{'n/a' if cost[key] is None else format(cost[key], ',.0f')} {unit}")
    for key, unit in (("peak_memory_mib", "MiB peak"), ("gpu_memory_mib", "MiB on the GPU")):
        if cost.get(key) is not None:
            shown.append(f"{cost[key]:,.0f} {unit}")
    threads = cost["threads"]
    place = f"{cost['device']}, {threads} thread{'s' * (threads > 1)}"
    return f"Cost: {', '.join(shown)}; model {cost['model_mib']:,.0f} MiB; {place}"
