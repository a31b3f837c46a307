import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.pack import ship
from news_event_tagger import EventTagger
from news_event_tagger.corpus import read
from news_event_tagger.documents.schema import Schema
from news_event_tagger.exceptions import InputError
from news_event_tagger.networks.network import new_network
from news_event_tagger.networks.pruning import pruned
from news_event_tagger.training.config import Config, build
from news_event_tagger.training.provenance import texts_learnt
from news_event_tagger.training.student import distort, eventful, lessons, soft_loss
from news_event_tagger.training.trainer import EventTrainer
from tests.conftest import call, command, refused


def small(run: Path, articles: Path, **training: object) -> Config:
    return build(
        {
            "data": {"train": [str(articles)]},
            "model": {"encoder": str(run), "tokens": 64, "layers": [1], "intermediate_size": 48, "dropout": 0.0},
            "training": {
                "teacher": str(run),
                "epochs": 12,
                "batch_size": 4,
                "min_steps": 0,
                "learning_rate": 2e-3,
                "negative_share": 0.5,
            }
            | training,
        }
    )


@pytest.fixture(scope="module")
def student(run_folder: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one layer, which learnt from the run of two."""
    folder = tmp_path_factory.mktemp("students")
    (folder / "small.toml").write_text(small(run_folder, articles).to_toml(), encoding="utf-8")
    done = command("train.py", "--config", folder / "small.toml", "--out", folder / "run")
    assert done.returncode == 0, done.stderr
    return folder / "run"


@given(st.integers(0, 999), st.floats(0.1, 5.0))
def test_the_loss_is_least_where_the_student_says_what_the_teacher_says(seed: int, far: float) -> None:
    torch.manual_seed(seed)
    told, off = torch.randn(6, 9), far * torch.randn(6, 9)
    decided = torch.tensor([True, False, True, True, False, True])
    same, other = (soft_loss(own, told, decided, 5, 1.0) for own in (told, told + off))
    assert same <= other
    # Undecided places teach nothing, and neither does what is added to all labels alike.
    unseen = torch.where(decided[:, None], told + torch.tensor([far] * 5 + [0.0] * 4), off)
    assert torch.allclose(soft_loss(unseen, told, decided, 5, 1.0), same, atol=1e-5)


def test_statuses_count_by_their_weight_and_where_there_is_an_event() -> None:
    event, quiet = torch.tensor([[0.0, 30.0, 0.0, 5.0, 0.0]]), torch.tensor([[30.0, 0.0, 0.0, 5.0, 0.0]])
    there = torch.tensor([True])
    for told, counts in ((event, True), (quiet, False)):
        own = told * torch.tensor([1.0, 1.0, 1.0, -1.0, 1.0])
        light, heavy = (soft_loss(own, told, there, 3, weight).item() for weight in (1.0, 3.0))
        assert (heavy > light + 1) is counts


def test_a_student_of_one_layer_finds_what_its_teacher_finds(student: Path, run_folder: Path, articles: Path) -> None:
    small, whole = (EventTagger.from_pretrained(folder, device="cpu") for folder in (student, run_folder))
    assert [(len(t.network.layers), t.network.layers[0].linear1.out_features) for t in (small, whole)] == [
        (1, 48),
        (2, 64),
    ]
    texts = [document.text for document in read(articles)]
    found, wanted = ([[(e.span, e.type, e.status) for e in d.events] for d in t.predict(texts)] for t in (small, whole))
    assert found == wanted
    assert any(wanted)


def test_a_student_can_be_packed(student: Path, articles: Path, tmp_path: Path) -> None:
    ship(student, tmp_path / "small")
    texts = [document.text for document in read(articles)]
    packed, whole = (
        [[(event.span, event.type) for event in document.events] for document in tagger.predict(texts)]
        for tagger in (tagger_of(tmp_path / "small"), tagger_of(student))
    )
    assert packed == whole


def tagger_of(run: Path) -> EventTagger:
    return EventTagger.from_pretrained(run, device="cpu")


def test_units_that_do_nothing_can_be_taken_away(encoder: Path) -> None:
    torch.manual_seed(1)
    network = new_network(encoder, Schema(("arrest",), ("actual",)), dropout=0.0).eval()
    weights = network.tokens.state_dict()
    for layer, idle in ((0, [3, 17, 40]), (1, [0, 1, 63])):
        weights[f"bert.encoder.layer.{layer}.output.dense.weight"][:, idle] = 0.0
    less = new_network(encoder, Schema(("arrest",), ("actual",)), dropout=0.0, intermediate_size=61).eval()
    less.tokens.load_state_dict(pruned(weights, weights, [], 61))
    ids = torch.randint(5, 60, (3, 12))
    assert torch.allclose(network(ids), less(ids), atol=1e-6)
    assert less.tokens.num_parameters() < network.tokens.num_parameters()


def test_layers_that_are_kept_are_those_that_were_named(encoder: Path) -> None:
    weights = new_network(encoder, Schema(("arrest",), ("actual",))).tokens.state_dict()
    kept = pruned(weights, weights, [1], 0)
    old, new = "bert.encoder.layer.1.", "bert.encoder.layer.0."
    for name, values in weights.items():
        if name.startswith(old):
            assert torch.equal(kept[new + name.removeprefix(old)], values)
    assert not any(name.startswith(old) for name in kept)
    assert pruned(weights, weights, [0, 1], 64).keys() == weights.keys()


@pytest.mark.parametrize(
    ("settings", "said"), [({"intermediate_size": 65}, "has 64"), ({"layers": [0, 2]}, "layers 0 to 1")]
)
def test_more_than_there_is_cannot_be_kept(encoder: Path, settings: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        new_network(encoder, Schema(("arrest",), ("actual",)), **settings)


def test_labels_teach_a_student_nothing(run_folder: Path, articles: Path) -> None:
    tagger, texts = tagger_of(run_folder), read(articles)
    bare = [document.with_events([]) for document in texts]
    first, second = (lessons(str(run_folder), tagger, documents, 1, "cpu") for documents in (texts, bare))
    assert len(first) == len(second) >= 3 * len(texts)
    for one, other in zip(first, second, strict=True):
        assert one["input_ids"] == other["input_ids"]
        assert (one["wanted"] == other["wanted"]).all()
        assert one["wanted"].shape[0] == len(one["input_ids"]) == len(one["decided"])


def test_windows_in_which_the_teacher_sees_something_are_told(run_folder: Path, articles: Path) -> None:
    rows = lessons(str(run_folder), tagger_of(run_folder), read(articles), 1, "cpu")
    labels = len(tagger_of(run_folder).schema.labels)
    told = eventful(rows, labels)
    assert any(told)
    for row, seen in zip(rows, told, strict=True):
        if (row["wanted"][row["decided"], :labels].argmax(axis=1) > 0).any():
            assert seen


@pytest.mark.parametrize(
    ("nothing", "decided", "seen"),
    [(0.99, True, False), (0.9, True, True), (0.3, True, True), (0.3, False, False)],
)
def test_a_window_is_quiet_where_the_teacher_is_sure_of_nothing_else(nothing: float, decided: bool, seen: bool) -> None:
    # Two labels and a status, whose logit is no label's; the first place is quiet in any case.
    doubt = np.log([nothing, 1 - nothing])
    wanted = np.array([[9.0, 0.0, 50.0], [*doubt, 50.0]], dtype=np.float32)
    assert eventful([{"wanted": wanted, "decided": np.array([True, decided])}], 2) == [seen]


def test_a_student_needs_no_labels(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    bare, test = tmp_path / "bare", tmp_path / "test"
    for folder in (bare, test):
        folder.mkdir()
    for path in articles.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        (test / f"test-{path.name}").write_text(f"{text}\nOn the aid.", encoding="utf-8")
        (bare / path.name).write_text(re.sub(r"\[(.*?)\]\(.*?\)", r"\1", text), encoding="utf-8")
    config = small(run_folder, bare, epochs=1)
    (tmp_path / "small.toml").write_text(config.to_toml(), encoding="utf-8")
    options = ["--set", f'data.test=["{test}"]', "--out", tmp_path / "run"]
    done = call("train.py", "--config", tmp_path / "small.toml", *options)
    assert done.returncode == 0, done.stderr
    assert tagger_of(tmp_path / "run").schema == tagger_of(run_folder).schema
    assert texts_learnt(tmp_path / "run") >= texts_learnt(run_folder)
    told = refused(call("train.py", "--config", tmp_path / "small.toml", "--set", 'data.types=["strike"]', *options))
    assert "data.types: the teacher" in told
    assert "arrest, coup" in told


def test_unfit_teachers_and_layers_are_refused(student: Path, run_folder: Path, articles: Path, tmp_path: Path) -> None:
    schema = tagger_of(run_folder).schema
    shipped = EventTagger.from_pretrained(device="cpu").schema
    for config, known, said in (
        (small(run_folder, articles), Schema(("strike",), schema.statuses), "knows arrest, coup"),
        (small(student, articles), schema, r"'model\.layers' names 1, but the encoder has layers 0 to 0"),
        (small(run_folder, articles, teacher="shipped"), shipped, "reads other word pieces"),
    ):
        with pytest.raises(InputError, match=said):
            EventTrainer(config, known, read(articles), [], 1, tmp_path, "cpu")


@pytest.mark.parametrize(
    ("layers", "said"), [([1, 0], "lowest first"), ([0, 0], "once"), ([-1], "greater than or equal to 0")]
)
def test_layers_are_named_in_order(layers: list[int], said: str) -> None:
    with pytest.raises(InputError, match=f"model.layers.*{said}"):
        build({"model": {"layers": layers}})


@given(st.text(max_size=60), st.lists(st.text(max_size=60), min_size=1, max_size=3), st.integers(0, 99))
def test_any_text_can_be_distorted(text: str, others: list[str], seed: int) -> None:
    distorted = distort(text, others, ["tea", "aid"], random.Random(seed))
    assert distorted == distort(text, others, ["tea", "aid"], random.Random(seed))
