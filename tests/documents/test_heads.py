"""The rule for heads: what the guidelines say, and how often it says what people marked."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger.corpus import read
from news_event_tagger.documents.heads import head_of
from tests.test_news_labels import NEWS, TEXTS

PIECES = [
    "of",
    "the",
    ",",
    "plotting",
    "was",
    "dozens",
    "May",
    "1,000",
    "'s",
    "’",
    "U.S.",
    "\ud800",
    "é🎉",
    "WHO",
    "(",
    " ",
]


@pytest.mark.parametrize(
    ("marked", "role"),
    [
        ("three senior [officers]", ""),
        ("President [Bazoum]", "actor"),
        ("the United [States]", "actor"),
        ("[Ministry] of Defence", "actor"),
        ("[members] of the opposition", "target"),
        ("dozens of [people]", "target"),
        ("one of the [members]", "target"),
        ("more than 1,000 [protesters]", "target"),
        ("at least [20]", "target"),
        ("more than $200 million in [aid]", "object"),
        ("the [WHO]", "object"),
        ("French and German [diplomats]", "target"),
        ("Tampa, Florida [police]", "actor"),
        ("the southern [city] of Basra", "place"),
        ("[August] 21", "time"),
        ("a [week] ago", "time"),
        ("72 [hours]", "time"),
        ("[spying]", "reason"),
        ("allegedly [plotting] a coup with officers", "reason"),
        ("he had [criticized] the verdict", "reason"),
        ("the [killing] of a minister and arson", "reason"),
        ("[corruption] and abuse of authority", "reason"),
    ],
)
def test_the_head_is_the_word_that_the_guidelines_name(marked: str, role: str) -> None:
    before, head, behind = marked.replace("]", "[").split("[")
    start, end = head_of(before + head + behind, role)
    assert (before + head + behind)[start:end] == head


@given(st.lists(st.sampled_from(PIECES), min_size=1).map(" ".join), st.sampled_from(["", "reason", "time", "actor"]))
def test_any_phrase_has_a_head_inside_it(text: str, role: str) -> None:
    start, end = head_of(text, role)
    assert 0 <= start < end <= len(text)
    assert text[start:end] == text[start:end].strip() or not text.strip()


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts of real news are not here")
def test_the_rule_finds_the_heads_that_people_marked() -> None:
    hits, seen = Counter[bool](), Counter[bool]()
    roles = (r for document in read(NEWS / "dev", TEXTS) for event in document.events for r in event.roles or ())
    for role in roles:
        start, end = head_of(role.text, role.role)
        is_reason = role.role == "reason"
        seen[is_reason] += 1
        hits[is_reason] += role.head == (role.start + start, role.start + end)
    assert hits[False] >= 0.95 * seen[False]
    assert hits[True] >= 0.85 * seen[True]
