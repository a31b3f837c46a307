"""What comes from elsewhere reads nothing and writes nothing."""

from __future__ import annotations

import base64
import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from news_event_tagger import Document, InputError
from news_event_tagger.cli import main
from news_event_tagger.corpus import write
from news_event_tagger.review.server import check_host
from tests.conftest import REPOSITORY
from tests.review.serving import Served

EDIT = b'{"revision": 0, "complete": true}'


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def served(work: Path) -> Iterator[Served]:
    write([Document.mark("A coup.", [(2, 6, "coup")], str(number)) for number in range(3)], work / "set.jsonl")
    with Served(work / "set.jsonl", work / "set.review") as found:
        found.enter()
        yield found


def journal(work: Path) -> bytes:
    return (work / "set.review" / "ann.jsonl").read_bytes()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


FOREIGN: list[dict[str, Any]] = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Host": "127.0.0.1:1"},
    {"Host": "localhost:{port}"},
    {"Host": "evil.example:{port}"},  # the same address, under a name of theirs that leads to it: rebinding
    {"Host": None},
    {"Cookie": None},
    {"Cookie": "review-{port}=guess"},
    {"Cookie": "review-1={secret}"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
]
FOREIGN_WRITES: list[dict[str, Any]] = [
    *FOREIGN,
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": None},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Sec_Fetch_Site": None},
    {"Sec_Fetch_Site": "none"},
    {"Content_Type": "text/plain"},
    {"Content_Type": None},
]


def filled(served: Served, headers: dict[str, Any]) -> dict[str, Any]:
    known = {"port": served.host.rpartition(":")[2], "secret": served.cookie.partition("=")[2]}
    return {name: value and value.format(**known) for name, value in headers.items()}


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/", "/page/review.js", "/api/start", "/api/documents/0", "/api/export?format=jsonl"])
def test_a_foreign_request_reads_nothing(served: Served, path: str, headers: dict[str, Any]) -> None:
    answer = served.request("GET", path, **filled(served, headers))
    assert answer.status in (400, 403, 421)
    assert b"coup" not in answer.body
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", FOREIGN_WRITES, ids=str)
def test_a_foreign_request_writes_nothing(served: Served, work: Path, headers: dict[str, Any]) -> None:
    before = tree(work)
    for path, body in (
        ("/api/documents/0", EDIT),
        ("/api/rounds", b"{}"),
        ("/api/texts", json.dumps({"files": [{"name": "x.txt", "data": "QQ=="}]}).encode()),
        ("/api/training", b"{}"),
    ):
        assert served.request("POST", path, body, **filled(served, headers)).status in (400, 403, 415, 421)
    assert tree(work) == before


@pytest.mark.parametrize("token", ["", "x", "{token}x", "%00"])
def test_a_wrong_token_lets_nobody_in(served: Served, token: str) -> None:
    answer = served.request("GET", f"/?token={token.format(token=served.token)}", Cookie=None)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_server_alone(served: Served) -> None:
    header = served.request("GET", f"/?token={served.token}", Cookie=None).headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=strict" in header
    assert served.token.lower() not in header


@pytest.mark.parametrize(
    "path",
    [
        *("/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page/../guard.py", "/guard.py", "/..%2fguard.py"),
        *("/api/documents/../../etc/passwd", "/api/documents/-1", "/api/documents/3", "/api/documents/" + "9" * 5000),
        *("/api/documents/0%00", "/templates/page.html", "/api/export?format=../../x", "/api/export?format="),
        *("//etc/passwd", "/api/documents/%D9%A3", "/C:/x"),
    ],
)
def test_no_path_reaches_the_disk(served: Served, path: str) -> None:
    answer = served.request("GET", path)
    assert answer.status in (400, 404, 422)
    assert b"root:" not in answer.body
    assert b"import" not in answer.body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    answer = served.request(method, "/api/documents/0")
    assert answer.status == 405
    assert not any(name.lower().startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{", b"\xff", b"null", b"[" * 100_000, b'{"revision": 1e999}', b'{"revision": true}'),
        *(b'{"revision": 0, "add": {}}', b'{"revision": 0, "add": [1]}', b'{"revision": 0, "complete": 2}'),
        b'{"revision": 0, "add": [{"start": 0, "end": 99, "type": "coup"}]}',
        b'{"revision": 0, "add": [{"start": -1, "end": 1, "type": "coup"}]}',
        b'{"revision": 0, "add": [{"start": 0, "end": 1, "type": "<script>"}]}',
        b'{"revision": 0, "add": [{"start": 0, "end": 1, "type": "coup", "status": "x"}]}',
        b'{"revision": 0, "add": [{"start": 0, "end": 1, "type": "coup", "rejected": 1}]}',
        b'{"revision": 0, "path": "/etc/passwd"}',
        b'{"revision": 0, "complete": true}',  # a suggestion is undecided
        b'{"revision": ' + b"9" * 6000 + b"}",
    ],
)
def test_a_faulty_edit_is_refused_in_words(served: Served, work: Path, body: bytes) -> None:
    before = journal(work)
    answer = served.request("POST", "/api/documents/0", body)
    assert answer.status in (400, 422)
    assert answer.json["error"]
    assert journal(work) == before


def test_too_large_a_body_is_refused_before_it_is_read(served: Served) -> None:
    assert served.request("POST", "/api/documents/0", b" " * (2**20 + 1)).status == 413
    assert served.request("POST", "/api/documents/0", b"", Content_Length=str(2**40)).status == 413
    chunked = b"%x\r\n%b\r\n" % (2**20, b" " * 2**20) * 2 + b"0\r\n\r\n"
    answer = served.request("POST", "/api/documents/0", chunked, Content_Length=None, Transfer_Encoding="chunked")
    assert answer.status == 413


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *(("../../evil.sh", "QQ=="), ("/etc/passwd", "QQ=="), ("x.pkl", "QQ=="), ("x.jsonl.gz", "QQ==")),
        *(("x.txt", "no base64!"), ("x.txt", "/w=="), ("x.jsonl", "e30="), ("x.parquet", "QQ=="), ("x.spacy", "QQ==")),
    ],
)
def test_a_faulty_file_is_refused_in_its_own_name(served: Served, work: Path, name: str, data: str) -> None:
    before = tree(work)
    answer = served.post("/api/texts", {"files": [{"name": name, "data": data}]})
    assert answer.status == 422
    assert name.rpartition("/")[2] in answer.json["error"]
    assert "/tmp" not in answer.json["error"]
    assert tree(work) == before


