"""Systems side by side on the same documents, from their score files alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator

from ..exceptions import InputError
from ..files import checked, read_json
from .resampling import difference, holm, intervals, ratios
from .results import VERSION, document_counts
from .roles import BYS, By

_Count = Annotated[int, Field(ge=0, lt=2**31)]
_Rows = list[Annotated[list[_Count], Field(min_length=3, max_length=3)]]


class _Documents(BaseModel):
    ids: list[str]
    strict: dict[str, _Rows]
    arg_c_plus: dict[By, _Rows] = {}

    @model_validator(mode="after")
    def _fit(self) -> _Documents:
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("names a document twice")
        counts = [*self.strict.items(), *self.arg_c_plus.items()]
        if wrong := [name for name, rows in counts if len(rows) != len(self.ids)]:
            raise ValueError(f"has {len(self.ids)} ids and other counts of {wrong[0]!r}")
        return self


class _Data(BaseModel):
    sha256: str


class _Scores(BaseModel):
    """What a comparison reads of a score file."""

    version: int
    types: list[str]
    documents: _Documents
    data: _Data
    missing: list[str] = []
    learnt: list[str] = []


def read_scores(path: Path) -> dict[str, Any]:
    """A score file of this version, or that of a run folder.

    Raises:
        InputError: there is none, or it was written by another version.
    """
    file = path / "scores.json" if path.is_dir() else path
    scores: Any = read_json(file)
    if not isinstance(scores, dict) or scores.get("version") != VERSION:
        raise InputError(
            f"{file}: no scores of version {VERSION}; write them anew with news-events evaluate … --out DIR"
        )
    found = checked(_Scores, scores, file, "write the scores anew with news-events evaluate … --out DIR")
    return dict(found.model_dump())


def compare(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """A leaderboard by strict micro-F1, each system tested against the best.

    Args:
        paths: run folders, folders written by ``news-events evaluate``, or score files, on the same gold documents.

    Returns:
        Best first, a row per system: ``name``, ``f1``, ``interval`` (95 %), ``missing`` (how many documents had no
        prediction and count as misses), ``against`` (``None`` for the best): for
        ``"micro"`` and each type the ``difference`` to the best in F1, its ``interval`` and ``p``. The p values of
        micro are corrected for the number of systems, those of types for the number of types (Holm). ``arg_c_plus``
        is ``None`` unless all systems give participants; else for ``"strict"`` and ``"head"`` the ``f1`` and
        ``interval`` of their Arg-C+, and ``against``: how far it is from that of the system which comes first.

    Raises:
        InputError: a file is no score file, or two are not of the same documents and gold labels.
    """
    if len(paths) < 2:
        raise InputError("name two or more run folders or score files to compare")
    files = [read_scores(path) for path in paths]
    types = list(dict.fromkeys(name for scores in files for name in scores["types"]))
    tables = [document_counts(scores["documents"], types) for scores in files]
    tables = [_aligned(paths[0], files[0], paths[i], files[i], table) for i, table in enumerate(tables)]
    support = tables[0][..., [0, 2]].sum(axis=-1)
    for path, table in zip(paths, tables, strict=True):
        if (other := table[..., [0, 2]].sum(axis=-1) != support).any():
            id_ = files[0]["documents"]["ids"][int(other.any(axis=1).argmax())]
            raise InputError(
                f"{path}: document {id_!r} has other gold events than in {paths[0]}; score both on one set"
            )
    f1 = [_f1(table) for table in tables]
    # Not a number sorts last.
    order = sorted(range(len(paths)), key=lambda index: (np.isnan(f1[index]), -f1[index]))
    best, *others = order
    tests = [difference(tables[index], tables[best]) for index in others]
    over_systems = holm([float(p[0]) for _, _, p in tests])
    against: list[dict[str, Any] | None] = [None]
    for (gain, interval, p), micro_p in zip(tests, over_systems, strict=True):
        columns = zip(
            ["micro", *types], gain.tolist(), interval.tolist(), [micro_p, *holm(p[1:].tolist())], strict=True
        )
        against.append({name: _gain(by, sides, p) for name, by, sides, p in columns})
    participants = _participants(paths, files, order)
    return [
        {
            "name": str(paths[index]),
            "f1": _known(f1[index]),
            "interval": _pair(*intervals(tables[index])[0, 2].tolist()),
            "missing": len(files[index].get("missing", ())),
            "learnt": len(files[index].get("learnt", ())),
            "against": row,
            "arg_c_plus": of_roles,
        }
        for index, row, of_roles in zip(order, against, participants, strict=True)
    ]


def _participants(
    paths: Sequence[Path], files: Sequence[dict[str, Any]], order: Sequence[int]
) -> list[dict[By, Any]] | list[None]:
    """Arg-C+ of each system, in an order, against that of the first."""
    if not all(scores["documents"]["arg_c_plus"] for scores in files):
        return [None] * len(files)
    rows: list[dict[By, Any]] = [{} for _ in files]
    for by in BYS:
        tables = [
            _aligned(paths[0], files[0], path, scores, np.array(scores["documents"]["arg_c_plus"][by])[:, None])
            for path, scores in zip(paths, files, strict=True)
        ]
        best, *others = [tables[index] for index in order]
        tests = [difference(table, best) for table in others]
        corrected = holm([float(p[0]) for _, _, p in tests])
        gains = [
            _gain(float(gain[0]), sides[0].tolist(), p) for (gain, sides, _), p in zip(tests, corrected, strict=True)
        ]
        for row, table, against in zip(rows, [best, *others], [None, *gains], strict=True):
            interval = _pair(*intervals(table)[0, 2].tolist())
            row[by] = {"f1": _known(_f1(table)), "interval": interval, "against": against}
    return rows


def _f1(table: NDArray[np.int64]) -> float:
    return float(ratios(table.sum(axis=0).astype(np.float64))[0, 2])


def _gain(by: float, sides: Sequence[float], p: float) -> dict[str, Any]:
    return {"difference": _known(by), "interval": _pair(*sides), "p": _known(p)}


def _aligned(
    first_path: Path, first: dict[str, Any], path: Path, scores: dict[str, Any], table: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A system's counts in the order of the first system's documents."""
    wanted, ids = first["documents"]["ids"], scores["documents"]["ids"]
    if different := sorted(set(wanted) ^ set(ids)):
        raise InputError(
            f"{path}: not scored on the documents of {first_path}, {different[0]!r} stands in one only; "
            "score both on one set"
        )
    if ids == wanted and first["data"]["sha256"] != scores["data"]["sha256"]:
        raise InputError(f"{path}: the gold documents or labels are not those of {first_path}; score both on one set")
    places = {id_: place for place, id_ in enumerate(ids)}
    return table[[places[id_] for id_ in wanted]]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _pair(low: float, high: float) -> list[float] | None:
    return None if np.isnan(low) else [low, high]
