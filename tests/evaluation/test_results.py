"""The page of the scores and the file of the scores say the same."""

import re

from news_event_tagger import Document, Event
from news_event_tagger.documents.document import Role
from news_event_tagger.evaluation import results
from news_event_tagger.evaluation.results import VERSION
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "SCORES.md").read_text(encoding="utf-8")
LATER = {"baselines", "cost", "seeds"}
"""What a command or a run adds to the results."""


def test_the_page_names_all_that_a_score_file_holds_and_no_more() -> None:
    roles = (Role("actor", 0, 1, "A"),)
    event = Event(2, 6, "coup", "coup", status="actual", roles=roles)
    gold = [Document("A coup.", (event,), str(number)) for number in range(3)]
    guess = [document.with_events([Event(2, 6, "coup", "coup", 0.5, "alleged", roles=())]) for document in gold]
    scores = results(gold, guess, system="ours", sets=["gold"])
    version, section = re.split(r"^## scores.json, version (\d+)$", PAGE, flags=re.MULTILINE)[1:]
    assert int(version) == VERSION
    lines = [line.strip("| ").split(" | ", 1) for line in section.split("\n## ")[0].splitlines() if line[:2] == "| "]
    told = {key: text for first, text in lines for key in re.findall(r"`(\w+)`", first)}
    assert set(told) == set(scores) | LATER
    for part in ("data", "confidence", "errors", "status", "roles", "documents"):
        assert set(scores[part]) <= set(re.findall(r"\w+", told[part])), part
    assert set(scores["roles"]["head"]) | set(scores["roles"]["binding"]["head"]) <= set(
        re.findall(r"\w+", told["roles"])
    )
    assert set(scores["strict"]["micro"]) <= set(re.findall(r"\w+", dict(lines)["… a row"]))
