"""A training on events with participants: what it learns by heart, keeps in its folder and goes on from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from news_event_tagger import Document, Event, EventTagger, InputError, Role
from news_event_tagger.corpus import write
from news_event_tagger.training.config import load
from news_event_tagger.training.run import run

POLICE = "police arrested two envoys."
COUP = "the coup was staged."


def with_roles() -> list[Document]:
    roles = (Role("actor", 0, 6, "police"), Role("target", 16, 26, "two envoys"))
    return [
        Document(POLICE, (Event(7, 15, "arrest", "arrested", status="actual", roles=roles),), "a"),
        Document(COUP, (Event(4, 8, "coup", "coup", status="alleged", roles=()),), "b"),
    ]


def told(document: Document) -> list[tuple[object, ...]]:
    """What is said of the events, but for scores, which differ by rounding with what is read together."""
    return [
        (event.span, event.type, event.status, [(role.role, role.span) for role in event.roles or ()])
        for event in document.events
    ]


@pytest.fixture(scope="module")
def learnt(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roles")
    write(with_roles(), folder / "set.jsonl")
    changes = [f'data.train="{folder / "set.jsonl"}"', "training.role_epochs=60", "training.epochs=60"]
    run(load(settings, changes), folder / "run", "cpu")
    return folder / "run"


def test_participants_and_statuses_are_learnt_and_kept(learnt: Path) -> None:
    tagger = EventTagger.from_pretrained(learnt)
    first, second = tagger.predict([POLICE, COUP])
    assert [(role.role, role.text) for role in first.events[0].roles or ()] == [
        ("actor", "police"),
        ("target", "two envoys"),
    ]
    assert [document.events[0].status for document in (first, second)] == ["actual", "alleged"]
    assert second.events[0].roles == ()
    assert all(0 <= (role.score or -1) <= 1 for role in first.events[0].roles or ())
    streamed = [told(document) for document in tagger.stream([POLICE, COUP])]
    assert streamed == [told(first), told(second)]


def test_participants_of_given_events_are_found(learnt: Path) -> None:
    tagger = EventTagger.from_pretrained(learnt)
    bare = [
        document.with_events(Event(*e.span, e.type, e.trigger) for e in document.events) for document in with_roles()
    ]
    found = tagger.participants(bare)
    assert [[event.span for event in document.events] for document in found] == [[(7, 15)], [(4, 8)]]
    assert len(found[0].events[0].roles or ()) == 2


def test_a_copy_finds_the_same(learnt: Path, tmp_path: Path) -> None:
    tagger = EventTagger.from_pretrained(learnt)
    tagger.save_pretrained(tmp_path / "copy")
    assert told(EventTagger.from_pretrained(tmp_path / "copy").predict(POLICE)) == told(tagger.predict(POLICE))


def test_without_marked_participants_there_is_no_second_network(run_folder: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder)
    assert tagger.predict(POLICE).events == () or tagger.predict(POLICE).events[0].roles is None
    with pytest.raises(InputError, match="has learnt no participants"):
        tagger.participants([Document(POLICE)])


def test_who_goes_on_without_marked_participants_keeps_what_found_them(
    learnt: Path, settings: Path, tmp_path: Path
) -> None:
    plain = [document.with_events(replace(e, roles=None) for e in document.events) for document in with_roles()]
    write(plain, tmp_path / "set.jsonl")
    changes = [f'data.train="{tmp_path / "set.jsonl"}"', f'model.encoder="{learnt}"', "training.epochs=1"]
    run(load(settings, [*changes, "data.allow_leakage=true"]), tmp_path / "kept", "cpu")
    found = EventTagger.from_pretrained(tmp_path / "kept").participants(plain)
    assert [told(document) for document in found] == [told(document) for document in with_roles()]
    run(load(settings, [*changes, "training.role_epochs=0"]), tmp_path / "none", "cpu")
    assert EventTagger.from_pretrained(tmp_path / "none").role_tagger is None


def test_a_run_scores_the_participants_of_its_test_set(settings: Path, tmp_path: Path) -> None:
    write(with_roles(), tmp_path / "set.jsonl")
    again = [Document(f"{document.text} on.", document.events, document.id) for document in with_roles()]
    write(again, tmp_path / "test.jsonl")
    sets = [f'data.train="{tmp_path / "set.jsonl"}"', f'data.test="{tmp_path / "test.jsonl"}"']
    scores = run(load(settings, [*sets, "training.role_epochs=60", "training.epochs=60"]), tmp_path / "run", "cpu")
    assert scores["roles"]["head"]["arg_c"]["micro"]["support"] == 2
    assert len(scores["documents"]["arg_c_plus"]["strict"]) == 2
    assert "Arg-C+" in (tmp_path / "run" / "README.md").read_text(encoding="utf-8")
