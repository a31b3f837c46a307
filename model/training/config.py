"""The configuration of a training run: what may be set, checked before anything is read or written."""

from __future__ import annotations

import dataclasses
import json
import tomllib
import typing
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..exceptions import InputError, nearest
from ..files import read_text

# In an installed package, and in the repository.
_FOLDERS = [folder / "configs" for folder in Path(__file__).resolve().parents[1:3]]


@dataclass(frozen=True)
class DataConfig:
    """``[data]``: the annotation sets, as paths from the folder the command runs in."""

    train: list[str] = field(default_factory=lambda: ["annotations/newswire/train"])
    """Sets to learn from."""
    dev: list[str] = field(default_factory=list)
    """Sets that choose the best epoch; without any, the last epoch is kept."""
    test: list[str] = field(default_factory=list)
    """Sets to score once, at the end."""
    texts: str = ""
    """Folder of the article texts that stand-off labels belong to."""
    types: list[str] = field(default_factory=list)
    """Event types that may occur, in the order of the tables; none: those of the training labels."""
    hold_out: float = 0.0
    """Share of the training documents to hold out for each of dev and test that names no set, in [0, 0.5)."""
    allow_leakage: bool = False
    """Go on where a text stands in two of train, dev and test, as in the official splits of some public sets."""
    leave_one_out: bool = False
    """Train on all articles but one, score that one, for each; only scores come out, no model."""


@dataclass(frozen=True)
class ModelConfig:
    """``[model]``: the network."""

    encoder: str = "minilm"
    """``minilm`` (carried by a Python package), ``shipped`` (our trained model, to go on from), a local folder (a run
    too), or an id on the Hugging Face hub."""
    tokens: int = 128
    """Longest window in word pieces, 16 or more."""
    neighbours: bool = False
    """Read as many sentences at once as fit into a window, not each alone: slower, better where one helps the next."""
    layers: list[int] = field(default_factory=list)
    """Layers of the encoder to keep, by number from 0, lowest first; none named: all. Fewer are faster."""
    intermediate_size: int = 0
    """Units to keep of each layer's feed-forward part, those that weigh most; 0: all. Fewer are faster."""
    freeze_embeddings: bool = True
    """Keep the word embeddings as they are: half of the weights, cheaper steps."""
    freeze_layers: int = 0
    """Keep this many of the lowest layers as they are."""
    dropout: float = 0.1
    """Share of activations dropped in training, in [0, 1); those of attention never are."""
    threshold: float = 0.0
    """Events less sure than this are not reported, in [0, 1]; higher is more precise and finds less."""
    tune_threshold: bool = False
    """Where there is a dev set, choose a threshold for each type on it instead, and adjust the statuses to it."""
    target_precision: float = 0.0
    """What ``tune_threshold`` aims at: 0 the best F1, else the least threshold with this precision on dev."""


