import json
from pathlib import Path

import pytest

from news_event_tagger import Document, InputError
from news_event_tagger.evaluation import results
from news_event_tagger.evaluation.comparison import compare
from news_event_tagger.evaluation.report.markdown import markdown
from tests.conftest import command, refused

TEXT = "Police held two after the coup."
SPANS = [(7, 11, "arrest"), (26, 30, "coup")]
GOLD = [Document.mark(TEXT, SPANS, f"article {number}") for number in range(12)]


def write(path: Path, keep: int, gold: list[Document] = GOLD) -> Path:
    """The scores of a system that finds the arrests of the first ``keep`` articles, and all coups."""
    guess = [document.with_events(document.events[int(place >= keep) :]) for place, document in enumerate(gold)]
    path.write_text(json.dumps(results(gold, guess, system=path.stem, sets=["gold"])), encoding="utf-8")
    return path


def test_the_best_comes_first_and_the_others_are_tested_against_it(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.json", keep) for name, keep in (("poor", 1), ("good", 12), ("fair", 11))]
    rows = compare(paths)
    assert [Path(row["name"]).stem for row in rows] == ["good", "fair", "poor"]
    assert rows[0]["against"] is None
    fair, poor = rows[1]["against"], rows[2]["against"]
    assert fair["micro"]["difference"] == pytest.approx(46 / 47 - 1)
    assert fair["micro"]["p"] == 1.0
    # 11 articles differ, so 2 of 2**11 exchanges are as extreme: p about 0.001, twice that over two systems.
    assert poor["micro"]["p"] == pytest.approx(0.002, abs=0.001)
    assert poor["arrest"]["interval"][1] < 0
    assert poor["coup"] == {"difference": 0.0, "interval": [0.0, 0.0], "p": 1.0}


def test_documents_may_stand_in_another_order(tmp_path: Path) -> None:
    rows = compare([write(tmp_path / "a.json", 12), write(tmp_path / "b.json", 0, GOLD[::-1])])
    assert rows[1]["against"]["coup"]["difference"] == 0.0
    assert rows[1]["against"]["arrest"]["difference"] == -1.0


def test_systems_scored_on_different_sets_are_not_compared(tmp_path: Path) -> None:
    one = write(tmp_path / "one.json", 12)
    with pytest.raises(InputError, match=r"fewer\.json: not scored on the documents of .*'article 11'"):
        compare([one, write(tmp_path / "fewer.json", 12, GOLD[:11])])
    moved = [Document.mark(TEXT, [(0, 6, "arrest"), SPANS[1]], document.id) for document in GOLD]
    with pytest.raises(InputError, match=r"moved\.json: the gold documents or labels are not those of"):
        compare([one, write(tmp_path / "moved.json", 12, moved)])
    (tmp_path / "old.json").write_text('{"version": 1}', encoding="utf-8")
    with pytest.raises(InputError, match=r"old\.json: no scores of version 3; write them anew"):
        compare([one, tmp_path / "old.json"])


def test_scores_are_plain_json_and_tell_all() -> None:
    guess = [GOLD[0].with_events(GOLD[0].events[:1]), *GOLD[1:]]
    scores = results(GOLD, guess, ["arrest", "coup", "expulsion"], system="a|b", sets=["gold"], missing=["article 3"])
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores
    assert scores["types"] == ["arrest", "coup", "expulsion"]
    assert scores["strict"]["types"]["expulsion"]["interval"] == {"precision": None, "recall": None, "f1": None}
    low, high = scores["strict"]["micro"]["interval"]["f1"]
    assert scores["strict"]["micro"]["f1"] == pytest.approx(46 / 47)
    assert low < 46 / 47 < high
    assert {kind: n for kind, n in scores["errors"]["kinds"].items() if n} == {"correct": 23, "missed": 1}
    assert "1 articles without a prediction" in (text := markdown(scores))
    assert "a\\|b" in text


def test_command_compares_and_the_tables_fit_the_terminal(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.json", keep) for name, keep in (("poor", 1), ("good", 12))]
    done = command("evaluate.py", "compare", *paths)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "two or more" in refused(command("evaluate.py", "compare", paths[0]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"types": "coup"}, "'types' must be a valid list, not 'coup'"),
        ({"types": [1]}, "'types.0' must be a valid string, not 1"),
        ({"data": []}, "'data' must be a valid dictionary"),
        ({"data": {}}, "'data.sha256' is missing"),
        ({"documents": {"ids": ["a", "a"], "strict": {}}}, "'documents' names a document twice"),
        ({"documents": {"ids": ["a"], "strict": {"coup": []}}}, "'documents' has 1 ids and other counts of 'coup'"),
        ({"documents": {"ids": ["a"], "strict": {"coup": [[1, 0]]}}}, "'documents.strict.coup.0' must have at least 3"),
        (
            {"documents": {"ids": ["a"], "strict": {"coup": [[1, 0, -1]]}}},
            "'.*coup.0.2' must be greater",
        ),
        (
            {"documents": {"ids": ["a"], "strict": {"coup": [[1, 0, 10**290]]}}},
            "'.*coup.0.2' must be less",
        ),
        ({"missing": 3}, "'missing' must be a valid list, not 3"),
    ],
)
def test_damaged_scores_are_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    path = write(tmp_path / "good.json", 12)
    (tmp_path / "bad.json").write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))
    with pytest.raises(InputError, match=rf"bad\.json: damaged, {said}.*; write the scores anew"):
        compare([path, tmp_path / "bad.json"])
