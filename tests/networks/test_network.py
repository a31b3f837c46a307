import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import DistilBertConfig, DistilBertModel, MPNetConfig, MPNetModel

from news_event_tagger import InputError, Schema
from news_event_tagger.networks.network import EventNetwork, load_network, new_network

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
    network = new_network(encoders[name], SCHEMA, dropout=0.25)
    logits = network(input_ids=torch.ones((1, 3), dtype=torch.long))
    assert logits.shape == (1, 3, len(SCHEMA.labels) + len(SCHEMA.statuses))
    assert network.tokens.config.id2label[3] == "B-coup"
    # Attention drops nothing.
    assert {module.p for module in network.modules() if isinstance(module, torch.nn.Dropout)} == {0.0, 0.25}


def test_padding_changes_no_label_and_no_status(encoder: Path) -> None:
    network = new_network(encoder, SCHEMA).eval()
    ids = torch.tensor([[1, 7, 9, 2], [1, 5, 2, 0]])
    together = network(input_ids=ids, attention_mask=(ids > 0).long())
    torch.testing.assert_close(together[1, :3], network(input_ids=ids[1:, :3])[0])


def test_a_status_is_looked_up_in_words_far_from_the_trigger(encoder: Path) -> None:
    torch.manual_seed(0)
    network = new_network(encoder, SCHEMA).eval()
    middle, last = torch.rand(2, 1, 9, network.tokens.config.hidden_size)
    before = network.status([middle, last])
    middle[0, 8] += 1
    assert not torch.allclose(before[0, 0], network.status([middle, last])[0, 0])


def test_frozen_parts_are_not_trained(encoder: Path) -> None:
    network = new_network(encoder, SCHEMA, freeze_layers=1)
    frozen = {name for name, weights in network.named_parameters() if not weights.requires_grad}
    assert any("embeddings" in name for name in frozen)
    assert any("layer.0." in name for name in frozen)
    assert not any("layer.1." in name or "classifier" in name or "status" in name for name in frozen)


def test_an_encoder_reads_as_much_as_it_says(encoders: dict[str, Path]) -> None:
    # MPNet numbers its places from behind the padding's id, so two of the seventy are none.
    for name, longest in (("mpnet", 68), ("distilbert", 70)):
        network = new_network(encoders[name], SCHEMA)
        assert network.longest == longest
        assert network(input_ids=torch.full((1, longest), 5)).shape[1] == longest
        with pytest.raises((IndexError, RuntimeError)):
            network(input_ids=torch.full((1, longest + 1), 5))


@pytest.fixture
def run(encoders: dict[str, Path], tmp_path: Path) -> Path:
    """A trained network of another family than BERT, as the library keeps it."""
    new_network(encoders["mpnet"], SCHEMA).save_pretrained(tmp_path / "run")
    return tmp_path / "run"


def loads(folder: Path) -> list[Callable[[], EventNetwork]]:
    """The two ways to read a folder of the library."""
    return [lambda: new_network(folder, SCHEMA), lambda: load_network(folder, len(SCHEMA.statuses))]


def test_pickled_weights_are_refused_by_name(run: Path) -> None:
    torch.save(load_file(run / "model.safetensors"), run / "pytorch_model.bin")
    (run / "model.safetensors").unlink()
    for load in loads(run):
        with pytest.raises(InputError, match=r"run: cannot be loaded .*pytorch_model.bin may run code"):
            load()


@pytest.mark.parametrize("model_type", ["mpnet", "theirs"])
def test_code_that_a_folder_brings_is_neither_run_nor_asked_about(
    run: Path, monkeypatch: pytest.MonkeyPatch, model_type: str
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    (run / "theirs.py").write_text(f"open({str(run / 'ran')!r}, 'w')\nclass Config: ...\nclass Model: ...\n")
    config = json.loads((run / "config.json").read_text())
    theirs = {"AutoConfig": "theirs.Config", "AutoModelForTokenClassification": "theirs.Model"}
    (run / "config.json").write_text(json.dumps(config | {"model_type": model_type, "auto_map": theirs}))
    for load in loads(run):
        if model_type == "mpnet":
            load()
        else:
            with pytest.raises(InputError, match="cannot be loaded"):
                load()
    assert not (run / "ran").exists()


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_weights_that_are_no_numbers_are_named(run: Path, value: float) -> None:
    weights = load_file(run / "model.safetensors")
    weights["mpnet.encoder.layer.1.output.dense.bias"][3] = value
    save_file(weights, run / "model.safetensors", {"format": "pt"})
    for load in loads(run):
        with pytest.raises(InputError, match=r"layer\.1\.output\.dense\.bias holds NaN or an infinite number"):
            load()


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_configuration_with_what_is_no_number_is_refused(run: Path, number: str) -> None:
    text = (run / "config.json").read_text()
    (run / "config.json").write_text(text.replace("{", f'{{"layer_norm_scale": {number}, ', 1))
    with pytest.raises(InputError, match=f"{number} is no number"):
        load_network(run, len(SCHEMA.statuses))
