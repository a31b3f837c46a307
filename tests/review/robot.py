"""Somebody who corrects documents by keyboard alone until they are as the gold labels say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from news_event_tagger import Document, Event, Role
from news_event_tagger.corpus.offsets import Count, to_code_points
from news_event_tagger.documents.schema import ROLES
from news_event_tagger.documents.text import words

TYPES = ("arrest", "expulsion", "coup", "cooperation-suspension")
STATUSES = {"actual": "a", "alleged": "l", "prospective": "p", "negated": "n"}


class Robot:
    """Presses keys on an open page.

    Attributes:
        pressed: how many keys were pressed.
        at_once: keys for each document whose suggestions were all right.
    """

    def __init__(self, page: Any, gold: Mapping[str, Document]) -> None:
        self.page, self.gold = page, gold
        self.pressed = 0
        self.at_once: list[int] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.pressed += len(keys)

    def correct_all(self) -> None:
        """Correct as many documents as there are labels of."""
        for left in reversed(range(len(self.gold))):
            self.page.wait_for_selector("#events-title:has-text('accepted')", timeout=180_000)
            name = self.correct()
            # The next document comes. The page forbids the waiting that Playwright offers, an eval.
            patience = time.monotonic() + 60
            while left and self.state()[0] == name:
                assert time.monotonic() < patience, f"{name}: {self.page.inner_text('#said')}"
        self.page.wait_for_selector(f"#progress:has-text('{len(self.gold)} of {len(self.gold)}')")

    def state(self) -> tuple[str, str, list[tuple[int, int, str, str, bool]]]:
        """The document's name, what the page says of it, and its events: start, end, type, state, whether chosen."""
        about = self.page.inner_text("#about")
        rows = self.page.evaluate(
            "[...document.querySelectorAll('#events > li > button')].map(b =>"
            " [b.dataset.name, b.dataset.state, b.getAttribute('aria-current') === 'true'])"
        )
        events = []
        for name, state, chosen in rows:
            start, end, type_ = name.split(":")[:3]
            events.append((int(start), int(end), type_, state, chosen))
        return about.split("document ")[1].split(" · ")[0], about, events

    def correct(self) -> str:
        name, _, events = self.state()
        document = self.gold[name]
        places = to_code_points(document.text, Count("utf-16"))
        spans = words(document.text)
        before = self.pressed
        said = self.page.evaluate(
            "[...document.querySelectorAll('#events > li > button .said')].map(e => e.textContent)"
        )
        suggested = [
            (places[start], places[end], type_, text.split(", ")[2])
            for (start, end, type_, _, _), text in zip(events, said, strict=True)
        ]
        if suggested == [(*event.span, event.type, event.status) for event in document.events] and not has_cast(
            document
        ):
            self.press(*(["A"] if suggested else []), "c")
            if "undecided" not in self.page.inner_text("#said"):
                self.at_once.append(self.pressed - before)
                return name
        while open_ := [one for one in self.state()[2] if one[3] == "open"]:
            chosen = next((one for one in open_ if one[4]), None)
            if chosen is None:
                self.press("j")
                continue
            start, end = places[chosen[0]], places[chosen[1]]
            meant = [event for event in document.events if event.start < end and start < event.end]
            if not meant:
                self.press("x")
            else:
                self.put_right(meant[0], start, end, chosen[2], spans)
        self.finish(document, places, spans)
        if has_cast(document):
            self.look_at_participants(document, places, spans)
        self.press("c")
        return name

    def put_right(self, event: Event, start: int, end: int, type_: str, spans: list[tuple[int, int]]) -> None:
        if event.type != type_:
            self.press(str(TYPES.index(event.type) + 1))
        first, last = (
            next(i for i, span in enumerate(spans) if span[side] == place) for side, place in ((0, start), (1, end))
        )
        wanted = self.place_of(event, spans)
        self.move_ends((first, last), wanted)
        assert event.status
        # The status is always said: it accepts as well, and stays.
        self.press(STATUSES[event.status])

    def finish(self, document: Document, places: Any, spans: list[tuple[int, int]]) -> None:
        """Add what nobody suggested."""
        there = {(places[one[0]], places[one[1]], one[2]) for one in self.state()[2] if one[3] == "accepted"}
        place: int | None = None
        for event in document.events:
            if (*event.span, event.type) in there:
                continue
            if place is None:
                chosen = [one for one in self.state()[2] if one[4]]
                place = next((i for i, span in enumerate(spans) if chosen and span[0] == places[chosen[0][0]]), -1)
            self.take(event, place, document.text, spans)
            self.press(str(TYPES.index(event.type) + 1))
            assert event.status
            self.press(STATUSES[event.status])
            place = self.place_of(event, spans)[0]

    def look_at_participants(self, document: Document, places: Any, spans: list[tuple[int, int]]) -> None:
        """Make the participants of each event what they are to be, or say that they are."""
        self.press(*[] if any(one[4] for one in self.state()[2]) else "j", "t")
        for _ in document.events:
            start, end, type_ = next(one[:3] for one in self.state()[2] if one[4])
            event = next(e for e in document.events if (*e.span, e.type) == (places[start], places[end], type_))
            missing = {(*role.span, role.role): role for role in event.roles or ()}
            for role in self.cast(document, places):
                if not missing.pop((*role.span, role.role), None):
                    self.choose(role, document, places)
                    self.press("x")
            for role in missing.values():
                chosen = [one for one in self.cast(document, places) if one.score == 1]
                self.take(role, self.place_of(chosen[0] if chosen else event, spans)[0], document.text, spans)
                self.press(str(ROLES.index(role.role) + 1))
            self.press("y")
        assert "all is decided" in self.page.inner_text("#said"), self.page.inner_text("#said")
        self.press("t")

    def cast(self, document: Document, places: Any) -> list[Role]:
        """The participants that are listed; the one that is chosen has a score of 1."""
        rows = self.page.evaluate(
            "[...document.querySelectorAll('#events .cast button')].map(b =>"
            " [b.dataset.part, b.getAttribute('aria-current') === 'true'])"
        )
        found = []
        for name, chosen in rows:
            start, end, role = name.split(":", 2)
            span = places[int(start)], places[int(end)]
            found.append(Role(role, *span, document.text[slice(*span)], score=float(chosen)))
        return found

    def choose(self, role: Role, document: Document, places: Any) -> None:
        """Go from participant to participant until one is chosen."""
        listed = self.cast(document, places)
        here = next((number for number, one in enumerate(listed) if one.score == 1), -1)
        there = next(number for number, one in enumerate(listed) if (one.role, one.span) == (role.role, role.span))
        self.press(*["j" if there > here else "k"] * abs(there - here))

    def place_of(self, span: Event | Role, spans: list[tuple[int, int]]) -> tuple[int, int]:
        """Its first and its last word."""
        first, last = (next(i for i, s in enumerate(spans) if s[side] == p) for side, p in enumerate(span.span))
        return first, last

    def move_ends(self, place: tuple[int, int], wanted: tuple[int, int]) -> None:
        """The end that moves away goes first, so that something is always left between the two."""
        for side, by in sorted(
            (("end", wanted[1] - place[1]), ("start", place[0] - wanted[0])), key=lambda one: -one[1]
        ):
            outward, inward = ("r", "e") if side == "end" else ("q", "w")
            self.press(*[outward if by > 0 else inward] * abs(by))

    def take(self, span: Event | Role, place: int, text: str, spans: list[tuple[int, int]]) -> None:
        """Take the words of a span, the shorter way: with the arrows, or by their first letters."""
        first, last = self.place_of(span, spans)
        arrows = ["ArrowRight" if first > place else "ArrowLeft"] * abs(first - place) or ["ArrowRight", "ArrowLeft"]
        shown = [text[slice(*one)].lower() for one in spans]
        ways = [arrows]
        for length in range(1, len(shown[first]) + 1):
            letters = shown[first][:length]
            if place >= 0 and letters.isascii() and letters.isalnum():
                between = [*range(place, first)] if place <= first else [*range(place, len(spans)), *range(first)]
                skips = sum(shown[index].startswith(letters) for index in between)
                ways.append(["f", *letters, *["ArrowRight"] * skips, "Enter"])
        self.press(*min(ways, key=len), *["Shift+ArrowRight"] * (last - first))


def has_cast(document: Document) -> bool:
    """Whether its participants are to be corrected too."""
    return any(event.roles is not None for event in document.events)
