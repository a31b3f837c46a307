"""The command ``review``: correct what the tagger finds, in the browser."""

from __future__ import annotations

import argparse
import getpass
import re
from functools import partial
from pathlib import Path
from typing import Any

from ..documents.schema import ROLES, STATUSES, Schema
from ..exceptions import InputError
from . import options
from .sources import labelled_texts_of
from .terminal import Terminal

_PORTS = range(65536)


def add_command(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    review = commands.add_parser("review", help="correct what the tagger finds, in the browser (docs/REVIEW.md)")
    review.add_argument(
        "source", type=Path, metavar="SET", help="texts (.txt, a folder of them), or any annotation set; may be empty"
    )
    options.add_model(review)
    review.add_argument("--name", metavar="WHO", help="who corrects (default: the name you are logged in with)")
    review.add_argument(
        "--between", nargs=2, metavar="WHO", help="decide between two people on what both have completed"
    )
    review.add_argument("--out", type=Path, metavar="DIR", help="folder of the work (default: SET.review, beside SET)")
    review.add_argument("--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1, this machine)")
    review.add_argument("--port", type=int, default=0, help="port to listen at (default: a free one)")
    review.add_argument("--password", action="store_true", help="ask for a password that lets in from other machines")
    review.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    options.add_reading(review)
    options.add_device(review)
    review.set_defaults(command=_review)


def _review(arguments: argparse.Namespace) -> None:
    try:
        from ..review.app import Review
        from ..review.learning import Learning
        from ..review.server import check_host, serve
        from ..review.suggesting import Suggester
        from ..review.workspace import Workspace
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("starlette", "uvicorn"):
            raise
        raise InputError(f'{package} is not installed; pip install "news-event-tagger[review]"') from None

    if arguments.port not in _PORTS:
        raise InputError(f"--port {arguments.port}: must be from 0 to 65535")
    password = getpass.getpass("Password for the page: ") if arguments.password else ""
    check_host(arguments.host, password)
    source: Path = arguments.source.resolve()
    documents = _documents(source, options.reading(arguments))
    name = arguments.name or _user()
    folder = arguments.out or source.with_name(f"{source.stem if source.is_file() else source.name}.review")
    schema, roles = _schema(arguments.model)
    workspace = Workspace(documents, folder, name, schema, roles, arguments.between)
    suggester = Suggester(workspace.document, arguments.model, arguments.device)
    learning = Learning(folder / "training", arguments.device)
    review = Review(workspace, suggester, learning, labelled_texts_of, source.name)
    terminal = Terminal()
    terminal.print(f"{len(workspace):,} documents; the work of {name} is in {folder}")
    serve(review, arguments.host, arguments.port, password, partial(_tell, terminal), not arguments.no_browser)


def _user() -> str:
    try:
        return re.sub(r"[^\w .-]", "-", getpass.getuser())[:40]
    except (KeyError, OSError):
        raise InputError("--name is missing: the system does not say who you are") from None


def _documents(source: Path, how: dict[str, Any]) -> list[Any]:
    if source.is_dir() and not any(source.iterdir()):
        return []
    if not source.exists():
        raise InputError(
            f"{source}: no such file or folder; an empty folder will do, and texts are dropped on the page"
        )
    return labelled_texts_of(source, **how)


def _schema(model: str | None) -> tuple[Schema, tuple[str, ...]]:
    """What the model tells apart, and the roles it knows; ours can be chosen too."""
    from ..pretrained.folders import model_folder
    from ..pretrained.settings import PARTICIPANTS, read_settings

    folder = model_folder(model)
    schema = read_settings(folder).schema
    # The first of its answers is the event itself.
    known = read_settings(folder / PARTICIPANTS).schema.types[1:] if (folder / PARTICIPANTS).is_dir() else ()
    roles = (*ROLES, *(role for role in known if role not in ROLES))
    return Schema(schema.types, (*STATUSES, *(one for one in schema.statuses if one not in STATUSES))), roles


def _tell(terminal: Terminal, address: str) -> None:
    terminal.print(f"Open {address}")
    terminal.print("Ctrl-C ends it; all that the page calls saved is on the disk.")
