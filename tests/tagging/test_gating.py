import dataclasses
import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from benchmarks.pack import ship
from news_event_tagger import Document, EventTagger
from news_event_tagger.corpus import read
from news_event_tagger.exceptions import InputError
from news_event_tagger.tagging.gating import Gate, Limit
from news_event_tagger.training.distillation import distort, teach
from tests.conftest import call, refused

TEXTS = [
    "Two men were arrested. The army said a treaty was on.",
    "The coup was on.\nTwo envoys and the men.\nAid!",
    "",
    "Envoys were expelled in the coup and " + "the army said the treaty of the two envoys was on and " * 9 + "on.",
]


def at(gate: Gate, threshold: float) -> Gate:
    gate.limit = Limit(threshold, 0, 0, 0, 0)
    return gate


@pytest.fixture(scope="module")
def tagger(untrained: Path) -> EventTagger:
    """Random weights that find an event nearly everywhere, and a gate of random weights."""
    tagger = EventTagger.from_pretrained(untrained, device="cpu")
    torch.manual_seed(1)
    tagger.gate = Gate(tagger.network.vectors).eval()
    return tagger


@pytest.fixture(scope="module")
def taught(run_folder: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained model with a gate that it taught on its own articles."""
    out = tmp_path_factory.mktemp("gates") / "taught"
    done = call("-m", "news_event_tagger", "gate", articles, "--dev", articles, "--model", run_folder, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_a_gate_that_lets_all_pass_changes_nothing(tagger: EventTagger, untrained: Path) -> None:
    at(tagger.gate, -np.inf)
    assert tagger.predict(TEXTS) == EventTagger.from_pretrained(untrained, device="cpu").predict(TEXTS)


def test_the_network_does_not_read_what_the_gate_stops(tagger: EventTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger, "_run", lambda *_: pytest.fail("the network was asked"))
    at(tagger.gate, np.inf)
    assert [document.text for document in tagger.predict(TEXTS)] == TEXTS
    assert not any(document.events for document in tagger.predict(TEXTS))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_events_are_those_of_the_sentences_that_pass(tagger: EventTagger, untrained: Path, share: float) -> None:
    texts = TEXTS
    whole = EventTagger.from_pretrained(untrained, device="cpu")
    cut = whole.windower.cut_all(texts)
    ratings = tagger.gate.ratings([window for windows in cut for window in windows.windows])
    at(tagger.gate, float(np.quantile(ratings, share)))
    for document, windows, found in zip(whole.predict(texts), cut, tagger.predict(texts), strict=True):
        passing = [
            (windows.words[window.words[0]][0], windows.words[window.words[-1]][1])
            for window, passes in zip(windows.windows, tagger.gate.passes(windows.windows), strict=True)
            if passes
        ]
        kept = [e for e in document.events if any(start <= e.start < end for start, end in passing)]
        assert [(e.start, e.end, e.type, e.status) for e in found.events] == [
            (e.start, e.end, e.type, e.status) for e in kept
        ]


@settings(max_examples=20)
@given(st.lists(st.text("coup armyn.é ", max_size=80), max_size=6))
def test_a_rating_does_not_depend_on_what_is_rated_beside_it(tagger: EventTagger, texts: list[str]) -> None:
    cuts = tagger.windower.cut_all(texts)
    alone = [rating for cut in cuts for rating in tagger.gate.ratings(cut.windows)]
    together = tagger.gate.ratings([window for cut in cuts for window in cut.windows])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_a_sentence_that_is_cut_passes_as_one(tagger: EventTagger) -> None:
    (cut,) = tagger.windower.cut_all(TEXTS[3:])
    assert [window.joins for window in cut.windows][:2] == [False, True]
    ratings = tagger.gate.ratings(cut.windows)
    assert len(set(ratings.tolist())) == 1
    # It is that of the part which is rated highest by itself.
    parts = [tagger.gate.ratings([dataclasses.replace(window, joins=False)])[0] for window in cut.windows]
    np.testing.assert_allclose(ratings[0], max(parts), atol=1e-4)


def test_what_is_said_of_dev_is_what_tagging_it_gives(taught: Path, articles: Path) -> None:
    tagger = EventTagger.from_pretrained(taught, device="cpu", gate=True)
    exact = EventTagger.from_pretrained(taught, device="cpu")
    texts = [document.text for document in read(articles)]
    limit = tagger.gate.limit
    assert limit.events == sum(len(document.events) for document in exact.predict(texts))
    assert limit.kept == sum(len(document.events) for document in tagger.predict(texts)) >= 0.995 * limit.events
    windows = [window for cut in tagger.windower.cut_all(texts) for window in cut.windows]
    assert (limit.passed, limit.windows) == (tagger.gate.passes(windows).sum(), len(windows))


def test_a_taught_gate_stops_quiet_sentences(taught: Path) -> None:
    gate = EventTagger.from_pretrained(taught, device="cpu", gate=True).gate
    assert gate.limit.passed < gate.limit.windows


def test_a_packed_run_keeps_its_gate(taught: Path, run_folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    for name in ("gate.safetensors", "gate.json"):
        shutil.copy(taught / name, run)
    ship(run, tmp_path / "packed")
    ship(run_folder, tmp_path / "without")
    assert EventTagger.from_pretrained(tmp_path / "packed", device="cpu", gate=True).gate.limit.events > 0
    with pytest.raises(InputError, match="has no gate"):
        EventTagger.from_pretrained(tmp_path / "without", device="cpu", gate=True)


def test_the_shipped_gate_stops_the_football_and_lets_the_coup_pass() -> None:
    tagger = EventTagger.from_pretrained(device="cpu", gate=True)
    text = "Police arrested two men on Monday. The striker will be out for weeks. It rained. Troops staged a coup."
    assert [event.type for event in tagger.predict(text).events] == ["arrest", "coup"]
    (cut,) = tagger.windower.cut_all([text])
    assert tagger.gate.passes(cut.windows).tolist() == [True, False, False, True]


def test_keeping_less_lets_less_pass(run_folder: Path, articles: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, device="cpu")
    texts = read(articles)
    most, half = (teach(tagger, texts, texts, keep).limit for keep in (1.0, 0.5))
    assert most.kept == most.events
    assert half.threshold > most.threshold
    assert half.kept >= 0.5 * half.events


def test_the_same_seed_teaches_the_same_gate(run_folder: Path, articles: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, device="cpu")
    texts = read(articles)[:2]
    once, again = (teach(tagger, texts, texts, seed=3) for _ in range(2))
    assert once.limit == again.limit
    assert all(torch.equal(a, b) for a, b in zip(once.parameters(), again.parameters(), strict=True))


def test_labels_teach_the_gate_nothing(run_folder: Path, articles: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, device="cpu")
    texts = read(articles)[:2]
    bare = [document.with_events([]) for document in texts]
    assert teach(tagger, texts, texts).limit == teach(tagger, bare, bare).limit


def test_the_commands_use_the_gate_where_they_are_asked_to(taught: Path, articles: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shutil.copytree(taught, shut)
    settings = json.loads((shut / "gate.json").read_text(encoding="utf-8"))
    (shut / "gate.json").write_text(json.dumps(settings | {"threshold": 1e9}), encoding="utf-8")
    article = tmp_path / "a.txt"
    article.write_text("The army said two men were arrested.", encoding="utf-8")
    for model, options, spans in ((taught, ["--gate"], [(27, 35)]), (shut, [], [(27, 35)]), (shut, ["--gate"], [])):
        done = call("-m", "news_event_tagger", "predict", article, "--model", model, "--format", "jsonl", *options)
        assert done.returncode == 0, done.stderr
        assert [(e["start"], e["end"]) for e in json.loads(done.stdout)["events"]] == spans
    done = call("evaluate.py", shut, "--gate", "--data", articles, "--out", tmp_path / "scores")
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "scores" / "scores.json").read_text(encoding="utf-8"))
    assert scores["cost"]["gate"] is True
    assert scores["strict"]["micro"]["tp"] == 0


def test_a_gate_can_be_added_to_a_run(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(run_folder, run)
    done = call("-m", "news_event_tagger", "gate", articles, "--dev", articles, "--model", run)
    assert done.returncode == 0, done.stderr
    assert EventTagger.from_pretrained(run, device="cpu", gate=True).gate.limit.events > 0
    assert (run / "run.json").is_file()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--keep", "0"], "--keep 0.0: must be above 0"),
        (["--keep", "1.1"], "at most 1"),
        (["--out", "."], "stands there already"),
        ([], "give --out"),
        (["--model", "fast"], "give --out"),
    ],
)
def test_what_the_command_refuses(articles: Path, options: list[str], said: str) -> None:
    assert said in refused(call("-m", "news_event_tagger", "gate", articles, "--dev", articles, *options))


def test_a_model_without_a_gate_says_how_to_get_one(run_folder: Path) -> None:
    with pytest.raises(InputError, match="has no gate; news-events gate"):
        EventTagger.from_pretrained(run_folder, device="cpu", gate=True)


def test_a_damaged_gate_is_named(taught: Path, tmp_path: Path) -> None:
    vectors = EventTagger.from_pretrained(taught, device="cpu").network.vectors
    for name in ("gate.safetensors", "gate.json"):
        (tmp_path / name).write_bytes((taught / name).read_bytes())
    with pytest.raises(InputError, match="its gate is damaged, or of another model"):
        Gate.read(tmp_path, vectors[:, :7])
    settings = json.loads((taught / "gate.json").read_text(encoding="utf-8"))
    for damaged in ([], {}, settings | {"threshold": float("nan")}, settings | {"threshold": None}):
        (tmp_path / "gate.json").write_text(json.dumps(damaged), encoding="utf-8")
        with pytest.raises(InputError, match="damaged"):
            Gate.read(tmp_path, vectors)


def test_a_gate_of_what_is_no_number_is_named(taught: Path, tmp_path: Path) -> None:
    vectors = EventTagger.from_pretrained(taught, device="cpu").network.vectors
    weights = load_file(taught / "gate.safetensors")
    weights["out.bias"][0] = torch.nan
    shutil.copy(taught / "gate.json", tmp_path)
    save_file(weights, tmp_path / "gate.safetensors")
    with pytest.raises(InputError, match=r"its gate is damaged.*out\.bias holds NaN"):
        Gate.read(tmp_path, vectors)


def test_texts_in_which_the_model_finds_nothing_choose_no_limit(run_folder: Path, articles: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, device="cpu")
    with pytest.raises(InputError, match="finds no event in dev"):
        teach(tagger, read(articles)[:1], [Document("The treaty of the two envoys.")])
    for keep in (0.0, 1.5, 99.5):
        with pytest.raises(InputError, match="at most 1"):
            teach(tagger, read(articles), read(articles), keep)
    with pytest.raises(InputError, match="no sentence to teach"):
        teach(tagger, [Document("")], read(articles))


@given(st.text(max_size=60), st.lists(st.text(max_size=60), min_size=1, max_size=3), st.integers(0, 99))
def test_any_text_can_be_distorted(text: str, others: list[str], seed: int) -> None:
    distorted = distort(text, others, ["tea", "aid"], random.Random(seed))
    assert distorted == distort(text, others, ["tea", "aid"], random.Random(seed))
