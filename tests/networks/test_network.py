from pathlib import Path

import pytest
import torch
from transformers import DistilBertConfig, DistilBertModel, MPNetConfig, MPNetModel

from news_event_tagger import InputError, Schema
from news_event_tagger.networks.network import new_network
from news_event_tagger.schema import STATUSES
from news_event_tagger.training.config import ModelConfig

SCHEMA = Schema(("arrest", "coup"), ("actual", "negated", "alleged"))
SMALL = {"vocab_size": 50, "max_position_embeddings": 70}


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Random encoders of other families than the default one."""
    folder = tmp_path_factory.mktemp("encoders")
    narrow = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    MPNetModel(MPNetConfig(**SMALL, **narrow)).save_pretrained(folder / "mpnet")
    DistilBertModel(DistilBertConfig(**SMALL, dim=16, n_layers=2, n_heads=2, hidden_dim=16)).save_pretrained(
        folder / "distilbert"
    )
    return {name: folder / name for name in ("mpnet", "distilbert")}


@pytest.mark.parametrize("name", ["mpnet", "distilbert"])
def test_other_encoders_get_a_classifier_for_our_labels(encoders: dict[str, Path], name: str) -> None:
    network = new_network(ModelConfig(encoder=str(encoders[name]), tokens=64, dropout=0.25), SCHEMA)
    logits = network(input_ids=torch.ones((1, 3), dtype=torch.long))
    assert logits.shape == (1, 3, len(SCHEMA.labels) + len(SCHEMA.statuses))
    assert network.tokens.config.id2label[3] == "B-coup"
    # Attention drops nothing.
    assert {module.p for module in network.modules() if isinstance(module, torch.nn.Dropout)} == {0.0, 0.25}


def test_padding_changes_no_label_and_no_status(encoder: Path) -> None:
    network = new_network(ModelConfig(encoder=str(encoder), tokens=64), SCHEMA).eval()
    ids = torch.tensor([[1, 7, 9, 2], [1, 5, 2, 0]])
    together = network(input_ids=ids, attention_mask=(ids > 0).long())
    torch.testing.assert_close(together[1, :3], network(input_ids=ids[1:, :3])[0])


def test_a_status_is_looked_up_in_words_far_from_the_trigger(encoder: Path) -> None:
    torch.manual_seed(0)
    network = new_network(ModelConfig(encoder=str(encoder), tokens=64), SCHEMA).eval()
    last, middle = torch.rand(2, 1, 9, network.tokens.config.hidden_size)
    before = network.status(last, middle)
    middle[0, 8] += 1
    assert not torch.allclose(before[0, 0], network.status(last, middle)[0, 0])


def test_frozen_parts_are_not_trained(encoder: Path) -> None:
    network = new_network(ModelConfig(encoder=str(encoder), tokens=64, freeze_layers=1), SCHEMA)
    frozen = {name for name, weights in network.named_parameters() if not weights.requires_grad}
    assert any("embeddings" in name for name in frozen)
    assert any("layer.0." in name for name in frozen)
    assert not any("layer.1." in name or "classifier" in name or "status" in name for name in frozen)


def test_windows_longer_than_the_encoder_reads_are_refused(encoders: dict[str, Path]) -> None:
    longest = new_network(ModelConfig(encoder=str(encoders["mpnet"]), tokens=68), SCHEMA)
    assert longest(input_ids=torch.full((1, 68), 5)).shape[1] == 68
    with pytest.raises(InputError, match=r"'model.tokens' is 128, but .* reads no more than 68"):
        new_network(ModelConfig(encoder=str(encoders["mpnet"]), tokens=128), SCHEMA)


def test_training_may_go_on_from_the_shipped_model() -> None:
    schema = Schema(("arrest", "expulsion", "coup", "cooperation-suspension"), STATUSES)
    first, second = (new_network(ModelConfig(encoder="shipped"), schema) for _ in range(2))
    # A fresh classifier would be drawn anew each time.
    assert torch.equal(first.tokens.classifier.weight, second.tokens.classifier.weight)
    assert torch.equal(first.status.out.weight, second.status.out.weight)
    other = new_network(ModelConfig(encoder="shipped"), SCHEMA)
    assert other.tokens.classifier.out_features == len(SCHEMA.labels)
