"""Who is let in: a server on a laptop stands beside a browser full of other people's pages."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
LIMITS = {"/api/texts": 32 * 2**20, "/enter": 2**10}
"""Most bytes of a request's body, by its path."""
LIMIT = 2**20
"""Most bytes of any other body."""
_PAUSE = 1.0
"""Seconds that a wrong password costs."""
# Runs before anybody is let in, so it is the page's own: an address with a token is left at once, and a word asked for.
_ENTERED = "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content='0;url=/'><title>Review</title>"
_ASKED = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Review</title>
<link rel="stylesheet" href="/report.css"><link rel="stylesheet" href="/review.css">
<body><main><h1>Review</h1><form id="enter"><label>Password <input type="password" required autofocus></label>
<button>Enter</button> <output></output></form></main><script type="module" src="/page/enter.js"></script></body></html>
"""
_OPEN = ("/report.css", "/review.css", "/page/enter.js", "/page/dom.js", "/page/server.js")
"""What the page that asks for the password needs."""


class Guard:
    """Lets a request through to an application only if it comes from the page that this server gave out.

    Args:
        app: what to guard.
        origin: ``http://HOST:PORT``, the one address under which the server is reached.
        token: what lets a browser in by the first address.
        password: what lets one in from another machine; empty where none does.

    Attributes:
        once: a token that lets in one browser, for an address that others on the machine may see.
    """

    def __init__(self, app: ASGIApp, origin: str, token: str, password: str = "") -> None:
        self._app, self._origin, self._password = app, origin, password
        self._host = origin.partition("://")[2]
        self._tokens = {token}
        self.once = secrets.token_urlsafe(32)
        # Browsers keep one jar for all ports of a machine.
        self._cookie = f"review-{self._host.rpartition(':')[2]}"
        self._secret = secrets.token_urlsafe(32)
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application do it."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        answer = await self._refusal(request)
        if answer is None and request.method == "POST":
            body = await _body(request, LIMITS.get(request.url.path, LIMIT))
            if body is None:
                answer = refusal(413, "too large; give fewer or smaller texts")
            elif request.url.path == "/enter":
                answer = await self._enter(body)
            else:
                receive = _once(body)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(key.lower().encode(), value.encode()) for key, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await (answer or self._app)(scope, receive, sent)

    async def _refusal(self, request: Request) -> Response | None:
        """What stands instead of the application's answer; ``None`` where it may answer."""
        headers, path = request.headers, request.url.path
        if headers.getlist("host") != [self._host]:
            return refusal(421, f"this server is {self._origin} alone")
        if request.method not in ("GET", "POST"):
            return refusal(405, "GET or POST is wanted")
        if request.method == "GET" and path == "/" and (token := request.query_params.get("token")) is not None:
            return self._welcome(token)
        if request.method == "POST":
            if headers.getlist("origin") != [self._origin] or headers.get("sec-fetch-site") != "same-origin":
                return refusal(403, "only the page of this server may write")
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                return refusal(415, "JSON is wanted")
        elif headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return refusal(403, "only the page of this server may read")
        if self._knows(headers, request) or (self._password and path in (*_OPEN, "/enter")):
            return None
        if self._password and path == "/":
            return Response(_ASKED, 401, media_type="text/html")
        return refusal(403, "open the address that news-events review has printed")

    def _knows(self, headers: Headers, request: Request) -> bool:
        return hmac.compare_digest(request.cookies.get(self._cookie, "").encode(), self._secret.encode())

    def _welcome(self, token: str) -> Response:
        found = [known for known in (*self._tokens, self.once) if hmac.compare_digest(known.encode(), token.encode())]
        if not found or not token:
            return refusal(403, "open the address that news-events review has printed last")
        if token == self.once:
            self.once = ""
        # Not a redirection: a browser sends no strict cookie to one that another program's link began.
        return self._let_in(Response(_ENTERED, media_type="text/html"))

    async def _enter(self, body: bytes) -> Response:
        try:
            word = json.loads(body)["password"]
            right = isinstance(word, str) and hmac.compare_digest(word.encode(), self._password.encode())
        except (ValueError, KeyError, TypeError, RecursionError):
            right = False
        if right and self._password:
            return self._let_in(Response("{}", media_type="application/json"))
        async with self._turn:
            await asyncio.sleep(_PAUSE)
        return refusal(403, "that is not the password")

    def _let_in(self, response: Response) -> Response:
        response.set_cookie(self._cookie, self._secret, httponly=True, samesite="strict")
        return response


def refusal(status: int, words: str) -> Response:
    """An answer that says in words why there is no other."""
    return Response(json.dumps({"error": words}), status, media_type="application/json")


async def _body(request: Request, limit: int) -> bytes | None:
    """The body of a request; ``None`` where it is longer than that."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
