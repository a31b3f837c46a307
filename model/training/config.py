"""The configuration of a training run: what may be set, checked before anything is read or written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..exceptions import InputError, nearest
from ..files import complaint, read_text

_GONE = {
    "training.quiet_share": "is now called 'training.negative_share'",
    "training.least_steps": "is now called 'training.min_steps'",
    "model.units": "is now called 'model.intermediate_size'",
    "model.wanted_precision": "is now called 'model.target_precision'",
    "data.leave_one_out": "is gone: 'evaluate --folds all' scores each article with a model that never saw it",
}
"""What former versions knew."""


def _several(value: Any) -> Any:
    """A list as a tuple, which nobody can change; one value stands for itself alone."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


# A text that is measured must be Unicode too, so that config.toml can hold it.
_Text = Annotated[str, Field(max_length=4096)]
_Texts = Annotated[tuple[_Text, ...], BeforeValidator(_several)]
_Whole = Annotated[int, Field(ge=0, lt=2**31)]
_Wholes = Annotated[tuple[_Whole, ...], BeforeValidator(_several)]
_Seeds = Annotated[tuple[Annotated[int, Field(ge=0, lt=2**32)], ...], BeforeValidator(_several)]
_Positive = Annotated[int, Field(ge=1, lt=2**31)]
_Rate = Annotated[float, Field(gt=0, lt=1)]
_Share = Annotated[float, Field(ge=0, le=1)]
_ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DataConfig(_Section):
    """``[data]``: the annotation sets, as paths from the folder the command runs in."""

    train: _Texts = ("annotations/newswire/train",)
    """Sets to learn from."""
    dev: _Texts = ()
    """Sets that choose the best epoch; without any, the last epoch is kept."""
    test: _Texts = ()
    """Sets to score once, at the end."""
    texts: _Text = ""
    """Folder of the article texts that stand-off labels belong to."""
    types: _Texts = ()
    """Event types that may occur, in the order of the tables; none: those of the training labels."""
    hold_out: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    """Share of the training documents to hold out for each of dev and test that names no set, in [0, 0.5)."""
    allow_leakage: bool = False
    """Go on where a text stands in two of train, dev and test, as in the official splits of some public sets."""

    @field_validator("types")
    @classmethod
    def _distinct(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(types)) < len(types):
            raise ValueError("names a type twice")
        return types


class ModelConfig(_Section):
    """``[model]``: the network."""

    encoder: _Text = "minilm"
    """``minilm`` (carried by a Python package), ``accurate`` (our larger model, to go on from), a local folder (a run
    too), or an id on the Hugging Face hub."""
    tokens: Annotated[int, Field(ge=16, lt=2**31)] = 128
    """Longest window in word pieces, 16 or more."""
    neighbours: bool = False
    """Read as many sentences at once as fit into a window, not each alone: slower, better where one helps the next."""
    layers: _Wholes = ()
    """Layers of the encoder to keep, by number from 0, lowest first; none named: all. Fewer are faster."""
    intermediate_size: _Whole = 0
    """Units to keep of each layer's feed-forward part, those that weigh most; 0: all. Fewer are faster."""
    freeze_embeddings: bool = True
    """Keep the word embeddings as they are: half of the weights, cheaper steps."""
    freeze_layers: _Whole = 0
    """Keep this many of the lowest layers as they are."""
    dropout: _ShareBelowOne = 0.1
    """Share of activations dropped in training, in [0, 1); those of attention never are."""
    threshold: _Share = 0.0
    """Events less sure than this are not reported, in [0, 1]; higher is more precise and finds less."""
    tune_threshold: bool = False
    """Where there is a dev set, choose a threshold for each type on it instead, and adjust the statuses to it."""
    target_precision: _ShareBelowOne = 0.0
    """What ``tune_threshold`` aims at: 0 the best F1, else the least threshold with this precision on dev."""

    @field_validator("layers")
    @classmethod
    def _ascending(cls, layers: tuple[int, ...]) -> tuple[int, ...]:
        if list(layers) != sorted(set(layers)):
            raise ValueError("must name each layer once, lowest first")
        return layers

    @model_validator(mode="after")
    def _frozen_are_kept(self) -> ModelConfig:
        if self.layers and self.freeze_layers > len(self.layers):
            raise ValueError(f"'model.freeze_layers' is {self.freeze_layers}, but 'model.layers' keeps fewer")
        return self


