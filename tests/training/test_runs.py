"""Training through the command: what a run folder holds, and that no interruption changes it."""

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from news_event_tagger import Document, EventTagger, InputError
from news_event_tagger.training import record
from news_event_tagger.training.config import build
from news_event_tagger.training.data import Data, unlearnable
from tests.conftest import call, command, refused

SHORT = ("--set", "training.epochs=6", "--set", "training.batch_size=1")


@pytest.fixture(scope="module")
def dev(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The setting that names a dev set: the training articles with a line more."""
    folder = tmp_path_factory.mktemp("dev")
    for path in articles.glob("*.txt"):
        (folder / f"dev-{path.name}").write_text(path.read_text(encoding="utf-8") + "\nOn the aid.", encoding="utf-8")
    return "--set", f'data.dev=["{folder}"]'


def test_run_folder_tells_how_it_came_about(run_folder: Path) -> None:
    names = {path.name for path in run_folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tagger.json", "README.md"} <= names
    about = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert about["data"]["train"]["documents"] == 4
    assert about["versions"].keys() >= {"python", "torch", "news-event-tagger"}
    assert about["dev_f1"] == {"1": []}
    assert "seeds = [1]" in (run_folder / "config.toml").read_text(encoding="utf-8")


def test_test_set_is_scored_and_the_table_fits_the_terminal(settings: Path, articles: Path, tmp_path: Path) -> None:
    copies = tmp_path / "test"
    copies.mkdir()
    for path in articles.glob("*.txt"):
        (copies / f"x{path.name}").write_text(path.read_text(encoding="utf-8") + "\nOn the men.", encoding="utf-8")
    out = tmp_path / "run"
    arguments = ("train.py", "--config", settings, "--out", out, "--set", f'data.test=["{copies}"]')
    # The same articles stand in dev and test here, which a real run refuses.
    assert "also stands in dev" in refused(call(*arguments, "--set", f'data.dev=["{copies}"]'))
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    scores = json.loads((out / "scores.json").read_text(encoding="utf-8"))
    assert scores["strict"]["micro"]["f1"] > 0.8
    assert set(scores["strict"]["types"]["arrest"]) >= {"tp", "fp", "fn", "precision", "recall", "f1"}
    assert set(scores["baselines"]) == {"keywords", "lexicon", "linear", "crf"}
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert len((out / "predictions.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    # Scored again from the folder, and from its predictions without the model, the numbers are the same.
    for what in ((out,), ("--predictions", out / "predictions.jsonl")):
        again = call("evaluate.py", *what, "--data", copies, "--out", tmp_path / "again")
        assert again.returncode == 0, again.stderr
        assert ("Cost: " in again.stdout) == (what == (out,))
        rescored = json.loads((tmp_path / "again" / "scores.json").read_text(encoding="utf-8"))
        assert rescored["strict"]["micro"] == scores["strict"]["micro"]


def test_leaking_splits_of_a_public_set_can_be_used_and_are_said(
    articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"train": [str(articles)], "test": [str(articles)], "allow_leakage": True}
    Data.read(build({"data": data}))
    assert "4 of 4 texts of test also stand in train" in capsys.readouterr().err


def test_a_set_with_types_of_its_own_and_overlaps_trains_with_one_command(encoder: Path, tmp_path: Path) -> None:
    riot, march = {"start": 2, "end": 6, "type": "riot"}, {"start": 2, "end": 12, "type": "march"}
    rows = [{"id": str(n), "text": f"A coup aid on {n} men", "events": [riot, march][: 1 + n % 2]} for n in range(12)]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    small = [f"model.encoder={encoder}", "training.epochs=1", "training.min_steps=0"]
    settings = [word for setting in small for word in ("--set", setting)]
    out = tmp_path / "run"
    done = call("train.py", "--config", "configs/own.toml", "--data", tmp_path / "set.jsonl", "--out", out, *settings)
    assert done.returncode == 0, done.stderr
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))["data"]
    assert [about[part]["documents"] for part in ("train", "dev", "test")] == [8, 2, 2]
    assert json.loads((out / "tagger.json").read_text(encoding="utf-8"))["types"] == ["march", "riot"]
    assert re.search(r"\d training labels share words with another", done.stderr)
    assert "give --data SET" in refused(call("train.py", "--config", "configs/own.toml"))


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def stopped(signal_: signal.Signals, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command ``train.py``, which gets a signal when it has drawn three batches of its second epoch."""
    script = (
        "import os, runpy, sys\n"
        "from news_event_tagger.training.sampler import EpochSampler\n"
        "whole = EpochSampler.__iter__\n"
        "def broken(self):\n"
        "    for place, index in enumerate(whole(self)):\n"
        "        if (self.epoch, place) == (1, 3):\n"
        f"            os.kill(os.getpid(), {signal_.value})\n"
        "        yield index\n"
        "EpochSampler.__iter__ = broken\n"
        "sys.argv[0] = 'train.py'\n"
        "runpy.run_path('train.py', run_name='__main__')\n"
    )
    return command("-c", script, *arguments)


def test_same_seed_gives_the_same_weights_and_a_killed_run_too(
    settings: Path, dev: tuple[str, str], tmp_path: Path
) -> None:
    arguments = ["train.py", "--config", str(settings), *dev, *SHORT, "--out"]
    unbroken = call(*arguments, tmp_path / "unbroken")
    assert unbroken.returncode == 0, unbroken.stderr
    broken = tmp_path / "broken"
    killed = stopped(signal.SIGKILL, *arguments[1:], broken)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not broken.exists()
    resumed = call(*arguments, broken, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert weights(broken) == weights(tmp_path / "unbroken")
    told, again = (
        json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8"))["dev_f1"]["1"]
        for name in ("unbroken", "broken")
    )
    assert len(told) == 6
    assert told == again
    assert max(told) > 0
    assert not (tmp_path / ".broken.work").exists()


def test_interrupt_leaves_a_checkpoint_to_go_on_from(settings: Path, run_folder: Path, tmp_path: Path) -> None:
    arguments = ("--config", settings, "--out", tmp_path / "run")
    interrupted = stopped(signal.SIGINT, *arguments)
    assert interrupted.returncode == 130, interrupted.stderr
    assert "--resume" in interrupted.stderr
    assert "Traceback" not in interrupted.stderr
    done = call("train.py", *arguments, "--resume")
    assert done.returncode == 0, done.stderr
    assert weights(tmp_path / "run") == weights(run_folder)
    assert EventTagger.from_pretrained(tmp_path / "run", "cpu").predict("men were arrested").events


def test_resume_wants_the_same_settings(settings: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert "no interrupted run" in refused(call("train.py", "--config", settings, "--out", out, "--resume"))
    work = tmp_path / ".run.work"
    work.mkdir()
    (work / "config.toml").write_text("[training]\nepochs = 1\n", encoding="utf-8")
    (work / "inputs.txt").write_text("", encoding="utf-8")
    assert "other settings" in refused(call("train.py", "--config", settings, "--out", out, "--resume"))


def test_two_processes_train_as_well_as_one(settings: Path, dev: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = command(
        *("-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"),
        *("train.py", "--config", settings, *dev, "--device", "cpu", "--set", "training.batch_size=1", "--out", out),
    )
    assert done.returncode == 0, done.stderr
    assert float(re.findall(r"dev F1 ([0-9.]+)", done.stderr)[-1]) > 0.95
    found = EventTagger.from_pretrained(out, "cpu").predict("The army said two men were arrested.")
    assert [event.trigger for event in found.events] == ["arrested"]


def test_a_dev_set_without_events_is_said_and_chooses_nothing(settings: Path, run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "quiet.txt").write_text("title: The treaty\n\nThe army said the treaty was on.", encoding="utf-8")
    out = tmp_path / "run"
    sets = ("--set", f'data.dev=["{tmp_path}/quiet.txt"]', "--set", "model.tune_threshold=true")
    done = call("train.py", "--config", settings, *sets, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "no labelled event in dev" in done.stderr
    # The last epoch, as without a dev set.
    assert weights(out) == weights(run_folder)


def test_the_commit_is_that_of_the_package_and_not_of_a_repository_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", repository, *words], capture_output=True, text=True, check=True).stdout

    repository = tmp_path / "clone"
    (repository / "model" / "training").mkdir(parents=True)
    monkeypatch.setattr(record, "__file__", str(repository / "model" / "training" / "record.py"))
    assert record.commit() is None
    git("init", "-q")
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "One")
    head = git("rev-parse", "HEAD").strip()
    assert record.commit() == head
    (repository / "model" / "new.py").touch()
    git("add", ".")
    assert record.commit() == f"{head}-dirty"
    monkeypatch.setattr(record, "__file__", str(repository / "venv" / "lib" / "package" / "training" / "record.py"))
    assert record.commit() is None


def test_without_the_corpora_a_line_says_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"annotations/newswire/train: no such .* clone .* --data SET"):
        Data.read(build({}))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "configs/defualt.toml"), "no configuration of this package; its own are accurate"),
        (("--set", "training.epoch=1"), "did you mean 'training.epochs'?"),
        (("--set", "data.train=nowhere"), "nowhere: no such file or folder"),
        (("--set", "data.test=nowhere"), "nowhere: no such file or folder"),
        (("--set", 'data.types=["arrest", "coop"]'), "unknown event type"),
        (("--out", "tests"), "stands there and is no run"),
        (("--set", "data.train=annotations/seeds"), "data.texts="),
    ],
)
def test_faulty_settings_are_refused_in_one_line(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    out = () if "--out" in arguments else ("--out", tmp_path / "run")
    assert words in refused(call("train.py", *arguments, *out))
    assert not (tmp_path / "run").exists()


def test_missing_encoder_is_refused_in_one_line(settings: Path, tmp_path: Path) -> None:
    # In a process of its own, so that a line of the library's would be seen.
    sets = ("--set", "model.encoder=nowhere/at/all")
    done = command("train.py", "--config", settings, *sets, "--out", tmp_path / "run")
    assert "nowhere/at/all: cannot be loaded" in refused(done)
    assert not (tmp_path / "run").exists()


def test_labels_inside_words_are_counted() -> None:
    assert unlearnable([Document.mark("pre-coup, Superbad", [(4, 8, "coup"), (15, 18, "arrest")])]) == 1
