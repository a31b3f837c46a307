"""Kinds of error of participants, and their scores in every output that a user gets."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from news_event_tagger import Document, Event
from news_event_tagger.documents.document import Role
from news_event_tagger.evaluation import results
from news_event_tagger.evaluation.agreement import agreement
from news_event_tagger.evaluation.comparison import compare
from news_event_tagger.evaluation.report.markdown import markdown
from news_event_tagger.evaluation.report.pages import disagreements, report
from news_event_tagger.evaluation.role_errors import role_error_counts, role_findings
from news_event_tagger.evaluation.roles import role_scores
from tests.conftest import call, refused
from tests.evaluation.test_report import Page
from tests.evaluation.test_roles import TEXT as SMALL
from tests.evaluation.test_roles import events

TEXT = "Chad held two men in Gao on Monday and expelled an old envoy for spying.\nIt rained."


def role(name: str, text: str) -> Role:
    start = TEXT.index(text)
    return Role(name, start, start + len(text), text)


def event(trigger: str, type_: str, *roles: Role) -> Event:
    start = TEXT.index(trigger)
    return Event(start, start + len(trigger), type_, trigger, roles=roles)


CHAD, MEN, GAO, MONDAY = role("actor", "Chad"), role("target", "two men"), role("place", "Gao"), role("time", "Monday")
ENVOY, SPYING = role("target", "an old envoy"), role("reason", "spying")
GOLD = Document(
    TEXT,
    (event("held", "arrest", CHAD, MEN, GAO, MONDAY), event("expelled", "expulsion", CHAD, ENVOY, SPYING)),
    "a",
)
GUESS = GOLD.with_events(
    [
        event("held", "arrest", CHAD, role("actor", "two men"), MONDAY, SPYING, role("place", "It")),
        event("expelled", "expulsion", CHAD, role("target", "envoy"), SPYING),
    ]
)


def test_each_participant_is_of_one_kind() -> None:
    held, expelled = role_findings(GOLD, GUESS)
    kinds = [
        (kind, one.events[0].trigger)
        for part in (held, expelled)
        for one in part.participants
        if (kind := one.kind) != "correct"
    ]
    assert kinds == [
        ("type", "two men"),
        ("missed", "Gao"),
        ("binding", "spying"),
        ("spurious", "It"),
        ("boundary", "an old envoy"),
    ]
    assert role_error_counts([GOLD], [GUESS])["correct"] == 4


def test_a_missed_event_misses_its_participants_and_an_unseen_one_has_none() -> None:
    assert role_error_counts([GOLD], [GOLD.with_events([])])["missed"] == 7
    assert role_error_counts([GOLD.with_events([])], [GOLD])["spurious"] == 7
    unseen = GOLD.with_events(replace(one, roles=None) for one in GOLD.events)
    assert not any(role_error_counts([unseen], [GUESS]).values())


@given(events(), events())
def test_every_participant_stands_in_one_finding(gold: tuple[Event, ...], predicted: tuple[Event, ...]) -> None:
    found = role_findings(Document(SMALL, gold), Document(SMALL, predicted))
    for side, events_ in (("gold", gold), ("predicted", predicted)):
        told = [getattr(finding, side) for part in found for finding in part.participants]
        wanted = Counter((one.span, one.role) for whole in events_ for one in whole.roles or ())
        assert Counter((one.span, one.type) for one in told if one) == wanted


def documents(count: int, roles: int) -> list[Document]:
    """Articles like the gold one, of whose guesses the first few have their participants right."""
    return [replace(GOLD if number < roles else GUESS, id=str(number)) for number in range(count)]


GOLDS = [replace(GOLD, id=str(number)) for number in range(12)]


def test_scores_of_participants_are_plain_json_and_stand_in_every_output() -> None:
    guess = documents(12, 6)
    scores = results(GOLDS, guess, system="ours", sets=["gold"])
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores
    roles = scores["roles"]
    plain = role_scores(GOLDS, guess)
    for by in ("strict", "head"):
        for measure, row in plain[by].items():  # type: ignore[index]
            assert {key: roles[by][measure]["micro"][key] for key in row} == row
    assert (roles["events"], roles["triggers"]) == (24, "gold")
    low, high = roles["head"]["arg_c"]["micro"]["interval"]["f1"]
    assert low < roles["head"]["arg_c"]["micro"]["f1"] < high
    assert sum(row["tp"] for row in roles["head"]["arg_c"]["roles"].values()) == roles["head"]["arg_c"]["micro"]["tp"]
    assert 0 < roles["baseline"]["head"]["arg_c"]["micro"]["f1"] < 1
    assert "## Participants" in markdown(scores)
    page = report(GOLDS, guess, scores)
    Page(page)
    for words in ("bound to the wrong event: reason", "wrong role: gold target “two men”, predicted actor “two men”"):
        assert words in page


def test_participants_are_not_asked_for_where_one_side_has_none() -> None:
    bare = [document.with_events(replace(one, roles=None) for one in document.events) for document in GOLDS]
    for gold, guess in ((GOLDS, bare), (bare, GOLDS)):
        scores = results(gold, guess, system="ours", sets=["gold"])
        assert scores["roles"] is None
        assert list(scores["documents"]) == ["ids", "strict"]
        assert "Participants" not in markdown(scores)
    assert "Participants" not in report(bare, GOLDS, scores)


def test_the_page_shows_participants_as_they_stand_in_hostile_texts() -> None:
    text = "\u202eChad\x00 <b>held</b> \r& two\ud800 men.\n\n\n<script>held</script>"
    at = text.index("held"), text.index("held") + 4
    roles = (Role('"><script>', 1, 5, "Chad"), Role("place", text.index("two"), len(text), text[text.index("two") :]))
    gold = Document(text, (Event(*at, "arrest", "held", roles=roles),))
    page = report([gold], [gold.with_events([replace(gold.events[0], roles=())])], {})
    Page(page.encode().decode())
    assert page.count('data-kind="missed"') > 2
    assert len(re.findall("<script", page)) == 1


def test_systems_are_compared_by_their_participants(tmp_path: Path) -> None:
    for name, right in (("poor", 2), ("good", 11)):
        scores = results(GOLDS, documents(12, right), system=name, sets=["gold"])
        (tmp_path / f"{name}.json").write_text(json.dumps(scores), encoding="utf-8")
    rows = compare([tmp_path / "poor.json", tmp_path / "good.json"])
    by_name = {Path(row["name"]).stem: row["arg_c_plus"]["strict"] for row in rows}
    assert by_name["good"]["f1"] > by_name["poor"]["f1"]
    first, second = (row["arg_c_plus"]["strict"] for row in rows)
    assert first["against"] is None
    assert second["against"]["difference"] == pytest.approx(second["f1"] - first["f1"])
    assert second["against"]["p"] < 0.05
    done = call("evaluate.py", "compare", tmp_path / "poor.json", tmp_path / "good.json")
    assert "Arg-C+" in done.stdout
    bare = results(GOLDS, [one.with_events(()) for one in GOLDS], system="none", sets=["gold"])
    (tmp_path / "bare.json").write_text(json.dumps(bare), encoding="utf-8")
    assert all(row["arg_c_plus"] is None for row in compare([tmp_path / "bare.json", tmp_path / "good.json"]))


def test_annotators_agree_on_participants_of_the_events_that_both_marked() -> None:
    found = agreement(GOLDS, [GUESS.with_events(GUESS.events[:1]), *GOLDS[1:]], ["A", "B"])["roles"]
    assert found["shared"] == 23
    assert found["roles"]["target"] | {"both": 22, "first": 1, "second": 0} == found["roles"]["target"]
    other = agreement([GUESS.with_events(GUESS.events[:1]), *GOLDS[1:]], GOLDS, ["A", "B"])["roles"]
    assert (other["all"]["first"], other["all"]["second"]) == (found["all"]["second"], found["all"]["first"])
    assert other["all"]["f1"] == found["all"]["f1"]
    page = disagreements([GOLD], [GUESS], agreement([GOLD], [GUESS], ["A", "B"]))
    assert "other role: A target “two men”, B actor “two men”" in page
    bare = [document.with_events(replace(one, roles=None) for one in document.events) for document in GOLDS]
    assert agreement(GOLDS, bare, ["A", "B"])["roles"] is None


def write(path: Path, documents: list[Document]) -> Path:
    path.write_text("".join(json.dumps(document.to_dict()) + "\n" for document in documents), encoding="utf-8")
    return path


def test_evaluate_and_agree_print_participants(tmp_path: Path) -> None:
    gold, guess = write(tmp_path / "gold.jsonl", GOLDS), write(tmp_path / "guess.jsonl", documents(12, 6))
    done = call("evaluate.py", "--predictions", guess, "--data", gold, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Arg-C\+ +0\.\d{3}", done.stdout, re.MULTILINE)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert json.loads((tmp_path / "out" / "scores.json").read_text("utf-8"))["roles"]["events"] == 24
    done = call("-m", "news_event_tagger", "agree", gold, guess)
    assert "Participants of the 24 events" in done.stdout


def test_a_run_fills_in_the_participants_of_gold_events(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from news_event_tagger import EventTagger

    given_: list[Document] = []

    def participants(_: EventTagger, documents: list[Document]) -> list[Document]:
        given_.extend(documents)
        return [one.with_events(replace(event, roles=(MEN,)) for event in one.events) for one in documents]

    monkeypatch.setattr(EventTagger, "participants", participants, raising=False)
    arrests = [document.with_events(document.events[:1]) for document in GOLDS]
    gold, out = write(tmp_path / "gold.jsonl", arrests), ("--out", tmp_path / "out")
    done = call("evaluate.py", run_folder, "--data", gold, "--gold-triggers", *out)
    assert done.returncode == 0, done.stderr
    # What the run is to find it is not told.
    assert [event.roles for document in given_ for event in document.events] == [None] * 12
    scores = json.loads((tmp_path / "out" / "scores.json").read_text("utf-8"))["roles"]
    assert (scores["triggers"], scores["head"]["arg_c"]["micro"]["precision"]) == ("gold", 1.0)
    assert "on gold triggers" in done.stdout
    assert "Strict scores" not in done.stdout
    said = refused(call("evaluate.py", "--predictions", gold, "--data", gold, "--gold-triggers", *out))
    assert "--gold-triggers goes with a RUN" in said
    bare = [document.with_events(replace(one, roles=None) for one in document.events) for document in arrests]
    said = refused(call("evaluate.py", run_folder, "--data", write(gold, bare), "--gold-triggers", *out))
    assert "participants marked" in said
