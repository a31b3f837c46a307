import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from news_event_tagger import Document, InputError, Schema
from news_event_tagger.networks.network import load_tokenizer
from news_event_tagger.tagging.windows import Windower
from news_event_tagger.training.config import build
from news_event_tagger.training.examples import IGNORED, label_pieces, training_table
from news_event_tagger.training.sampler import EpochSampler
from news_event_tagger.training.trainer import EventTrainer, newest_checkpoint
from news_event_tagger.training.trials import is_first_process

SCHEMA = Schema(("arrest", "coup"))


def test_pieces_of_a_trigger_carry_begin_and_inside(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 64)
    document = Document.mark("the zq arrested.", [(4, 6, "arrest"), (7, 15, "coup")])
    cut = windower(document.text)
    ((labels, _),) = label_pieces(document, cut, SCHEMA)
    # "zq" is two letters to this tokenizer, "arrested" one word piece.
    assert labels == [IGNORED, 0, 1, 2, 3, 0, IGNORED]


def test_touching_triggers_of_one_type_stay_two(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 64)
    document = Document.mark("coup coup", [(0, 4, "coup"), (5, 9, "coup")])
    cut = windower(document.text)
    ((labels, _),) = label_pieces(document, cut, SCHEMA)
    assert labels[1:-1] == [3, 3]


def test_statuses_stand_at_triggers_that_somebody_judged(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 64)
    document = Document.mark("the zq arrested coup", [(4, 6, "arrest", "alleged"), (7, 15, "coup")])
    cut = windower(document.text)
    ((_, statuses),) = label_pieces(document, cut, Schema(("arrest", "coup"), ("actual", "alleged")))
    assert statuses == [IGNORED, IGNORED, 1, 1, IGNORED, IGNORED, IGNORED]


def test_context_is_left_out_of_the_loss(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 16)
    table = training_table([Document.mark("the coup " * 30, [(4, 8, "coup")])], windower, SCHEMA)
    labelled = [label for row in table["labels"] for label in row if label != IGNORED]
    assert len(labelled) == 60
    assert labelled.count(3) == 1


def test_the_words_of_a_long_text_are_gone_through_once(encoder: Path) -> None:
    class Counted(list[tuple[int, int]]):
        rounds = 0

        def __iter__(self) -> Iterator[tuple[int, int]]:
            Counted.rounds += 1
            return super().__iter__()

    text = "The coup. " * 90
    document = Document.mark(text, [(place, place + 4, "coup") for place in range(4, len(text), 10)])
    cut = Windower(load_tokenizer(str(encoder)), 16)(text)
    labels = [
        label for row, _ in label_pieces(document, replace(cut, words=Counted(cut.words)), SCHEMA) for label in row
    ]
    assert labels.count(3) == 90
    assert Counted.rounds <= 2


def sampler(seed: int = 1, share: float = 1.0) -> EpochSampler:
    lengths = [index * 7 % 100 for index in range(500)]
    return EpochSampler(lengths, [index % 5 == 0 for index in range(500)], 8, share, seed)


def test_order_of_batches_depends_on_seed_and_epoch_alone() -> None:
    first = list(sampler())
    assert sorted(first) == list(range(500))
    assert list(sampler()) == first
    assert list(sampler(seed=2)) != first
    later = sampler()
    later.epoch = 1
    assert list(later) != first


def test_batches_hold_windows_of_like_length() -> None:
    lengths = [index * 7 % 100 for index in sampler()]
    batches = [lengths[start : start + 8] for start in range(0, 500, 8)]
    assert sum(max(batch) - min(batch) for batch in batches) / len(batches) < 15


def test_an_epoch_sees_all_events_and_its_own_share_of_the_rest() -> None:
    part = sampler(share=0.25)
    first = set(part)
    part.epoch = 1
    second = set(part)
    assert {index for index in range(500) if index % 5 == 0} <= first & second
    assert len(first) == len(second) == len(part) == 200
    assert first != second


def test_half_written_checkpoint_is_passed_over(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path) is None
    for step, state in ((2, '{"global_step": 2}'), (10, '{"global_step": 10}'), (12, '{"glob'), (14, None)):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if state:
            (folder / "trainer_state.json").write_text(state, encoding="utf-8")
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-10"


@pytest.mark.parametrize(("train", "dev", "words"), [("[]", "[coup]", "training set"), ("[coup]", "[]", "dev set")])
def test_sets_without_labels_are_refused(tmp_path: Path, train: str, dev: str, words: str) -> None:
    sets = {"[]": [Document("Nothing.")], "[coup]": [Document.mark("A coup.", [(2, 6, "coup")])]}
    with pytest.raises(InputError, match=f"the {words} holds no labelled event"):
        EventTrainer(build({}), SCHEMA, sets[train], sets[dev], 1, tmp_path)


def test_a_truncated_checkpoint_is_passed_over_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for step in (9, 10, 100):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "trainer_state.json").write_text(json.dumps({"global_step": step, "log_history": []}))
        torch.save({"step": torch.zeros(1000)}, folder / "optimizer.pt")
        save_file({"weight": torch.zeros(1000)}, folder / "model.safetensors")
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-100"
    for step, name in ((100, "optimizer.pt"), (10, "model.safetensors")):
        path = tmp_path / f"checkpoint-{step}" / name
        path.write_bytes(path.read_bytes()[:-100])
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-9"
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": not whole")[0].rpartition("-")[2] for line in told] == ["100", "10"]


@pytest.mark.parametrize("name", ["RANK", "LOCAL_RANK", "WORLD_SIZE"])
def test_a_rank_that_is_no_number_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(InputError, match=f"{name}=x"):
        is_first_process()
