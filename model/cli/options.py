"""Options that several commands have, each with one meaning."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from ..exceptions import InputError


class Parser(argparse.ArgumentParser):
    """Reads a command's words; what is wrong with them is told as all that a user got wrong is."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        raise InputError(f"{message}; {self.prog} --help tells what there is")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add ``--model``."""
    parser.add_argument(
        "--model", metavar="RUN", help="run folder, or accurate, the larger model (default: the model of the package)"
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add ``--device``."""
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA where there is one")


def add_settings(parser: argparse._ActionsContainer) -> None:
    """Add ``--config`` and ``--set``, from which :func:`.load` makes a configuration."""
    parser.add_argument(
        "--config",
        default="default",
        metavar="NAME",
        help="settings: the name of a configuration of the package, or a TOML file (default: default)",
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="override one setting; repeatable"
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options of :func:`reading`, which hold for every set that a command reads."""
    parser.add_argument("--texts", type=Path, metavar="DIR", help="folder of the texts that stand-off labels belong to")
    parser.add_argument(
        "--from", dest="source_format", metavar="FORMAT", help="of the sets (default: by what is in them)"
    )
    parser.add_argument(
        "--offsets", metavar="UNIT", help="what the sets count: code-points, utf-16 or utf-8 (default: found out)"
    )


def reading(arguments: argparse.Namespace) -> dict[str, Any]:
    """How to read a set, as keywords of :func:`.read`."""
    return {"texts": arguments.texts, "format": arguments.source_format, "offsets": arguments.offsets}
