"""The baseline for participants: what a phrase beside the trigger, a preposition or a voice tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document
from news_event_tagger.baselines.phrases import NearestPhrases


def roles(text: str, trigger: str, type_: str = "arrest") -> list[tuple[str, str]]:
    start = text.index(trigger)
    document = Document.mark(text, [(start, start + len(trigger), type_)])
    (event,) = NearestPhrases().predict([document])[0].events
    return [(role.role, role.text) for role in event.roles or ()]


@pytest.mark.parametrize(
    ("text", "trigger", "type_", "wanted"),
    [
        (
            "Troops in Gao arrested two men and their driver.",
            "arrested",
            "arrest",
            [("actor", "Troops"), ("place", "Gao"), ("target", "two men"), ("target", "their driver")],
        ),
        (
            "Two men were later arrested by the police on suspicion of plotting a coup.",
            "arrested",
            "arrest",
            [("target", "Two men"), ("actor", "the police"), ("reason", "plotting a coup")],
        ),
        (
            "They condemned the French expulsion of an envoy.",
            "expulsion",
            "expulsion",
            [("actor", "French"), ("target", "an envoy")],
        ),
        ("It followed Mali's arrest of a minister.", "arrest", "arrest", [("actor", "Mali"), ("target", "a minister")]),
        ("Police arrest two men.", "arrest", "arrest", [("actor", "Police"), ("target", "two men")]),
        (
            "The Malian coup against the government last month.",
            "coup",
            "coup",
            [("place", "Malian"), ("target", "the government"), ("time", "last month")],
        ),
        (
            "Paris suspended military aid to Niger.",
            "suspended",
            "cooperation-suspension",
            [("actor", "Paris"), ("object", "military aid"), ("target", "Niger")],
        ),
        (
            "Chad withdrew from the treaty in 2003.",
            "withdrew",
            "cooperation-suspension",
            [("actor", "Chad"), ("object", "the treaty"), ("time", "2003")],
        ),
        ("arrested", "arrested", "arrest", []),
    ],
)
def test_participants_stand_beside_the_trigger(
    text: str, trigger: str, type_: str, wanted: list[tuple[str, str]]
) -> None:
    assert roles(text, trigger, type_) == wanted


def test_the_next_sentence_is_another_matter() -> None:
    assert roles("A man was held. Police in Rome left on Monday.", "held") == [("target", "A man")]


WORDS = [
    "of",
    "-",
    "'",
    "s",
    "by",
    "was",
    "Mali",
    "in",
    "the",
    ",",
    ".",
    "\n",
    "arrest",
    "for",
    "é🎉",
    "\ud800",
    "Monday",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_words_around_a_trigger_are_read(before: list[str], after: list[str]) -> None:
    text = " ".join([*before, "held", *after])
    start = len(" ".join([*before, ""]))
    document = Document.mark(text, [(start, start + 4, "arrest")])
    (found,) = NearestPhrases().predict([document])
    assert found.with_events([]) == document.with_events([])
    assert [(event.span, event.type) for event in found.events] == [((start, start + 4), "arrest")]
    assert found.events[0].roles is not None
