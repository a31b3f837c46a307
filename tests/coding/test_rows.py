"""The table of events: one row each, the same in every format, and described in docs/TABLE.md."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event
from news_event_tagger.coding.columns import COLUMNS
from news_event_tagger.coding.export import joined, schema, write_csv, write_parquet
from news_event_tagger.coding.rows import Row, rows_of
from news_event_tagger.documents.document import Role
from news_event_tagger.documents.schema import ROLES
from tests.conftest import REPOSITORY

TEXT = "PARIS, 19 September 2025 - Mali and Niger expelled two French envoys on Tuesday.\nNo coup was seen."
NAMES = [column.name for column in COLUMNS]
PAGE = (REPOSITORY / "docs" / "TABLE.md").read_text(encoding="utf-8")


def parted(cell: str) -> list[str]:
    """The texts of a cell, as docs/TABLE.md says that one reads them."""
    (snippet,) = re.findall(r"```python\ntexts = (.*)\n```", PAGE)
    texts: list[str] = eval(snippet, {"re": re}, {"cell": cell})
    return texts


def span(role: str, words: str) -> Role:
    start = TEXT.index(words)
    return Role(role, start, start + len(words), words, score=0.75)


def story() -> Document:
    roles = [("actor", "Mali"), ("actor", "Niger"), ("target", "two French envoys"), ("time", "Tuesday")]
    start, coup = TEXT.index("expelled"), TEXT.index("coup")
    expelled = Event(
        start, start + 8, "expulsion", "expelled", 0.9, "actual", 0.8, tuple(span(*role) for role in roles)
    )
    return Document(TEXT, (expelled, Event(coup, coup + 4, "coup", "coup", status="negated")), "a", {"source": "AFP"})


def as_csv(rows: list[Row]) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv(rows, file)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_a_row_says_who_did_what_to_whom_when() -> None:
    row, other = rows_of([story()], "mine@1234")
    assert (row["event_id"], row["id"], row["source"], row["date"]) == (
        "a:42-50:expulsion",
        "a",
        "AFP",
        date(2025, 9, 19),
    )
    assert (row["actor"], row["target"], row["object"]) == (["Mali", "Niger"], ["two French envoys"], [])
    assert all(TEXT[start:end] == words for words, (start, end) in zip(row["actor"], row["actor_at"], strict=True))
    assert (row["actor_country"], row["target_country"]) == (["MLI", "NER"], ["FRA"])
    assert row["date_start"] == row["date_end"] == date(2025, 9, 16)
    assert (row["plover_event"], row["cameo"]) == ("SANCTION", "161")
    assert (row["score"], row["status_score"], row["roles_score"], row["model"]) == (0.9, 0.8, 0.75, "mine@1234")
    assert row["sentence"] == TEXT.split("\n")[0]
    assert other["sentence"] == TEXT[other["sentence_start"] :]
    assert other["plover_event"] == ""
    assert other["date_start"] is other["roles_score"] is None


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    rows = rows_of([story()])
    write_parquet(rows, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == NAMES
    assert table.schema == schema()
    kinds = {column.name: column.kind for column in COLUMNS}
    for stored, cells in zip(table.to_pylist(), as_csv(rows), strict=True):
        assert list(cells) == NAMES
        for name, kind in kinds.items():
            expected: Any = stored[name]
            if kind == "texts":
                assert parted(cells[name]) == expected
            elif kind == "spans":
                assert [[int(end) for end in part.split("-")] for part in parted(cells[name])] == expected
            else:
                assert cells[name] == ("" if expected is None else str(expected))


@given(st.lists(st.text(min_size=1), max_size=4))
def test_a_list_in_a_cell_comes_back(texts: list[str]) -> None:
    assert parted(joined(texts)) == texts


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=3), st.data())
def test_any_text_comes_back_from_csv_and_none_is_run_by_a_spreadsheet(words: list[str], data: Any) -> None:
    text = data.draw(st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "'=", "''@"])) + " ".join(words)
    roles = (Role("actor", 0, len(text), text), Role("actor", 0, 1, text[0]))
    (row,) = as_csv(rows_of([Document(text, (Event(0, len(text), "arrest", text, roles=roles),), text)]))
    for name, expected in (("id", text), ("trigger", text), ("actor", joined([text[0], text]))):
        assert row[name][:1] not in tuple("=+-@\t\r")
        assert re.sub(r"^'(?='*[=+@\t\r-])", "", row[name]) == expected
    assert all(cell[:1] not in tuple("=+-@\t\r") for cell in row.values())


WORDS = re.split("[ ]", "\n Mali French Georgia the since by Tuesday 72 hours last week his who 1999 . , two given ’s")


@given(
    words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), min_size=6, max_size=14),
    spans=st.lists(st.tuples(st.sampled_from(ROLES), st.integers(0, 20), st.integers(1, 12)), max_size=6),
    type_=st.sampled_from(["arrest", "coup", "expulsion", "cooperation-suspension", "riot"]),
    day=st.sampled_from(["2025-09-19", "9999-12-31", "0001-01-01", "soon", 7, None]),
)
def test_any_text_with_any_participants_has_a_row(
    words: list[str], spans: list[tuple[str, int, int]], type_: str, day: object
) -> None:
    text = " ".join(["x", *words, "y"])
    ends = [(role, start % len(text), min(len(text), start % len(text) + length)) for role, start, length in spans]
    roles = tuple(Role(role, start, end, text[start:end]) for role, start, end in ends)
    event = Event(0, 1, type_, text[0], status="prospective", roles=roles)
    other = Event(len(text) - 1, len(text), type_, text[-1], roles=roles[:2])
    rows = rows_of([Document(text, (event, other), "a", {"date": day}), Document(text, (event,), "b")])
    assert len(rows) == len(as_csv(rows)) == 3
    for row in rows:
        assert not (row["date_start"] and row["date_end"]) or row["date_start"] <= row["date_end"]


def test_half_a_surrogate_pair_does_not_end_the_table(tmp_path: Path) -> None:
    rows = rows_of([Document("A coup\ud800.", (Event(2, 7, "coup", "coup\ud800"),), "\udc00")])
    write_parquet(rows, tmp_path / "a.parquet")
    stored = pd.read_parquet(tmp_path / "a.parquet")
    assert stored["trigger"].tolist() == [cells["trigger"] for cells in as_csv(rows)] == ["coup\ufffd"]


def test_the_page_describes_every_column_in_the_words_of_the_code() -> None:
    described = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", PAGE, re.MULTILINE)
    assert described == [tuple(column) for column in COLUMNS]


@pytest.mark.parametrize("documents", [[], [Document("Nothing.")]])
def test_no_events_are_an_empty_table_with_its_columns(documents: list[Document], tmp_path: Path) -> None:
    rows = rows_of(documents)
    write_parquet(rows, tmp_path / "a.parquet")
    assert (pq.read_table(tmp_path / "a.parquet").column_names, as_csv(rows)) == (NAMES, [])
