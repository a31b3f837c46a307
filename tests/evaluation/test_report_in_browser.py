"""The page as a browser shows it."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document
from news_event_tagger.evaluation.report.pages import report
from tests.evaluation.test_report import HOSTILE, LONG, full_scores, possible


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (pip install .[browser])")
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no Chromium with chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (
        *("headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking"),
        *("disable-component-update", "disable-sync", "window-size=1000,800"),
        f"user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    chromium = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield chromium
    chromium.quit()


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Any:
    """A report of three articles, opened: four errors, one of them in the article of the hostile text."""
    text = "Two men arrested, a coup foiled, envoys expelled."
    gold = [
        Document.mark(text, [(8, 16, "arrest"), (20, 24, "coup", "alleged"), (40, 48, "expulsion")], id="one"),
        Document.mark(text, [(8, 16, "arrest")], id="two"),
        Document.mark(HOSTILE, [(1, 7, "arrest")], id="three<script>document.title='owned'</script>"),
    ]
    predicted = [
        Document.mark(text, [(8, 16, "arrest"), (18, 24, "coup"), (25, 31, "arrest")]),
        gold[1],
        gold[2].with_events([]),
    ]
    path = tmp_path / "report.html"
    path.write_text(report(gold, predicted, full_scores()), encoding="utf-8", newline="\n")
    browser.get_log("performance")
    browser.get_log("browser")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.get(path.as_uri())
    return browser


def press(page: Any, keys: str) -> list[str]:
    """The kind of error that has the focus after each key; empty where none has."""
    seen = []
    for key in keys:
        page.switch_to.active_element.send_keys(key)
        title = page.execute_script("return document.activeElement.title")
        seen.append(str(title).split(":")[0])
    return seen


def choose(page: Any, selector: str) -> str:
    """Click a box of the filters, and read what the page says then."""
    page.execute_script("document.querySelector(arguments[0]).click()", selector)
    return str(page.find_element("id", "place").text)


def test_keys_step_through_the_errors(page: Any) -> None:
    assert page.find_element("id", "place").text == "4 errors · 3 of 3 articles"
    assert press(page, "jnjjj") == ["wrong boundary", "false alarm", "missed", "missed", "wrong boundary"]
    assert press(page, "kp") == ["missed", "missed"]
    assert page.find_element("id", "place").text == "error 3 of 4 · 3 of 3 articles"
    box = page.execute_script("const r = document.activeElement.getBoundingClientRect(); return [r.top, r.bottom]")
    assert 0 < box[0] < box[1] < 800


def test_filters_hide_marks_and_steps_obey_them(page: Any) -> None:
    assert choose(page, "#only") == "4 errors · 2 of 3 articles"
    assert choose(page, "[name=kind][value=missed]") == "2 errors · 1 of 3 articles"
    assert press(page, "jjj") == ["wrong boundary", "false alarm", "wrong boundary"]
    hidden = "return [...document.querySelectorAll('article .tag')].filter(tag => !tag.getClientRects().length).length"
    assert page.execute_script(hidden) == 3
    choose(page, "[name=kind][value=boundary]")
    assert press(page, "j") == ["false alarm"]
    assert choose(page, "[data-all=false]") == "0 errors · 0 of 3 articles"
    assert press(page, "j") == [""]
    choose(page, "[data-all=true]")
    assert choose(page, "#only").endswith("3 of 3 articles")


def test_hostile_text_is_shown_and_does_nothing(page: Any) -> None:
    assert page.title == "Evaluation of ours <&>"
    texts = page.execute_script("return [...document.querySelectorAll('article .text')].map(e => e.textContent)")
    assert texts[2] == possible(HOSTILE)
    assert page.execute_script("return document.scripts.length") == 1
    assert (
        page.execute_script("return document.querySelectorAll('article img, article svg, article script').length") == 0
    )
    signs = page.execute_script("return [...document.querySelectorAll('.sign')].map(e => e.dataset.sign)")
    assert signs == ["RLO", "PDF", "RLI", "PDI", "␇", "␛", "␡", "U+0085", "␍"]
    assert page.get_log("browser") == []


def test_no_request_leaves_and_nothing_else_may_run(page: Any) -> None:
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if url.startswith(("http", "ws", "ftp"))] == []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        # Even markup that had slipped through could not run or load anything.
        page.execute_script(
            "document.body.insertAdjacentHTML('beforeend', `<img src='http://127.0.0.1:${arguments[0]}/x' "
            "onerror='document.title=\"owned\"'><a id='bad' href='javascript:document.title=\"owned\"'>x</a>`);"
            "document.getElementById('bad').click(); const s = document.createElement('script');"
            "s.textContent = 'document.title = \"owned\"'; document.body.append(s);",
            server.getsockname()[1],
        )
        with pytest.raises(TimeoutError):
            server.accept()
    assert page.title == "Evaluation of ours <&>"


def test_steps_reach_errors_in_a_line_of_a_megabyte(page: Any, tmp_path: Path) -> None:
    gold = [Document.mark(LONG, [(0, 3, "coup"), (500_000, 500_009, "coup"), (999_000, 999_007, "coup")])]
    path = tmp_path / "long.html"
    path.write_text(report(gold, [Document(LONG)], {}), encoding="utf-8", newline="\n")
    page.get(path.as_uri())
    assert press(page, "jjj") == ["missed"] * 3
    top = page.execute_script("return document.activeElement.getBoundingClientRect().top")
    assert 0 < top < 800


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_have_contrast_in_light_and_dark(page: Any, theme: str) -> None:
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
    paper = luminance(page.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert (paper > 0.5) == (theme == "light")
    colours = page.execute_script(
        "return [document.body, ...document.querySelectorAll('.note, nav a'), ...document.querySelectorAll('.key')]"
        ".map(e => getComputedStyle(e).color)"
    )
    for colour in set(colours):
        darker, lighter = sorted((paper, luminance(colour)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, colour


def test_print_shows_the_articles_and_no_controls(page: Any) -> None:
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not page.find_element("id", "filters").is_displayed()
    assert page.find_element("css selector", "article .text").is_displayed()
    printed = page.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert len(printed) > 10_000


def test_a_phone_needs_no_sideways_scrolling(page: Any) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
