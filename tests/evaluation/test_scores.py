from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from news_event_tagger import Document, Schema
from news_event_tagger.documents.text import words
from news_event_tagger.evaluation import Counts, over_seeds, score
from news_event_tagger.evaluation.scores import pool

TYPES = ("arrest", "coup")
TEXT = "one two three four five six"
WORDS = words(TEXT)


def is_legal(labels: tuple[str, ...]) -> bool:
    """Whether every ``I-`` goes on with a trigger of its type."""
    return all(label[0] != "I" or before[1:] == label[1:] for before, label in pairwise(("O", *labels)))


LABELS = ("O", *(f"{place}-{type_}" for type_ in TYPES for place in "BI"))
# One draw per row costs a fraction of one per word.
ROWS = st.sampled_from([list(labels) for labels in product(LABELS, repeat=len(WORDS)) if is_legal(labels)])


def document(labels: list[str]) -> Document:
    spans: list[tuple[int, int, str]] = []
    for (start, end), label in zip(WORDS, labels, strict=True):
        if label[0] == "B":
            spans.append((start, end, label[2:]))
        elif label[0] == "I":
            spans[-1] = (spans[-1][0], end, label[2:])
    return Document.mark(TEXT, spans)


@given(st.lists(st.tuples(ROWS, ROWS), min_size=1, max_size=6))
@settings(max_examples=1000)
def test_strict_scores_are_those_of_seqeval(rows: list[tuple[list[str], list[str]]]) -> None:
    gold, predicted = [list(side) for side in zip(*rows, strict=True)]
    ours = score([document(row) for row in gold], [document(row) for row in predicted], TYPES, ["strict"])["strict"]
    if not any(label != "O" for row in gold + predicted for label in row):
        assert ours["micro"]["f1"] is None
        return
    theirs = precision_recall_fscore_support(gold, predicted, average="micro", scheme=IOB2, zero_division=0)
    for ratio, value in zip(("precision", "recall", "f1"), theirs, strict=False):
        assert (ours["micro"][ratio] or 0.0) == pytest.approx(value)
    assert ours["micro"]["support"] == theirs[3]


def test_wrong_type_is_found_by_identification_only() -> None:
    gold = [Document.mark(TEXT, [(0, 3, "arrest")])]
    guess = [Document.mark(TEXT, [(0, 3, "coup")])]
    scores = score(gold, guess)
    assert scores["identification"]["micro"]["f1"] == 1.0
    assert scores["strict"]["types"]["arrest"] | {"fn": 1, "tp": 0} == scores["strict"]["types"]["arrest"]
    assert scores["strict"]["types"]["coup"]["fp"] == 1


def test_nothing_to_score_is_neither_zero_nor_one() -> None:
    scores = score([Document(TEXT)], [Document(TEXT)], TYPES)["strict"]
    assert scores["micro"]["f1"] is None
    assert scores["macro"]["f1"] is None
    assert scores["types"]["arrest"]["precision"] is None


def test_macro_is_the_mean_over_types_that_occur() -> None:
    gold = [Document.mark(TEXT, [(0, 3, "arrest"), (4, 7, "coup")])]
    guess = [Document.mark(TEXT, [(0, 3, "arrest")])]
    assert score(gold, guess, Schema(("arrest", "coup", "expulsion")).types)["strict"]["macro"]["f1"] == 0.5


def test_pooled_scores_are_those_of_one_set() -> None:
    gold = [Document.mark(TEXT, [(0, 3, "arrest")]), Document.mark(TEXT, [(4, 7, "coup")])]
    guess = [Document.mark(TEXT, [(0, 3, "arrest"), (4, 7, "coup")]), Document(TEXT)]
    parts = [score([one], [other], TYPES) for one, other in zip(gold, guess, strict=True)]
    assert pool(parts) == score(gold, guess, TYPES)


def test_training_pays_for_the_strict_mode_only() -> None:
    assert list(score([Document(TEXT)], [Document(TEXT)], TYPES, modes=["strict"])) == ["strict"]


def test_an_analyst_s_codes_are_counted_once_per_sentence_and_document() -> None:
    text = "Police held two. They held three. Talks ended."
    gold = [Document.mark(text, [(7, 11, "arrest"), (22, 26, "arrest")])]
    guess = [Document.mark(text, [(0, 6, "arrest"), (7, 11, "arrest"), (34, 39, "coup")])]
    scores = score(gold, guess)
    rows = {mode: [scores[mode]["micro"][key] for key in ("tp", "fp", "fn")] for mode in ("sentence", "document")}
    assert rows == {"sentence": [1, 1, 1], "document": [1, 1, 0]}


def test_other_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="same texts"):
        score([Document("a")], [Document("b")])


def test_counts_make_ratios() -> None:
    assert Counts(tp=1, fp=3, fn=0).precision == 0.25
    assert Counts(fn=2).precision is None
    assert Counts(fn=2).f1 == 0.0


def test_interval_over_seeds() -> None:
    # Student's t with two degrees of freedom is 4.303 at 97.5 %.
    row = over_seeds([0.4, 0.5, 0.6])
    assert row["mean"] == pytest.approx(0.5)
    assert row["high"] - row["mean"] == pytest.approx(4.303 * 0.1 / 3**0.5, abs=1e-4)
    # No F1 is greater than 1.
    assert over_seeds([0.8, 0.9, 1.0])["high"] == 1.0
    assert over_seeds([0.8])["low"] is None