def test_the_name_of_a_file_stays_a_name(served: Served, work: Path) -> None:
    before = tree(work)
    data = base64.b64encode(b"New text.").decode()
    answer = served.post("/api/texts", {"files": [{"name": "../../../<b>evil.txt", "data": data}]})
    assert answer.status == 200
    (number,) = answer.json["numbers"]
    assert served.get(f"/api/documents/{number}")["id"] == "<b>evil"
    after = tree(work)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {str(work / "set.review" / "ann.jsonl")}


def test_every_answer_forbids_what_it_can(served: Served) -> None:
    for path in ("/", "/page/review.js", "/api/start", "/nothing"):
        headers = {name.lower(): value for name, value in served.request("GET", path).headers.items()}
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def imports(served: Served, path: str) -> list[str]:
    """The modules that one of the page's imports, by their paths."""
    answer = served.request("GET", path)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    return [f"/page/{name}" for name in re.findall(r'^import .* from "\./([^"]+)";$', answer.body.decode(), re.M)]


def test_the_page_is_modules_of_this_server_in_one_direction(served: Served) -> None:
    done: dict[str, None] = {}

    def follow(path: str, way: tuple[str, ...]) -> None:
        assert path not in way, f"a circle: {way}"
        if path not in done:
            for other in imports(served, path):
                follow(other, (*way, path))
            done[path] = None

    for path in ("/page/review.js", "/page/enter.js"):
        follow(path, ())
    folder = REPOSITORY / "model" / "review" / "page"
    assert set(done) == {f"/page/{file.name}" for file in folder.iterdir()}


def test_another_address_wants_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("A coup.")
    for host in ("192.0.2.1", "example.org", "10.0.0.1", "::2"):
        with pytest.raises(InputError, match="add --password"):
            main(["review", str(tmp_path), "--out", str(tmp_path / "work"), "--host", host])
    assert not (tmp_path / "work").exists()
    monkeypatch.setattr("getpass.getpass", lambda *_: "short")
    with pytest.raises(InputError, match="8 characters"):
        main(["review", str(tmp_path), "--host", "192.0.2.1", "--password"])
    for host in ("0.0.0.0", "::"):
        with pytest.raises(InputError, match="name the one address"):
            check_host(host, "long enough")
    for host in ("127.0.0.1", "::1", "localhost"):
        check_host(host, "")


def test_a_password_lets_in_who_knows_it(tmp_path: Path) -> None:
    write([Document.mark("A coup.", [(2, 6, "coup")])], tmp_path / "set.jsonl")
    script = tmp_path / "serve.py"
    script.write_text(
        "import getpass, sys\ngetpass.getpass = lambda *_: 'open sesame'\n"
        "from news_event_tagger.cli import command\ncommand(sys.argv[1:])\n"
    )
    with Served(tmp_path / "set.jsonl", tmp_path / "work", "ann", "--password", script=script) as served:
        page = served.request("GET", "/")
        assert page.status == 401
        assert b"coup" not in page.body
        assert served.request("GET", "/api/start").status == 403
        assert served.request("GET", "/page/review.js").status == 403
        for path in ("/page/enter.js", *imports(served, "/page/enter.js")):
            assert path.encode() in page.body or imports(served, path) == []
        assert served.post("/api/documents/0", {"revision": 0}).status == 403
        for wrong in ({"password": "wrong"}, {"password": ""}, {}, {"password": 1}):
            answer = served.post("/enter", wrong)
            assert answer.status == 403
            assert "set-cookie" not in answer.headers
        answer = served.post("/enter", {"password": "open sesame"})
        served.cookie = answer.headers["set-cookie"].partition(";")[0]
        assert served.get("/api/start")["types"]


def test_no_password_is_no_password(served: Served) -> None:
    for word in ("", None):
        answer = served.request("POST", "/enter", json.dumps({"password": word}).encode(), Cookie=None)
        assert answer.status == 403
        assert "set-cookie" not in answer.headers


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    write([Document.mark("A coup.", [(2, 6, "coup")])], tmp_path / "set.jsonl")
    served = Served(tmp_path / "set.jsonl", tmp_path / "work")
    # Where the suite runs in the background SIGINT is ignored until the server listens for it.
    served.enter()
    served.process.send_signal(signal.SIGINT)
    _, errors = served.process.communicate(timeout=30)
    assert errors == ""
    assert served.process.returncode in (0, 130)
