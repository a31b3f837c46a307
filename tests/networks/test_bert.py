import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import MPNetConfig, MPNetModel

from news_event_tagger import EventTagger, InputError, Schema
from news_event_tagger.documents.schema import STATUSES
from news_event_tagger.networks.bert import WEIGHTS, Bert
from news_event_tagger.networks.network import EventNetwork, load_network, load_tokenizer, new_network
from news_event_tagger.networks.status_head import STATUS_WEIGHTS
from tests.conftest import command


@pytest.fixture(scope="module")
def drawn(untrained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of which no two weights are alike, biases and norms included, so that none can stand in for another."""
    folder = tmp_path_factory.mktemp("models") / "drawn"
    shutil.copytree(untrained, folder)
    torch.manual_seed(1)
    for name in (WEIGHTS, STATUS_WEIGHTS):
        weights = {key: values + 0.2 * torch.randn_like(values) for key, values in load_file(folder / name).items()}
        save_file(weights, folder / name, {"format": "pt"})
    return folder


@pytest.mark.parametrize("fused", [True, False])
def test_it_scores_as_the_librarys_network_does(drawn: Path, fused: bool) -> None:
    library, ours = load_network(drawn, 2).eval(), Bert.read(drawn, 2, fused)
    ids = torch.tensor([[2, 30, 40, 50, 60, 3], [2, 7, 9, 3, 0, 0], [2, 3, 0, 0, 0, 0]])
    mask = (ids > 0).long()
    with torch.inference_mode():
        for mine, its in ((ours(ids, mask), library(ids, mask)), (ours(ids[:1]), library(ids[:1]))):
            places = mask[: len(mine)].bool()
            torch.testing.assert_close(mine[places], its[places], atol=1e-5, rtol=1e-4)


def test_what_it_saves_is_what_it_read(drawn: Path, tmp_path: Path) -> None:
    Bert.read(drawn, 2).save_pretrained(tmp_path)
    for name in (WEIGHTS, STATUS_WEIGHTS):
        before, after = load_file(drawn / name), load_file(tmp_path / name)
        assert before.keys() == after.keys()
        assert all(torch.equal(before[weight], after[weight]) for weight in before)


def test_old_names_of_weights_are_known(drawn: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn, tmp_path / "old")
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): values
        for name, values in load_file(drawn / WEIGHTS).items()
    }
    save_file(old, tmp_path / "old" / WEIGHTS, {"format": "pt"})
    text = "Two men were arrested in the coup."
    now, before = (EventTagger.from_pretrained(folder, "cpu") for folder in (drawn, tmp_path / "old"))
    assert before.predict(text) == now.predict(text)


def test_another_network_is_tagged_with_by_the_library(encoder: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(encoder)
    MPNetModel(
        MPNetConfig(vocab_size=300, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16)
    ).save_pretrained(tmp_path / "mpnet")
    schema = Schema(("arrest", "coup"), STATUSES)
    network = new_network(tmp_path / "mpnet", schema)
    made = EventTagger(network, tokenizer, schema, 64)
    made.save_pretrained(tmp_path / "run")
    loaded = EventTagger.from_pretrained(tmp_path / "run", device="cpu")
    assert isinstance(loaded.network, EventNetwork)
    texts = ["Two men were arrested in the coup.", "The army."]
    assert loaded.predict(texts) == made.predict(texts)


def test_tagging_does_not_wait_for_the_library_to_be_imported() -> None:
    done = command(
        "-c",
        "import sys; from news_event_tagger import EventTagger; EventTagger.from_pretrained().predict('A coup.'); "
        "print(*sys.modules)",
    )
    loaded = set(done.stdout.split())
    assert "torch" in loaded, done.stderr
    assert not {"transformers", "torch._dynamo", "datasets", "sklearn", "scipy"} & loaded


@pytest.mark.parametrize(
    ("file", "weight"), [(WEIGHTS, "bert.embeddings.LayerNorm.bias"), (STATUS_WEIGHTS, "out.bias")]
)
def test_weights_that_are_no_numbers_are_named(drawn: Path, tmp_path: Path, file: str, weight: str) -> None:
    shutil.copytree(drawn, tmp_path / "run")
    weights = load_file(drawn / file)
    weights[weight][1] = torch.inf
    save_file(weights, tmp_path / "run" / file, {"format": "pt"})
    with pytest.raises(InputError, match=rf"run: cannot be loaded .*{weight} holds NaN or an infinite number"):
        EventTagger.from_pretrained(tmp_path / "run", "cpu")


def test_a_configuration_with_what_is_no_number_is_refused(drawn: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn, tmp_path / "run")
    text = (drawn / "config.json").read_text()
    (tmp_path / "run" / "config.json").write_text(text.replace('"layer_norm_eps": 1e-12', '"layer_norm_eps": NaN'))
    with pytest.raises(InputError, match=r"config\.json: not JSON \(NaN is no number\)"):
        EventTagger.from_pretrained(tmp_path / "run", "cpu")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"num_hidden_layers": 10**18}, "'num_hidden_layers' must be less than 1000"),
        ({"num_attention_heads": 0}, "'num_attention_heads' must be greater than or equal to 1"),
        ({"num_attention_heads": 7}, "a hidden_size that 7 heads cannot share"),
        ({"hidden_size": "48"}, "'hidden_size' must be a valid integer, not '48'"),
        ({"pad_token_id": 10**6}, "the pad_token_id 1000000"),
        ({"id2label": ["O"]}, "'id2label' must be a valid dictionary"),
    ],
)
def test_a_network_that_cannot_be_is_refused(drawn: Path, tmp_path: Path, change: dict[str, object], said: str) -> None:
    shutil.copytree(drawn, tmp_path / "run")
    config = json.loads((drawn / "config.json").read_text()) | change
    (tmp_path / "run" / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=rf"config\.json: damaged, .*{said}"):
        EventTagger.from_pretrained(tmp_path / "run", "cpu")
