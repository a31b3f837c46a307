from news_event_tagger import Document
from news_event_tagger.evaluation.slices import slices

TEXT = "Police hold two\n\nTwo men were HELD on Monday by the city's police in what they called a raid."
META = {"title": "Police hold two", "style": "wire copy"}
SPANS = [(7, 11, "arrest", "actual"), (30, 34, "arrest", "negated")]


def corpus(copies: int) -> tuple[list[Document], list[Document]]:
    gold = Document.mark(TEXT, SPANS, meta=META)
    guess = Document.mark(TEXT, [SPANS[0], (88, 92, "arrest", None)], meta=META)
    return [gold] * copies, [guess] * copies


def test_hits_misses_and_false_alarms_fall_into_the_slices_of_their_place() -> None:
    table = slices(*corpus(20), training=[Document.mark("A raid, held", [(2, 6, "coup"), (8, 12, "arrest")])])
    counts = {
        (name, value): (row["tp"], row["fp"], row["fn"]) for name, rows in table.items() for value, row in rows.items()
    }
    assert counts == {
        ("trigger", "unseen"): (20, 0, 0),
        ("trigger", "seen"): (0, 20, 20),
        ("status", "actual"): (20, None, 0),
        ("status", "negated"): (0, None, 20),
        ("sentence", "1-10 words"): (20, 0, 0),
        ("sentence", "11-20 words"): (0, 20, 20),
        ("place", "headline"): (20, 0, 0),
        ("place", "body"): (0, 20, 20),
        ("register", "wire copy"): (20, 20, 20),
    }
    assert table["status"]["actual"]["recall"] == 1.0
    assert table["status"]["actual"]["precision"] is None


def test_small_slices_say_nothing_but_their_counts() -> None:
    row = slices(*corpus(19))["place"]["headline"]
    assert row == {
        **{"tp": 19, "fp": 0, "fn": 0, "support": 19, "note": "too few"},
        **dict.fromkeys(("precision", "recall", "f1")),
    }


def test_without_a_title_there_is_no_headline() -> None:
    gold = [Document.mark(TEXT, SPANS)]
    assert set(slices(gold, gold)) == {"status", "sentence"}
