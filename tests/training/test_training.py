from pathlib import Path

import pytest

from news_event_tagger import Document, InputError, Schema
from news_event_tagger.networks.network import load_tokenizer
from news_event_tagger.tagging.windows import Windower
from news_event_tagger.training.config import build
from news_event_tagger.training.examples import IGNORED, label_pieces, training_table
from news_event_tagger.training.sampler import EpochSampler
from news_event_tagger.training.trainer import fit, newest_checkpoint

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


def test_set_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labelled event"):
        fit(build({}), SCHEMA, [Document("Nothing.")], [], 1, tmp_path)
