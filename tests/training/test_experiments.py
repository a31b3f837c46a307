"""The learning curve and cross-validation: what they train on, what they tell, and how they go on when interrupted."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, InputError
from news_event_tagger.cli.tables import curve_table, folds_table
from news_event_tagger.corpus.splitting import nested_subsets, stories, story_folds
from news_event_tagger.training.config import Config, load
from news_event_tagger.training.experiments import cross_validate, learning_curve, verdict
from news_event_tagger.training.trainer import EventTrainer
from tests.conftest import ARTICLES, call

TOLD = st.lists(st.sampled_from(["", "a", "b", "c", "d", "e"]), min_size=1, max_size=40).map(
    lambda names: [Document(f"{place}", meta={"story": name}) for place, name in enumerate(names)]
)


@pytest.fixture(scope="module")
def config(settings: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Four articles to train on and, with a line more, to test on; two seeds of a single epoch."""
    folder = tmp_path_factory.mktemp("test")
    for path in articles.glob("*.txt"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8") + "\nOn the men.", encoding="utf-8")
    return load(settings, [f'data.test=["{folder}"]', "training.epochs=1", "training.seeds=[1, 2]"])


@given(TOLD, st.integers(0, 9))
def test_subsets_are_nested_and_hold_whole_stories(documents: list[Document], seed: int) -> None:
    subsets = [{document.text for document in subset} for subset in nested_subsets(documents, seed)]
    assert subsets[-1] == {document.text for document in documents}
    assert all(small < large for small, large in pairwise(subsets))
    for group in stories(documents):
        told = {document.text for document in group}
        assert all(told <= subset or not told & subset for subset in subsets)


@given(TOLD, st.integers(2, 5))
def test_folds_part_the_documents_by_story(documents: list[Document], count: int) -> None:
    groups = stories(documents)
    if count > len(groups):
        with pytest.raises(InputError, match="the number of training stories"):
            story_folds(documents, count)
        return
    folds = story_folds(documents, count)
    assert sorted(document.text for fold in folds for document in fold) == sorted(one.text for one in documents)
    assert all(folds)
    for group in groups:
        assert sum(any(document is group[0] for document in fold) for fold in folds) == 1
        assert any(all(any(one is other for other in fold) for one in group) for fold in folds)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.01, 0.03, "still rises:"), (-0.01, 0.03, "cannot be told"), (-0.03, -0.01, "falls at its end")],
)
def test_verdict_is_honest(low: float, high: float, words: str) -> None:
    curve: dict[str, Any] = {
        "seeds": [1],
        "points": [{"articles": [2]}, {"articles": [4]}],
        "gain": {"model": {"difference": (low + high) / 2, "low": low, "high": high}},
    }
    assert words in verdict(curve)
    assert "test articles only" in verdict(curve)
    assert "test articles only" not in verdict({**curve, "seeds": [1, 2]})


def test_curve_is_written_and_an_interrupted_one_is_gone_on_with(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained: list[tuple[int, int]] = []

    class Counted(EventTrainer):
        """Notes what it is given, and is interrupted before the fifth training."""

        def __init__(self, config: Config, schema: Any, train: Any, dev: Any, seed: int, *rest: Any) -> None:
            if len(trained) == 4:
                trained.clear()
                raise KeyboardInterrupt
            trained.append((len(train), seed))
            super().__init__(config, schema, train, dev, seed, *rest)

    monkeypatch.setattr("news_event_tagger.training.trainer.EventTrainer", Counted)
    with pytest.raises(KeyboardInterrupt):
        learning_curve(config, tmp_path / "out", "cpu")
    assert not (tmp_path / "out").exists()
    curve = learning_curve(config, tmp_path / "out", "cpu", resume=True)
    assert trained == [(4, 1), (4, 2)]
    assert [point["articles"] for point in curve["points"]] == [[1, 1], [2, 2], [4, 4]]
    assert list(curve["gain"]) == ["model", "keywords", "lexicon", "linear", "crf"]
    lexicon = curve["points"][-1]["f1"]["lexicon"]["values"]
    assert lexicon[0] == lexicon[1] > 0.8
    assert json.loads((tmp_path / "out" / "curve.json").read_text(encoding="utf-8")) == curve
    drawing = ElementTree.fromstring((tmp_path / "out" / "curve.svg").read_text(encoding="utf-8"))
    assert len(drawing.findall(".//{*}polyline")) == 5
    assert "6 trainings, about as long as 3.5 on all 4 articles" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert _width(curve_table(curve)) <= 80


def test_cross_validation_scores_each_training_article_once(config: Config, tmp_path: Path) -> None:
    one, two = (
        cross_validate(with_training(config, seeds=seeds, epochs=9), tmp_path / "out", 2, "cpu")
        for seeds in ((2,), (1, 2))
    )
    labels = "".join(ARTICLES.values()).count("](")
    for row in one["systems"].values():
        assert row["pooled"]["strict"]["micro"]["support"] == labels
    assert one["folds"] == [2, 2]
    assert len(one["systems"]["model"]["f1"]["values"]) == 2
    assert json.loads((tmp_path / "out" / "folds.json").read_text(encoding="utf-8")) == two
    assert _width(folds_table(two)) <= 80
    # A seed is scored over all folds, whatever other seeds there are.
    assert two["systems"]["model"]["pooled"]["strict"]["micro"]["support"] == 2 * labels
    assert len(two["over_seeds"]["values"]) == 2
    assert 0 < one["systems"]["model"]["pooled"]["strict"]["micro"]["f1"] == two["over_seeds"]["values"][1]


def test_as_many_folds_as_articles_leave_one_out(settings: Path, tmp_path: Path) -> None:
    sets = ("--set", "training.epochs=1", "--set", "training.seeds=[1, 2]")
    done = call("evaluate.py", "--folds", "all", "--config", settings, *sets, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "folds.json").read_text(encoding="utf-8"))
    assert result["folds"] == [1, 1, 1, 1]
    assert "Strict micro-F1 over 2 seeds: " in done.stdout


def with_training(config: Config, **changes: Any) -> Config:
    return config.model_copy(update={"training": config.training.model_copy(update=changes)})


def test_what_cannot_be_done_is_refused(config: Config, settings: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs a labelled test set"):
        learning_curve(load(settings), tmp_path / "out")
    with pytest.raises(InputError, match="from 2 to 4"):
        cross_validate(config, tmp_path / "out", 5)
    with pytest.raises(InputError, match="no interrupted run"):
        cross_validate(config, tmp_path / "out", 2, resume=True)


def _width(table: Any) -> int:
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return max(len(line.rstrip()) for line in capture.get().splitlines())
