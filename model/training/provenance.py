"""Texts that a model has seen have no place among those that it is scored on.

Splits must not share a text. And a model that goes on from another one, or learns from it, has seen what that one saw:
so a model's folder holds a fingerprint of every text on which it, or a model it comes from, was trained or tuned, and
whoever scores it can see whether the gold set is held out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..documents.document import Document
from ..exceptions import InputError, note
from ..files import read_text, replacing, sha256
from ..pretrained.folders import LEARNT, model_folder, origin_folder
from .config import Config


def check_splits(splits: Mapping[str, Sequence[Document]], allowed: bool) -> None:
    """Refuse a text that stands in two splits, or say how many do where that is allowed.

    Raises:
        InputError: with the first such text, where it is not allowed.
    """
    places: dict[str, tuple[str, str]] = {}
    leaks = Counter[tuple[str, str]]()
    for split, documents in splits.items():
        for document in documents:
            other, id_ = places.setdefault(fingerprint(document), (split, document.id))
            if other == split:
                continue
            if not allowed:
                raise InputError(
                    f"the article {document.id!r} of {split} also stands in {other} as {id_!r}; keep one "
                    "(or set data.allow_leakage where the splits are not yours to change)"
                )
            leaks[split, other] += 1
    for (split, other), count in leaks.items():
        note(f"{count} of {len(splits[split])} texts of {split} also stand in {other}")


def check_held_out(config: Config, test: Sequence[Document]) -> None:
    """Refuse to score a text that a model with which a training begins has learnt from, unless that is allowed.

    Args:
        config: names the encoder and the teacher.
        test: what is to be scored.

    Raises:
        InputError: with the first such text, and the setting that names the model.
    """
    for key, name, folder in _origins(config):
        texts = texts_learnt(folder)
        known = dict.fromkeys(document.id for document in test if fingerprint(document) in texts)
        if known and not config.data.allow_leakage:
            raise InputError(
                f"{key}: {name} has learnt from the article {next(iter(known))!r}, which is to be scored; name another "
                "model (or set data.allow_leakage, and the scores will flatter the new one)"
            )
        if known:
            note(f"{key}: {name} has learnt from {len(known)} of the texts that are scored")


def write_learnt(folder: Path, config: Config, documents: Iterable[Document]) -> None:
    """Write down what the model in a folder learnt from.

    Args:
        folder: the model's.
        config: names the models that it comes from; what they learnt from counts too.
        documents: what it was trained and tuned on.
    """
    inherited = (texts_learnt(origin) for _, _, origin in _origins(config))
    found = {fingerprint(document) for document in documents}.union(*inherited)
    with replacing(folder / LEARNT) as temporary:
        temporary.write_text("".join(f"{line}\n" for line in sorted(found)), encoding="utf-8")


def texts_learnt(folder: Path) -> frozenset[str]:
    """Fingerprints of the texts that the model in a folder learnt from; none where nobody wrote them down.

    Raises:
        InputError: the file is no text.
    """
    return frozenset(read_text(folder / LEARNT).split()) if (folder / LEARNT).is_file() else frozenset()


def fingerprint(document: Document) -> str:
    """What tells a text from others without giving it away.

    >>> fingerprint(Document("A coup.")) == fingerprint(Document.mark("A coup.", [(2, 6, "coup")], id="other"))
    True
    """
    return sha256(document.text)[:16]


def _origins(config: Config) -> Iterator[tuple[str, str, Path]]:
    """The models that a training begins with: the setting that names each, its name, and its folder."""
    encoder, teacher = config.model.encoder, config.training.teacher
    yield "model.encoder", encoder, origin_folder(encoder)
    if teacher:
        yield "training.teacher", teacher, model_folder(teacher)
