"""Tag more texts than one process should, on Ray, each exactly once (docs/BULK.md).

The input is cut into shards (:mod:`.shards`). Ray Data streams the names of the shards, never their texts, through
a pool of workers; each reads its shard, tags it and writes its tables (:mod:`.worker`). Ray's own readers and
``write_parquet`` are not used: what they write is not named by what was read, so after a restart nobody could tell what
is finished.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import socket
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ..exceptions import InputError
from ..files import checked, decode, parse_json, sha256
from ..pretrained.folders import called, fingerprint, model_files, model_folder
from ..pretrained.settings import read_settings
from .output import TABLES
from .shards import Fields, dumps, file_system, loads, plan

if TYPE_CHECKING:
    from .worker import Job

MANIFEST = "manifest.json"
_WORK = ".work"


class _Manifest(BaseModel):
    """What tells whether a call goes on with an output."""

    version: str
    model_sha256: str
    input_sha256: str
    model: str | None = None
    inputs: list[str] = []


def tag(
    inputs: Sequence[str],
    out: str,
    *,
    model: str | Path | None = None,
    workers: int | None = None,
    address: str | None = None,
    format: str | None = None,
    fields: Fields | None = None,
    device: str | None = None,
) -> dict[str, int]:
    """Tag all documents of the input that an earlier call with the same output has not tagged.

    Args:
        inputs: paths, globs or fsspec URLs.
        out: folder or fsspec URL that all workers reach.
        model: see :func:`~.model_folder`.
        workers: processes, 1 or more; by default one for each GPU, or else for each core.
        address: of a Ray cluster; by default ``RAY_ADDRESS``, or else Ray is started on this machine.
        format: of all files; by default each one's ending says it.
        fields: where rows hold text and id.
        device: ``"cpu"`` or ``"cuda"``; by default CUDA where Ray has a GPU.

    Returns:
        How many ``documents``, ``events`` and ``errors`` the tables hold now.

    Raises:
        InputError: an input cannot be read, the output belongs to another call, or Ray is missing.
    """
    if workers is not None and workers < 1:
        raise InputError(f"--workers {workers}: give 1 or more")
    ray = _import_ray()
    from .worker import Job

    fields = fields or Fields()
    system, folder = file_system(out)
    out = system.unstrip_protocol(folder)
    model_path = model_folder(model)
    read_settings(model_path)
    files = model_files(model_path)
    shards, input_sha256, size = plan(inputs, format, fields)
    names = [f"{number:06}" for number in range(len(shards))]
    manifest = {
        "version": version("news-event-tagger"),
        "model_sha256": fingerprint(files),
        "input_sha256": sha256(json.dumps([input_sha256, asdict(fields)])),
        "model": str(model) if model else None,
        "inputs": list(inputs),
        **size,
        "shards": len(shards),
    }
    _claim(system, folder, manifest)
    done = _finished(system, folder)
    if left := {name: shard for name, shard in zip(names, shards, strict=True) if name not in done}:
        work = f"{folder}/{_WORK}/{uuid.uuid4().hex}"
        for part in (*TABLES, f"{_WORK}/{work[-32:]}/tries"):
            system.makedirs(f"{folder}/{part}", exist_ok=True)
        started = not ray.is_initialized()
        if started:
            _start(ray, address, workers)
        try:
            rows = [{"name": name, "shard": dumps(shard)} for name, shard in left.items()]
            job = Job(out, f"{out}/{work[len(folder) + 1 :]}", fields, called(model, fingerprint(files)))
            _run(ray, rows, job, files, workers, device, len(shards))
        finally:
            if started:
                ray.shutdown()
        if missing := len(set(names) - _finished(system, folder)):
            raise InputError(f"{out}: {missing} of {len(names)} shards are not finished; run the same command again")
    counts = _counts(system, folder)
    _put(system, f"{folder}/{MANIFEST}", manifest | {"finished": counts})
    if system.exists(f"{folder}/{_WORK}"):
        system.rm(f"{folder}/{_WORK}", recursive=True)
    return counts


class Actor:
    """The process of one worker, as Ray Data starts it.

    Args:
        job: what to do.
        files: Ray's reference to the files of the model, by name.
        device: ``"cpu"`` or ``"cuda"``.
        threads: for the arithmetic, 1 or more.
    """

    def __init__(self, job: Job, files: Any, device: str, threads: int) -> None:
        import ray
        import torch

        from ..tagging.tagger import EventTagger
        from .worker import Worker

        torch.set_num_threads(threads)
        self._out = job.out
        # The nodes of a cluster need not share a folder with the model.
        with tempfile.TemporaryDirectory() as folder:
            for name, data in ray.get(files).items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            self._worker = Worker(job, EventTagger.from_pretrained(Path(folder), device))

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Finish the shard of a batch; why it cannot be is an answer, since Ray hides an exception in its own."""
        import fsspec

        (name,), (shard,) = batch["name"], batch["shard"]
        try:
            system, out = fsspec.core.url_to_fs(self._out)
            if not system.exists(f"{out}/{MANIFEST}"):
                node = socket.gethostname()
                raise InputError(f"{self._out}: not to be seen from {node}; give --out a URL that all nodes reach")
            self._worker.finish(str(name), loads(str(shard)))
        except (InputError, OSError) as error:
            return {"name": batch["name"], "error": [str(error)]}
        return {"name": batch["name"], "error": [""]}


