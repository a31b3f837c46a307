"""What a training begins with."""

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from news_event_tagger import EventTagger, InputError, Schema
from news_event_tagger.documents.schema import STATUSES
from news_event_tagger.networks.network import EventNetwork, new_network
from news_event_tagger.pretrained.start import start_of

OURS = Schema(("arrest", "expulsion", "coup", "cooperation-suspension"), STATUSES)
OTHER = Schema(("arrest", "coup"), ("actual", "negated", "alleged"))


def begun(encoder: str, schema: Schema) -> EventNetwork:
    start = start_of(encoder, schema)
    return new_network(start.encoder, schema, weights=start.weights, status=start.status).eval()


def test_training_may_go_on_from_the_larger_model() -> None:
    network, tagger = begun("accurate", OURS), EventTagger.from_pretrained("accurate", device="cpu")
    (window,) = tagger.windower("Police arrested two men.").windows
    ids = torch.tensor([window.ids])
    with torch.inference_mode():
        torch.testing.assert_close(network(ids), tagger.network(ids), atol=1e-4, rtol=1e-4)


def test_what_finds_participants_begins_with_what_found_them() -> None:
    answering = EventTagger.from_pretrained("accurate", device="cpu").role_tagger
    assert answering is not None
    network = begun("accurate", answering.schema)
    (window,) = answering.windower("arrest: Police → arrested ← two men.").windows
    ids = torch.tensor([window.ids])
    with torch.inference_mode():
        torch.testing.assert_close(network(ids), answering.network(ids), atol=1e-4, rtol=1e-4)


def test_layers_on_top_that_mean_something_else_begin_anew() -> None:
    network, tagger = begun("accurate", OTHER), EventTagger.from_pretrained("accurate", device="cpu")
    assert network.tokens.classifier.out_features == len(OTHER.labels)
    assert network.status.out.out_features == len(OTHER.statuses)
    ours, minilm = tagger.network.words.weight, begun("minilm", OTHER).vectors
    assert torch.equal(network.vectors, ours)
    # The embeddings were frozen; a layer was not.
    name = "bert.encoder.layer.5.output.dense.weight"
    trained, before = (each.tokens.state_dict()[name] for each in (network, begun("minilm", OTHER)))
    assert torch.equal(minilm, ours)
    assert not torch.equal(trained, before)


def test_a_run_is_gone_on_from_with_its_statuses(run_folder: Path) -> None:
    schema = EventTagger.from_pretrained(run_folder, "cpu").schema
    head = load_file(run_folder / "status.safetensors")
    assert torch.equal(begun(str(run_folder), schema).status.out.weight, head["out.weight"])
    other = Schema(schema.types, (*reversed(schema.statuses),))
    assert start_of(str(run_folder), other).status == {}


def test_a_damaged_head_is_named(run_folder: Path, tmp_path: Path) -> None:
    schema = EventTagger.from_pretrained(run_folder, "cpu").schema
    shutil.copytree(run_folder, tmp_path / "run")
    for damage in (lambda head: head.write_bytes(b"\0" * 9), Path.unlink):
        damage(tmp_path / "run" / "status.safetensors")
        with pytest.raises(InputError, match=r"run/status\.safetensors: cannot be loaded"):
            start_of(str(tmp_path / "run"), schema)
