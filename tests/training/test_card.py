"""The model card says of a run what is true of it, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger.training.card import model_card
from news_event_tagger.training.config import build

NOTHING = {"tp": 0, "fp": 0, "fn": 0, "support": 0, "precision": None, "recall": None, "f1": None}


def card(types: tuple[str, ...] = ("coup",), dev: int = 9, test: int = 9, **model: object) -> str:
    scores: dict[str, Any] = {
        "types": list(types),
        "data": {"documents": test},
        "strict": {"types": dict.fromkeys(types, NOTHING), "micro": NOTHING},
        "baselines": {},
        "status": None,
    }
    row = {"events": 0, "sha256": "0" * 64}
    about = {"data": {name: row | {"documents": count} for name, count in (("dev", dev), ("test", test))}}
    return model_card(build({"model": model}), scores, about)


def test_language_and_licence_are_the_users_to_say(run_folder: Path) -> None:
    text = (run_folder / "README.md").read_text(encoding="utf-8")
    assert not {word for word in ("English", "language:", "license", "Apache") if word in text}
    assert "chosen on dev" not in text
    assert "no test set" in text
    types = json.loads((run_folder / "tagger.json").read_text(encoding="utf-8"))["types"]
    assert f"Marks {', '.join(types)} in texts" in text


@pytest.mark.parametrize(
    ("settings", "dev", "said"),
    [
        ({"tune_threshold": True, "target_precision": 0.9}, 9, "chosen on dev for a precision of 0.9"),
        ({"tune_threshold": True}, 9, "chosen on dev for the best F1"),
        ({"tune_threshold": True, "threshold": 0.25}, 0, "less sure than 0.25 are"),
        ({"threshold": 0.25}, 9, "less sure than 0.25 are"),
        ({}, 9, None),
    ],
)
def test_thresholds_are_said_as_they_came_about(settings: dict[str, object], dev: int, said: str | None) -> None:
    text = card(dev=dev, **settings)
    assert ("less sure" in text) == (said is not None)
    assert said is None or said in text
    assert ("on dev" in text) == ("dev" in (said or ""))


def test_a_type_stays_in_its_cell() -> None:
    rows = [line for line in card(types=("a|b", "c\nd")).splitlines() if line.startswith("|")]
    scores = rows[rows.index("| type | precision | recall | F1 | gold events |") :]
    assert len(scores) == 5
    assert {line.replace("\\|", "").count("|") for line in scores} == {6}
