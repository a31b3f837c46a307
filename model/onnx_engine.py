"""The ONNX engine: the network exported to ONNX Runtime, once per model and machine; in eight bits where that does.

The first use exports into the user's cache, under a name made of the weights' digest, and judges the export against
PyTorch; every later process, bulk workers too, finds it there. Weights in eight bits are kept only if they tag as
PyTorch does; else the export keeps the whole weights, and if that tags otherwise too it is refused.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from model.corpus import read
from model.document import Document, Event
from model.engine import Engine
from model.errors import InputError
from model.evaluation import score
from model.files import read_text

if TYPE_CHECKING:
    from model.tagger import EventTagger

TEXTS = Path(__file__).parent / "parity.jsonl"
"""The texts that an export is judged on: articles of the dev set."""
LEAST_AGREEMENT = 0.99
"""Least F1 of the export's events against PyTorch's, same span and type. Exports with 0.974 and 0.981 lost up to 0.8
and 0.7 points of strict F1 on newswire/dev and test."""
MOST_SHIFT = 0.02
"""Most that the score of an event found by both may differ, on average."""
_NETWORK, _PARITY = "network.onnx", "parity.json"


def onnx_engine(tagger: EventTagger) -> Engine:
    """The engine of a tagger's network, from the cache or exported now.

    Args:
        tagger: with its network on the CPU.

    Raises:
        InputError: the packages are missing, the cache cannot be written, or the export fails the parity test.
    """
    if missing := [name for name in ("onnx", "onnxruntime") if find_spec(name) is None]:
        raise InputError(f'engine onnx: {missing[0]} is missing; pip install "news-event-tagger[onnx]"')
    folder = cache_folder() / _digest(tagger)
    if not (folder / _PARITY).is_file():
        _make(tagger, folder)
    parity = json.loads(read_text(folder / _PARITY))
    if not passes(parity):
        raise InputError(
            f"engine onnx: tags otherwise than PyTorch (agreement {parity['agreement']}, mean shift of scores "
            f"{parity['mean_shift']}; {folder / _PARITY}); leave the engine out"
        )
    return _session(folder / _NETWORK)


def cache_folder() -> Path:
    """Where exports are kept: ``$XDG_CACHE_HOME/news-event-tagger``, by default under ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "news-event-tagger"


def compare_engines(tagger: EventTagger, engine: Engine, documents: Sequence[Document]) -> dict[str, Any]:
    """How another engine's events differ from those of the tagger's own.

    Args:
        tagger: the one to compare with.
        engine: computes the same network.
        documents: labelled texts.

    Returns:
        ``events``: how many the tagger finds; ``agreement``: F1 of the other's events against these, same span and
        type; ``largest_shift`` and ``mean_shift``: how far the score of an event that both find differs;
        ``f1_gain``: strict micro-F1 against the labels, the other's less the tagger's. Rounded; ``None`` where there
        are no events, or labels of types that the tagger does not know.
    """
    other = copy.copy(tagger)
    other.engine = engine
    predictions = tagger.predict(documents), other.predict(documents)
    pairs = [
        ({_key(event): event for event in ours.events}, {_key(event): event for event in theirs.events})
        for ours, theirs in zip(*predictions, strict=True)
    ]
    found = sum(len(ours) for ours, _ in pairs)
    total = found + sum(len(theirs) for _, theirs in pairs)
    shifts = [
        abs((event.score or 0.0) - (theirs[key].score or 0.0))
        for ours, theirs in pairs
        for key, event in ours.items()
        if key in theirs
    ]
    return {
        "documents": len(documents),
        "events": found,
        "agreement": round(2 * len(shifts) / total, 4) if total else None,
        "largest_shift": round(max(shifts), 4) if shifts else None,
        "mean_shift": round(float(np.mean(shifts)), 4) if shifts else None,
        "f1_gain": _gain(documents, *predictions, tagger.schema.types),
    }


def passes(parity: dict[str, Any]) -> bool:
    """Whether an export is good enough to be used.

    >>> passes({"agreement": 0.99, "mean_shift": 0.005}), passes({"agreement": None, "mean_shift": None})
    (True, True)
    >>> passes({"agreement": 0.9, "mean_shift": 0.005}), passes({"agreement": 0.0, "mean_shift": None})
    (False, False)
    """
    # A model of other event types may find none in our texts: then both engines are silent alike.
    if parity["agreement"] is None:
        return True
    return bool(parity["agreement"] >= LEAST_AGREEMENT and parity["mean_shift"] <= MOST_SHIFT)


