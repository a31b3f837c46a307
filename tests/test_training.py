from pathlib import Path

import pytest

from model import Document, InputError, Schema
from model.config import build
from model.network import load_tokenizer
from model.training import IGNORED, LengthGrouped, fit, label_pieces, newest_checkpoint, training_table
from model.windows import Windower

SCHEMA = Schema(("arrest", "coup"))


def test_pieces_of_a_trigger_carry_begin_and_inside(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 64)
    document = Document.mark("the zq arrested.", [(4, 6, "arrest"), (7, 15, "coup")])
    cut = windower(document.text)
    labels = label_pieces(document, cut, cut.windows[0], SCHEMA)
    # "zq" is two letters to this tokenizer, "arrested" one word piece.
    assert labels == [IGNORED, 0, 1, 2, 3, 0, IGNORED]


def test_touching_triggers_of_one_type_stay_two(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 64)
    document = Document.mark("coup coup", [(0, 4, "coup"), (5, 9, "coup")])
    cut = windower(document.text)
    assert label_pieces(document, cut, cut.windows[0], SCHEMA)[1:-1] == [3, 3]


def test_context_is_left_out_of_the_loss(encoder: Path) -> None:
    windower = Windower(load_tokenizer(str(encoder)), 16)
    table = training_table([Document.mark("the coup " * 30, [(4, 8, "coup")])], windower, SCHEMA)
    labelled = [label for row in table["labels"] for label in row if label != IGNORED]
    assert len(labelled) == 60
    assert labelled.count(3) == 1


def test_order_of_batches_depends_on_seed_and_epoch_alone() -> None:
    lengths = [index % 37 for index in range(500)]
    sampler = LengthGrouped(lengths, 8, seed=1)
    first = list(sampler)
    assert sorted(first) == list(range(500))
    assert list(sampler) == first
    sampler.epoch = 1
    assert list(sampler) != first
    assert list(LengthGrouped(lengths, 8, seed=2)) != first


def test_batches_hold_windows_of_like_length() -> None:
    lengths = [index * 7 % 100 for index in range(512)]
    order = list(LengthGrouped(lengths, 8, seed=1))
    spread = [
        max(part) - min(part)
        for part in ([lengths[index] for index in order[start : start + 8]] for start in range(0, 512, 8))
    ]
    assert sum(spread) / len(spread) < 15


def test_half_written_checkpoint_is_passed_over(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path) is None
    for step, state in ((2, '{"global_step": 2}'), (10, '{"global_step": 10}'), (12, '{"glob'), (14, None)):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if state:
            (folder / "trainer_state.json").write_text(state, encoding="utf-8")
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-10"


def test_set_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labelled event"):
        fit(build({}), SCHEMA, [Document("Nothing.")], [], 1, tmp_path)
