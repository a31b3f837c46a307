"""The benchmarks' logic: what they read, and the arithmetic they judge by. The timings are no test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForTokenClassification

from news_event_tagger.documents.document import Document
from news_event_tagger.documents.schema import Schema
from news_event_tagger.documents.text import words
from news_event_tagger.networks.network import EventNetwork, load_tokenizer
from news_event_tagger.tagging.tagger import EventTagger
from tests.conftest import REPOSITORY


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a file of ``benchmarks/`` as its scripts do."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return import_module


@pytest.mark.parametrize("count", [10, 40, 200])
def test_one_sentence_of_the_mix_in_ten_holds_an_event(benchmark: Any, count: int) -> None:
    document = Document.mark("A coup. " + " ".join(f"Quiet {number}." for number in range(50)), [(2, 6, "coup")])
    sentences = benchmark("texts").mix([document], count, 1)
    assert len(sentences) == len({sentence.id for sentence in sentences}) == count
    assert sum(bool(sentence.events) for sentence in sentences) == count // 10
    quiet = [sentence.text for sentence in sentences if not sentence.events]
    assert len(set(quiet)) == min(len(quiet), 50)


def test_sentences_keep_their_labels(benchmark: Any) -> None:
    text = "Troops staged a coup. Two men were arrested.\nQuiet."
    parts = benchmark("texts").split([Document.mark(text, [(16, 20, "coup"), (35, 43, "arrest")])])
    assert [[(event.trigger, event.type) for event in part.events] for part in parts] == [
        [("coup", "coup")],
        [("arrested", "arrest")],
        [],
    ]


def test_flops_are_those_that_torch_counts(benchmark: Any, encoder: Path) -> None:
    schema = Schema(("arrest", "coup"), ("actual", "alleged"))
    # Only the eager attention is made of products that the counter knows on every torch.
    classifier = AutoModelForTokenClassification.from_pretrained(
        encoder, num_labels=len(schema.labels), attn_implementation="eager"
    )
    tagger = EventTagger(EventNetwork(classifier, 2), load_tokenizer(encoder), schema, 64)
    documents = [Document("Two envoys were expelled."), Document("The army said two men were in the treaty.")]
    counter = FlopCounterMode(display=False)
    with counter, torch.inference_mode():
        for document in documents:
            (window,) = tagger.windower(document.text).windows
            tagger.network(torch.tensor([window.ids]))
    assert benchmark("machine").work_of(tagger, documents) == counter.get_total_flops()


def test_a_users_text_is_cut_into_sentences(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("One sentence. Another one.\nA third", encoding="utf-8")
    texts = benchmark("texts")
    sentences = texts.repeated(texts.own(path), 7, 1)
    assert [len(words(sentence.text)) for sentence in sentences] == [3, 3, 2, 3, 3, 2, 3]


@pytest.mark.parametrize(
    ("told", "wanted", "worth"),
    [
        (["FRA"], ["FRA"], "right"),
        (["NER", "MLI"], ["MLI", "NER"], "right"),
        ([], [], "rightly open"),
        ([], ["FRA"], "open"),
        (["MLI"], ["MLI", "NER"], "in part"),
        (["MLI", "FRA"], ["MLI"], "wrong"),
        (["MLI"], [], "beyond"),
    ],
)
def test_what_codes_are_worth(benchmark: Any, told: list[str], wanted: list[str], worth: str) -> None:
    assert benchmark("coding").verdict(told, wanted) == worth


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12))
def test_clusters_are_scored_by_their_definitions(parts: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY / "benchmarks"))
        coding = import_module("coding")
    wanted, found = zip(*parts, strict=True)
    places = range(len(parts))
    shared = [[{j for j in places if side[i] == side[j]} for i in places] for side in (wanted, found)]
    hits = [len(gold & told) for gold, told in zip(*shared, strict=True)]
    precision, recall, _ = coding.b_cubed(wanted, found)
    assert precision == pytest.approx(
        sum(hit / len(told) for hit, told in zip(hits, shared[1], strict=True)) / len(parts)
    )
    assert recall == pytest.approx(sum(hit / len(gold) for hit, gold in zip(hits, shared[0], strict=True)) / len(parts))
    pairs = [(wanted[i] == wanted[j], found[i] == found[j]) for i in places for j in range(i)]
    both = sum(gold and told for gold, told in pairs)
    for ratio, side in zip(coding.pairwise(wanted, found), (1, 0), strict=False):
        assert ratio == pytest.approx(both / max(1, sum(pair[side] for pair in pairs)))
