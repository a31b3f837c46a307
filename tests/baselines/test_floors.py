import pytest

from model import Document
from model.baselines import LexiconTagger, LinearTagger
from model.corpus import inline
from tests.conftest import ARTICLES

TRAIN = [inline.parse(source, name, name) for name, source in ARTICLES.items()]


@pytest.mark.parametrize("tagger", [LexiconTagger, LinearTagger])
def test_floor_finds_what_it_was_taught(tagger: type[LexiconTagger] | type[LinearTagger]) -> None:
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


@pytest.mark.parametrize("tagger", [LexiconTagger, LinearTagger])
def test_empty_text_holds_nothing(tagger: type[LexiconTagger] | type[LinearTagger]) -> None:
    assert tagger().fit(TRAIN).predict([Document("")])[0].events == ()
