import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from news_event_tagger import Document, InputError
from news_event_tagger.documents.text import words
from news_event_tagger.evaluation.agreement import agreement, labels_of_words
from news_event_tagger.evaluation.coefficients import alpha, kappa
from news_event_tagger.evaluation.errors import findings
from news_event_tagger.evaluation.pairing import pair
from news_event_tagger.evaluation.report.pages import disagreements
from tests.evaluation.test_report import HOSTILE, Page, possible

TEXTS = ("Two envoys held, one expelled.", "A coup? No coup.", "It rained.", "Held. Freed. Held again, they say.")
TYPES = ("arrest", "coup", '"><script>x</script>')


def docs(*statuses: str) -> list[Document]:
    return [Document.mark("coup, coup", [(i * 6, i * 6 + 4, "coup", s) for i, s in enumerate(statuses)], "a")]


@st.composite
def labelled(draw: st.DrawFn, text: str, id_: str) -> Document:
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 12)))
        spans.append((start, end, draw(st.sampled_from(TYPES)), draw(st.sampled_from([None, "actual", "alleged"]))))
    return Document.mark(text, spans, id_)


@st.composite
def two_sets(draw: st.DrawFn) -> tuple[list[Document], list[Document]]:
    count = draw(st.integers(1, len(TEXTS)))
    first = [draw(labelled(text, f"a{number}")) for number, text in enumerate(TEXTS[:count])]
    second = [draw(labelled(text, f"b{number}")) for number, text in enumerate(TEXTS[:count])]
    return first, draw(st.permutations(second))


def exchanged(result: Any) -> Any:
    """The result with the counts of the two annotators in each other's place."""
    if isinstance(result, dict):
        names = {"first": "second", "second": "first", "missed": "spurious", "spurious": "missed"}
        swapped = {names.get(key, key): exchanged(value) for key, value in result.items()}
        if "counts" in swapped:
            swapped["counts"] = np.array(swapped["counts"]).T.tolist()
        return swapped
    return result


@given(two_sets())
@settings(max_examples=15, deadline=None)
def test_exchanging_the_annotators_changes_no_figure(sets: tuple[list[Document], list[Document]]) -> None:
    assert agreement(*sets) == exchanged(agreement(*reversed(sets)))


@given(two_sets())
@settings(max_examples=10, deadline=None)
def test_a_set_agrees_with_itself_or_has_nothing_to_agree_on(sets: tuple[list[Document], list[Document]]) -> None:
    result = agreement(sets[0], sets[0])
    rows = [result["all"], *result["types"].values(), *([result["status"]] if result["status"] else [])]
    for row in rows:
        assert {row.get(key) for key in ("f1", "overlap_f1", "kappa", "alpha")} <= {1.0, None}
    assert not {"missed", "spurious", "type", "boundary", "status"} & set(+Counter(result["disagreements"]["kinds"]))


