"""A tiny random encoder and articles enough for it to learn, so that no test needs a network or minutes."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, BertTokenizerFast

from news_event_tagger import EventTagger
from news_event_tagger.documents.schema import Schema
from news_event_tagger.networks.network import load_tokenizer, new_network

# A busy machine is slow; that is no failure of ours.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

REPOSITORY = Path(__file__).parent.parent
# A second thread has no work in networks this small, and one that waits for a busy core is slow.
ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": "", "COLUMNS": "80", "OMP_NUM_THREADS": "1"}
torch.set_num_threads(1)
_CHARACTERS = [chr(code) for code in range(33, 127)] + list("éàçößñ–—’“”€漢字日本")
_WORDS = [
    *("a", "the", "of", "in", "and", "to", "was", "were", "arrested", "expelled", "envoys", "coup"),
    *("suspended", "aid", "two", "men", "treaty", "army", "said", "on"),
]

_LINES = [
    "The army said two men were [arrested](arrest).",
    "Two envoys were [expelled](expulsion).",
    "The [coup](coup) was on.",
    "The army [suspended](suspension, alleged) aid.",
    "The treaty of the two envoys was said to the army.",
    "Men [arrested](arrest) in the [coup](coup) and envoys [expelled](expulsion).",
    "Envoys said the treaty was on.",
    "Aid was [suspended](suspension, alleged) and two men were in the army.",
]

ARTICLES = {
    name: f"title: {_LINES[first][:-1]}\nstyle: wire copy\n\n"
    + "\n".join(_LINES[(first + step * stride) % 6 + step % 3] for step in range(8))
    for name, first, stride in (("a", 0, 1), ("b", 1, 5), ("c", 2, 1), ("d", 4, 5))
}


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two narrow layers with random weights and a small vocabulary, on disk."""
    folder = tmp_path_factory.mktemp("encoder")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = sorted({character.lower() for character in _CHARACTERS})
    pieces = dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *_WORDS])
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    wordpiece = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    wordpiece.normalizer = normalizers.BertNormalizer(lowercase=True)
    wordpiece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wordpiece.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    tokenizer = BertTokenizerFast(tokenizer_object=wordpiece, model_max_length=512)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=48,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=512,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four labelled articles."""
    folder = tmp_path_factory.mktemp("articles")
    for name, source in ARTICLES.items():
        (folder / f"{name}.txt").write_text(source, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def settings(encoder: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with which the tiny encoder learns the four articles by heart."""
    path = tmp_path_factory.mktemp("configs") / "tiny.toml"
    path.write_text(
        f'[data]\ntrain = ["{articles}"]\ndev = []\ntest = []\n'
        f'[model]\nencoder = "{encoder}"\ntokens = 64\nfreeze_embeddings = false\ndropout = 0.0\n'
        "[training]\nmin_steps = 0\nepochs = 25\nbatch_size = 2\nlearning_rate = 2e-3\nhead_learning_rate = 1e-2\n"
        "status_weight = 0.3\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def run_folder(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run trained with these settings, through the command."""
    out = tmp_path_factory.mktemp("runs") / "tiny"
    done = command("train.py", "--config", settings, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def untrained(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose random weights find an event nearly everywhere."""
    torch.manual_seed(0)
    schema = Schema(("arrest", "coup"), ("actual", "alleged"))
    network = new_network(encoder, schema)
    folder = tmp_path_factory.mktemp("models") / "untrained"
    EventTagger(network, load_tokenizer(encoder), schema, 64, 0.0).save_pretrained(folder)
    return folder


def command(*arguments: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Run a Python command of the repository on the CPU, in the repository's folder, and wait for it."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=REPOSITORY,
        input=stdin,
        capture_output=True,
        env=os.environ | ENVIRONMENT,
        timeout=250,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    """What :func:`command` does, in this process, which has spent the seconds of importing torch already.

    What a library writes to stderr past Python's ``sys.stderr`` is not in the result.
    """
    name, *rest = map(str, arguments)
    stdout, stderr = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.chdir(REPOSITORY),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        patch.setenv("COLUMNS", ENVIRONMENT["COLUMNS"])
        patch.setattr(torch.cuda, "is_available", lambda: False)
        try:
            if name == "-m":
                patch.setattr(sys, "argv", rest)
                runpy.run_module(rest[0], run_name="__main__")
            else:
                patch.setattr(sys, "argv", [name, *rest])
                runpy.run_path(name, run_name="__main__")
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, stdout.getvalue(), stderr.getvalue())


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line with which a command refused its input."""
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    return lines[0]