def _gain(
    gold: Sequence[Document], ours: Sequence[Document], theirs: Sequence[Document], types: Sequence[str]
) -> float | None:
    if not {event.type for document in gold for event in document.events} <= set(types):
        return None
    before, after = (score(gold, guesses, types, ["strict"])["strict"]["micro"]["f1"] for guesses in (ours, theirs))
    return None if before is None or after is None else round(after - before, 4)


def _key(event: Event) -> tuple[int, int, str]:
    return event.start, event.end, event.type


def _make(tagger: EventTagger, folder: Path) -> None:
    """Write the export and its parity; of several processes that do so at once, the first to finish counts."""
    print("engine onnx: exporting the network, once for this model …", file=sys.stderr)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as temporary:
            made = Path(temporary) / "made"
            made.mkdir()
            whole, small = Path(temporary) / "fp32.onnx", Path(temporary) / "int8.onnx"
            _export(tagger, whole)
            _quantise(whole, small)
            for path in (small, whole):
                parity = {"weights": path.stem, **compare_engines(tagger, _session(path), read(TEXTS))}
                if passes(parity):
                    break
            path.rename(made / _NETWORK)
            (made / _PARITY).write_text(json.dumps(parity, indent=1) + "\n", encoding="utf-8")
            try:
                made.rename(folder)
            except OSError:
                # Another process may have been faster; what it wrote is the same.
                if not (folder / _PARITY).is_file():
                    raise
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written ({error.strerror or error}); set XDG_CACHE_HOME to a folder that can"
        ) from error
    if parity["agreement"] is None:
        told = "no events in the texts it is judged on; compare evaluate.py with and without --engine onnx on your own"
    else:
        told = (
            f"agreement with PyTorch {parity['agreement']}, largest shift of a score {parity['largest_shift']}, "
            f"strict F1 {'n/a' if parity['f1_gain'] is None else format(parity['f1_gain'], '+.3f')}"
        )
    print(f"engine onnx: weights {parity['weights']}; {told}", file=sys.stderr)


def _export(tagger: EventTagger, path: Path) -> None:
    from model.network import load_network

    # Only the library's network is exported: of PyTorch's fused layers the tracer knows nothing.
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        tagger.network.save_pretrained(Path(folder))
        network = load_network(folder, len(tagger.schema.statuses)).eval()
    ids = torch.tensor([[1, 2, 3, 4], [1, 2, 0, 0]])
    names = ["input_ids", "attention_mask"]
    with warnings.catch_warnings():
        # The tracer warns of every Python number in the library's code.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (ids, (ids > 0).long()),
            str(path),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "windows", 1: "places"} for name in [*names, "logits"]},
            opset_version=17,
            dynamo=False,
        )


def _quantise(whole: Path, small: Path) -> None:
    """Eight bits for all products but those that narrow: the second of each feed-forward layer, and the labels.

    Their inputs have outliers, which leave the other values few steps; left whole they cost a quarter of the time.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(str(whole)).graph
    narrowing = {
        tensor.name for tensor in graph.initializer if len(tensor.dims) == 2 and tensor.dims[0] > tensor.dims[1]
    }
    logger = logging.getLogger()
    level = logger.level
    try:
        # Its advice for those who quantise by hand would reach the user.
        logger.setLevel(logging.ERROR)
        quantize_dynamic(
            whole,
            small,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Processors without VNNI add pairs of products in 16 bits, which eight-bit weights would overflow.
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[node.name for node in graph.node if narrowing & set(node.input)],
        )
    finally:
        logger.setLevel(level)


def _session(path: Path) -> Engine:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One setting (OMP_NUM_THREADS, torch.set_num_threads) rules both engines.
    options.intra_op_num_threads = torch.get_num_threads()
    # Threads that wait by spinning take the processor from whoever else works on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])

    return run


def _digest(tagger: EventTagger) -> str:
    """A name for all that the export and its parity depend on."""
    digest = hashlib.sha256(TEXTS.read_bytes())
    about = [
        tagger.network.library_config,
        tagger.thresholds,
        tagger.schema.statuses,
        tagger.tokens,
        tagger.neighbours,
    ]
    packages = [version(name) for name in ("torch", "transformers", "onnx", "onnxruntime")]
    # Sums of products round, and overflow, by the processor.
    digest.update(json.dumps([about, packages, torch.backends.cpu.get_cpu_capability()]).encode())
    for name, values in tagger.network.state_dict().items():
        digest.update(name.encode())
        digest.update(values.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:24]
