"""Who took part in an event: looked at, corrected by keys and by mouse, and never gold where nobody looked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document, Event, InputError, Role, Schema
from news_event_tagger.corpus import read, write
from news_event_tagger.documents.schema import STATUSES
from news_event_tagger.review.decisions import Decision, Edit, State
from news_event_tagger.review.wire import suggestions_to_page
from news_event_tagger.review.workspace import Suggestion, Workspace
from tests.review.serving import Served
from tests.review.test_page import place_of, press, saved

TEXT = "🎉 Chad held two men, then expelled one envoy on Monday."


def role(name: str, words: str, score: float | None = None) -> Role:
    return Role(name, TEXT.index(words), TEXT.index(words) + len(words), words, score=score)


def event(words: str, type_: str, *roles: Role, looked: bool = True) -> Event:
    start = TEXT.index(words)
    return Event(start, start + len(words), type_, words, status="actual", roles=roles if looked else None)


HELD = event("held", "arrest", role("actor", "Chad", 0.9), role("place", "two men", 0.5))
EXPELLED = event("expelled", "expulsion", role("actor", "Chad", 0.9), role("target", "one", 0.4))
SUGGESTED = Document(TEXT, (HELD, EXPELLED), "a")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    write([SUGGESTED], tmp_path / "set.jsonl")
    with Served(tmp_path / "set.jsonl", tmp_path / "work") as found:
        yield found


@pytest.fixture
def opened(page: Any, served: Served) -> Any:
    page.goto(served.address)
    page.wait_for_selector("#events li")
    return page


def exported(served: Served, folder: Path) -> tuple[list[Event], list[str]]:
    served.cookie or served.enter()
    answer = served.request("GET", "/api/export?format=jsonl")
    (folder / "out.jsonl").write_bytes(answer.body)
    return list(read(folder / "out.jsonl")[0].events), json.loads(answer.headers["x-notes"])


def cast(served: Served) -> list[list[tuple[str, str]] | None]:
    """The participants of each accepted event that somebody looked at."""
    served.cookie or served.enter()
    row = served.get("/api/documents/0")
    units = row["text"].encode("utf-16-le")
    return [
        [(one["role"], units[2 * one["start"] : 2 * one["end"]].decode("utf-16-le")) for one in mark["roles"]]
        if mark.get("seen")
        else None
        for mark in sorted(row["decisions"], key=lambda mark: mark["start"])
    ]


def test_participants_that_nobody_looked_at_are_not_gold(opened: Any, served: Served, tmp_path: Path) -> None:
    press(opened, "A", "c")
    opened.wait_for_selector("#progress:has-text('1 of 1')")
    assert "participants of 0 of 2 events" in opened.inner_text("#about")
    events, notes = exported(served, tmp_path)
    assert [(one.trigger, one.roles) for one in events] == [("held", None), ("expelled", None)]
    assert "suggested participants of 2 events left out, which nobody looked at" in notes
    press(opened, "t", "k", "y")
    saved(opened)
    events, notes = exported(served, tmp_path)
    assert [one.roles is None for one in events] == [True, False]
    assert "suggested participants of 1 events left out, which nobody looked at" in notes


def test_by_keys_participants_are_accepted_removed_renamed_moved_added(
    opened: Any, served: Served, tmp_path: Path
) -> None:
    press(opened, "t", "j", "j", "2")  # two men are the target
    press(opened, "y")  # of an arrest that is right so far; on to the expulsion
    chosen = "#events [aria-current=true]"
    assert "expelled" in opened.inner_text(f"{chosen} .trigger")
    press(opened, "j", "j", "r")  # one envoy
    press(opened, "f", *"mon", "Enter", "6")
    assert opened.inner_text(f"{chosen} >> nth=0").endswith(
        "participants: actor: Chad; target: one envoy; time: Monday"
    )
    press(opened, "k", "k", "x")
    press(opened, "y", "c")
    opened.wait_for_selector("#progress:has-text('1 of 1')")
    assert cast(served) == [[("actor", "Chad"), ("target", "two men")], [("target", "one envoy"), ("time", "Monday")]]
    events, _ = exported(served, tmp_path)
    assert [one.roles for one in events] == [
        (role("actor", "Chad"), role("target", "two men")),
        (role("target", "one envoy"), role("time", "Monday")),
    ]
    press(opened, *"uu")
    saved(opened)
    assert cast(served)[1] == [("actor", "Chad"), ("target", "one envoy"), ("time", "Monday")]
    press(opened, *"uuu", *"ooo")
    saved(opened)
    assert cast(served)[1] == [("actor", "Chad"), ("target", "one envoy"), ("time", "Monday")]
    press(opened, *"u" * 20)
    saved(opened)
    assert cast(served) == []


def test_one_of_two_that_overlap_in_a_role_is_refused_and_in_two_roles_asked_about(opened: Any, served: Served) -> None:
    press(opened, "t", "ArrowRight", "Shift+ArrowRight", "2")
    assert cast(served) == []
    assert "overlaps “two men”, the place: once more" in opened.inner_text("#said")
    press(opened, "2", "f", *"men", "Enter", "2")
    assert "which is target too" in opened.inner_text("#said")
    saved(opened)
    assert cast(served) == [[("actor", "Chad"), ("place", "two men"), ("target", "two men")]]


def test_participants_are_corrected_by_mouse(opened: Any, served: Served) -> None:
    opened.click("#tools button:has-text('participants')")
    opened.click("#events .cast button:has-text('two men')")
    opened.click("#tools button:has-text('target')")
    opened.click("#events button:has-text('expelled')")
    left, right, height = place_of(opened, "envoy on")
    opened.mouse.move(left + 2, height)
    opened.mouse.down()
    opened.mouse.move(right - 2, height, steps=4)
    opened.mouse.up()
    opened.click("#tools button:has-text('reason')")
    left, _, height = place_of(opened, "one envoy")
    opened.mouse.click(left, height)
    opened.click("#tools button:has-text('reject')")
    saved(opened)
    assert cast(served) == [
        [("actor", "Chad"), ("target", "two men")],
        [("actor", "Chad"), ("reason", "envoy on")],
    ]


def test_while_participants_are_open_completing_asks_once(opened: Any, served: Served) -> None:
    press(opened, "A", "t", "y", "c")
    assert "the participants of 1 event are not looked at" in opened.inner_text("#said")
    assert "1 of 1" not in opened.inner_text("#progress")
    press(opened, "c")
    opened.wait_for_selector("#progress:has-text('1 of 1')")
    assert sum(one is None for one in cast(served)) == 1


def test_another_type_has_other_participants(opened: Any, served: Served) -> None:
    press(opened, "t", "y", "t", "k", "3")
    saved(opened)
    assert cast(served) == [None]
    press(opened, "t", "y")
    saved(opened)
    assert cast(served) == [[("actor", "Chad"), ("place", "two men")]]


def test_a_third_person_sees_the_participants_of_both() -> None:
    ann = SUGGESTED.with_events([event("held", "arrest", role("actor", "Chad"), role("target", "two men"))])
    bob = SUGGESTED.with_events([event("held", "arrest", role("actor", "Chad"), role("target", "men"))])
    nobody = SUGGESTED.with_events([event("held", "arrest", looked=False)])
    (row,) = suggestions_to_page([Suggestion("ann", ann), Suggestion("bob", bob), Suggestion("cy", nobody)])
    assert row["by"] == ["ann", "bob", "cy"]
    assert [(one["role"], one["by"]) for one in row["roles"]] == [
        ("actor", ["ann", "bob"]),
        ("target", ["ann"]),
        ("target", ["bob"]),
    ]


def test_a_third_person_decides_between_the_participants_of_two(page: Any, tmp_path: Path) -> None:
    write([Document(TEXT, id="a")], tmp_path / "set.jsonl")
    for name, target in (("ann", "two men"), ("bob", "men")):
        workspace = Workspace(read(tmp_path / "set.jsonl"), tmp_path / "work", name, Schema(("arrest",), STATUSES))
        held = Decision(event("held", "arrest", role("actor", "Chad"), role("target", target)), seen=True)
        workspace.edit(0, Edit(add=(held,), complete=True), 0)
        workspace.close()
    with Served(tmp_path / "set.jsonl", tmp_path / "work", "cleo", "--between", "ann", "bob") as served:
        page.goto(served.address)
        page.wait_for_selector("#events li")
        press(page, "t")
        told = [one.inner_text().split()[-3:] for one in page.query_selector_all("#events .cast .said")]
        assert told == [["ann", "and", "bob"], ["suggested,", "by", "ann"], ["suggested,", "by", "bob"]]
        press(page, "A", "y")
        assert "“two men” and “men” overlap and are both target: x removes one" in page.inner_text("#said")
        saved(page)
        assert cast(served) == [None]
        press(page, "k", "x", "c")
        page.wait_for_selector("#progress:has-text('1 of 1')")
        assert cast(served) == [[("actor", "Chad"), ("target", "two men")]]


OLD = (
    '{"journal": "news-events review", "version": 1, "name": "ann"}\n'
    '{"document": "a", "sha256": "%s", "revision": 1, "at": "2026-11-29T14:14:24+00:00", '
    '"add": [%s], "complete": true}\n'
)
"""A journal of the version that kept participants with the events and showed them to nobody."""


def test_participants_in_a_journal_of_the_former_version_are_suggestions(tmp_path: Path) -> None:
    workspace = Workspace([SUGGESTED], tmp_path, "ann", Schema(("arrest",), STATUSES))
    workspace.edit(0, Edit(complete=True), 0)
    workspace.close()
    path = tmp_path / "ann.jsonl"
    digest = json.loads(path.read_text().splitlines()[1])["sha256"]
    path.write_text(OLD % (digest, json.dumps(HELD.to_dict())))
    again = Workspace([SUGGESTED], tmp_path, "ann", Schema(("arrest",), STATUSES))
    (held,) = again.state(0).decisions.values()
    assert [one.text for one in held.event.roles or ()] == ["Chad", "two men"]
    assert [one.roles for document in again.completed for one in document.events] == [None]
    assert again.unseen == 1
    looked = Decision(held.event, seen=True)
    again.edit(0, Edit((held,), (looked,)), 1)
    again.close()
    last = Workspace([SUGGESTED], tmp_path, "ann", Schema(("arrest",), STATUSES))
    assert [one.roles for document in last.completed for one in document.events] == [held.event.roles]
    last.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seen": 1}, "'seen' must be true or false"),
        ({"seen": True}, "has none"),
        ({"seen": True, "rejected": True, "roles": []}, "has none"),
        (
            {"seen": True, "roles": [{"role": "time", "start": 0, "end": n} for n in (1, 2)]},
            "overlap and are both time",
        ),
        ({"seen": True, "roles": [{"role": "time", "start": 0, "end": 99}]}, "no two offsets"),
    ],
)
def test_participants_that_cannot_be_labels_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Edit.read({"add": [{"start": 2, "end": 6, "type": "coup", **changes}]}, TEXT, "f:1")


def test_a_role_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    workspace = Workspace([SUGGESTED], tmp_path, "ann", Schema(("arrest",), STATUSES))
    strange = Decision(event("held", "arrest", role("<b>", "Chad")), seen=True)
    with pytest.raises(InputError, match="known: actor, target, object, reason, place, time"):
        workspace.edit(0, Edit(add=(strange,)), 0)
    workspace.close()


def test_one_who_looked_and_found_none_says_so() -> None:
    nobody = Decision(event("held", "arrest"), seen=True)
    assert State().after(Edit(add=(nobody,))).events[0].roles == ()
    assert State().after(Edit(add=(Decision(event("held", "arrest")),))).events[0].roles is None