def counts(first: str, second: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    rows = []
    for name in sorted({*first, *second}):
        pairs = [(one == name, other == name) for one, other in zip(first, second, strict=True)]
        rows.append([pairs.count(case) for case in ((True, True), (True, False), (False, True))])
    return np.array(rows, dtype=np.float64)


def test_coefficients_are_those_of_worked_examples() -> None:
    # Krippendorff 2011, sections A (binary) and B (nominal).
    assert alpha(counts("0100000010", "1110010000")) == pytest.approx(0.095, abs=5e-4)
    assert alpha(counts("aabbdcccedda", "babbbcccEddd".lower())) == pytest.approx(0.692, abs=5e-4)
    # By hand: 7 of 10 alike, by chance 0.6 * 0.5 + 0.4 * 0.5.
    assert kappa(counts("yyyyyynnnn", "yyyynnnnny")) == pytest.approx((0.7 - 0.5) / 0.5)
    assert np.isnan(kappa(counts("aaa", "aaa")))
    assert np.isnan(alpha(counts("aaa", "aaa")))
    assert kappa(counts("aaa", "bbb")) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    first, second = ("".join(side) for side in zip(*pairs, strict=True))
    if len({*first, *second}) > 1:
        assert kappa(counts(first, second)) == pytest.approx(cohen_kappa_score([*first], [*second]))


def test_words_and_spans_are_counted_by_hand() -> None:
    # Ten words. A marks two of them as coup, B one of these and another one.
    text = "a b c d e f g h i j"
    one = [Document.mark(text, [(0, 3, "coup")], "1")]
    other = [Document.mark(text, [(2, 5, "coup")], "1")]
    row = agreement(one, other)["types"]["coup"]
    assert (row["both"], row["first"], row["second"], row["f1"], row["overlap_f1"]) == (0, 1, 1, 0.0, 1.0)
    # 8 of 10 words alike; by chance 0.2 * 0.2 + 0.8 * 0.8.
    assert row["kappa"] == pytest.approx((0.8 - 0.68) / 0.32)
    # 20 values, 4 of them coup: 1 - 19 * 4 / (20 ** 2 - 4 ** 2 - 16 ** 2).
    assert row["alpha"] == pytest.approx(1 - 76 / 128)


def test_a_word_of_two_types_is_of_the_label_that_begins_first_then_of_the_longest() -> None:
    document = Document.mark("one two three", [(4, 7, "a"), (0, 13, "b"), (8, 13, "c"), (9, 13, "d")])
    assert labels_of_words(document, words(document.text)) == ["b", "b", "b"]
    twice = Document.mark("one two", [(4, 7, "b"), (4, 7, "a")])
    assert labels_of_words(twice, words(twice.text)) == [None, "a"]
    # Of each type alone, a word counts wherever it is.
    row = agreement([twice], [Document.mark("one two", [(4, 7, "b")])])["types"]["b"]
    assert row["kappa"] == row["f1"] == 1.0


def test_kappa_of_statuses_is_one_for_equal_and_zero_for_chance() -> None:
    assert agreement(docs("actual", "alleged"), docs("actual", "alleged"))["status"]["kappa"] == 1.0
    assert agreement(docs("actual", "alleged"), docs("actual", "actual"))["status"]["kappa"] == 0.0
    assert agreement(docs("actual", "actual"), docs("actual", "actual"))["status"]["kappa"] is None


def test_mentions_that_one_did_not_judge_have_no_status_to_agree_on() -> None:
    without = [Document.mark("coup, coup", [(0, 4, "coup"), (6, 10, "coup", "alleged")], "a")]
    status = agreement(docs("actual", "alleged"), without)["status"]
    assert (status["shared"], status["judged"], status["equal"]) == (2, 1, 1.0)
    assert agreement(docs("actual"), [Document.mark("coup, coup", [(0, 4, "coup")], "a")])["status"] is None


def test_intervals_hold_the_figure_and_need_documents() -> None:
    first = [Document.mark("coup now", [(0, 4, "coup")] * (n % 3 > 0), str(n)) for n in range(12)]
    second = [Document.mark("coup now", [(0, 4, "coup")] * (n % 4 > 0), str(n)) for n in range(12)]
    row = agreement(first, second)["all"]
    for name in ("f1", "overlap_f1", "kappa", "alpha"):
        low, high = row["interval"][name]
        assert low < row[name] < high
    assert agreement(first[1:2], second[1:2])["all"]["interval"]["kappa"] is None


def test_documents_are_paired_by_text_whatever_their_ids() -> None:
    first = [Document("one", id="1"), Document("two", id="2"), Document("three", id="3")]
    second = [Document("two", id="1"), Document("one", id="2")]
    ours, theirs = pair(first, second)
    assert [(one.id, other.id) for one, other in zip(ours, theirs, strict=True)] == [("1", "2"), ("2", "1")]
    assert agreement(first, second)["unpaired"] == [1, 0]


def test_copies_of_a_text_are_paired_by_id() -> None:
    first = [Document("one", id="a"), Document("one", id="b"), Document("one", id="c")]
    ours, theirs = pair(first, [Document("one", id="c"), Document("one", id="a")])
    assert [document.id for document in ours] == [document.id for document in theirs] == ["a", "c"]
    with pytest.raises(InputError, match="'b': its text stands several times"):
        pair(first, [Document("one", id="a"), Document("one", id="x")])


def test_what_cannot_be_paired_is_refused() -> None:
    with pytest.raises(InputError, match="no text in common"):
        agreement(docs("actual"), [Document("x", id="b")])
    with pytest.raises(InputError, match=r"'a' has another text .* from character 4 on: ', coup', '; coup'"):
        agreement(docs("actual"), [Document("coup; coup", id="a")])


@given(two_sets())
@settings(max_examples=15, deadline=None)
def test_the_page_shows_each_disagreement_once(sets: tuple[list[Document], list[Document]]) -> None:
    ours, theirs = pair(*sets)
    page = Page(disagreements(ours, theirs, agreement(*sets)))
    found = [finding.kind for both in zip(ours, theirs, strict=True) for finding in findings(*both)]
    assert Counter(tag["data-kind"] for tag in page.tags) == Counter(found)
    assert page.texts == [document.text for document in ours]


def test_the_page_says_a_and_b_and_shows_hostile_text() -> None:
    first = [Document.mark(HOSTILE, [(1, 7, TYPES[2], "<b>")], HOSTILE), Document(HOSTILE + "2", id="left out")]
    second = [Document.mark(HOSTILE, [(1, 7, "coup", "<i>"), (9, 12, "coup")], HOSTILE)]
    source = disagreements(first[:1], second, agreement(first, second, [HOSTILE, "</title><script>"]))
    page = Page(source)
    assert page.texts == [possible(HOSTILE)]
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert [tag["data-label"] for tag in page.tags] == [f"≠ {TYPES[2]} → coup, <b> → <i>", "B: coup"]
    assert "Left out, for the other did not label them: 1 of A." in source
    body = source.split("</style>")[1].split("<script>")[0]
    for word in (">gold", "gold label", "predict", "missed:", "false alarm", " error"):
        assert word not in body.replace('class="gold predicted', "").replace('mark class="predicted', "")


def test_the_command_prints_tables_and_writes_page_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from news_event_tagger.cli import main

    for name, statuses in (("a", ("actual", "alleged")), ("b", ("actual", "actual"))):
        rows = "\n".join(json.dumps(document.to_dict()) for document in docs(*statuses))
        (tmp_path / f"{name}.jsonl").write_text(rows, encoding="utf-8")
    sets = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    monkeypatch.setattr("sys.argv", ["model", "agree", *sets, "--out", str(tmp_path / "out")])
    main()
    printed = capsys.readouterr().out
    assert "Same status: 0.500 of 2 mentions" in printed
    assert "1 other status" in printed
    result = json.loads((tmp_path / "out" / "agreement.json").read_text(encoding="utf-8"))
    assert result["sets"] == sets
    assert "other status" in (tmp_path / "out" / "agreement.html").read_text(encoding="utf-8")
