"""What the page does with keys, mouse and touch, and with texts that mean harm."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document
from news_event_tagger.corpus import read, write
from tests.evaluation.test_report import HOSTILE
from tests.evaluation.test_report_in_browser import luminance
from tests.review.serving import Served

TEXT = "🎉 Police held two men. Mali's junta e\u0301tait ousted; قوات الجيش expelled envoys, and it rec\u00adouped."
"""An emoji, a combining accent, words from right to left, and a soft hyphen within a word."""


def marked(*words: tuple[str, str, str], text: str = TEXT, id: str = "a") -> Document:
    spans = [(text.index(word), text.index(word) + len(word), type_, status) for word, type_, status in words]
    return Document.mark(text, spans, id)


RIGHT = marked(("held", "arrest", "actual"), ("ousted", "coup", "alleged"), id="right")
SECOND = Document.mark("A coup.", [(2, 6, "coup", "actual")], "second")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    write([RIGHT, SECOND], tmp_path / "set.jsonl")
    with Served(tmp_path / "set.jsonl", tmp_path / "work") as found:
        yield found


@pytest.fixture
def opened(page: Any, served: Served) -> Any:
    """The page, with the first document open."""
    page.goto(served.address)
    show(page, "right")
    return page


def show(page: Any, name: str) -> None:
    page.wait_for_selector("#about:has-text('document')")
    page.keyboard.press("/")
    page.fill("#words", name)
    page.click(f"#results button:has-text('{title(name)}')")
    page.wait_for_selector(f"#about:has-text('document {name}')")


def title(name: str) -> str:
    return {"right": "Police held", "second": "A coup"}.get(name, "")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Any) -> None:
    page.wait_for_selector("#saved[data-state=saved]")


def events(page: Any) -> list[tuple[str, str]]:
    """What the list of events says."""
    rows = page.query_selector_all("#events > li > button")
    return [(row.query_selector(".trigger").inner_text(), row.query_selector(".said").inner_text()) for row in rows]


def work(served: Served, name: str = "right") -> Any:
    served.cookie or served.enter()
    entry = next(one for one in served.get(f"/api/find?words={title(name).replace(' ', '%20')}") if one["id"] == name)
    return served.get(f"/api/documents/{entry['number']}")


def accepted(served: Served, name: str = "right") -> list[tuple[str, str, str | None]]:
    row = work(served, name)
    units = row["text"].encode("utf-16-le", "surrogatepass")
    return [
        (units[2 * one["start"] : 2 * one["end"]].decode("utf-16-le", "surrogatepass"), one["type"], one.get("status"))
        for one in sorted(row["decisions"], key=lambda one: one["start"])
        if not one.get("rejected")
    ]


def test_two_keys_complete_what_is_right(opened: Any, served: Served, tmp_path: Path) -> None:
    press(opened, "A", "c")
    opened.wait_for_selector("#about:has-text('document second')")
    press(opened, "A", "c")
    opened.wait_for_selector("#progress:has-text('2 of 2')")
    opened.click("[data-open=exporting]")
    opened.select_option("#formats", "jsonl")
    with opened.expect_download() as download:
        opened.click("#export")
    download.value.save_as(tmp_path / "out.jsonl")
    assert read(tmp_path / "out.jsonl") == [RIGHT, SECOND]


def test_keys_change_type_status_and_ends(opened: Any, served: Served) -> None:
    press(opened, "k", "k")  # from the first, and round
    press(opened, "j", "j", "y")
    press(opened, "j")
    chosen = "#events [aria-current=true]"
    opened.wait_for_selector(f"{chosen}:has-text('held')")
    press(opened, "2", "n", "q", "r", "r", "e")
    assert opened.inner_text(f"{chosen} .said") == "accepted, expulsion, negated"
    saved(opened)
    assert accepted(served)[0] == ("Police held two", "expulsion", "negated")


def test_words_taken_with_arrows_become_an_event(opened: Any, served: Served) -> None:
    press(opened, "j", *["ArrowRight"] * 5, "ArrowLeft", "Shift+ArrowRight", "3", "p")
    saved(opened)
    assert accepted(served) == [("expelled envoys", "coup", "prospective")]


def test_a_word_is_found_by_its_first_letters(opened: Any, served: Served) -> None:
    press(opened, "f", *"exp", "Enter", "Shift+ArrowRight", "2", "n")
    press(opened, "f", *"an", "Backspace", *"nd", "ArrowRight", "ArrowRight", "Enter", "1")
    press(opened, "f", *"ju", "Escape", "1")
    saved(opened)
    assert accepted(served) == [("expelled envoys", "expulsion", "negated"), ("and", "arrest", "actual")]


def test_undo_and_redo_have_no_end_and_outlive_the_page(opened: Any, served: Served) -> None:
    press(opened, "A", "j", "2", "n", "r", "x")
    saved(opened)
    after = accepted(served)
    press(opened, *"uuuuu", "u")
    assert opened.inner_text("#said") == "nothing to undo"
    saved(opened)
    assert accepted(served) == []
    press(opened, *"ooooo", "Control+y")
    saved(opened)
    assert accepted(served) == after
    opened.reload()
    show(opened, "right")
    press(opened, *["Control+z"] * 15)
    saved(opened)
    assert accepted(served) == []


def test_what_is_rejected_can_be_taken_back(opened: Any, served: Served) -> None:
    press(opened, "x", "x")
    assert [said.split(",")[0] for _, said in events(opened)] == ["rejected", "rejected"]
    opened.click("#events button >> nth=0")
    press(opened, "y")
    saved(opened)
    assert accepted(served) == [("held", "arrest", "actual")]


def test_undecided_suggestions_keep_a_document_open(opened: Any, served: Served) -> None:
    press(opened, "y", "c")
    assert "1 suggestion is undecided" in opened.inner_text("#said")
    saved(opened)
    assert not work(served)["complete"]
    press(opened, "x", "c")
    opened.wait_for_selector("#about:has-text('document second')")
    saved(opened)
    assert work(served)["complete"]


def test_nothing_overlaps_by_accident(opened: Any, served: Served) -> None:
    press(opened, "A", "j")
    opened.click("#events button >> nth=0")
    press(opened, *"r" * 30)
    assert "overlaps" in opened.inner_text("#said")
    saved(opened)
    assert [trigger for trigger, *_ in accepted(served)][1] == "ousted"


def place_of(page: Any, word: str) -> tuple[float, float, float]:
    """Where a word is on the screen: the middle of its first and last letter, and their height."""
    box = page.evaluate(
        "word => { const node = document.getElementById('text').firstChild.firstChild;"
        " const range = document.createRange(); const at = node.data.indexOf(word);"
        " range.setStart(node, at); range.setEnd(node, at + word.length);"
        " const box = range.getBoundingClientRect(); return [box.left, box.right, (box.top + box.bottom) / 2]; }",
        word,
    )
    return box[0] + 3, box[1] - 3, box[2]


def test_a_selection_by_mouse_is_of_whole_words(opened: Any, served: Served) -> None:
    start, _, height = place_of(opened, "xpelled en")
    _, end, _ = place_of(opened, "xpelled en")
    opened.mouse.move(start + 4, height)
    opened.mouse.down()
    opened.mouse.move(end - 4, height, steps=5)
    opened.mouse.up()
    opened.click("#tools button:has-text('expulsion')")
    saved(opened)
    assert accepted(served) == [("expelled envoys", "expulsion", "actual")]
    left, _, height = place_of(opened, "ousted")
    opened.mouse.click(left + 5, height)
    opened.click("#tools button:has-text('negated')")
    saved(opened)
    assert ("ousted", "coup", "negated") in accepted(served)


def test_a_touch_takes_a_word(browser: Any, served: Served) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(served.address)
    page.wait_for_selector("#events li")
    if "second" in page.inner_text("#about"):
        page.evaluate("document.getElementById('queue').open = true")
        page.tap("#entries button:has-text('Police')")
        page.wait_for_selector("#about:has-text('document right')")
    page.evaluate("document.getElementById('text').scrollIntoView({block: 'center'})")
    left, _, height = place_of(page, "envoys")
    page.touchscreen.tap(left + 5, height)
    page.tap("#tools button:has-text('expulsion')")
    saved(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
    assert accepted(served) == [("envoys", "expulsion", "actual")]


def test_a_second_tab_is_told_and_nothing_is_lost(opened: Any, served: Served) -> None:
    other = opened.context.new_page()
    other.goto(served.origin + "/")
    show(other, "right")
    press(other, "2")
    saved(other)
    press(opened, "n")
    opened.wait_for_selector("#conflict[open]")
    assert "not saved" in opened.inner_text("#saved")
    assert opened.inner_text("#theirs").startswith("held (expulsion, actual)")
    assert opened.inner_text("#mine").startswith("held (arrest, negated)")
    assert accepted(served) == [("held", "expulsion", "actual")]
    opened.click("#keep")
    saved(opened)
    assert accepted(served) == [("held", "arrest", "negated")]
    press(other, "p")
    other.wait_for_selector("#conflict[open]")
    other.click("#take")
    other.wait_for_selector("#events .said:has-text('accepted, arrest, negated')")


def test_what_cannot_be_sent_is_not_called_saved(opened: Any, served: Served) -> None:
    saved_before = opened.inner_text("#saved")
    opened.context.set_offline(True)
    press(opened, "2", "n")
    opened.wait_for_selector("#saved[data-state=lost]")
    assert accepted(served) == []
    opened.context.set_offline(False)
    saved(opened)
    assert saved_before != "saved"
    assert accepted(served) == [("held", "expulsion", "negated")]


def test_texts_are_pasted_and_dropped(opened: Any, served: Served, tmp_path: Path) -> None:
    opened.click("[data-open=adding]")
    opened.fill("#pasted", "A new 🎉 coup.\n")
    opened.fill("#named", "mine")
    opened.click("#paste")
    opened.wait_for_selector("#about:has-text('document mine')")
    (tmp_path / "x.jsonl").write_text(
        '{"id": "r", "text": "Held.", "events": [{"start": 0, "end": 4, "type": "arrest"}]}'
    )
    opened.click("[data-open=adding]")
    opened.set_input_files("#files", [tmp_path / "x.jsonl"])
    opened.wait_for_selector("#about:has-text('document r')")
    assert events(opened) == [("Held", "suggested, arrest")]
    opened.click("[data-open=adding]")
    opened.set_input_files("#files", [tmp_path / "set.jsonl", tmp_path / "x.jsonl"])
    opened.wait_for_selector("#adding output:has-text('3 documents are there')")


def test_an_empty_folder_begins_with_a_text_that_is_pasted(page: Any, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    with Served(tmp_path / "set", tmp_path / "work") as served:
        page.goto(served.address)
        page.wait_for_selector("#adding[open]")
        page.fill("#pasted", "Troops staged a coup.")
        page.click("#paste")
        page.wait_for_selector("#about:has-text('document pasted')")
        assert page.inner_text("#text") == "Troops staged a coup."
        press(page, *["ArrowRight"] * 4, "3")
        saved(page)
        assert "on their way" in page.inner_text("#events-title") or events(page)
    assert served.process.returncode in (0, 130)
    assert not list((tmp_path / "set").iterdir())


def test_hostile_text_is_shown_and_does_nothing(page: Any, tmp_path: Path) -> None:
    hostile = Document.mark(
        HOSTILE, [(1, 7, "arrest", "actual"), (20, 40, "<img src=x onerror=alert(1)>")], "<b>\u202eid"
    )
    hostile = Document(HOSTILE, hostile.events, hostile.id, {"title": "<script>document.title='owned'</script>"})
    write([hostile], tmp_path / "<i>set.jsonl")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with Served(tmp_path / "<i>set.jsonl", tmp_path / "work") as served:
        page.goto(served.address)
        page.wait_for_selector("#events li")
        assert page.evaluate("document.getElementById('text').innerHTML.match(/<\\w+/g).join()") == "<div"
        assert page.evaluate("document.getElementById('text').textContent") == HOSTILE
        assert page.evaluate("document.scripts.length") == 1
        assert page.evaluate("document.querySelectorAll('img, svg, iframe, b, i').length") == 0
        assert page.title() == "Review of <i>set.jsonl"
        press(page, "A", "s", "c")
        page.wait_for_selector("#progress:has-text('1 of 1')")
        assert all(url.startswith(served.origin) for url in asked)
        # Even markup that had slipped through could not run or load anything.
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.5)
            page.evaluate(
                "port => { document.body.insertAdjacentHTML('beforeend', `<img src='http://127.0.0.1:${port}/x' "
                "onerror='document.title=\"owned\"'><a id='bad' href='javascript:document.title=\"owned\"'>x</a>`);"
                "document.getElementById('bad').click(); const s = document.createElement('script');"
                "s.textContent = 'document.title = \"owned\"'; document.body.append(s);"
                "fetch(`http://127.0.0.1:${port}/y`).catch(() => 0); }",
                server.getsockname()[1],
            )
            with pytest.raises(TimeoutError):
                server.accept()
        assert page.title() == "Review of <i>set.jsonl"
        served.enter()
        answer = served.request("GET", "/api/export?format=jsonl")
    (tmp_path / "out.jsonl").write_bytes(answer.body)
    assert read(tmp_path / "out.jsonl") == [hostile]


def test_another_page_can_neither_write_nor_read(opened: Any, served: Served, tmp_path: Path) -> None:
    """A page of another port of this machine, to which the browser sends the same cookies."""
    other = opened.context.new_page()
    other.route(
        "http://127.0.0.1:1/", lambda route: route.fulfill(body="<title>other</title>", content_type="text/html")
    )
    other.goto("http://127.0.0.1:1/")
    before = (tmp_path / "work" / "ann.jsonl").read_bytes()
    for how in ("'cors'", "'no-cors'"):
        told = other.evaluate(
            "([origin, mode]) => fetch(origin + '/api/documents/0', {method: 'POST', mode, credentials: 'include',"
            " headers: {'Content-Type': 'text/plain'}, body: '{\"revision\": 0, \"complete\": false}'})"
            ".then(r => r.text()).catch(e => 'refused')",
            [served.origin, how.strip("'")],
        )
        assert told in ("refused", "")
    read_ = "origin => fetch(origin + '/api/start', {credentials: 'include'}).then(r => r.text()).catch(e => 'refused')"
    assert other.evaluate(read_, served.origin) == "refused"
    assert (tmp_path / "work" / "ann.jsonl").read_bytes() == before


def test_two_people_are_decided_by_a_third(page: Any, tmp_path: Path) -> None:
    write([RIGHT], tmp_path / "set.jsonl")
    for name, keys in (("ann", ["A", "c"]), ("bob", ["y", "3", "q", "c"])):
        with Served(tmp_path / "set.jsonl", tmp_path / "work", name) as served:
            page.goto(served.address)
            page.wait_for_selector("#events li")
            press(page, *keys)
            page.wait_for_selector("#progress:has-text('1 of 1')")
    with Served(tmp_path / "set.jsonl", tmp_path / "work", "cleo", "--between", "ann", "bob") as served:
        page.goto(served.address)
        page.wait_for_selector("#events li")
        assert [said for _, said in events(page)] == [
            "suggested, arrest, actual, by ann and bob",
            "suggested, coup, alleged, by bob",
            "suggested, coup, alleged, by ann",
        ]
        assert len(page.query_selector_all("#events li.rival")) == 2
        press(page, "A", "c")
        assert "undecided" in page.inner_text("#said")
        press(page, "y", "c")
        page.wait_for_selector("#progress:has-text('1 of 1')")
        assert [trigger for trigger, *_ in accepted(served)] == ["held", "e\u0301tait ousted"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_have_contrast_in_light_and_dark(opened: Any, theme: str) -> None:
    opened.emulate_media(color_scheme=theme)
    press(opened, "y", "j", "3")
    paper = luminance(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert (paper > 0.5) == (theme == "light")
    colours = opened.evaluate(
        "[...document.querySelectorAll('p, .badge, .said, .key, #tools [data-type]:not([aria-pressed=true]), .state')]"
        ".map(e => getComputedStyle(e).color)"
    )
    for colour in set(colours):
        darker, lighter = sorted((paper, luminance(colour)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, colour
    shown = opened.evaluate("[...CSS.highlights].filter(([, ranges]) => ranges.size).map(([name]) => name)")
    assert {re.sub(r"-\d", "", name) for name in shown} >= {"current", "fact"}


def test_print_shows_text_and_events_and_no_controls(opened: Any) -> None:
    opened.emulate_media(media="print")
    for hidden in ("#tools", "#queue", "nav"):
        assert not opened.is_visible(hidden)
    assert opened.is_visible("#text")
    assert opened.is_visible("#events .said")
