import tomllib
from pathlib import Path

import pytest

from news_event_tagger import InputError
from news_event_tagger.training.config import Config, build, load
from tests.conftest import REPOSITORY

CONFIGS = sorted((REPOSITORY / "configs").rglob("*.toml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_shipped_configuration_loads_and_comments_each_line(path: Path) -> None:
    load(path)
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith(("#", "[")) or "  #" in line, f"{path}: {line}"


def test_resolved_configuration_reads_back() -> None:
    config = build({"data": {"train": ['a "b" é']}, "training": {"learning_rate": 1e-5, "seeds": [1, 2]}})
    assert build(tomllib.loads(config.to_toml())) == config


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"trainng": {}}, "unknown section 'trainng'; did you mean 'training'?"),
        ({"training": {"epoch": 3}}, "unknown key 'training.epoch'; did you mean 'training.epochs'?"),
        ({"training": {"epochs": "3"}}, "'training.epochs' must be a whole number, not '3'"),
        ({"training": {"epochs": True}}, "'training.epochs' must be a whole number"),
        ({"training": {"learning_rate": "1e-5"}}, "must be a number"),
        ({"training": {"precision": "fp8"}}, "must be one of fp32, bf16"),
        ({"training": {"seeds": []}}, "name at least one seed"),
        ({"training": {"seeds": [1, 1]}}, "names a seed twice"),
        ({"training": {"seeds": [-1]}}, "must be 0 or more"),
        ({"training": {"learning_rate": float("nan")}}, "must be in (0, 1)"),
        ({"data": {"types": ["coup", "coup"]}}, "names a type twice"),
        ({"data": {"train": [1]}}, "must be a string"),
        ({"model": {"tokens": 8}}, "must be 16 or more"),
        ({"model": {"dropout": 1.0}}, "must be in [0, 1)"),
        ({"data": 3}, "write [data]"),
        ({"data": {"leave_one_out": True, "dev": ["x"]}}, "makes its own test sets"),
    ],
)
def test_fault_is_named_with_its_key(tables: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        build(tables)
    assert words in str(caught.value)


def test_overrides_are_toml_or_bare_strings() -> None:
    path = REPOSITORY / "configs" / "default.toml"
    config = load(path, ["training.epochs=2", "data.texts=../texts", "training.seeds=[3, 4]", "data.dev=one"])
    assert (config.training.epochs, config.data.texts) == (2, "../texts")
    assert (config.training.seeds, config.data.dev) == ([3, 4], ["one"])


@pytest.mark.parametrize("override", ["epochs=3", "training.epochs", "=3", "training.=3"])
def test_override_without_section_or_value_is_refused(override: str) -> None:
    with pytest.raises(InputError, match=r"wants section\.key=value|unknown section"):
        load(REPOSITORY / "configs" / "default.toml", [override])


def test_whole_number_is_a_number() -> None:
    assert build({"training": {"weight_decay": 0}}).training.weight_decay == 0.0
    assert Config().training.precision == "fp32"


def test_faulty_toml_and_missing_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[training\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad.toml: not TOML: .*line 1"):
        load(path)
    with pytest.raises(InputError, match="did you mean"):
        load(Path("configs/defualt.toml"))
