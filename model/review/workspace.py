"""The documents of a set with all that one person did to them, on disk at every moment."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus.formats.jsonl import parse_document
from ..documents.document import Document
from ..documents.schema import ROLES, Schema
from ..exceptions import InputError, note
from ..files import sha256
from .decisions import Edit, State, replayed
from .journal import Journal, read_records

_NAME = re.compile(r"\w[\w .-]{0,39}")
_ENDING = ".jsonl"


class StaleError(Exception):
    """An edit of a revision that is no longer the last one."""


class Suggestion(NamedTuple):
    """The events that are suggested for a document by one that suggests: the set, the model or an annotator."""

    by: str
    document: Document


_Records = Sequence[tuple[str, Mapping[str, Any]]]


class Workspace:
    """The documents of a set with one person's decisions; every change is in her journal before a method returns.

    Documents are known by number, in the order of the set; those that were added later come behind.

    Args:
        documents: the set; its events are suggestions.
        folder: holds a journal for each person; made where it is not there.
        name: of the person.
        schema: the types and statuses that may be chosen; those of the set come behind.
        roles: so too the roles of participants.
        between: names of two people; then the documents are those that both have completed, and what they decided is
            suggested.

    Attributes:
        rounds: the numbers of the documents in each round, the last one being the queue.
        schema: see above.
        roles: see above.
        folder: see above.
        name: see above.

    Raises:
        InputError: a journal is damaged or in use, or a name is none that a file can have.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        folder: Path,
        name: str,
        schema: Schema,
        roles: Sequence[str] = ROLES,
        between: tuple[str, str] | None = None,
    ) -> None:
        for person in (name, *(between or ())):
            if not _NAME.fullmatch(person):
                raise InputError(f"--name {person!r}: wants letters, digits, blanks, points and dashes, 40 at most")
        if between and name in between:
            raise InputError(f"--between: {name!r} is one of the two; give the third person's name with --name")
        self.folder, self.name, self.schema = folder, name, schema
        self.roles = tuple(roles)
        self.rounds: list[list[int]] = []
        self._lock = threading.Lock()
        self._documents: list[Document] = []
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._suggestions: dict[int, tuple[Suggestion, ...]] = {}
        self._edits: dict[int, list[Edit]] = {}
        self._states: dict[int, State] = {}
        self._chosen: list[int] | None = None
        self._journal = Journal(folder / f"{name}{_ENDING}", name)
        try:
            self._load(documents, between)
        except BaseException:
            self._journal.close()
            raise

    def _load(self, documents: Sequence[Document], between: tuple[str, str] | None) -> None:
        for document in documents:
            self._take(document)
        journals = {
            path.stem: read_records(path)[0]
            for path in sorted(self.folder.glob(f"*{_ENDING}"))
            if path.stem != self.name and not path.name.startswith(".")
        } | {self.name: self._journal.records}
        for records in journals.values():
            for place, record in records:
                if isinstance(record.get("added"), dict):
                    document = parse_document(record["added"], place)
                    if document.text not in self._texts:
                        self._take(replace(document, id=self._free(document.id)))
        if between:
            self._chosen = self._decided_by_both(between, journals)
        self._widen([one.document for suggestions in self._suggestions.values() for one in suggestions])
        self._edits = self._edits_of(journals[self.name])
        self._states = {number: replayed(edits) for number, edits in self._edits.items()}
        for _, record in journals[self.name]:
            if isinstance(record.get("round"), list):
                self.rounds.append([self._numbers[id_] for id_ in record["round"] if id_ in self._numbers])

    def __len__(self) -> int:
        return len(self._documents)

    def document(self, number: int) -> Document:
        """A document as the set has it."""
        return self._documents[number]

    def state(self, number: int) -> State:
        """Where the work on a document stands."""
        return self._states.get(number, State())

    def edits(self, number: int) -> Sequence[Edit]:
        """The edits that led there."""
        return tuple(self._edits.get(number, ()))

    def suggestions(self, number: int) -> tuple[Suggestion, ...]:
        """What the set, or each of the two people, says of a document; nothing where the model is to be asked."""
        return self._suggestions.get(number, ())

    @property
    def numbers(self) -> Collection[int]:
        """The documents that may come into a round."""
        return range(len(self._documents)) if self._chosen is None else self._chosen

    @property
    def completed(self) -> list[Document]:
        """The complete documents with the accepted events, in the order of the set."""
        return [
            self._documents[number].with_events(self._states[number].events)
            for number in sorted(self._states)
            if self._states[number].complete
        ]

    @property
    def unseen(self) -> int:
        """How many events of the complete documents have suggested participants that nobody looked at."""
        return sum(state.unseen for state in self._states.values() if state.complete)

    def edit(self, number: int, edit: Edit, revision: int) -> State:
        """Carry out an edit of a document.

        Args:
            number: of the document.
            edit: what to change.
            revision: of the state that the edit was made for.

        Returns:
            The new state, which is on the disk.

        Raises:
            StaleError: the document has another revision.
            InputError: the edit does not fit the state, or names a type or status that may not be chosen.
            OSError: it could not be written; nothing has changed.
        """
        for decision in edit.add:
            if decision.event.type not in self.schema.types:
                raise InputError(f"type {decision.event.type!r}: known: {', '.join(self.schema.types)}")
            if decision.event.status not in (None, *self.schema.statuses):
                raise InputError(f"status {decision.event.status!r}: known: {', '.join(self.schema.statuses)}")
            for role in decision.event.roles or ():
                if role.role not in self.roles:
                    raise InputError(f"role {role.role!r}: known: {', '.join(self.roles)}")
        with self._lock:
            before = self.state(number)
            if revision != before.revision:
                raise StaleError
            after = before.after(edit)
            document = self._documents[number]
            head = {"document": document.id, "sha256": _digest(document), "revision": after.revision, "at": _now()}
            self._journal.append(head | edit.to_dict())
            self._states[number] = after
            self._edits.setdefault(number, []).append(edit)
            return after

    def add(self, documents: Iterable[Document]) -> list[int]:
        """Take in documents; one whose text is there already is not taken twice.

        Returns:
            The numbers of all of them.
        """
        found = []
        with self._lock:
            for document in documents:
                if document.text not in self._texts:
                    named = replace(document, id=self._free(document.id or "text"))
                    self._journal.append({"added": named.to_dict(), "at": _now()})
                    self._take(named)
                    self._widen([named])
                found.append(self._texts[document.text])
        return found

    def begin_round(self, numbers: Sequence[int]) -> None:
        """Put documents into the queue."""
        with self._lock:
            self._journal.append({"round": [self._documents[number].id for number in numbers], "at": _now()})
            self.rounds.append(list(numbers))

    def close(self) -> None:
        """Let another process go on."""
        self._journal.close()

    def _widen(self, documents: Iterable[Document]) -> None:
        """Let all be chosen that documents have."""
        events = [event for document in documents for event in document.events]
        types = _widened(self.schema.types, (event.type for event in events))
        self.schema = Schema(types, _widened(self.schema.statuses, (event.status for event in events)))
        self.roles = _widened(self.roles, (role.role for event in events for role in event.roles or ()))

    def _take(self, document: Document) -> None:
        number = len(self._documents)
        self._documents.append(document)
        self._numbers[document.id] = self._texts[document.text] = number
        if document.events:
            self._suggestions[number] = (Suggestion("set", document),)

    def _free(self, id_: str) -> str:
        """A name that no document has."""
        names = (id_ if count == 1 else f"{id_}-{count}" for count in range(1, len(self._documents) + 2))
        return next(name for name in names if name not in self._numbers)

    def _edits_of(self, records: _Records) -> dict[int, list[Edit]]:
        """The edits of a journal by document; each is checked against those before it.

        Raises:
            InputError: with the place of one that does not fit.
        """
        found: dict[int, list[Edit]] = {}
        states: dict[int, State] = {}
        texts = {(document.id, _digest(document)): number for number, document in enumerate(self._documents)}
        digests = {digest: number for (_, digest), number in texts.items()}
        left: set[str] = set()
        for place, record in records:
            if "document" not in record:
                continue
            id_, digest = str(record["document"]), str(record.get("sha256"))
            number = texts.get((id_, digest), digests.get(digest))
            if number is None:
                left.add(id_)
                continue
            edit = Edit.read(record, self._documents[number].text, place)
            try:
                states[number] = states.get(number, State()).after(edit)
            except InputError as error:
                raise InputError(f"{place}: {error}; put back what stood there from a copy of the file") from None
            found.setdefault(number, []).append(edit)
        if left:
            shown = ", ".join(sorted(left)[:5])
            note(
                f"{len(left)} documents were corrected and are not in this set, or have other texts ({shown}); what "
                "was decided of them stays in the journal"
            )
        return found

    def _decided_by_both(self, between: tuple[str, str], journals: Mapping[str, _Records]) -> list[int]:
        """The documents that two people have completed; what they decided becomes what is suggested."""
        decided = []
        for person in between:
            if person not in journals:
                raise InputError(f"--between: {self.folder} has no journal of {person!r}; it has {', '.join(journals)}")
            decided.append({n: replayed(edits) for n, edits in self._edits_of(journals[person]).items()})
        self._suggestions = {
            number: tuple(
                Suggestion(person, self._documents[number].with_events(states[number].events))
                for person, states in zip(between, decided, strict=True)
            )
            for number in range(len(self))
            if all(states.get(number, State()).complete for states in decided)
        }
        if not self._suggestions:
            raise InputError(f"--between: no document is complete in the journals of both {' and '.join(between)}")
        return list(self._suggestions)


def _widened(known: tuple[str, ...], found: Iterable[str | None]) -> tuple[str, ...]:
    """Names with those behind them that were found and are not known."""
    return (*known, *sorted({name for name in found if name} - set(known)))


def _digest(document: Document) -> str:
    return sha256(document.text)[:16]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
