"""The machine and the arithmetic: its facts, its matrix rate, and what a network needs of it."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_event_tagger.documents.document import Document
from news_event_tagger.files import read_text

if TYPE_CHECKING:
    from news_event_tagger.tagging.tagger import EventTagger

_PACKAGES = ("torch", "transformers", "spacy", "numpy")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def same_threads() -> None:
    """Give every library of this process and its children one thread per core; call it before they are loaded."""
    os.environ |= dict.fromkeys(_THREADS, str(cores()))


def memory() -> float:
    """Main memory that this process holds now, in MiB."""
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


def facts() -> dict[str, Any]:
    """What figures depend on."""
    cpu = platform.processor()
    if (table := Path("/proc/cpuinfo")).is_file():
        names = [line.partition(":")[2].strip() for line in read_text(table).split("\n") if "model name" in line]
        cpu = names[0] if names else cpu
    versions: dict[str, str | None] = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "threads": cores(),
        # Somebody else's work in the same minute makes absolute figures worthless.
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "versions": versions,
    }


def matrix_rate(seconds: float = 0.5) -> float:
    """FLOP/s of ``torch.matmul`` in fp32 over the six products of a MiniLM layer, at 1,024 tokens."""
    import torch

    tokens, width, inner = 1024, 384, 1536
    shapes = [(width, width)] * 4 + [(width, inner), (inner, width)]
    pairs = [(torch.randn(tokens, rows), torch.randn(rows, columns)) for rows, columns in shapes]
    work = sum(2 * tokens * rows * columns for rows, columns in shapes)
    times: list[float] = []
    with torch.inference_mode():
        while sum(times) < seconds:
            start = time.perf_counter()
            for left, right in pairs:
                torch.matmul(left, right)
            times.append(time.perf_counter() - start)
    return work / statistics.median(times)


def flops(lengths: Sequence[int], weights: int, layers: int, width: int) -> int:
    """Floating-point operations of an encoder on windows without padding.

    A product of ``[n, a]`` and ``[a, b]`` takes ``2 n a b``. So each token takes two for every weight of the linear
    layers, and attention over n tokens ``2 n² width`` for its scores and as many for its sums, in each layer.

    Args:
        lengths: tokens of each window.
        weights: of all linear layers together.
        layers: of the encoder.
        width: of its hidden states.

    >>> flops([10], weights=1_000, layers=2, width=8)
    26400
    """
    return sum(2 * length * weights + 4 * layers * width * length**2 for length in lengths)


def work_of(tagger: EventTagger, documents: Sequence[Document]) -> int:
    """The floating-point operations that a tagger's network needs for some texts."""
    import torch

    lengths = [len(window.ids) for document in documents for window in tagger.windower(document.text).windows]
    looked_up = {id(part.weight) for part in tagger.network.modules() if isinstance(part, torch.nn.Embedding)}
    products = [
        weights for weights in tagger.network.parameters() if weights.ndim == 2 and id(weights) not in looked_up
    ]
    config = tagger.network.library_config
    return flops(
        lengths, sum(weights.numel() for weights in products), config["num_hidden_layers"], config["hidden_size"]
    )


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and greatest.

    >>> spread([3, 1, 2])
    {'median': 2, 'low': 1, 'high': 3}
    """
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def show_spread(values: dict[str, float] | None, digits: int = 1) -> str:
    """A spread in a cell of a table.

    >>> show_spread({"median": 2.0, "low": 1.04, "high": 3.0})
    '2.0 [1.0–3.0]'
    """
    return "" if values is None else "{median:.{0}f} [{low:.{0}f}–{high:.{0}f}]".format(digits, **values)
