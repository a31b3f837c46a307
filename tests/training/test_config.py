import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import InputError
from news_event_tagger.training import config as module
from news_event_tagger.training.config import Config, build, find, load
from tests.conftest import REPOSITORY

CONFIGS = sorted((REPOSITORY / "configs").rglob("*.toml"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_shipped_configuration_loads_by_name_and_comments_each_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = path.relative_to(REPOSITORY / "configs").with_suffix("").as_posix()
    assert load(name) == load(path)
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith(("#", "[")) or "  #" in line, f"{path}: {line}"


def test_configurations_are_found_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("package/configs", "configs", "package/training"):
        (tmp_path / folder).mkdir(parents=True)
    # What lies beside an installed package is somebody else's.
    (tmp_path / "configs" / "theirs.toml").touch()
    (tmp_path / "package" / "configs" / "ours.toml").touch()
    monkeypatch.setattr(module, "__file__", str(tmp_path / "package" / "training" / "config.py"))
    assert load("ours") == Config()
    with pytest.raises(InputError, match=r"theirs: no such file, .* are ours$"):
        load("theirs")


def test_a_file_of_the_users_goes_before_a_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find("shipped") == REPOSITORY / "configs" / "shipped.toml"
    Path("shipped").mkdir()
    assert find("shipped") == REPOSITORY / "configs" / "shipped.toml"
    Path("default").write_text("[training]\nepochs = 9\n", encoding="utf-8")
    assert load("default").training.epochs == 9
    with pytest.raises(InputError, match=r"defualt: no such file, .* accurate, benchmarks/casie, .* default"):
        find("defualt")


@given(st.lists(TEXT), TEXT, st.floats(0, 1, exclude_min=True, exclude_max=True), st.booleans())
def test_resolved_configuration_reads_back(train: list[str], texts: str, rate: float, neighbours: bool) -> None:
    data = {"train": train, "texts": texts}
    config = build({"data": data, "model": {"neighbours": neighbours}, "training": {"learning_rate": rate}})
    assert build(tomllib.loads(config.to_toml())) == config


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"trainng": {}}, "unknown section 'trainng'; did you mean 'training'?"),
        ({"training": {"epoch": 3}}, "unknown key 'training.epoch'; did you mean 'training.epochs'?"),
        ({"training": {"epochs": "3"}}, "'training.epochs' must be a valid integer, not '3'"),
        ({"training": {"epochs": True}}, "'training.epochs' must be a valid integer, not True"),
        ({"training": {"epochs": 10**400}}, "'training.epochs' must be less than"),
        ({"training": {"epochs": 16**6000}}, "'training.epochs' must be less than"),
        ({"training": {"warmup": 10**400}}, "'training.warmup' must be"),
        ({"training": {"learning_rate": "1e-5"}}, "'training.learning_rate' must be a valid number"),
        ({"training": {"learning_rate": float("nan")}}, "'training.learning_rate' must be a finite number"),
        ({"training": {"status_weight": float("inf")}}, "'training.status_weight' must be a finite number"),
        ({"training": {"precision": "fp8"}}, "must be 'fp32' or 'bf16', not 'fp8'"),
        ({"training": {"seeds": []}}, "'training.seeds' names no seed"),
        ({"training": {"seeds": [1, 1]}}, "'training.seeds' names a seed twice"),
        ({"training": {"seeds": [-1]}}, "'training.seeds' must be greater than or equal to 0, not -1"),
        ({"data": {"types": ["coup", "coup"]}}, "'data.types' names a type twice"),
        ({"data": {"train": [1]}}, "'data.train' must be a valid string, not 1"),
        ({"data": {"texts": "\udcff"}}, "'data.texts' must be a valid string"),
        ({"model": {"tokens": 8}}, "'model.tokens' must be greater than or equal to 16, not 8"),
        ({"model": {"dropout": 1.0}}, "'model.dropout' must be less than 1"),
        ({"model": {"layers": [0, 2], "freeze_layers": 3}}, "'model.freeze_layers' is 3, but 'model.layers' keeps"),
        ({"data": 3}, "write [data]"),
    ],
)
def test_fault_is_named_with_its_key_in_one_line(tables: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        build(tables, "own.toml")
    assert str(caught.value).startswith("own.toml: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("training.quiet_share", "training.negative_share"),
        ("training.least_steps", "training.min_steps"),
        ("model.units", "model.intermediate_size"),
        ("model.wanted_precision", "model.target_precision"),
        ("data.leave_one_out", "--folds all"),
    ],
)
def test_former_keys_are_refused_with_what_took_their_place(old: str, new: str) -> None:
    section, _, key = old.partition(".")
    with pytest.raises(InputError, match=f"'{old}' is .*{new}"):
        build({section: {key: False}})


def test_settings_cannot_be_changed_after_the_checks() -> None:
    config = build({"training": {"seeds": [1, 2]}})
    with pytest.raises(ValueError, match="frozen"):
        config.training.epochs = 0
    assert isinstance(config.training.seeds, tuple)


def test_overrides_are_toml_or_bare_strings() -> None:
    config = load("default", ["training.epochs=2", "data.texts=../texts", "training.seeds=[3, 4]", "data.dev=one"])
    assert (config.training.epochs, config.data.texts) == (2, "../texts")
    assert (config.training.seeds, config.data.dev) == ((3, 4), ("one",))


@pytest.mark.parametrize(
    "override",
    [
        *("epochs=3", "training.epochs", "=3", "training.=3", "training.epochs=" + "[" * 10**5),
        *(
            "training.epochs=1 # or 2",
            "training.epochs=1\r[model]",
            "training.epochs=1\n[model]\ntokens=1",
            "a=1\n[model]\ntokens=1",
            "training.epochs=0x" + "f" * 9999,
        ),
    ],
)
def test_override_that_is_not_one_setting_is_refused_in_a_line(override: str) -> None:
    with pytest.raises(InputError, match=r"wants one section\.key=value|unknown key|must be") as caught:
        load("default", [override])
    assert "\n" not in str(caught.value)


def test_whole_number_is_a_number() -> None:
    assert build({"training": {"weight_decay": 0}}).training.weight_decay == 0.0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[training\n", "not TOML: .*line 1"),
        (b"a = " + b"[" * 10**5, "not TOML: .*recursion"),
        (b"a = " + b"9" * 5000, "not TOML: .*digits"),
        (b"[data]\ntexts = '\xff'", "not UTF-8, byte 0xff"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(InputError, match=f"bad.toml: {words}"):
        load(tmp_path / "bad.toml")
