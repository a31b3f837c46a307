"""The page as a parser and as a browser sees it."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.documents.text import INVISIBLE
from news_event_tagger.evaluation import score
from news_event_tagger.evaluation.errors import findings
from news_event_tagger.evaluation.report import segments
from news_event_tagger.evaluation.report.pages import report

VOID = {"meta", "input"}
TYPES = ["arrest", "coup", '"><script>document.title=1</script>']
HOSTILE = (
    "<script>document.title = 'owned'</script></script></style><!-- \" ' &lt; &amp;amp; ]]>\r\n"
    "<img src=http://127.0.0.1:9/x onerror=\"document.title='owned'\"> "
    "\u202ereversed\u202c \u2067x\u2069 \x00\x07\x1b\x7f\x85 \ud800 "
    "\r<svg onload=document.title='owned'> {{7*7}} ${x} \ufeff\ufffe\u2028 é 漢字 مرحبا 😀\n"
)


class Page(HTMLParser):
    """The elements of a page; fails where they do not close in order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.parts: list[str] = []
        self.place = 0
        # Article and place of each character under such a mark.
        self.marked: dict[str, list[tuple[int, int]]] = {"gold": [], "predicted": []}
        self.marks: list[str] = []
        self.in_text = 0
        self.hidden = 0
        # The elements that stand behind the findings of the articles, those of the legend left out.
        self.tags: list[dict[str, str | None]] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), "an attribute stands twice"
        self.elements.append((tag, attributes))
        assert not any(INVISIBLE.search(value or "") for value in attributes.values())
        if attributes.get("class") == "tag" and "article" in self.open:
            self.tags.append(attributes)
        if tag == "span" and "hidden" in attributes:
            self.hidden = len(self.open) + 1
        if attributes.get("class") == "text":
            self.in_text = len(self.open) + 1
            self.place = 0
        if tag == "mark":
            self.marks.append(attributes["class"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "mark":
            self.marks.pop()
        if len(self.open) < self.hidden:
            self.hidden = 0
        if len(self.open) < self.in_text:
            self.in_text = 0
            self.texts.append("".join(self.parts))
            self.parts = []

    def handle_data(self, data: str) -> None:
        assert self.hidden or not INVISIBLE.search(data), "shown, and may turn around what stands beside it"
        if self.in_text:
            places = range(self.place, self.place + len(data))
            self.place = places.stop
            self.parts.append(data)
            for side, marked in self.marked.items():
                if any(side in classes.split() for classes in self.marks):
                    marked.extend((len(self.texts), place) for place in places)


def possible(text: str) -> str:
    """The text with what HTML cannot hold replaced."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


characters = st.one_of(
    st.sampled_from("<>&\"'\r\n\t\0\x1b\x85\u202e\u202c\u2066\u2069\ud83d\ude00;#xabc"), st.characters()
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document]:
    text = draw(st.text(characters, max_size=60)) + draw(st.sampled_from(["", "<script>", "</script>", "&lt;", "<!--"]))
    sides = []
    for _ in range(2):
        spans = []
        for _ in range(draw(st.integers(0, 5)) if text else 0):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            status = draw(st.sampled_from([None, "actual", "alleged", '"<b>']))
            spans.append((start, end, draw(st.sampled_from(TYPES)), status))
        sides.append(Document.mark(text, spans, id=draw(st.text(characters, max_size=9)), meta={"<k>": "</p>\u202e"}))
    return sides[0], sides[1]


@given(st.lists(pairs(), min_size=1, max_size=3), st.sampled_from([2, 9, segments.BLOCK]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_articles_are_shown_as_they_are_and_each_finding_once(
    rows: list[tuple[Document, Document]], block: int
) -> None:
    gold, predicted = [list(side) for side in zip(*rows, strict=True)]
    with patch.object(segments, "BLOCK", block):
        source = report(gold, predicted, {"system": "</title><script>", "types": TYPES})
    page = Page(source.encode().decode())
    assert page.texts == [possible(document.text) for document in gold]
    expected = Counter(finding.kind for row in rows for finding in findings(*row))
    assert Counter(tag["data-kind"] for tag in page.tags) == expected
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    for side, marked in (("gold", gold), ("predicted", predicted)):
        places = [{place for event in document.events for place in range(*event.span)} for document in marked]
        assert page.marked[side] == [(number, place) for number, all_ in enumerate(places) for place in sorted(all_)]


def test_crossing_spans_close_and_open_again() -> None:
    gold = [Document.mark("abcdef", [(0, 4, "arrest"), (1, 2, "coup")])]
    predicted = [Document.mark("abcdef", [(2, 6, "arrest"), (1, 2, "arrest")])]
    page = Page(report(gold, predicted, {}))
    assert page.texts == ["abcdef"]
    kinds = Counter(tag["data-kind"] for tag in page.tags)
    assert kinds == Counter(finding.kind for finding in findings(gold[0], predicted[0]))


def test_a_status_that_is_no_fact_is_shown() -> None:
    text = "An alleged coup and a coup."
    gold = [Document.mark(text, [(11, 15, "coup", "alleged"), (22, 26, "coup", "actual")])]
    predicted = [gold[0].with_events(Event(e.start, e.end, e.type, e.trigger, 0.9, "actual") for e in gold[0].events)]
    alleged, actual = Page(report(gold, predicted, {})).tags
    assert alleged["data-label"] == "? coup, alleged → actual"
    assert actual["data-label"] == "✓ coup"


def test_texts_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="same texts"):
        report([Document("a")], [Document("b")], {})


def row(**more: object) -> dict[str, Any]:
    ratios = {"precision": 0.75, "recall": None, "f1": 0.6}
    return {"tp": 3, "fp": 1, "fn": 2, "support": 5, **ratios, **more}


def full_scores() -> dict[str, Any]:
    sure = row(interval={"precision": [0.5, 0.9], "recall": None, "f1": [0.4, 0.8]})
    none = row(precision=None, recall=None, f1=None, interval=None)
    mode = {"micro": sure, "macro": {"precision": None, "recall": 0.5, "f1": 0.5}}
    mode["types"] = {"arrest": sure, "coup": none, TYPES[2]: row()}
    bins = [
        {"low": 0.0, "high": 0.5, "confidence": None, "accuracy": None, "count": 0},
        {"low": 0.5, "high": 1.0, "confidence": 0.8, "accuracy": 0.7, "count": 4},
    ]
    curve = [
        {"threshold": n / 1000, "precision": None if n == 999 else 0.5, "recall": 1 - n / 1000} for n in range(1000)
    ]
    return {
        "version": 2,
        "system": "ours <&>",
        "data": {"sets": ["a/b"], "documents": 3, "events": 5, "sha256": "ab" * 32},
        "types": TYPES,
        **dict.fromkeys(("strict", "identification", "overlap", "sentence", "document"), mode),
        "confidence": {"ece": 0.1, "brier": None, "average_precision": 0.5, "bins": bins, "curve": curve},
        "errors": {
            "kinds": {"missed": 2, "correct": 3},
            "confusion": {"types": ["arrest", "coup", "none"], "counts": [[0, 1, 2], [0, 0, 0], [1, 0, 0]]},
        },
        "slices": {"lemma": {"seen": sure, "<unseen>": none}},
        "missing": ["a"],
        "baselines": {"lexicon": {"strict": mode, "identification": mode}},
        "cost": {"sentences_per_second": 231.2, "device": "cpu"},
    }


def test_every_part_of_the_scores_may_be_absent() -> None:
    gold = [Document.mark("A coup.", [(2, 6, "coup")], id="a")]
    scores = full_scores()
    whole = Page(report(gold, gold, scores))
    ids = {attributes.get("id") for _, attributes in whole.elements}
    assert ids >= {"summary", "types", "modes", "baselines", "confidence", "errors", "slices", "cost", "articles"}
    for name in scores:
        Page(report(gold, gold, {key: value for key, value in scores.items() if key != name}))
    Page(report([], [], {}))


def test_the_summary_says_what_the_figures_mean() -> None:
    gold = [Document.mark("A coup. A coup. A coup.", [(2, 6, "coup"), (10, 14, "coup"), (18, 22, "coup")])]
    predicted = [gold[0].with_events([*gold[0].events[:2], Event(0, 1, "coup", "A")])]
    source = report(gold, predicted, score(gold, predicted))
    assert "2 of its 3 reports are; about 1 in 3 is a false alarm." in source
    assert "2 of 3; about 1 in 3 is missed." in source


def test_nothing_is_asked_for_from_elsewhere() -> None:
    gold = [Document.mark(HOSTILE, [(0, 8, "coup")], id=HOSTILE, meta={HOSTILE: HOSTILE})]
    page = Page(report(gold, gold, full_scores()))
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "image", "use", "a"} or (
            tag == "a" and (attributes["href"] or "").startswith("#")
        )
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "xlink:href")}
    assert page.texts == [possible(HOSTILE)]


LONG = (("The army <b>said</b> two men were arrested. \u202e" + "The envoys left. " * 9) * 6_000)[:1_000_000]


def test_a_line_of_a_megabyte_is_cut_into_blocks_outside_of_spans() -> None:
    gold = [Document.mark(LONG, [(19_000, 41_000, "arrest"), (40_500, 41_100, "coup")])]
    source = report(gold, gold, {})
    page = Page(source)
    assert page.texts == [LONG]
    assert [place for _, place in page.marked["gold"]] == list(range(19_000, 41_100))
    lengths = [len(block) for block in source.split('<div class="block">')[1:]]
    assert len(lengths) > 40
    assert sorted(lengths)[-2] < 10 * segments.BLOCK
