"""The wheel as a stranger installs it: in a folder without the repository, beside a ``model.py`` of their own."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENT, REPOSITORY

# Each subprocess below reads these; the network is not to be asked.
QUIET = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"}

LINES = ("The army said two men were arrested.", "Two envoys were expelled.", "The treaty was said to the army.")
LABELS = {"arrested": "arrest", "expelled": "expulsion"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: what an older build left beside the sources would get into it."""
    wanted = next(iter(tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["build-system"]["requires"]))
    try:
        version("pip")
        if int(version("setuptools").split(".")[0]) < int(wanted.partition(">=")[2]):
            pytest.skip(f"{wanted} is wanted to build the wheel")
    except PackageNotFoundError as error:
        pytest.skip(f"{error.name} is not installed here, and the wheel is built without a network")
    folder = tmp_path_factory.mktemp("build")
    (folder / "source").mkdir()
    for name in ("model", "configs"):
        shutil.copytree(REPOSITORY / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(REPOSITORY / name, folder / "source")
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    pip("wheel", *options, folder / "source")
    (built,) = folder.glob("*.whl")
    return built


@dataclass(frozen=True)
class Stranger:
    """Somebody who installed the wheel, and works in a folder that holds a ``model.py`` of their own."""

    installed: Path
    folder: Path

    def run(self, program: str, *words: object) -> subprocess.CompletedProcess[str]:
        """Run ``news-events`` or ``python`` in that folder."""
        path = {"news-events": [self.installed / "bin" / "news-events"], "python": []}[program]
        return subprocess.run(
            [sys.executable, *map(str, [*path, *words])],
            cwd=self.folder,
            env=os.environ | ENVIRONMENT | QUIET | {"PYTHONPATH": str(self.installed)},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )


@pytest.fixture(scope="module")
def stranger(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    found = Stranger(tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("empty"))
    pip("install", "--no-deps", "--target", found.installed, wheel)
    (found.folder / "model.py").write_text("raise ImportError('this is my own model')\n", encoding="utf-8")
    return found


def pip(*words: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "-q", *map(str, words)], env=os.environ | QUIET, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_wheel_holds_the_package_and_its_data_and_no_corpora(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    places = {"news_event_tagger": REPOSITORY / "model", "news_event_tagger/configs": REPOSITORY / "configs"}
    wanted = {
        f"{name}/{file.relative_to(folder).as_posix()}"
        for name, folder in places.items()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert held == wanted
    endings = {Path(name).suffix for name in held}
    assert {".py", ".toml", ".css", ".js", ".safetensors"} <= endings


def test_what_the_package_imports_is_among_its_dependencies() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    declared = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in lines}
    modules = set()
    for file in (REPOSITORY / "model").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            modules |= {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
    known = {name: [one.replace("_", "-") for one in found] for name, found in packages_distributions().items()}
    missing = {name for name in modules if not {one.lower() for one in known.get(name, [name])} & declared}
    assert missing == set()


def test_a_stranger_can_predict_train_and_evaluate(stranger: Stranger, encoder: Path) -> None:
    folder = stranger.folder
    (folder / "news.txt").write_text("Mali's junta arrested a French national on Friday.\n", encoding="utf-8")
    rows = []
    for number in range(10):
        text = f"Day {number}. {LINES[number % 3]} {LINES[number % 2]}"
        found = [match for word in LABELS for match in re.finditer(word, text)]
        events = [{"start": match.start(), "end": match.end(), "type": LABELS[match[0]]} for match in found]
        rows.append({"id": str(number), "text": text, "events": events})
    (folder / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = {"model.encoder": f'"{encoder}"', "model.tokens": 64, "training.epochs": 2, "training.min_steps": 0}
    words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    import_and_predict = (
        "import news_event_tagger\nfrom news_event_tagger import EventTagger\nprint(news_event_tagger.__file__)\n"
        "document = EventTagger.from_pretrained('accurate').predict('Police arrested ten.')\n"
        "print([event.trigger for event in document.events])"
    )
    with ThreadPoolExecutor(2) as pool:
        trained = pool.submit(stranger.run, "news-events", "train", "--config", "own", "--data", "mine.jsonl", *words)
        predicted = pool.submit(stranger.run, "news-events", "predict", "news.txt")
        imported = pool.submit(stranger.run, "python", "-c", import_and_predict)
        for done in (trained.result(), predicted.result(), imported.result()):
            assert done.returncode == 0, done.stderr
    assert "[arrested: arrest" in predicted.result().stdout
    place, triggers = imported.result().stdout.splitlines()
    assert Path(place).is_relative_to(stranger.installed)
    assert triggers == "['arrested']"
    assert (folder / "runs" / "own" / "model.safetensors").is_file()
    done = stranger.run("news-events", "evaluate", "runs/own", "--data", "mine.jsonl", "--out", "scores")
    assert done.returncode == 0, done.stderr
    assert json.loads((folder / "scores" / "scores.json").read_text(encoding="utf-8"))["data"]["documents"] == 10
    assert (folder / "scores" / "report.html").is_file()


def test_a_shipped_configuration_names_a_corpus_that_is_not_shipped(stranger: Stranger) -> None:
    done = stranger.run("python", "-m", "news_event_tagger", "train", "--config", "default")
    assert done.returncode == 2
    assert re.fullmatch(r"error: annotations/newswire/train: .*\n", done.stderr)
    done = stranger.run("news-events", "train", "--config", "defualt")
    assert done.returncode == 2
    assert re.fullmatch(r"error: defualt.*\bdefault\b.*\n", done.stderr)
