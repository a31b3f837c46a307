"""A model is not scored on what it has seen, or whoever reads the score is told."""

import json
import shutil
from pathlib import Path

import pytest

from news_event_tagger import Document
from news_event_tagger.corpus import read
from news_event_tagger.exceptions import InputError
from news_event_tagger.training.config import Config, build
from news_event_tagger.training.provenance import check_held_out, fingerprint, texts_learnt, write_learnt
from tests.conftest import call, refused


def going_on(run: Path, **data: object) -> Config:
    return build({"data": data, "model": {"encoder": str(run)}})


def test_a_run_knows_the_texts_it_learnt_from_and_what_its_encoder_learnt_from(
    run_folder: Path, articles: Path, tmp_path: Path
) -> None:
    seen = {fingerprint(document) for document in read(articles)}
    assert texts_learnt(run_folder) == seen
    new = [Document("The army said no.")]
    for config in (going_on(run_folder), build({"training": {"teacher": str(run_folder)}})):
        write_learnt(tmp_path, config, new)
        assert texts_learnt(tmp_path) == seen | {fingerprint(new[0])}
    write_learnt(tmp_path, Config(), new)
    assert texts_learnt(tmp_path) == {fingerprint(new[0])}


def test_what_an_encoder_learnt_from_is_no_test_for_who_goes_on_from_it(
    run_folder: Path, articles: Path, encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = read(articles)
    check_held_out(going_on(encoder), texts)
    with pytest.raises(InputError, match=f"model.encoder: .* has learnt from the article '{texts[0].id}'"):
        check_held_out(going_on(run_folder), texts)
    check_held_out(going_on(run_folder, allow_leakage=True), texts)
    assert f"has learnt from {len(texts)} of the texts" in capsys.readouterr().err


def test_the_check_looks_where_the_network_comes_from(
    run_folder: Path, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("minilm", "shipped"):
        shutil.copytree(run_folder, name)
    texts = read(articles)
    # A folder of this name is never read, for the name is that of a package.
    check_held_out(build({"model": {"encoder": "minilm"}}), texts)
    with pytest.raises(InputError, match=r"model\.encoder: "):
        check_held_out(build({"model": {"encoder": "shipped"}}), texts)
    with pytest.raises(InputError, match=r"model\.encoder: \./shipped has learnt"):
        check_held_out(build({"model": {"encoder": "./shipped"}}), texts)


def test_held_out_articles_must_be_new_to_the_encoder(run_folder: Path, settings: Path, tmp_path: Path) -> None:
    known = ("--config", settings, "--set", f"model.encoder={run_folder}")
    for folds in ("2", "all"):
        command = ("evaluate.py", "--folds", folds, *known, "--out", tmp_path / "folds")
        assert "has learnt from the article" in refused(call(*command))
    assert list(tmp_path.iterdir()) == []


def test_scores_on_known_articles_say_so(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    for path in sorted(articles.glob("*.txt")):
        new = "" if path.stem == "a" else "\nOn the aid."
        (gold / path.name).write_text(path.read_text(encoding="utf-8") + new, encoding="utf-8")
    done = call("evaluate.py", run_folder, "--data", gold, "--out", tmp_path / "scores")
    assert done.returncode == 0, done.stderr
    assert "learnt from 1 of 4 articles" in done.stdout
    scores = json.loads((tmp_path / "scores" / "scores.json").read_text(encoding="utf-8"))
    assert scores["learnt"] == ["a"]
    for page in ("scores.md", "report.html"):
        assert "learnt from 1 of the" in (tmp_path / "scores" / page).read_text(encoding="utf-8")