@dataclass(frozen=True)
class TrainingConfig:
    """``[training]``: the optimisation."""

    seeds: list[int] = field(default_factory=lambda: [1])
    """One training per seed; the first one's model is kept, scores are given over all."""
    epochs: int = 4
    """Passes over the training set."""
    min_steps: int = 200
    """A small set is passed over more often, until there are so many steps; 0 keeps to ``epochs``."""
    batch_size: int = 16
    """Windows per step and process."""
    learning_rate: float = 1e-4
    """Greatest learning rate of the encoder."""
    head_learning_rate: float = 1e-3
    """Greatest learning rate of the classifier on top."""
    warmup: float = 0.1
    """Share of the steps in which the rates rise; they fall linearly to 0 after it."""
    weight_decay: float = 0.01
    """Decay of the weights per step, times the learning rate."""
    negative_share: float = 1.0
    """Share of the windows without any event that an epoch sees, in [0, 1]; another draw each time."""
    teacher: str = ""
    """Learn what this model says of the training texts and of distorted copies, not their labels: ``shipped``, ``fast``
    or a run folder, best the encoder's own. Of large sets 20,000 sentences are drawn. The texts need no labels; those
    that they have teach the baselines, and their statuses' frequencies are known to ``tune_threshold``."""
    status_weight: float = 1.0
    """How much a trigger's status counts in the loss beside its label, 0 or more."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """``bf16`` computes in half the bits where a GPU is used; on a CPU it is ignored."""


@dataclass(frozen=True)
class Config:
    """All of a run's settings.

    >>> Config().training.batch_size
    16
    """

    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def to_toml(self) -> str:
        """The resolved settings as a file that :func:`load` reads back."""
        lines = []
        for section in dataclasses.fields(self):
            lines.append(f"[{section.name}]")
            values = dataclasses.asdict(getattr(self, section.name))
            # JSON's strings, numbers, booleans and lists of them are TOML's too.
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
            lines.append("")
        return "\n".join(lines)


def load(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """Read a configuration.

    Args:
        path: a TOML file, or the name of one that comes with the package, such as ``"default"``.
        overrides: ``section.key=value`` each; the value is TOML, or a bare string.

    Raises:
        InputError: in one line, with the key at fault and the nearest valid one.
    """
    shipped = {
        file.relative_to(folder).with_suffix("").as_posix(): file
        for folder in _FOLDERS
        for file in folder.rglob("*.toml")
    }
    path = Path(shipped.get(str(path), path))
    if not path.exists():
        raise InputError(
            f"{path}: no such configuration; {nearest(str(path), [f'configs/{name}.toml' for name in shipped])}"
        )
    try:
        tables: dict[str, Any] = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}") from None
    for override in overrides:
        name, equals, value = override.partition("=")
        section, dot, key = name.strip().partition(".")
        if not (equals and dot and key):
            raise InputError(f"--set {override}: wants section.key=value, for one training.epochs=3")
        table = tables.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = _value(value)
    return build(tables, str(path))


def build(tables: dict[str, Any], place: str = "configuration") -> Config:
    """A checked configuration from nested dictionaries; what is not given keeps its default.

    >>> build({"training": {"epochs": 2}}).training.epochs
    2
    >>> build({"training": {"epoch": 2}}, "own.toml")
    Traceback (most recent call last):
    news_event_tagger.exceptions.InputError: own.toml: unknown key 'training.epoch'; did you mean 'training.epochs'?
    """
    sections = typing.get_type_hints(Config)
    parts: dict[str, Any] = {}
    for name, values in tables.items():
        if name not in sections:
            raise InputError(f"{place}: unknown section '{name}'; {nearest(name, sections)}")
        if not isinstance(values, dict):
            raise InputError(f"{place}: '{name}' is a section; write [{name}] and its keys below")
        hints = typing.get_type_hints(sections[name])
        for key, value in values.items():
            full = f"{name}.{key}"
            if key not in hints:
                raise InputError(f"{place}: unknown key '{full}'; {nearest(full, [f'{name}.{k}' for k in hints])}")
            values[key] = _checked(value, hints[key], f"{place}: '{full}'")
        parts[name] = sections[name](**values)
    config = Config(**parts)
    _check_ranges(config, place)
    return config


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _checked(value: Any, wanted: Any, place: str) -> Any:
    if typing.get_origin(wanted) is Literal:
        choices = typing.get_args(wanted)
        if value not in choices:
            raise InputError(f"{place} must be one of {', '.join(choices)}, not {value!r}")
        return value
    if typing.get_origin(wanted) is list:
        (kind,) = typing.get_args(wanted)
        items = value if isinstance(value, list) else [value]
        return [_checked(item, kind, place) for item in items]
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        names = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
        raise InputError(f"{place} must be {names[wanted]}, not {value!r}")
    return value


def _check_ranges(config: Config, place: str) -> None:
    model, training = config.model, config.training
    wrong = [
        (not 0 <= config.data.hold_out < 0.5, "data.hold_out", "must be in [0, 0.5)"),
        (model.tokens < 16, "model.tokens", "must be 16 or more"),
        (not 0 <= model.dropout < 1, "model.dropout", "must be in [0, 1)"),
        (not 0 <= model.threshold <= 1, "model.threshold", "must be in [0, 1]"),
        (not 0 <= model.target_precision < 1, "model.target_precision", "must be in [0, 1)"),
        (any(layer < 0 for layer in model.layers), "model.layers", "must be 0 or more"),
        (model.layers != sorted(set(model.layers)), "model.layers", "name each layer once, lowest first"),
        (model.intermediate_size < 0, "model.intermediate_size", "must be 0 or more"),
        (model.freeze_layers < 0, "model.freeze_layers", "must be 0 or more"),
        (not training.seeds, "training.seeds", "name at least one seed"),
        (len(set(training.seeds)) < len(training.seeds), "training.seeds", "names a seed twice"),
        (any(not 0 <= seed < 2**32 for seed in training.seeds), "training.seeds", "must be 0 or more, below 2**32"),
        (len(set(config.data.types)) < len(config.data.types), "data.types", "names a type twice"),
        (training.epochs < 1, "training.epochs", "must be 1 or more"),
        (training.min_steps < 0, "training.min_steps", "must be 0 or more"),
        (training.batch_size < 1, "training.batch_size", "must be 1 or more"),
        (not 0 < training.learning_rate < 1, "training.learning_rate", "must be in (0, 1)"),
        (not 0 < training.head_learning_rate < 1, "training.head_learning_rate", "must be in (0, 1)"),
        (not 0 <= training.warmup < 1, "training.warmup", "must be in [0, 1)"),
        (not 0 <= training.negative_share <= 1, "training.negative_share", "must be in [0, 1]"),
        (training.status_weight < 0, "training.status_weight", "must be 0 or more"),
        (not 0 <= training.weight_decay < 1, "training.weight_decay", "must be in [0, 1)"),
        (
            config.data.leave_one_out and bool(config.data.dev or config.data.test or config.data.hold_out),
            "data.leave_one_out",
            "makes its own test sets: leave data.dev, data.test and data.hold_out empty",
        ),
    ]
    for fault, key, why in wrong:
        if fault:
            raise InputError(f"{place}: '{key}' {why}")
