#!/usr/bin/env python3
"""How long one waits for the page of a review: a set of 10,000 documents, a text of 2,000 sentences, and keys in it.

    python benchmarks/reviewing.py

Wants Chromium on the PATH and ``pip install -e ".[review,browser]"``. A key's time is from its press to the frame that
shows what it did; beside it stands what the browser's main thread worked for it until all was quiet, which other work
on the machine does not change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from news_event_tagger import Document
from news_event_tagger.corpus import read, write
from news_event_tagger.documents.text import sentences

KEYS = ("j", "y", "2", "n", "r", "e", "x", "u", "o", "k", "ArrowRight", "Shift+ArrowRight", "3", "u")
_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_WATCH = """() => { window.waits = []; addEventListener('keydown', event => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => window.waits.push(performance.now() - event.timeStamp);
    after.port2.postMessage(0); }), true); }"""


def many(articles: list[Document]) -> list[Document]:
    """10,000 documents without labels."""
    rows = ((number, article) for number in range(99) for article in articles)
    return [Document(f"{article.text}\n{number}", id=f"{article.id}-{number}") for number, article in rows][:10_000]


def long(articles: list[Document]) -> list[Document]:
    """One document of 2,000 sentences with its labels, and a short one."""
    text, spans, count = "", [], 0
    for article in articles:
        if count >= 2000:
            break
        spans += [
            (event.start + len(text), event.end + len(text), event.type, event.status) for event in article.events
        ]
        text += f"{article.text}\n\n"
        count += len(sentences(article.text))
    print(f"{count:,} sentences, {len(text):,} characters, {len(spans):,} suggestions")
    return [Document.mark(text, spans, "long"), Document.mark("A coup.", [(2, 6, "coup", "actual")], "short")]


@contextmanager
def opened(documents: list[Document], chromium: Any) -> Any:
    """A page of a review of them."""
    with tempfile.TemporaryDirectory() as folder:
        write(documents, Path(folder) / "set.jsonl")
        began = time.perf_counter()
        command = ["-m", "news_event_tagger", "review", f"{folder}/set.jsonl", "--name", "ann", "--no-browser"]
        served = subprocess.Popen([sys.executable, "-u", *command], stdout=subprocess.PIPE, text=True)
        assert served.stdout
        address = next(found[0] for line in served.stdout if (found := re.search(r"http://\S+", line)))
        print(f"command to address {time.perf_counter() - began:.2f} s")
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        try:
            began = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("#entries button")
            print(f"address to queue {time.perf_counter() - began:.2f} s")
            page.wait_for_selector("#about:has-text('document')")
            yield page
        finally:
            page.close()
            served.terminate()
            served.wait()


def main() -> None:
    """Print the times."""
    from playwright.sync_api import sync_playwright

    articles = read("annotations/newswire/train")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with opened(many(articles), chromium):
            pass
        with opened(long(articles), chromium) as page:
            if "short" not in page.inner_text("#about"):
                page.keyboard.press("g")
            page.wait_for_selector("#about:has-text('document short')")
            began = time.perf_counter()
            page.keyboard.press("g")
            page.wait_for_selector("#about:has-text('document long')")
            page.evaluate(_FRAMES)
            print(f"long document open and painted {time.perf_counter() - began:.2f} s")
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.evaluate(_WATCH)
            work = []
            for key in KEYS * 5:
                before = _task_time(session)
                page.keyboard.press(key)
                page.wait_for_timeout(150)
                work.append(1000 * (_task_time(session) - before))
            waits = sorted(page.evaluate("window.waits"))
            print(
                f"{len(waits)} keys: median {median(waits):.0f} ms, 95 % within {waits[int(0.95 * len(waits))]:.0f} ms"
            )
            print(f"work for a key: median {median(work):.0f} ms, most {max(work):.0f} ms")


def _task_time(session: Any) -> float:
    return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")


if __name__ == "__main__":
    main()