def _import_ray() -> Any:
    # Ray would report its use to its makers.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
        import ray.data
    except ImportError:
        raise InputError('bulk needs Ray: pip install "news-event-tagger[ray]"') from None
    return ray


def _start(ray: Any, address: str | None, workers: int | None) -> None:
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    options: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address == "local":
        options |= {"num_cpus": max(workers or 1, os.cpu_count() or 1), "include_dashboard": False}
    try:
        ray.init(address=address, **options)
    except Exception as error:
        # A node that does not start in time raises a bare Exception.
        raise InputError(f"Ray ({address}) did not start: {error} See docs/BULK.md, Trouble") from None


def _run(
    ray: Any,
    rows: list[dict[str, str]],
    job: Job,
    files: dict[str, bytes],
    workers: int | None,
    device: str | None,
    total: int,
) -> None:
    """Have the shards tagged, and show how many are finished."""
    from tqdm import tqdm

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0)) if device != "cpu" else 0
    if device == "cuda" and not gpus:
        raise InputError("--device cuda: Ray has no GPU")
    workers = workers or gpus or int(resources.get("CPU", 1))
    cores = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    threads = _threads(cores, workers)
    size = min(workers, len(rows))
    results = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
        Actor,
        batch_size=1,
        fn_constructor_args=(job, ray.put(files), "cuda" if gpus else "cpu", threads),
        # One shard waits at each worker: more would leave some workers idle at the end.
        compute=ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=2),
        num_cpus=threads,
        # Workers that share a GPU share it evenly, so that all find room.
        num_gpus=1 / math.ceil(workers / gpus) if gpus else 0,
    )
    with tqdm(total=total, initial=total - len(rows), unit="shard", disable=None) as bar:
        for batch in results.iter_batches(batch_size=None, prefetch_batches=0, batch_format="numpy"):
            for error in batch["error"]:
                if error:
                    raise InputError(f"{error}; what is finished stays, the same command goes on")
                bar.update()


def _threads(cores: Sequence[int], workers: int) -> int:
    """The most threads for each worker with which all find room on the nodes; 1 if they find none.

    >>> _threads([16, 16], 4), _threads([16, 8], 2), _threads([2], 2), _threads([], 8)
    (8, 8, 1, 1)
    """
    fitting = [count for count in range(1, max(cores, default=0) + 1) if sum(c // count for c in cores) >= workers]
    return max(fitting, default=1)


def _claim(system: Any, folder: str, manifest: dict[str, Any]) -> None:
    """Write the manifest, or see that the one that stands there says the same."""
    path = f"{folder}/{MANIFEST}"
    if not system.exists(path):
        # A call that found the disk full may have left a part of a manifest.
        there = system.ls(folder, detail=False) if system.exists(folder) else []
        if not all(Path(name).name.startswith(f"{MANIFEST}.") for name in there):
            raise InputError(f"{folder}: stands there and holds no bulk output; give a new --out")
        system.makedirs(folder, exist_ok=True)
        _put(system, path, manifest)
        return
    before = checked(_Manifest, parse_json(decode(system.cat_file(path), path), path), path, "give a new --out")
    keys = ("version", "model_sha256", "input_sha256")
    if differing := [key for key in keys if getattr(before, key) != manifest[key]]:
        told = {
            "version": "by another version of this package",
            "model_sha256": f"with another model ({before.model or 'the one that comes with the package'})",
            "input_sha256": f"from other inputs, or they have changed ({' '.join(before.inputs)})",
        }
        raise InputError(f"{folder}: was begun {told[differing[0]]}; give a new --out")


def _put(system: Any, path: str, manifest: dict[str, Any]) -> None:
    temporary = f"{path}.{uuid.uuid4().hex}"
    try:
        system.pipe_file(temporary, (json.dumps(manifest, indent=1) + "\n").encode())
        system.mv(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            system.rm(temporary)
        raise


def _finished(system: Any, folder: str) -> set[str]:
    system.invalidate_cache()
    return {Path(path).stem for path in system.glob(f"{folder}/documents/*.parquet")}


def _counts(system: Any, folder: str) -> dict[str, int]:
    from pyarrow import dataset

    return {table: dataset.dataset(f"{folder}/{table}", filesystem=system).count_rows() for table in sorted(TABLES)}
