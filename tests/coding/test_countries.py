"""Countries of actors and targets: right by the text's own words, open where the text does not decide."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_event_tagger.coding.countries import EventCountries, event_countries
from news_event_tagger.coding.gazetteer import Gazette
from news_event_tagger.coding.names import entries
from news_event_tagger.documents.document import Document, Event, Role

CODES = {
    name: {code for code, kind in lines if kind not in ("mask", "given", "short", "seat")}
    for name, lines in entries().items()
}
NAMES = sorted(name for name, codes in CODES.items() if codes)
AMBIGUOUS = ("Georgia", "Congo", "Congolese", "Korea", "Korean", "Dominican", "Kashmir", "Punjab", "Jerusalem")


def document(marked: str) -> Document:
    """A document from ``[actor: France] <expulsion: expelled> …``: roles in brackets, triggers in angles.

    A role belongs to the trigger of its own sentence.
    """
    text, spans = "", []
    for piece in re.split(r"([\[<]\w[\w-]*: [^\]>]+[\]>])", marked):
        if match := re.fullmatch(r"([\[<])([\w-]+): ([^\]>]+)[\]>]", piece):
            spans.append((match[1], match[2], len(text), match[3]))
            piece = match[3]
        text += piece
    events = []
    for kind, type_, start, trigger in spans:
        if kind == "<":
            line = text.count("\n", 0, start)
            roles = tuple(
                Role(role, first, first + len(words), words)
                for bracket, role, first, words in spans
                if bracket == "[" and text.count("\n", 0, first) == line
            )
            events.append(Event(start, start + len(trigger), type_, trigger, roles=roles))
    return Document(text, tuple(events))


def countries(marked: str) -> EventCountries:
    """Of the last event."""
    marked_document = document(marked)
    return event_countries(marked_document.events[-1], marked_document)


@pytest.mark.parametrize("after", [".", " again", ", they said"])
def test_every_name_gives_its_code_or_is_ambiguous(after: str) -> None:
    for name in NAMES:
        found = [mention.code for mention in Gazette(f"They spoke of {name}{after}").mentions]
        assert found == ([*CODES[name]] if len(CODES[name]) == 1 else [None]), name


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_is_said_to_be_ambiguous_stays_open(name: str) -> None:
    assert [mention.code for mention in Gazette(f"They spoke of {name}.").mentions] == [None]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Atlanta, Georgia, and Tbilisi, Georgia.", ["USA", "USA", "GEO", "GEO"]),
        ("Georgian police left Georgia.", ["GEO", "GEO"]),
        ("The United States spoke of Georgia.", ["USA", None]),
        ("Congolese troops near Goma.", ["COD", "COD"]),
        ("Congolese troops near Brazzaville.", ["COG", "COG"]),
        (
            "Niger and Nigeria, Nigerien and Nigerian, South Sudan and Sudan.",
            ["NER", "NGA", "NER", "NGA", "SSD", "SDN"],
        ),
        ("Guinea, Guinea-Bissau.", ["GIN", "GNB"]),
        ("Guinea's junta freed him, weeks after a coup in Guinea-Bissau.", ["GIN", "GNB"]),
        ("Guinean troops left. Guinea-Bissau's army stayed.", ["GIN", "GNB"]),
        ("Equatorial Guinea and Guinea.", ["GNQ", "GIN"]),
        ("Guinea's army held him in Malabo.", ["GNQ", "GNQ"]),
        ("Congo and Congo-Brazzaville.", [None, "COG"]),
        ("Congo (Brazzaville) and Congo, whose capital is Kinshasa.", ["COG", "COG", None, "COD"]),
        ("Congolese troops of the Democratic Republic of Congo.", ["COD", "COD"]),
        ("Korea and North Korea.", [None, "PRK"]),
        ("Korean and North Korean troops.", [None, "PRK"]),
        ("Guinea.", ["GIN"]),
        ("Equatorial Guinea, Papua New Guinea.", ["GNQ", "PNG"]),
        ("Zaire, Burma, Swaziland, Upper Volta, Ceylon.", ["COD", "MMR", "SWZ", "BFA", "LKA"]),
        ("The Soviet Union, Yugoslavia, Czechoslovakia and East Germany.", ["SUN", "YUG", "CSK", "DDR"]),
        ("The Elysée, the Elysee, the Kremlin, Downing Street.", ["FRA", "FRA", "RUS", "GBR"]),
        ("ECOWAS, the European Union and the African Union.", ["IGO", "IGO", "IGO"]),
        ("Côte d’Ivoire and Cote d'Ivoire.", ["CIV", "CIV"]),
        ("Three Kenyans and two Filipinos.", ["KEN", "PHL"]),
        ("Shots fell in Moscow, Idaho, and in Moscow.", ["USA", "USA", "RUS"]),
        ("Police in Peru, Indiana, held him.", ["USA", "USA"]),
        ("He fell in Lebanon, Pennsylvania on Monday. Lebanon mourned.", ["USA", "USA", "LBN"]),
        ("He went to Mexico, Texas, and California.", ["MEX", "USA", "USA"]),
        ("In Mexico, Texas governor Abbott spoke.", ["MEX", "USA"]),
        ("Strikes in Lebanon, Gaza, and Syria.", ["LBN", "PSE", "SYR"]),
        ("Nato, Ecowas, Unesco, Opec, Asean and Brics.", ["IGO"] * 6),
        ("In Moscow, Ukraine's envoy spoke.", ["RUS", "UKR"]),
        ("Hezbollah, Fidesz and the Sinaloa Cartel.", ["LBN", "HUN", "MEX"]),
        ("State Counsellor Aung San Suu Kyi met Nobel Laureate Liu Xiaobo.", ["MMR", "CHN"]),
        ("Erdogan and Erdoğan; Sekouba Konate and Sékouba Konaté.", ["TUR", "TUR", "GIN", "GIN"]),
    ],
)
def test_names_in_a_text(text: str, codes: list[str | None]) -> None:
    assert [mention.code for mention in Gazette(text).mentions] == codes


@pytest.mark.parametrize(
    "text",
    [
        "Michael Jordan won.",
        "Chad Mitchell sang.",
        "A pro-Russian mob.",
        "Jessica Alba won. Alba won.",
        "Mend it.",
        "A Chinese-born man.",
        "The New York Times reports.",
        "A male suspect. Male suspects.",
        "al-Qaida in Iraq claimed it.",
        "The Helsinki Federation reports.",
        "Aung San Suu Kyi Street.",
    ],
)
def test_what_only_looks_like_a_country(text: str) -> None:
    assert not Gazette(text).mentions


@pytest.mark.parametrize(
    ("marked", "actor", "target"),
    [
        ("[actor: Paris] <cooperation-suspension: suspended> aid to [target: Niger].", ["FRA"], ["NER"]),
        ("[actor: Brussels] <cooperation-suspension: suspended> aid to [target: Niger].", ["IGO"], ["NER"]),
        ("[actor: Police] <arrest: held> [target: a man] in [place: Brussels].", ["BEL"], []),
        (
            "[actor: Mali], [actor: Niger] and [actor: Burkina Faso] <cooperation-suspension: left>.",
            ["MLI", "NER", "BFA"],
            [],
        ),
        ("[actor: Polish police] <arrest: held> [target: French and German diplomats].", ["POL"], ["FRA", "DEU"]),
        ("[actor: Iran] <expulsion: expelled> [target: the British ambassador to Tehran].", ["IRN"], ["GBR"]),
        (
            "[actor: Norway] <expulsion: expelled> [target: a diplomat at the Russian embassy in Oslo].",
            ["NOR"],
            ["RUS"],
        ),
        ("[actor: Police] <arrest: held> [target: a man] in [place: Gao], [place: Mali].", ["MLI"], []),
        ("[actor: Police] in Zambia <arrest: held> [target: a man].", ["ZMB"], []),
        ("[actor: Police] <arrest: held> [target: a man].", [], []),
        ("Iran says [actor: it] <arrest: held> [target: a suspect].", ["IRN"], []),
        (
            "Mali, Niger and Burkina Faso announce [actor: their] <cooperation-suspension: exit>.",
            ["MLI", "NER", "BFA"],
            [],
        ),
        ("The Sudanese army says [actor: it] <arrest: held> Kenyan men.", ["SDN"], []),
        ("Norway says Chad fears that [actor: it] will <cooperation-suspension: stop> aid.", [], []),
        (
            "Lebanon calls for Damascus to <expulsion: withdraw> [target: its troops] from [place: Lebanon].",
            [],
            ["SYR"],
        ),
        (
            "[actor: Police] <arrest: held> [target: John Doe], a 34-year-old Canadian, in [place: Oslo].",
            ["NOR"],
            ["CAN"],
        ),
        ("[actor: Police] <arrest: held> [target: five men], including three Moroccans.", [], []),
        ("[actor: Syrian police] <arrest: held> [target: dozens of protesters].", ["SYR"], ["SYR"]),
        ("[actor: Syrian police] <arrest: held> [target: three journalists].", ["SYR"], []),
        ("Riots shook Paris. [target: More than 100] were <arrest: arrested>.", [], ["FRA"]),
        ("[target: More than 100] were <arrest: arrested> in [place: Paris].", [], []),
        ("[actor: Soldiers] <coup: ousted> [target: the president] in [place: Bamako].", ["MLI"], ["MLI"]),
        ("[actor: The junta] <arrest: held> [target: a Congolese man] in [place: Bamako].", ["MLI"], []),
        ("[actor: Police] <arrest: held> [target: Ioannis Volakis] in [place: Ghent].", ["BEL"], []),
        ("[actor: Fiji] <expulsion: expelled> [target: envoys from Australia and Chad].", ["FJI"], ["AUS", "TCD"]),
        ("[actor: Mali] <expulsion: expelled> [target: EU Ambassador to Mali Jan Doe].", ["MLI"], ["IGO"]),
        (
            "[actor: Cuban police] <arrest: held> [target: American diplomats] and [target: officials].",
            ["CUB"],
            ["USA"],
        ),
        ("[actor: The EU] <cooperation-suspension: froze> aid. ", ["IGO"], []),
        (
            "[actor: Norway] <expulsion: expelled> [target: diplomats from Peru, Chile, and Chad].",
            ["NOR"],
            ["PER", "CHL", "TCD"],
        ),
        ("[actor: Chad] <expulsion: expelled> [target: a French Oslo embassy official].", ["TCD"], ["FRA"]),
        ("[actor: Chad] <expulsion: expelled> [target: the Oslo bureau chief].", ["TCD"], []),
        ("Norway asks that [actor: Chad] free [target: two sailors] it <arrest: held>.", ["TCD"], ["NOR"]),
        ("In a storm near Norway [actor: Chad] <arrest: held> [target: two sailors].", ["TCD"], []),
        ("[actor: Chad] <expulsion: expelled> [target: officials at the Peru High Commission].", ["TCD"], ["PER"]),
        ("[actor: Chad] <arrest: held> [target: a nephew of President Robert Mugabe].", ["TCD"], ["ZWE"]),
        ("[actor: Oman] <arrest: held> [target: a crew of four Chileans and three Swedes].", ["OMN"], ["CHL", "SWE"]),
        (
            "[actor: Police] <arrest: held> [target: John Doe], a Catholic priest from Chad, in [place: Oslo].",
            ["NOR"],
            ["TCD"],
        ),
        ("[target: John Doe], a British-Canadian hiker, was <arrest: held> in [place: Oslo].", [], ["GBR", "CAN"]),
        ("[target: John Doe], the last foreign journalist in Chad, was <arrest: held>.", [], []),
        ("[actor: Police] <arrest: held> [target: John Doe], an aide of Netanyahu's friend, in Oslo.", ["NOR"], []),
        ("Two FARC fighters were killed and [target: six others] <arrest: captured>.", [], ["COL"]),
        ("[actor: Polish police] said Hamas knew of the [target: six suspects] they <arrest: held>.", ["POL"], []),
        ("Norway says [target: 300 troops] will <expulsion: leave> [place: Chad].", [], ["NOR"]),
        ("Norway says [target: 300 former soldiers] will <expulsion: leave> [place: Chad].", [], []),
        ("[actor: Iran] <arrest: held> [target: dozens of residents].", ["IRN"], ["IRN"]),
        ("[actor: Iran] <arrest: held> [target: 80 political prisoners].", ["IRN"], ["IRN"]),
        ("Chad says [actor: Mali] <arrest: held> [target: several of its soldiers].", ["MLI"], ["TCD"]),
        ("Chad says [actor: Mali] <arrest: held> [target: several of its employees].", ["MLI"], []),
        (
            "Fiji's <cooperation-suspension: suspension> from the Commonwealth by [actor: the organization].",
            ["IGO"],
            [],
        ),
    ],
)
def test_actors_and_targets(marked: str, actor: list[str], target: list[str]) -> None:
    found = countries(marked)
    assert (list(found.actor), list(found.target)) == (actor, target)


@pytest.mark.parametrize(
    ("marked", "target"),
    [
        (
            "Iran <arrest: held> [target: several Swedish diplomats].\n[target: The diplomats] were <arrest: jailed>.",
            "SWE",
        ),
        ("[actor: Iran] <arrest: held> [target: a Swedish tourist].\n[target: He] was <arrest: jailed>.", "SWE"),
        ("Egyptian dissident Omar Farid spoke.\n[target: Mr. Farid] was <arrest: held> in Oslo.", "EGY"),
        ("Omar Farid, a former Egyptian envoy, spoke.\n[target: Farid] was <arrest: held> in Oslo.", "EGY"),
        ("The Malian film star Omar Farid spoke.\n[target: Farid] was <arrest: held> in Oslo.", "MLI"),
        ("In Oslo they criticised the remarks of the Chilean envoy.\n[target: He] must <expulsion: leave>.", "CHL"),
        ("Chilean singer Ana Paz spoke in Oslo.\n[target: Her husband] was <arrest: held>.", "CHL"),
        ("Norway and Chad spoke.\n[target: Both countries] <cooperation-suspension: broke> ties.", "NOR,TCD"),
    ],
)
def test_persons_known_from_a_sentence_before(marked: str, target: str) -> None:
    assert countries(marked).target == tuple(target.split(","))


def test_a_pronoun_of_two_persons_stays_open() -> None:
    assert (
        countries("Chilean singer Ana Paz met French envoy Omar Farid.\n[target: He] was <arrest: held>.").target == ()
    )


def test_many_participants_of_one_event_take_time_that_grows_with_them() -> None:
    def seconds(count: int) -> float:
        text = "Police held " + ", ".join(["two men"] * count)
        roles = tuple(Role("target", found.start(), found.end(), "two men") for found in re.finditer("two men", text))
        event = Event(7, 11, "arrest", "held", roles=roles)
        document_ = Document(text, (event,))
        began = time.process_time()
        event_countries(event, document_)
        return time.process_time() - began

    seconds(10)
    assert seconds(1600) < 20 * seconds(200) + 0.1


def test_each_code_says_what_decided_it() -> None:
    found = countries("[actor: Police] <arrest: held> [target: a French man] and [target: a Malian] in [place: Dakar].")
    assert found == EventCountries(("SEN",), "scene capital Dakar", ("FRA", "MLI"), "demonym French; demonym Malian")


def test_an_event_without_participants_stays_open() -> None:
    text = "France condemned the coup in Mali."
    event = Event(21, 25, "coup", "coup")
    assert event_countries(event, Document(text, (event,))) == EventCountries()


@given(st.text(alphabet="abIranofMli ,.'’-\n", max_size=80), st.data())
@settings(deadline=None)
def test_any_spans_are_read(text: str, data: st.DataObject) -> None:
    text = f"Mali {text} Iran"
    places = st.integers(0, len(text) - 1)
    roles = []
    for role in ("actor", "target", "place"):
        start = data.draw(places)
        end = data.draw(st.integers(start + 1, len(text)))
        roles.append(Role(role, start, end, text[start:end]))
    event = Event(
        0, 4, data.draw(st.sampled_from(["arrest", "coup", "cooperation-suspension"])), "Mali", roles=tuple(roles)
    )
    found = event_countries(event, Document(text, (event,)))
    assert {*found.actor, *found.target} <= {"MLI", "IRN"}


def test_a_known_group_is_taken_up_without_end() -> None:
    unit = "Police arrested the men of the village.\n"
    found = re.finditer(r"(arrested) (the men of the village)", unit * 700)
    events = tuple(
        Event(*match.span(1), "arrest", "arrested", roles=(Role("target", *match.span(2), match[2]),))
        for match in found
    )
    assert event_countries(events[-1], Document(unit * 700, events)) == EventCountries()


def test_a_text_without_sentences_leaves_all_open() -> None:
    event = Event(0, 1, "coup", " ", roles=(Role("target", 1, 2, "\n"),))
    assert event_countries(event, Document(" \n ", (event,))) == EventCountries()


def test_what_stands_behind_the_head_of_a_participant_is_not_its_country() -> None:
    marked = "[actor: Chad] <expulsion: expelled> [target: two envoys without French visas]."
    assert countries(marked) == EventCountries(("TCD",), "name Chad")


def test_places_that_have_the_name_of_a_state_are_their_own() -> None:
    found = countries(
        "[actor: Police] <arrest: held> [target: two protesters] in [place: Lebanon], [place: Pennsylvania]."
    )
    assert (found.actor, found.target) == (("USA",), ("USA",))
    assert countries("[actor: Police in Peru, Indiana], <arrest: held> [target: a man].").actor == ("USA",)
