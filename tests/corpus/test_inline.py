from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event, InputError, Role
from news_event_tagger.corpus.formats import inline
from news_event_tagger.corpus.reading import Reading

# A title is one line, and a carriage return would not outlive a text editor.
_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=30)
_BODY = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=60).filter(
    lambda body: not body.endswith("\n")
)


_MARKS = st.sampled_from(
    ["participants:", "\n\nparticipants:\n", "\\", ";", "*", "#2", "a: none", "? ", " Chad", "man"]
)
_MARKED = st.lists(_MARKS, min_size=1, max_size=8).map("".join)


@given(
    _LINE | _MARKED.map(lambda text: text.replace("\n", " ")),
    _BODY | _MARKED.filter(lambda body: body.strip("\n")),
    st.data(),
)
def test_round_trip(title: str, body: str, data: st.DataObject) -> None:
    text = f"{title}\n\n{body}"
    places = [*range(len(title) + 1), *range(len(title) + 2, len(text) + 1)]
    cuts = sorted(data.draw(st.sets(st.sampled_from(places), max_size=6)))
    events = [
        Event(
            start,
            end,
            data.draw(st.sampled_from(["arrest", "coup"])),
            text[start:end],
            status=data.draw(st.sampled_from([None, "actual", "alleged"])),
            roles=data.draw(st.none() | st.lists(participants(text), max_size=3).map(tuple)),
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if end <= len(title) or start >= len(title) + 2
    ]
    document = Document(text, tuple(events), "a", {"title": title, "style": "wire copy"})
    again = inline.parse(inline.render(document), "a", "a.txt")
    assert (again.text, again.events, dict(again.meta)) == (document.text, document.events, dict(document.meta))


@st.composite
def participants(draw: st.DrawFn, text: str) -> Role:
    start, head, behind, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    start = min(start, len(text) - 1)
    end = max(end, start + 1)
    role = draw(st.sampled_from(["actor", "time", "none", "who?", "a;b\\"]))
    return Role(role, start, end, text[start:end], (head, behind) if start <= head < behind <= end else None)


HEADER = "title: T\nstyle: wire copy\n\n"
BLOCK = HEADER + "Police [held](arrest) two men.\nMali and Mali\nparticipants:\n"


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        (HEADER + "One [arrested two.", ":4:5:", "never closed"),
        (HEADER + "x\n\nOne [arrested](arrest, two.", ":6:14:", "after ']' comes"),
        (HEADER + "One arrested](arrest).", ":4:13:", "']' without '['"),
        (HEADER + "[a [b](coup) c](arrest)", ":4:4:", "do not overlap"),
        (HEADER + "An [](coup).", ":4:5:", "marks nothing"),
        (HEADER + "An [x](coop).", ":4:6:", "did you mean 'coup'"),
        (HEADER + "A \\x.", ":4:3:", "is no escape"),
        ("style: x\n\nbody", "", "'title: …'"),
        ("title: T\nnot a header\n\nbody", ":2:", "is not 'key: value'"),
        ("title: T\ntitle: U\n\nbody", ":2:", "stands twice"),
        ("", "", "the file is empty"),
        ("title: [T\n\nbody", ":1:8:", "never closed"),
        (BLOCK + "\nhold: none", ":8:", "no event is marked 'hold'; did you mean 'held'"),
        (BLOCK + "held#2: none", ":7:", "has the number 2, and 1 events are marked so"),
        (BLOCK + "held: none\nheld: none", ":8:", "has a line already"),
        (BLOCK + "held", ":7:", "is not 'trigger: role span; role span …'"),
        (BLOCK + "held: actor", ":7:", "'actor' is not 'role span'"),
        (BLOCK + "held: actor none; none", ":7:", "'none' does not stand in the text"),
        (BLOCK + "held: target two men", ":7:", "star the head of 'two men', or write 'target? two men'"),
        (BLOCK + "held: target two *men", ":7:", "two stars set off the head"),
        (BLOCK + "held: target? two *men*", ":7:", "two stars set off the head"),
        (BLOCK + "held: target woman", ":7:", "'woman' does not stand in the text"),
        (BLOCK + "held: place Mali", ":7:", "does not stand in the line of 'held'; with '#1' behind it"),
        (BLOCK + "held: place Mali#3", ":7:", "has the number 3, and stands in the text 2 times"),
    ],
)
def test_faults_name_the_place(source: str, place: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        inline.parse(source, "a", "a.txt", Reading(["arrest", "coup"]))
    assert str(caught.value).startswith(f"a.txt{place}")
    assert words in str(caught.value)


def test_faulty_lines_of_participants_leave_the_others(tmp_path: Path) -> None:
    reading = Reading(refusals=[])
    document = inline.parse(BLOCK + "hold: none\nheld: actor Police", "a", "a.txt", reading)
    assert [refusal.place for refusal in reading.refusals or ()] == ["a.txt:7"]
    assert document.events[0].roles == (Role("actor", 3, 9, "Police", (3, 9)),)


def test_spans_are_counted_by_whole_words_from_the_line_of_their_event_on() -> None:
    source = HEADER + "A man left.\nOne policeman [held](arrest) a man, a man (Mann).\nA man too.\n\nparticipants:\n"
    (event,) = inline.parse(source + "held: a man; b man#2; c man#3; d man#4; e man#5", "a", "a.txt").events
    starts = {role.role: role.start for role in event.roles or ()}
    text = inline.parse(source, "a", "a.txt").text
    wanted = ["a man, ", "a man (", "A man too", "A man left", "policeman"]
    assert starts == {name: text.index(words) + words.index("man") for name, words in zip("abcde", wanted, strict=True)}


def test_the_example_of_the_documentation_is_what_is_written() -> None:
    page = (Path(__file__).parents[2] / "docs" / "FORMATS.md").read_text(encoding="utf-8")
    (source,) = [part for part in page.split("```\n") if part.startswith("title: ") and "participants:" in part]
    document = inline.parse(source, "a", "a.txt")
    assert inline.render(document) == source
    assert [event.roles and len(event.roles) for event in document.events] == [4, (), 2, None, 3]


def test_a_text_may_look_like_the_block() -> None:
    text = "T\n\nGuests:\n\nparticipants:\nheld: none"
    event = Event(33 - 6, 37 - 6, "arrest", text[27:31])
    document = Document(text, (event,), "a", {"title": "T"})
    assert "\n\\participants:\n" in inline.render(document)
    assert inline.parse(inline.render(document), "a", "a.txt").events == (event,)


def test_brackets_of_the_text_survive() -> None:
    document = inline.parse(HEADER + "\\[sic\\] [held](arrest)", "a", "a.txt")
    assert document.text == "T\n\n[sic] held"
    assert document.events[0].trigger == "held"


def test_overlap_cannot_be_written() -> None:
    with pytest.raises(InputError, match="overlaps another label"):
        inline.render(Document.mark("T\n\nseized power", [(3, 15, "coup"), (10, 15, "coup")], meta={"title": "T"}))
