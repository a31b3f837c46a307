"""Markdown as a parser reads it."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from news_event_tagger import Document
from news_event_tagger.documents.text import printable
from news_event_tagger.evaluation.report.markdown import markdown, table
from news_event_tagger.evaluation.results import results

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def cells(source: str) -> list[str]:
    """The text of each cell; fails where one holds anything but text."""
    found = []
    for before, token in pairwise(PARSER.parse(source)):
        if before.type in ("th_open", "td_open"):
            parts = token.children or []
            assert {part.type for part in parts} <= {"text", "text_special"}
            found.append("".join(part.content for part in parts))
    return found


@given(st.text(st.one_of(st.sampled_from("\\|`*_[]()<>~&;!#a1 \n\r"), st.characters()), max_size=20))
@example("a|b")
@example("a\\|b")
@example("__0__")
@example("<img src=x> **b** `c` _d_ [e](f) &lt; ~~g~~")
def test_a_cell_is_read_as_the_text_that_it_shows(text: str) -> None:
    shown = " ".join(printable(text).split())
    assert cells(table(["type", "F1"], [[text, "0.5"]])) == ["type", "F1", shown, "0.5"]


def test_no_type_breaks_a_table_of_the_scores() -> None:
    name = "a\\|b *c*"
    gold = [Document.mark("A coup.", [(2, 6, name, "actual")], str(number)) for number in range(3)]
    source = markdown(results(gold, gold, system="x|y", sets=["z|"]))
    assert cells(source).count(name) == 3
