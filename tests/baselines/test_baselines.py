import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger import Document
from news_event_tagger.baselines import cues
from news_event_tagger.baselines.crf import CRFTagger
from news_event_tagger.baselines.cues import CueStatuses
from news_event_tagger.baselines.keywords import KeywordTagger
from news_event_tagger.baselines.lexicon import LexiconTagger
from news_event_tagger.baselines.linear import LinearTagger
from news_event_tagger.corpus.formats import inline
from news_event_tagger.documents.text import sentences
from news_event_tagger.training.run import baselines
from tests.conftest import ARTICLES

TRAIN = [inline.parse(source, name, name) for name, source in ARTICLES.items()]
CRF = CRFTagger().fit(TRAIN)


@pytest.mark.parametrize("tagger", [LexiconTagger, LinearTagger, CRFTagger])
def test_baseline_finds_what_it_was_taught(tagger: type[LexiconTagger | LinearTagger | CRFTagger]) -> None:
    (document,) = tagger().fit(TRAIN).predict([Document("The army said two men were arrested. The treaty was on.")])
    assert [(event.trigger, event.type) for event in document.events] == [("arrested", "arrest")]
    assert 0.0 <= (document.events[0].score or -1) <= 1.0


def test_lexicon_leaves_out_a_word_that_mostly_means_something_else() -> None:
    train = [Document.mark("He left. She left. They left.", [(3, 7, "expulsion")])]
    (document,) = LexiconTagger().fit(train).predict([Document("He left.")])
    assert document.events == ()


def test_lexicon_prefers_the_longer_phrase() -> None:
    train = [Document.mark("It seized power. It seized it.", [(3, 15, "coup"), (20, 26, "coup")])]
    (document,) = LexiconTagger().fit(train).predict([Document("They SEIZED power.")])
    assert [event.trigger for event in document.events] == ["SEIZED power"]


@pytest.mark.parametrize("tagger", [KeywordTagger, LexiconTagger, LinearTagger, CRFTagger])
def test_empty_text_holds_nothing(tagger: type[KeywordTagger | LexiconTagger | LinearTagger | CRFTagger]) -> None:
    assert tagger().fit(TRAIN).predict([Document("")])[0].events == ()


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("Police ARRESTED two men; a warrant and an arrest warrant are out.", ["ARRESTED"]),
        ("He was taken into custody, then put under house arrest.", ["taken into custody", "house arrest"]),
        ("A cardiac arrest in the detention centre.", []),
        (
            "Chad ordered the two envoys to leave and declared a third persona non grata.",
            ["leave", "persona non grata"],
        ),
        ("She told him. He asked her to leave.", ["leave"]),
        ("Officers seized power in a coup d'état, no coup de grâce.", ["seized power", "coup d'état"]),
        (
            "Rome cut off aid, severed ties, withdrew from the pact and withdrew its troops.",
            ["cut off", "severed", "withdrew"],
        ),
    ],
)
def test_keywords_mark_the_words_that_the_guidelines_mark(text: str, triggers: list[str]) -> None:
    types = ("arrest", "expulsion", "coup", "cooperation-suspension")
    train = [Document.mark("abcd", [(place, place + 1, type_) for place, type_ in enumerate(types)])]
    (document,) = KeywordTagger().fit(train).predict([Document(text)])
    assert [event.trigger for event in document.events] == triggers


def test_keywords_find_only_types_that_the_articles_have() -> None:
    train = [Document.mark("A strike, a coup.", [(2, 8, "strike"), (12, 16, "coup")])]
    (document,) = KeywordTagger().fit(train).predict([Document("A strike, a coup, an arrest.")])
    assert [(event.trigger, event.type) for event in document.events] == [("coup", "coup")]


def test_each_sentence_and_clause_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(cues, "sentences", lambda text: asked.append(text) or sentences(text))
    text = "No coup, a coup. " * 100
    places = [place for place in range(len(text)) if text.startswith("coup", place)]
    (found,) = CueStatuses().predict([Document.mark(text, [(place, place + 4, "coup") for place in places])])
    assert len(asked) == 1
    assert [event.status for event in found.events] == ["negated", "actual"] * 100


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["The", "army", "coup", "arrested", "!", "\n", "é🎉", "x" * 40, "1994", "\ud800"])))
def test_crf_marks_words_of_any_text_with_a_probability(parts: list[str]) -> None:
    (document,) = CRF.predict([Document(" ".join(parts))])
    for event in document.events:
        assert 0.0 <= (event.score or -1) <= 1.0
        assert event.trigger == event.trigger.strip()


def test_crf_is_the_same_every_time() -> None:
    documents = [document.with_events([]) for document in TRAIN]
    assert CRFTagger().fit(TRAIN).predict(documents) == CRF.predict(documents)


def test_crf_learns_a_trigger_of_two_words() -> None:
    texts = [f"{who} seized power in {where}." for who in ("He", "She") for where in ("Oslo", "Rome", "Bern")]
    train = [Document.mark(text, [(text.index("seized"), text.index(" in"), "coup")]) for text in texts]
    (document,) = CRFTagger().fit(train).predict([Document("They seized power in Paris.")])
    assert [event.trigger for event in document.events] == ["seized power"]


def test_without_its_package_the_crf_is_left_out_and_a_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(baselines(TRAIN, TRAIN, ["arrest"])) == ["keywords", "lexicon", "linear", "crf"]
    monkeypatch.setattr(CRFTagger, "is_installed", staticmethod(lambda: False))
    # Twice, as with several folds, and said once.
    for _ in range(2):
        assert list(baselines(TRAIN, TRAIN, ["arrest"])) == ["keywords", "lexicon", "linear"]
    assert capsys.readouterr().err.splitlines() == [
        'no CRF among the baselines: pip install "news-event-tagger[crf]" adds it'
    ]
