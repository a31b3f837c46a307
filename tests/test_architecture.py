"""The plan of the house, read off the imports: those in functions count, those for type checkers alone do not."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "model"
FLOORS = (
    {"documents", "files", "exceptions"},
    {"networks"},
    {"pretrained"},
    {"tagging"},
    {"corpus", "baselines", "coding"},
    {"evaluation"},
    {"training", "bulk", "review"},
    {"cli"},
    {"__main__", "__init__"},
)
"""The rooms, lowest first; a room imports only what is below it. The lowest ones may know each other."""
APART = {room: {"tagging", "pretrained", "networks"} for room in ("corpus", "evaluation")}
"""Rooms that are below and still no business of theirs: the predictions of any system are scored by the same code."""


def name_of(path: Path) -> str:
    """The module of a file, from the package on: ``tagging.windows``, ``tagging`` for its ``__init__``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def modules() -> dict[str, Path]:
    return {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that is run, one day."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from statements(child)


def imports(path: Path, known: set[str]) -> set[str]:
    """The modules of the package that a file imports; ``known`` tells modules from what stands in them."""
    found: set[str] = set()
    here = ["", *path.relative_to(PACKAGE).parent.parts]
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        absolute = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            absolute = [node.module or ""]
        # Under its full name the package would be another one where it is run from a copy.
        assert not any(name.split(".")[0] in ("news_event_tagger", "model") for name in absolute), f"{path}: {absolute}"
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*here[: len(here) - node.level + 1], *filter(None, (node.module or "").split("."))][1:]
            for alias in node.names:
                inner = ".".join([*base, alias.name])
                found.add(inner if inner in known else ".".join(base) or "__init__")
    return found


@cache
def graph() -> dict[str, set[str]]:
    found = modules()
    return {name: imports(path, set(found)) for name, path in found.items()}


def room(module: str) -> str:
    return module.split(".")[0]


def test_every_import_is_seen() -> None:
    assert set().union(*graph().values()) <= set(graph())
    assert {"tagging.tagger", "cli", "documents.document"} <= set().union(
        *(graph()[name] for name in ("__init__", "__main__"))
    )
    assert "training.experiments" in graph()["cli.curves"]


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_arrows_go_down() -> None:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    assert {room(module) for module in graph()} == set(floor)
    wrong = [
        f"{module} imports {other}"
        for module, others in graph().items()
        for other in sorted(others)
        if (here := room(module)) != (there := room(other))
        and (floor[there] > floor[here] or floor[there] == floor[here] > 0 or there in APART.get(here, ()))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_two_modules_and_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for name, path in modules().items():
        if path.stem != "__init__":
            places[path.name].append(name)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[f"class {node.name}"].append(name)
    shared = [f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1]
    assert not shared, "\n".join(shared)


@pytest.mark.parametrize("folder", ["model", "tests", "benchmarks"])
def test_no_file_holds_more_than_one_reads_in_a_sitting(folder: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (REPOSITORY / folder).rglob("*.py")}
    assert lengths
    long = [f"{path.relative_to(REPOSITORY)}: {lines} lines" for path, lines in lengths.items() if lines > 400]
    assert not long, "\n".join(long)


def test_the_house_has_few_doors() -> None:
    entries = {path.name for path in PACKAGE.iterdir()} - {"py.typed", "__pycache__"}
    assert len(entries) <= 16, sorted(entries)
