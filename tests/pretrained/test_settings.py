import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from news_event_tagger import EventTagger, InputError, Schema
from news_event_tagger.pretrained.settings import SETTINGS, Settings, Thresholds, read_settings, write_settings

GOOD = {"format": 3, "types": ["arrest", "coup"], "statuses": ["actual", "alleged"], "tokens": 64, "neighbours": False}
LIMITS = {"arrest": 0.5, "coup": 0.25}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    thresholds = Thresholds(("arrest", "coup"), LIMITS)
    settings = Settings(Schema(("arrest", "coup"), ("actual",)), 64, thresholds, True, {0.95: thresholds})
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"thresholds": LIMITS | {"coup": 1.5}}, r"that of 'coup' is 1.5: must be a number in \[0, 1\]"),
        ({"thresholds": LIMITS | {"coup": -0.1}}, "that of 'coup' is -0.1"),
        ({"thresholds": LIMITS | {"coup": True}}, "that of 'coup' is True"),
        ({"thresholds": LIMITS | {"coup": "0.5"}}, "that of 'coup' is '0.5'"),
        ({"thresholds": {"arrest": 0.5}}, "'coup' has none"),
        ({"thresholds": LIMITS | {"riot": 0.5}}, "no type 'riot'"),
        ({"thresholds": 0.5}, "damaged"),
        ({"tokens": "64"}, "'tokens' must be a valid integer, not '64'"),
        ({"tokens": 64.5}, "'tokens' must be a valid integer, not 64.5"),
        ({"neighbours": 1}, "'neighbours' must be a valid boolean, not 1"),
        ({"types": "coup"}, "'types' must be a valid list, not 'coup'"),
        ({"types": ["coup", "coup"]}, "names 'coup' twice"),
        ({"types": []}, "'types' must have at least 1 item"),
        ({"types": ["arrest", ""]}, "'types.1' must have at least 1 character"),
        ({"statuses": ["actual", None]}, "'statuses.1' must be a valid string, not None"),
        ({"format": 2}, "another version"),
        ({"precise": {"0.9": {"arrest": 0.5}}}, "'coup' has none"),
        ({"precise": {"high": LIMITS}}, "'precise.high"),
    ],
)
def test_faulty_settings_are_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (tmp_path / SETTINGS).write_text(json.dumps(GOOD | {"thresholds": LIMITS} | change))
    with pytest.raises(InputError, match=said) as caught:
        read_settings(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(tmp_path: Path, number: str) -> None:
    text = json.dumps(GOOD | {"thresholds": LIMITS}).replace("0.25", number)
    (tmp_path / SETTINGS).write_text(text)
    with pytest.raises(InputError, match=rf"{SETTINGS}: not JSON \({number} is no number\)"):
        read_settings(tmp_path)


@pytest.mark.parametrize("tokens", [0, -5, 15, 513, 10**9])
def test_windows_that_the_network_cannot_read_are_refused(run_folder: Path, tmp_path: Path, tokens: int) -> None:
    shutil.copytree(run_folder, tmp_path / "run")
    settings = json.loads((run_folder / SETTINGS).read_text())
    (tmp_path / "run" / SETTINGS).write_text(json.dumps(settings | {"tokens": tokens}))
    with pytest.raises(InputError, match=rf"{SETTINGS}: tokens is {tokens}: the network reads windows of 16 to 512"):
        EventTagger.from_pretrained(tmp_path / "run", "cpu")


def test_a_number_for_all_types_or_one_for_each() -> None:
    assert Thresholds(("arrest", "coup"), 0.5) == {"arrest": 0.5, "coup": 0.5}
    assert Thresholds(("arrest", "coup"), {"coup": np.float32(0.25), "arrest": 1}) == {"arrest": 1.0, "coup": 0.25}


def test_a_threshold_can_be_changed_and_a_type_cannot() -> None:
    thresholds = Thresholds(("arrest", "coup"), 0.5)
    thresholds["coup"] = 0.75
    thresholds.update(arrest=0.0)
    assert thresholds == {"arrest": 0.0, "coup": 0.75}
    for change, said in (
        (lambda: thresholds.__setitem__("cuop", 0.5), "no type 'cuop'; did you mean 'coup'"),
        (lambda: thresholds.update(coup=float("nan")), "that of 'coup' is nan"),
        (lambda: thresholds.pop("coup"), "cannot be without one"),
        (
            lambda: Thresholds(("arrest", "coup"), {"coup": 0.5}),
            r"'arrest' has none; .* tagger.thresholds\['arrest'\] =",
        ),
    ):
        with pytest.raises(InputError, match=said):
            change()
    assert thresholds == {"arrest": 0.0, "coup": 0.75}
