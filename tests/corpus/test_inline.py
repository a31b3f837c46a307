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
    ],
)
def test_faults_name_the_place(source: str, place: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        inline.parse(source, "a", "a.txt", Reading(["arrest", "coup"]))
    assert str(caught.value).startswith(f"a.txt{place}")
    assert words in str(caught.value)


def test_brackets_of_the_text_survive() -> None:
    document = inline.parse(HEADER + "\\[sic\\] [held](arrest)", "a", "a.txt")
    assert document.text == "T\n\n[sic] held"
    assert document.events[0].trigger == "held"


def test_overlap_cannot_be_written() -> None:
    with pytest.raises(InputError, match="overlaps another label"):
        inline.render(Document.mark("T\n\nseized power", [(3, 15, "coup"), (10, 15, "coup")], meta={"title": "T"}))