class TrainingConfig(_Section):
    """``[training]``: the optimisation."""

    seeds: _Seeds = (1,)
    """One training per seed; the first one's model is kept, scores are given over all."""
    epochs: _Positive = 4
    """Passes over the training set."""
    min_steps: _Whole = 200
    """A small set is passed over more often, until there are so many steps; 0 keeps to ``epochs``."""
    batch_size: _Positive = 16
    """Windows per step and process."""
    learning_rate: _Rate = 1e-4
    """Greatest learning rate of the encoder."""
    head_learning_rate: _Rate = 1e-3
    """Greatest learning rate of the classifier on top."""
    warmup: _ShareBelowOne = 0.1
    """Share of the steps in which the rates rise; they fall linearly to 0 after it."""
    weight_decay: _ShareBelowOne = 0.01
    """Decay of the weights per step, times the learning rate."""
    negative_share: _Share = 1.0
    """Share of the windows without any event that an epoch sees, in [0, 1]; another draw each time."""
    teacher: _Text = ""
    """Learn what this model says of the training texts and of distorted copies, not their labels: ``shipped``,
    ``accurate`` or a run folder, best the encoder's own. Of large sets 20,000 sentences are drawn. The texts need no
    labels; those that they have teach the baselines, and ``tune_threshold`` knows how frequent their statuses are."""
    status_weight: Annotated[float, Field(ge=0)] = 1.0
    """How much a trigger's status counts in the loss beside its label, 0 or more."""
    role_epochs: _Whole = 4
    """Passes over the events of the second network, which learns their participants and statuses one event at a time;
    0: there is none. Where train marks no participant, that of the model gone on from is kept, if it has one."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """``bf16`` computes in half the bits on a GPU and on CPUs with instructions for it; elsewhere it is ignored."""

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if not seeds:
            raise ValueError("names no seed")
        if len(set(seeds)) < len(seeds):
            raise ValueError("names a seed twice")
        return seeds


class Config(_Section):
    """All of a run's settings.

    >>> Config().training.batch_size
    16
    """

    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()

    def for_participants(self) -> Config:
        """The settings of the network that learns the participants: these, with epochs of its own."""
        epochs = {"epochs": self.training.role_epochs, "negative_share": 1.0, "teacher": ""}
        return self.model_copy(update={"training": self.training.model_copy(update=epochs)})

    def to_toml(self) -> str:
        """The resolved settings as a file that :func:`load` reads back."""
        lines = []
        for section, values in self.model_dump().items():
            lines.append(f"[{section}]")
            # JSON's strings, numbers, booleans and lists of them are TOML's too, but for one character.
            lines += [
                f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
                for key, value in values.items()
            ]
            lines.append("")
        return "\n".join(lines)


def find(name: str | Path) -> Path:
    """The file of a configuration: its path, or the name of one that ships, from any folder.

    Raises:
        InputError: there is neither, with the names that ship.

    >>> find("benchmarks/casie").name
    'casie.toml'
    """
    if Path(name).exists() and not Path(name).is_dir():
        return Path(name)
    package = Path(__file__).resolve().parent.parent
    # In the wheel they lie in the package, in a checkout beside it.
    folder = package / "configs" if (package / "configs").is_dir() else package.parent / "configs"
    names = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.toml"))
    if str(name) not in names:
        raise InputError(f"{name}: no such file, and no configuration of this package; its own are {', '.join(names)}")
    return folder / f"{name}.toml"


def load(name: str | Path, overrides: Sequence[str] = ()) -> Config:
    """Read a configuration.

    Args:
        name: a TOML file, or the name of a configuration that ships, see :func:`find`.
        overrides: ``section.key=value`` each; the value is TOML, or a bare string.

    Raises:
        InputError: in one line, with the key at fault and the nearest valid one.
    """
    path = find(name)
    try:
        tables = tomllib.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not TOML: {error}") from None
    for override in overrides:
        target, equals, value = override.partition("=")
        section, dot, key = target.strip().partition(".")
        if not (equals and dot and key) or "\n" in override:
            raise InputError(f"--set {override!r}: wants one section.key=value, for one training.epochs=3")
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
    try:
        return Config.model_validate(tables)
    except ValidationError as error:
        raise InputError(f"{place}: {_told(error.errors(include_url=False)[0])}") from None


def _value(text: str) -> Any:
    try:
        # In brackets, so that no remark hides the rest of it.
        values = tomllib.loads(f"value = [{text}]")["value"]
        return values[0] if len(values) == 1 and not text.rstrip().endswith(",") else text
    except (ValueError, RecursionError):
        return text


def _told(fault: Any) -> str:
    """What pydantic found, in our words where it speaks of its own affairs."""
    # Behind the key stands the place in a list.
    path = [str(part) for part in fault["loc"][:2]]
    section, key = path[0], ".".join(path)
    if fault["type"] == "extra_forbidden" and len(path) == 1:
        return f"unknown section '{section}'; {nearest(section, Config.model_fields)}"
    if fault["type"] == "extra_forbidden":
        known = [f"{section}.{name}" for name in getattr(Config(), section).model_dump()]
        return f"'{key}' {_GONE[key]}" if key in _GONE else f"unknown key '{key}'; {nearest(key, known)}"
    if fault["type"] == "model_type":
        return f"'{section}' is a section; write [{section}] and its keys below"
    if fault["type"] == "value_error" and len(path) == 1:
        return str(fault["ctx"]["error"])
    return complaint(fault, path)
