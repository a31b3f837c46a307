import re
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from tokenizers.processors import TemplateProcessing

from news_event_tagger import InputError
from news_event_tagger.documents.text import sentences, words
from news_event_tagger.networks.network import load_tokenizer
from news_event_tagger.networks.tokenizer import PieceTokenizer
from news_event_tagger.tagging.windows import Windower, Windows

TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(["Coup. ", "arrested", " 漢字漢字漢字", "\n", "e\u0301", "x" * 70, "🎉", "U.S. ", "«Non!» "]),
        max_size=30,
    ).map("".join),
)


@pytest.fixture(scope="module")
def windower(encoder: Path) -> Windower:
    return Windower(load_tokenizer(encoder), 16)


@given(TEXTS)
def test_words_cover_every_visible_character_once(text: str) -> None:
    covered = [index for start, end in words(text) for index in range(start, end)]
    assert len(covered) == len(set(covered))
    assert all(text[index].isspace() for index in set(range(len(text))) - set(covered))


@given(TEXTS)
def test_sentences_are_in_order_and_leave_no_word_out(text: str) -> None:
    spans = sentences(text)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    inside = sum(any(start <= word[0] and word[1] <= end for start, end in spans) for word in words(text))
    assert inside == len(words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He fell. She rose.", ["He fell.", "She rose."]),
        ("Gen. Juan A. Diaz left at 5 p.m. on Monday.", ["Gen. Juan A. Diaz left at 5 p.m. on Monday."]),
        ("“It is over.” They left.", ["“It is over.”", "They left."]),
        ("It cost 3.5 million. 40 men", ["It cost 3.5 million.", "40 men"]),
        ("Why? No one... knew!\r\nNext", ["Why?", "No one... knew!", "Next"]),
        ("  \n\t ", []),
    ],
)
def test_sentences_of_newspapers(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(text=TEXTS)
@settings(max_examples=200)
def test_every_word_the_tokenizer_keeps_is_decided_once(windower: Windower, text: str) -> None:
    cut = windower(text)
    decided = [word for window in cut.windows for word in window.words.tolist()]
    assert decided == sorted(set(decided))
    offsets = windower._tokenizer.encode([text])[0].offsets
    # A piece belongs to the first word it touches; an accent that a tokenizer splits off may span two.
    touched = ([index for index, (s, e) in enumerate(cut.words) if s < end and start < e] for start, end in offsets)
    kept = {first for first, *_ in filter(None, touched)}
    assert set(decided) == kept


@given(text=TEXTS)
@settings(max_examples=200)
def test_windows_are_no_longer_than_allowed_and_heads_are_first_pieces(windower: Windower, text: str) -> None:
    for window in windower(text).windows:
        assert len(window.ids) == len(window.pieces) <= 16
        assert (window.pieces[window.heads] == window.words).all()
        firsts = [int(np.flatnonzero(window.pieces == word)[0]) for word in window.words]
        assert firsts == window.heads.tolist()


def test_each_sentence_has_its_window_and_a_long_one_is_cut_with_context(windower: Windower) -> None:
    assert len(windower("A coup. A coup. A coup.").windows) == 3
    long = windower("the " * 40 + ".")
    assert len(long.windows) > 2
    assert not long.windows[0].joins
    assert all(window.joins for window in long.windows[1:])
    assert all((window.pieces[1:-1] == -1).any() for window in long.windows)


def flat(cut: Windows) -> list[object]:
    """Windows by what they read and the spans they decide."""
    return [
        (window.ids, [cut.words[word] for word in window.words], window.heads.tolist(), window.joins)
        for window in cut.windows
    ]


@given(texts=st.lists(TEXTS, max_size=5))
@settings(max_examples=100)
def test_texts_cut_together_are_cut_as_alone(windower: Windower, texts: list[str]) -> None:
    assert [flat(cut) for cut in windower.cut_all(texts)] == [flat(windower(text)) for text in texts]


def test_neighbours_fill_windows_and_change_no_word(encoder: Path) -> None:
    tokenizer = load_tokenizer(encoder)
    text = "The men said so. " * 30
    alone, together = Windower(tokenizer, 64)(text), Windower(tokenizer, 64, neighbours=True)(text)
    assert len(alone.windows) == 30
    assert len(together.windows) < 10
    assert together.words == alone.words
    assert [w for window in together.windows for w in window.words.tolist()] == list(range(len(alone.words)))


def test_drawn_windows_differ_in_length_but_not_in_what_they_decide(encoder: Path) -> None:
    tokenizer = load_tokenizer(encoder)
    text = "The men said so. " * 30
    drawn = Windower(tokenizer, 64, seed=3)(text)
    assert len({len(window.ids) for window in drawn.windows[:-1]}) > 3
    assert [w for window in drawn.windows for w in window.words.tolist()] == list(range(len(words(text))))


def test_where_blanks_are_pieces_each_sentence_still_begins_once() -> None:
    letters = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, unk_token="[UNK]"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    letters.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    text = " " * 40 + "He fled the coup.\nNo one saw it."
    cut = Windower(PieceTokenizer(letters.to_str(), "{}", "letters"), 16)(text)
    assert len(cut.windows) > 2
    begin = [text[cut.words[window.words[0]][0] :][:2] for window in cut.windows if not window.joins]
    assert begin == ["He", "No"]


def test_a_tokenizer_that_ends_a_text_with_two_tokens_is_refused() -> None:
    made = Tokenizer(models.WordLevel({"a": 0, "<s>": 1, "</s>": 2}, unk_token="a"))
    made.post_processor = TemplateProcessing(single="$A </s> <s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    with pytest.raises(InputError, match="enc: its tokenizer makes of 'a' a </s> <s>"):
        PieceTokenizer(made.to_str(), "{}", "enc")


FORMAT = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]


def test_words_run_over_what_only_tells_how_to_set_them() -> None:
    for character in FORMAT:
        text = f"They ar{character}rest{character * 2}ed him{character}."
        found = [text[start:end] for start, end in words(text)]
        assert found[:3] == ["They", f"ar{character}rest{character * 2}ed", "him"], hex(ord(character))


@given(TEXTS.filter(lambda text: not any(unicodedata.category(letter) == "Cf" for letter in text)))
@settings(max_examples=300)
def test_other_texts_are_cut_as_the_models_learnt_it(text: str) -> None:
    marks = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u20d0-\u20ff\ufe00-\ufe0f"
    learnt = re.compile(rf"\w[\w{marks}]*|[^\w\s][{marks}]*")
    assert words(text) == [match.span() for match in learnt.finditer(text)]
