"""``benchmarks/news_texts.py`` on miniature originals: sentences of our own in the form of each source."""

import hashlib
import json
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger.exceptions import InputError
from tests.conftest import REPOSITORY, call, refused

DAYS = "current-events-context"
WMT16, WMT17 = "WMT16-test-enfi", "WMT17-test-enfi"


@pytest.fixture(scope="module")
def module() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(REPOSITORY / "benchmarks")
        yield import_module("news_texts")


def put(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def put_day(source: Path, date: str, *items: str, key: str = "Intelligence_Payload") -> None:
    lines = "".join(f"  - {json.dumps(item, ensure_ascii=False)}\n" for item in items)
    put(source / DAYS / date[:4] / date[5:7] / f"{date}.yaml", f"Date: '{date}'\n{key}:\n  Uncategorized:\n{lines}")


def prepared(folder: Path, name: str) -> dict[str, str]:
    """The file of a source, from the clones in a folder."""
    done = call("benchmarks/news_texts.py", "prepare", folder, folder / "out")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (folder / f"out/{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(row.keys() == {"id", "text"} for row in rows)
    return {row["id"]: row["text"] for row in rows}


def test_items_of_a_day_lose_their_sources_and_are_numbered_as_they_are_kept(tmp_path: Path) -> None:
    put_day(
        tmp_path,
        "2009-05-04",
        "The row over the two islands of Lower Saria",
        "Lower Saria recalls its envoy from Upper Saria. (Sarian Post)",
        "The port of Tarn is shut for a week.(The Tarn Echo (Sarian)) (SNA via Post )",
        "Two ferries collide off the coast of Tarn.\u00a0(SNA)(Echo)",
        "Both crews reach the harbour of Tarn. (SNA)",
        "A bridge falls into the river Tarn, \"without a sound\" (SNA)",
        "A bridge over the river Tarn is closed to lorries (SNA)",
        "The mayor of Tarn resigns after nine years. (SNA), (Echo)",
        "The mayor of Tarn resigns after ten years. (Echo (archived (2011)))",
        "The mayor of Tarn resigns after twelve years. (Echo).",
    )  # fmt: skip
    assert prepared(tmp_path, "current-events") == {
        "ce-2009-05-04-00": "Lower Saria recalls its envoy from Upper Saria.",
        "ce-2009-05-04-01": "The port of Tarn is shut for a week.",
        "ce-2009-05-04-02": "Two ferries collide off the coast of Tarn.",
        "ce-2009-05-04-03": 'A bridge falls into the river Tarn, "without a sound"',
        "ce-2009-05-04-04": "The mayor of Tarn resigns after twelve years. (Echo).",
    }


def test_an_item_counts_on_the_first_day_that_has_it(tmp_path: Path) -> None:
    strike, storm = "Dockers in Tarn go on strike for higher pay.", "A storm cuts power to half of Upper Saria."
    put_day(tmp_path, "2009-12-31", f"{strike} (SNA)", f"{strike} (Echo)")
    put_day(tmp_path, "2010-01-01", strike, storm)
    assert prepared(tmp_path, "current-events") == {"ce-2009-12-31-00": strike, "ce-2010-01-01-00": storm}


def test_days_are_read_in_both_forms_and_others_counted(tmp_path: Path) -> None:
    sentence = "The parliament of Upper Saria votes for early elections."
    put(
        tmp_path / DAYS / "2026/03/2026-03-01.yaml",
        f"date: '2026-03-01'\nwikipedia:\n  categories:\n    Politics:\n    - Elections:\n      - {sentence} (SNA)\n",
    )
    put(tmp_path / DAYS / "2026/03/2026-03-02.yaml", 'events:\n- headline: "Nothing of the portal is in this file."\n')
    put(tmp_path / DAYS / "2026/03/2026-03-03.yaml", 'events:\n* id: "evt-1"\n')
    put(tmp_path / DAYS / "2026/03/2026-03-04.yaml", "")
    assert prepared(tmp_path, "current-events") == {"ce-2026-03-01-00": sentence}
    done = call("benchmarks/news_texts.py", "prepare", tmp_path, tmp_path / "out")
    assert "current-events: 3 days left out" in done.stdout


def test_wmt_takes_english_originals_and_english_translations(tmp_path: Path) -> None:
    put(tmp_path / WMT16 / "original/segment_03_en/echo.1.txt", "\ufeffStorm in Tarn \r\n\r\nIt cost £2m.\r\n")
    put(tmp_path / WMT16 / "original/segment_08_fi/sanomat.fi.2.txt", "Ei mitään.\n")
    put(tmp_path / WMT16 / "original/segment_08_fi/sanomat.fi.9.txt", "Ei käännetty.\n")
    put(tmp_path / WMT16 / "translated/missila/segment_08_en/sanomat.fi.2.txt", "Nothing “at all”.\n")
    put(tmp_path / WMT16 / "translated/missila/segment_03_fi/echo.1.txt", "Myrsky.\n")
    put(tmp_path / WMT17 / "original/segment_04_en/echo.1.txt", "Calm  in Tarn")
    put(tmp_path / WMT17 / "translated/lingsoft/segment_04_en/echo.1.txt", "Tyyntä.\n")
    put(tmp_path / WMT17 / "translated/anna-missila/segment_08_fi/sanomat.fi.3.txt", "Räty’s boat sank.\n", "cp1252")
    assert prepared(tmp_path, "wmt-enfi") == {
        "wmt16-echo.1": "Storm in Tarn\nIt cost £2m.",
        "wmt16-sanomat.fi.2": "Nothing “at all”.",
        "wmt17-echo.1": "Calm in Tarn",
        "wmt17-sanomat.fi.3": "Räty’s boat sank.",
    }


def conllu(id_: str, *sentences: str) -> str:
    return f"# newdoc id = {id_}\n# meta::title = Not text\n" + "".join(
        f"# sent_id = {id_}-{number}\n# text = {sentence}\n# text_fr = Rien.\n1\tA\ta\tDET\tDT\t_\t0\troot\t_\t_\n\n"
        for number, sentence in enumerate(sentences)
    )


def test_pud_gives_its_news_and_not_its_wikipedia(tmp_path: Path) -> None:
    put(
        tmp_path / "UD_English-PUD/en_pud-ud-test.conllu",
        conllu("n01001", "Rain = snow here.", "So they say.") + conllu("w01001", "Tarn is a port."),
    )
    assert prepared(tmp_path, "ud-pud") == {"pud-n01001": "Rain = snow here.\nSo they say."}


def test_gum_gives_five_genres_of_three_parts(tmp_path: Path) -> None:
    parts = {
        "train": conllu("GUM_news_tarn", "Tarn floods", "Tarn floods", "It rained.") + conllu("GUM_fiction_sea", "Oh."),
        "dev": conllu("GUM_voyage_saria", "Get in") + conllu("GUM_newspaper_x", "No."),
        "test": conllu("GUM_interview_diver", "Who dives?"),
    }
    for part, text in parts.items():
        put(tmp_path / f"UD_English-GUM/en_gum-ud-{part}.conllu", text)
    assert prepared(tmp_path, "gum") == {
        "gum-interview-diver": "Who dives?",
        "gum-news-tarn": "Tarn floods\nTarn floods\nIt rained.",
        "gum-voyage-saria": "Get in",
    }


def test_onestop_gives_the_advanced_level(tmp_path: Path) -> None:
    folder = tmp_path / "OneStopEnglishCorpus/Texts-SeparatedByReadingLevel"
    put(folder / "Adv-Txt/WNL Divers' pay-adv.txt", "\ufeffDivers dive. \n \nThey  surface.")
    put(folder / "Ele-Txt/WNL Divers' pay-ele.txt", "They dive.")
    assert prepared(tmp_path, "onestop") == {"onestop-WNL_Divers'_pay": "Divers dive.\nThey surface."}


def put_history(source: Path, name: str, body: str) -> None:
    header = (
        "<teiHeader><p>Written in one summer by the historians of the Department of Sarian Affairs.</p></teiHeader>"
    )
    put(
        source / f"rdcr/articles/{name}.xml",
        f'<?xml-stylesheet?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">{header}<text><body>{body}</body></text></TEI>',
    )


def test_histories_give_paragraphs_without_what_is_no_prose(tmp_path: Path) -> None:
    shared = "<p>Both duchies <hi>severed</hi> relations with the United States on\n  May 4, 1866.</p>"
    put_history(
        tmp_path,
        "lower-saria",
        "<head>Twelve words of a heading are no paragraph, though they go on and on.</head>"
        "<p> The United <placeName>States</placeName> recognized the duchy of Lower Sari<ref>a</ref> on May 4, 1850."
        "<figure><head>Its flag</head></figure>"
        "<note><p>A note of many words that stands at the foot of a page, alone.</p></note>\n </p>"
        f"<div><p>It was a duchy until the year eighteen hundred and seventy.</p>{shared}</div>{shared}"
        "<listBibl><bibl><p>Of books there are many that nobody needs to read any more today.</p></bibl></listBibl>",
    )
    put_history(
        tmp_path,
        "upper-saria",
        f"{shared}<p>The legation in Tarn was closed on May 5, 1866, and never opened again.</p>",
    )
    put_history(tmp_path, "west-saria", f"{shared}<p>Nothing else is known.</p>")
    severed = "Both duchies severed relations with the United States on May 4, 1866."
    assert prepared(tmp_path, "state-relations") == {
        "rdcr-lower-saria": f"The United States recognized the duchy of Lower Saria on May 4, 1850.\n{severed}",
        "rdcr-upper-saria": "The legation in Tarn was closed on May 5, 1866, and never opened again.",
    }


def test_prepare_says_what_is_not_there_and_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    arguments = ("benchmarks/news_texts.py", "prepare", tmp_path, tmp_path / "out")
    assert f"{tmp_path}: no clone of any source; `where` says" in refused(call(*arguments))
    put_day(tmp_path, "2009-05-04", "Lower Saria recalls its envoy from Upper Saria.")
    (tmp_path / WMT16).mkdir()
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    assert f"wmt-enfi: left out, not in {tmp_path}" in done.stdout
    assert "voa: left out, nothing reads it" in done.stdout
    put(tmp_path / "rdcr/articles/saria.xml", "<TEI>")
    assert "articles/saria.xml: not XML" in refused(call(*arguments))
    (tmp_path / "rdcr/articles/saria.xml").unlink()
    assert "rdcr: no text of state-relations in it; `where` says" in refused(call(*arguments))


def test_where_names_every_source_and_how_to_get_it(module: Any) -> None:
    done = call("benchmarks/news_texts.py", "where")
    for name, source in module.SOURCES.items():
        assert f"{name}: {source.about}" in done.stdout
        for repository, commit in source.repositories.items():
            line = next(line for line in done.stdout.splitlines() if f"https://github.com/{repository} " in line)
            assert f"checkout {commit}" in line if commit else "newest" in line


def label(id_: str, text: str) -> dict[str, str]:
    return {"id": id_, "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]}


def put_rows(path: Path, *rows: dict[str, str]) -> None:
    put(path, "".join(f"{json.dumps(row)}\n" for row in rows))


def test_labels_are_counted_by_source_and_hash(module: Any, tmp_path: Path) -> None:
    labels, out = tmp_path / "labels", tmp_path / "out"
    put_rows(labels / "train.jsonl", label("ce-2009-05-04-00", "Café."), label("ce-2009-05-04-01", "Rain."))
    put_rows(labels / "test.jsonl", label("wmt17-echo.1", "Calm."), label("gmb-00001", "Far."), label("x", "Odd."))
    put_rows(out / "current-events.jsonl", *({"id": f"ce-2009-05-04-0{n}", "text": "Café."} for n in (0, 1, 2)))
    put_rows(out / "wmt-enfi.jsonl", {"id": "wmt17-echo.1", "text": "Calm."})
    first, *rest = module.compare(labels, out)
    assert "5 labelled documents" in first
    assert [" ".join(line.split()) for line in rest] == [
        "current-events 1 found, 0 missing, 1 differ",
        "no source 0 found, 1 missing, 0 differ",
        "voa 0 found, 1 missing, 0 differ",
        "wmt-enfi 1 found, 0 missing, 0 differ",
    ]


def test_labels_that_are_not_there_are_no_fault_and_others_are_named(module: Any, tmp_path: Path) -> None:
    assert "no labels there yet" in module.compare(tmp_path / "labels", tmp_path)[0]
    put_rows(tmp_path / "labels/train.jsonl", label("a", "A."), {"id": "b"})
    with pytest.raises(InputError, match=r"train\.jsonl:2: wants id and sha256"):
        module.compare(tmp_path / "labels", tmp_path)


NAME = st.text("ABC abc.-", min_size=1, max_size=8)
CITED = st.lists(NAME | st.tuples(NAME, NAME).map("{0[0]} ({0[1]})".format), max_size=4)


@settings(max_examples=50)
@given(CITED, st.sampled_from(["", " ", "\u00a0"]))
def test_any_sources_are_cut_off(module: Any, cited: list[str], gap: str) -> None:
    sentence = "Lower Saria (the duchy) recalls its envoy from Tarn."
    with tempfile.TemporaryDirectory() as folder:
        put_day(Path(folder), "2009-05-04", sentence + "".join(f"{gap}({name})" for name in cited))
        texts = module.current_events([Path(folder) / DAYS], module.Notes())
    assert texts == {"ce-2009-05-04-00": sentence}
