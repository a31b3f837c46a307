"""What a model folder says of its tagger."""

from __future__ import annotations

import json
from collections import UserDict
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, Field, model_validator

from ..documents.schema import Schema
from ..exceptions import InputError, nearest
from ..files import checked, read_json

SETTINGS = "tagger.json"
PARTICIPANTS = "participants"
"""Folder in a model's folder that holds the tagger of its participants, a model folder as well."""
_FORMAT = 3


class Thresholds(UserDict[str, float]):
    """The least score of each event type: the numbers may be changed, the types not.

    Args:
        types: the event types.
        values: a number in [0, 1] for all types, or one for each.

    Raises:
        InputError: a type lacks its number or is unknown, or a number is outside [0, 1]; so too when one is changed.

    >>> thresholds = Thresholds(("arrest", "coup"), 0.5)
    >>> thresholds["coup"] = 0.9
    >>> dict(thresholds)
    {'arrest': 0.5, 'coup': 0.9}
    """

    def __init__(self, types: Sequence[str], values: float | Mapping[str, float]) -> None:
        given = values if isinstance(values, Mapping) else dict.fromkeys(types, values)
        if missing := [type_ for type_ in types if type_ not in given]:
            raise InputError(
                f"thresholds: {missing[0]!r} has none; give one for each type, or change one by itself, as in "
                f"tagger.thresholds[{missing[0]!r}] = 0.5"
            )
        self.data = dict.fromkeys(types, 0.0)
        self.update(given)

    def __setitem__(self, type_: str, value: float) -> None:
        if type_ not in self.data:
            raise InputError(f"thresholds: there is no type {type_!r}; {nearest(str(type_), self.data)}")
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value <= 1:
            raise InputError(f"thresholds: that of {type_!r} is {value!r}: must be a number in [0, 1]")
        self.data[type_] = float(value)

    def __delitem__(self, type_: str) -> None:
        raise InputError(f"thresholds: {type_!r} cannot be without one; 0 reports all of it, 1 next to nothing")


class Settings(NamedTuple):
    """What a model folder says of its tagger, as :class:`~.EventTagger` takes it."""

    schema: Schema
    tokens: int
    thresholds: Mapping[str, float]
    neighbours: bool
    precise: Mapping[float, Mapping[str, float]] = MappingProxyType({})


_Name = Annotated[str, Field(min_length=1)]


class _File(BaseModel):
    """What :data:`SETTINGS` holds."""

    types: Annotated[list[_Name], Field(min_length=1)]
    statuses: list[_Name]
    tokens: int
    thresholds: dict[str, Any]
    neighbours: bool
    precise: dict[Annotated[str, Field(pattern=r"^0\.\d{1,6}$")], dict[str, Any]] = {}

    @model_validator(mode="after")
    def _distinct(self) -> _File:
        names = [*self.types, *self.statuses]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"names {twice[0]!r} twice")
        return self


def read_settings(folder: Path) -> Settings:
    """The settings of a model folder.

    Raises:
        InputError: the folder holds no settings, or damaged ones.
    """
    path = folder / SETTINGS
    if not path.is_file():
        hint = f"it lacks {SETTINGS}" if folder.is_dir() else "no such folder"
        raise InputError(f"{folder}: not a run folder ({hint}); news-events train --out {folder} makes one")
    found = read_json(path)
    way = "train or copy the run again"
    if isinstance(found, dict) and found.get("format", _FORMAT) != _FORMAT:
        raise InputError(f"{folder}: written by another version of this package; {way}")
    file = checked(_File, found, path, way)
    schema = Schema(tuple(file.types), tuple(file.statuses))
    try:
        thresholds = Thresholds(schema.types, file.thresholds)
        precise = {float(aim): Thresholds(schema.types, values) for aim, values in file.precise.items()}
        return Settings(schema, file.tokens, thresholds, file.neighbours, precise)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def write_settings(folder: Path, settings: Settings) -> None:
    """Write the file of :func:`read_settings`."""
    schema, tokens, thresholds, neighbours, precise = settings
    row = {
        "format": _FORMAT,
        "types": schema.types,
        "statuses": schema.statuses,
        "tokens": tokens,
        "thresholds": dict(thresholds),
        "neighbours": neighbours,
        "precise": {str(aim): dict(values) for aim, values in precise.items()},
    }
    (folder / SETTINGS).write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
