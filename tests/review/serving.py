"""A review as a person starts it, and requests as anybody can make them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import ENVIRONMENT, REPOSITORY


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Served(AbstractContextManager["Served"]):
    """``news-events review`` in a process of its own; leaving the block ends it as Ctrl-C does."""

    def __init__(self, source: Path, work: Path, name: str = "ann", *more: object, script: Path | None = None) -> None:
        words = ["review", source, "--out", work, "--name", name, "--no-browser", *more]
        self.process = subprocess.Popen(
            [sys.executable, *([str(script)] if script else ["-m", "news_event_tagger"]), *map(str, words)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout
        self.address = next((found[0] for line in self.process.stdout if (found := re.search(r"http://\S+", line))), "")
        if not self.address:
            raise AssertionError(self.process.communicate()[1])
        self.origin, _, self.token = self.address.partition("/?token=")
        self.host = self.origin.partition("://")[2]
        self.cookie = ""

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGINT)

    def end(self, how: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.communicate(timeout=30)

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> Answer:
        """A request as the page would make it, but for headers that are given; ``None`` leaves one out."""
        told: dict[str, str | None] = {"Host": self.host, "Cookie": self.cookie or None}
        if method == "POST":
            told |= {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        host, _, port = self.host.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in (told | {"Content-Length": str(len(body or b""))} | told).items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def enter(self) -> None:
        """Take the cookie that the address gives."""
        answer = self.request("GET", f"/?token={self.token}")
        assert answer.status == 200
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def get(self, path: str) -> Any:
        return self.request("GET", path).json

    def post(self, path: str, row: Any) -> Answer:
        return self.request("POST", path, json.dumps(row).encode())
