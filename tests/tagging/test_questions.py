"""Questions about events: there and back without a loss, one sentence each, and never another event's business."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, Event, Role
from news_event_tagger.documents.text import sentences, words
from news_event_tagger.tagging.questions import lessons_of, questions, role_schema
from tests.documents.test_document import marked_documents

TEXT = "He fled. On Tuesday Chad expelled two envoys from N'Djamena and arrested their driver. Mali did not."
CHAD, ENVOYS, DRIVER = (
    Role("actor", 20, 24, "Chad"),
    Role("target", 34, 44, "two envoys"),
    Role("target", 74, 86, "their driver"),
)
EXPELLED = Event(25, 33, "expulsion", "expelled", roles=(CHAD, ENVOYS))
ARRESTED = Event(64, 72, "arrest", "arrested", roles=())


@st.composite
def documents_with_roles(draw: st.DrawFn) -> Document:
    """Documents of any Unicode whose events have participants anywhere in their sentences, whole words."""
    document = draw(marked_documents())
    spans = sentences(document.text)
    events = []
    for event in document.events:
        start, end = next((span for span in spans if span[0] <= event.start < span[1]), event.span)
        inside = [(start + first, start + last) for first, last in words(document.text[start:end])]
        roles = []
        for _ in range(draw(st.integers(0, 2)) if inside else 0):
            first, last = sorted((draw(st.sampled_from(inside)), draw(st.sampled_from(inside))))
            text = document.text[first[0] : last[1]]
            if text.lower() not in ("a", "an", "the"):
                roles.append(Role(draw(st.sampled_from(["actor", "place"])), first[0], last[1], text))
        events.append(Event(*event.span, event.type, event.trigger, status=event.status, roles=tuple(roles)))
    return document.with_events(events)


@given(documents_with_roles())
def test_participants_go_into_a_question_and_come_back(document: Document) -> None:
    for _, asked in questions([document]):
        for event, question in zip(document.events, asked, strict=True):
            back = question.read(question.ask(document), document.text)
            assert {role.span for role in back.roles or ()} <= {role.span for role in event.roles or ()}
            inside = [role for role in event.roles or () if not event.start <= role.start < role.end <= event.end]
            assert {(role.role, *role.span) for role in inside} <= {
                (role.role, *role.span) for role in back.roles or ()
            }


def test_a_question_shows_one_trigger_in_its_sentence() -> None:
    [(_, asked)] = questions([Document(TEXT, (EXPELLED, ARRESTED))])
    assert [question.text for question in asked] == [
        "expulsion: On Tuesday Chad → expelled ← two envoys from N'Djamena and arrested their driver.",
        "arrest: On Tuesday Chad expelled two envoys from N'Djamena and → arrested ← their driver.",
    ]


def test_a_long_sentence_is_asked_about_near_its_trigger() -> None:
    text = "blah " * 70 + "Chad expelled envoys" + " blah" * 70
    start = text.index("expelled")
    near, far = Role("actor", start - 5, start - 1, "Chad"), Role("place", 0, 4, "blah")
    event = Event(start, start + 8, "expulsion", "expelled", roles=(near, far))
    [(document, [question])] = questions([Document(text, (event,))])
    assert len(words(question.text)) == 2 + 50 + 3 + 50
    assert question.read(question.ask(document), text).roles == (near,)


def test_an_answer_that_takes_in_the_marks_ends_at_the_trigger() -> None:
    [(_, [question, _])] = questions([Document(TEXT, (EXPELLED, ARRESTED))])
    mark = question.text.index("→")
    answer = Document.mark(
        question.text, [(0, 3, "place"), (mark, mark + 12, "target"), (mark + 11, mark + 12, "time")]
    )
    roles = question.read(answer, TEXT).roles
    assert roles is not None
    assert [(role.role, role.text) for role in roles] == [("target", "expelled")]


def test_lessons_teach_what_somebody_said_and_no_more() -> None:
    unseen = Event(87, 91, "coup", "Mali", status="alleged")
    lessons = lessons_of([Document(TEXT, (EXPELLED, ARRESTED, unseen), "a")])
    triggers = [[event.trigger for event in lesson.events] for lesson in lessons]
    assert triggers == [["expulsion:", "Chad", "two envoys"], ["arrest:"], ["coup:"]]
    assert len({lesson.id for lesson in lessons}) == 3
    assert [bool(lesson.meta) for lesson in lessons] == [False, False, True]
    schema = role_schema(lessons, ("actual", "alleged"))
    assert schema is not None
    assert schema.types[1:] == ("actor", "target")
    assert role_schema(lessons[1:], ()) is None


def test_an_answer_tells_the_status_too() -> None:
    [(_, [question, _])] = questions([Document(TEXT, (EXPELLED, ARRESTED))])
    event = replace(question.ask(Document(TEXT)).events[0], status="alleged", status_score=0.75)
    told = question.read(Document(question.text, (event,)), TEXT)
    assert (told.status, told.status_score, told.roles) == ("alleged", 0.75, ())
    silent = question.read(Document(question.text), TEXT)
    assert silent == replace(EXPELLED, roles=())


def test_an_article_alone_is_no_participant() -> None:
    text = "The junta arrested a man and expelled two."
    [(document, [asked])] = questions([Document.mark(text, [(29, 37, "expulsion")])])
    start = asked.text.index(" a man") + 1
    answer = Document.mark(asked.text, [(start, start + 1, "actor"), (start + 2, start + 5, "target")])
    assert [role.text for role in asked.read(answer, document.text).roles or ()] == ["man"]


def test_a_span_with_an_arrow_in_it_keeps_no_blank() -> None:
    [(_, [question, _])] = questions([Document(TEXT, (EXPELLED, ARRESTED))])
    chad, arrow = question.text.index("Chad"), question.text.index("←")
    answer = Document.mark(question.text, [(chad, chad + 6, "actor"), (arrow, arrow + 12, "target")])
    roles = question.read(answer, TEXT).roles
    assert roles is not None
    assert [role.text for role in roles] == ["Chad", "two envoys"]
