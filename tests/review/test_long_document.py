"""A long document in the page: what is about the chosen event is drawn, and nothing of the rest is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from news_event_tagger import Document
from news_event_tagger.corpus import write
from tests.review.serving import Served
from tests.review.test_page import events, press, saved


def test_of_a_long_document_what_is_about_the_chosen_event_is_listed(page: Any, tmp_path: Path) -> None:
    line = "Police held two men and the junta ousted the president on Monday.\n"
    text = line * 450
    spans = [(text.index("held") + n * len(line), text.index("held") + n * len(line) + 4, "arrest") for n in range(450)]
    write([Document.mark(text, spans, "long")], tmp_path / "set.jsonl")
    with Served(tmp_path / "set.jsonl", tmp_path / "work") as served:
        page.goto(served.address)
        page.wait_for_selector("#events li")
        assert page.text_content("#text") == text
        assert len(events(page)) == 100
        assert page.inner_text("#later") == "350 later events"
        page.click("#later")
        chosen = page.query_selector("#events [aria-current=true]")
        assert chosen.get_attribute("data-name").startswith(f"{spans[100][0]}:")
        assert page.evaluate("document.querySelector('#events [aria-current=true]').parentNode.ariaPosInSet") == "101"
        press(page, "2")
        press(page, "k", "k", *["j"] * 3, "x")
        saved(page)
        served.enter()
        marks = served.get("/api/documents/0")["decisions"]
        assert [(one["start"], one["type"], one.get("rejected", False)) for one in marks] == [
            (spans[100][0], "expulsion", False),
            (spans[101][0], "arrest", True),
        ]
        # A stroke over lines that are parts of the text: whole words, at the offsets of the whole text.
        page.evaluate(
            "() => { const parts = document.getElementById('text').children; const range = document.createRange();"
            " range.setStart(parts[1].firstChild, 74); range.setEnd(parts[1].firstChild, 81);"
            " getSelection().removeAllRanges(); getSelection().addRange(range); }"
        )
        page.wait_for_selector("#said:has-text('held two: 1 arrest')")
        press(page, "3")
        saved(page)
        first = page.evaluate("document.getElementById('text').firstChild.textContent.length")
        coup = next(one for one in served.get("/api/documents/0")["decisions"] if one["type"] == "coup")
        assert text[coup["start"] : coup["end"]] == "held two"
        assert first - 1 <= coup["start"] - len(line) <= first + len(line)
