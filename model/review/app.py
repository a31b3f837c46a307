"""The application: what the page asks for, and what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..documents.schema import Schema
from ..evaluation.report import rendering
from ..exceptions import InputError
from ..files import parse_json
from .adding import Reader, documents_of
from .exporting import export, formats
from .guard import refusal
from .learning import Learning, is_held_out
from .rounds import Candidate, choose, pool_of, with_keywords
from .suggesting import Suggester
from .wire import read_edit, suggestions_to_page, words_to_page, work_to_page
from .workspace import StaleError, Suggestion, Workspace

_SHOWN = 50
"""Documents that a search shows."""
_ASSETS = {
    "/report.css": (rendering.__package__, "report.css", "text/css"),
    "/review.css": (__package__, "review.css", "text/css"),
    **{
        f"/page/{file.name}": (__package__, f"page/{file.name}", "text/javascript")
        for file in resources.files(str(__package__)).joinpath("page").iterdir()
    },
}


class Review:
    """What a page can ask for.

    Args:
        workspace: the documents and the work on them.
        suggester: the model.
        learning: trainings.
        read: reads a folder of dropped files.
        title: of the set.
    """

    def __init__(
        self, workspace: Workspace, suggester: Suggester, learning: Learning, read: Reader, title: str
    ) -> None:
        self.workspace, self.suggester, self.learning = workspace, suggester, learning
        self._read, self._title = read, title
        if not workspace.rounds:
            self.begin_round()
        else:
            self._look_ahead()

    def close(self) -> None:
        """End the processes and let go of the journal."""
        self.learning.stop()
        self.suggester.close()
        self.workspace.close()

    def page(self) -> str:
        """The page, the same for all documents."""
        return rendering.render("page.html", room=str(__package__), set=self._title, name=self.workspace.name)

    def start(self) -> dict[str, Any]:
        """What does not change while the page is open, and the queue."""
        schema: Schema = self.workspace.schema
        known = {"types": schema.types, "statuses": schema.statuses, "roles": self.workspace.roles}
        return {**known, "formats": formats(), "queue": self.queue()}

    def queue(self) -> dict[str, Any]:
        """The documents of the last round and how far the work is."""
        work = self.workspace
        states = [work.state(number) for number in work.numbers]
        waiting = self._waiting()
        return {
            "round": len(work.rounds),
            "documents": [self.entry(number) for number in (work.rounds[-1] if work.rounds else [])],
            "complete": sum(state.complete for state in states),
            "held_out": sum(map(is_held_out, work.completed)),
            "waiting": len(waiting),
            "all": len(work.numbers),
        }

    def entry(self, number: int) -> dict[str, Any]:
        """A document as a list shows it."""
        document, state = self.workspace.document(number), self.workspace.state(number)
        title = str(document.meta.get("title") or document.text.strip().partition("\n")[0])[:80]
        return {
            "number": number,
            "id": document.id,
            "title": title,
            "complete": state.complete,
            "begun": state.revision > 0,
        }

    def find(self, words: str) -> list[dict[str, Any]]:
        """The first documents in whose names or texts some words stand."""
        wanted = words.casefold()
        found = []
        for number in self.workspace.numbers:
            document = self.workspace.document(number)
            if wanted in document.id.casefold() or wanted in document.text.casefold():
                found.append(self.entry(number))
                if len(found) == _SHOWN:
                    break
        return found

    def document(self, number: int) -> dict[str, Any]:
        """A document with all that is known of it."""
        document = self.workspace.document(number)
        self.suggester_wants(number)
        return {
            **self.entry(number),
            "text": document.text,
            "words": words_to_page(document.text),
            "heldOut": is_held_out(document),
            **self.work(number),
            **self.suggested(number),
        }

    def work(self, number: int) -> dict[str, Any]:
        """Where the work on a document stands."""
        return work_to_page(self.workspace.document(number), self.workspace.state(number), self.workspace.edits(number))

    def suggested(self, number: int) -> dict[str, Any]:
        """The suggestions for a document; ``None`` while they are made."""
        suggestions = self._suggestions(number)
        return {
            "suggestions": None if suggestions is None else suggestions_to_page(suggestions),
            "suggesters": len(suggestions or ()),
            "trouble": self.suggester.error,
        }

    def suggester_wants(self, number: int) -> None:
        """Let the model read a document and those that come next, unless somebody else has suggested."""
        round_ = self.workspace.rounds[-1] if self.workspace.rounds else []
        place = round_.index(number) if number in round_ else len(round_)
        for other in [*reversed(round_[place + 1 : place + 4]), number]:
            if not self.workspace.suggestions(other):
                self.suggester.want([other], urgent=True)

    def edit(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        """Carry out an edit.

        Raises:
            StaleError: the page shows an old revision.
            InputError: it does not fit, or completes a document while suggestions are undecided.
        """
        edit, before = read_edit(row, self.workspace.document(number)), self.workspace.state(number)
        if edit.complete and not before.complete and (known := self._suggestions(number)):
            suggested = [event for _, document in known for event in document.events]
            if left := before.after(edit).undecided(suggested):
                raise InputError(f"{len(left)} suggestions are undecided; accept or reject them first")
        revision = row.get("revision")
        if type(revision) is not int:
            raise InputError("edit: 'revision' is missing")
        state = self.workspace.edit(number, edit, revision)
        return {"revision": state.revision, "complete": state.complete}

    def add(self, files: Any) -> dict[str, Any]:
        """Take in dropped files."""
        numbers = self.workspace.add(documents_of(files, self._read))
        if not self.workspace.rounds:
            self.begin_round()
        return {"numbers": numbers, "queue": self.queue()}

    def begin_round(self) -> dict[str, Any]:
        """Choose the documents that come next."""
        work, count = self.workspace, len(self.workspace.rounds) + 1
        pool = pool_of(self._waiting(), work.name, count)
        if pool:
            guessed = {
                one.number: one for one in with_keywords([(n, work.document(n)) for n in pool], work.schema.types)
            }
            candidates = [self._candidate(number) or guessed[number] for number in pool]
            seen = [work.document(number).text for round_ in work.rounds for number in round_]
            work.begin_round(choose(candidates, seen, work.name, count))
            self._look_ahead()
        return self.queue()

    def train(self, model: str | None) -> None:
        """Begin a training on what is complete."""
        self.learning.start(self.workspace.completed, self.workspace.schema, model)

    def use(self) -> None:
        """Let the tagger that was trained last suggest."""
        status = self.learning.status
        if status.get("state") != "done":
            raise InputError("no training is done")
        self.suggester.use(status["run"])
        self._look_ahead()

    def _waiting(self) -> list[int]:
        """The documents that are in no round."""
        taken = {number for round_ in self.workspace.rounds for number in round_}
        return [number for number in self.workspace.numbers if number not in taken]

    def _look_ahead(self) -> None:
        """Let the model read what is in this round and what may be in the next."""
        rounds = self.workspace.rounds
        pool = pool_of(self._waiting(), self.workspace.name, len(rounds) + 1)
        wanted = [number for number in [*rounds[-1], *pool] if not self.workspace.suggestions(number)] if rounds else []
        if wanted:
            self.suggester.want(wanted)

    def _suggestions(self, number: int) -> tuple[Suggestion, ...] | None:
        if given := self.workspace.suggestions(number):
            return given
        found = self.suggester.found(number)
        if found is None:
            return () if self.suggester.error else None
        return (Suggestion("model", found.document),)

    def _candidate(self, number: int) -> Candidate | None:
        """What the model, or the set, says of a document; ``None`` where it has said nothing yet."""
        text = self.workspace.document(number).text
        if self.workspace.suggestions(number):
            return Candidate(number, text, True, 0.0)
        found = self.suggester.found(number)
        return None if found is None else Candidate(number, text, bool(found.document.events), found.doubt)


def application(review: Review) -> Starlette:
    """The application of a review; what may be asked is this table and nothing else.

    Args:
        review: answers.
    """

    def get(path: str, answer: Callable[[Request], Any]) -> Route:
        return Route(path, partial(_answer, lambda request, _: answer(request)), methods=["GET"])

    def post(path: str, answer: Callable[[Request, dict[str, Any]], Any]) -> Route:
        return Route(path, partial(_answer, answer), methods=["POST"])

    def number(request: Request) -> int:
        word = request.path_params["number"]
        # Python refuses to make a number of thousands of digits.
        found = int(word) if word.isdecimal() and len(word) < 10 else -1
        if found not in review.workspace.numbers:
            raise InputError("there is no such document")
        return found

    def edit(request: Request, row: dict[str, Any]) -> Any:
        try:
            return review.edit(number(request), row)
        except StaleError:
            return _json({"error": "changed elsewhere", **review.work(number(request))}, 409)

    def done(action: Callable[[], None]) -> dict[str, Any]:
        action()
        return {**review.learning.status, "model": review.suggester.model}

    return Starlette(
        routes=[
            get("/", lambda request: Response(review.page().encode("utf-8", "replace"), media_type="text/html")),
            *(get(path, partial(_asset, path)) for path in _ASSETS),
            get("/api/start", lambda request: review.start()),
            get("/api/queue", lambda request: review.queue()),
            get("/api/find", lambda request: review.find(request.query_params.get("words", "")[:200])),
            get("/api/documents/{number}", lambda request: review.document(number(request))),
            get("/api/documents/{number}/suggestions", lambda request: review.suggested(number(request))),
            post("/api/documents/{number}", edit),
            get("/api/export", lambda request: _export(review, request.query_params.get("format", ""))),
            get("/api/training", lambda request: done(lambda: None)),
            post("/api/training", lambda request, row: done(lambda: review.train(review.suggester.model))),
            post("/api/training/stop", lambda request, row: done(review.learning.stop)),
            post("/api/training/use", lambda request, row: done(review.use)),
            post("/api/texts", lambda request, row: review.add(row.get("files"))),
            post("/api/rounds", lambda request, row: review.begin_round()),
        ]
    )


async def _answer(answer: Callable[[Request, dict[str, Any]], Any], request: Request) -> Response:
    """Let a function answer in a thread, and say what is wrong where it refuses."""
    try:
        row = parse_json((await request.body()).decode("utf-8"), "request") if request.method == "POST" else {}
        if not isinstance(row, dict):
            raise InputError("request: a JSON object is wanted")
        found = await run_in_threadpool(answer, request, row)
    except UnicodeDecodeError:
        return refusal(400, "request: not UTF-8")
    except InputError as error:
        return refusal(422, str(error))
    except OSError as error:
        return refusal(507, f"not saved: {error.strerror or error}")
    return found if isinstance(found, Response) else _json(found)


def _json(value: Any, status: int = 200) -> Response:
    # ASCII, for half a surrogate pair has no UTF-8.
    return Response(json.dumps(value), status, media_type="application/json")


def _export(review: Review, name: str) -> Response:
    found, notes = export(review.workspace.completed, name), []
    if left := review.workspace.unseen:
        notes = [f"suggested participants of {left} events left out, which nobody looked at"]
    headers = {
        "Content-Disposition": f'attachment; filename="review.{found.ending}"',
        "X-Notes": json.dumps([*found.notes, *notes]),
    }
    return Response(found.data, headers=headers, media_type="application/octet-stream")


@cache
def _read(path: str) -> bytes:
    package, name, _ = _ASSETS[path]
    return resources.files(str(package)).joinpath(name).read_bytes()


def _asset(path: str, request: Request) -> Response:
    return Response(_read(path), media_type=_ASSETS[path][2])
