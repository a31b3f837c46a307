"""Parts of a set: held out, nested and dealt, always by whole stories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from ..documents.document import Document
from ..exceptions import InputError
from ..files import sha256, stem
from .reading import left_out

_HALVINGS = 4
_NAMES = {"train": ("train",), "dev": ("dev", "valid", "validation", "val"), "test": ("test",)}


def named_parts(path: Path) -> dict[str, list[str]]:
    """The parts of a folder that are called ``train``, ``dev`` (or ``valid``, ``validation``, ``val``) and ``test``.

    Args:
        path: a folder of folders or files of these names, or any annotation set.

    Returns:
        The paths for each of the three; all of it is ``train`` where nothing in it has such a name.

    Raises:
        InputError: there is nothing, parts but no ``train``, or two for one.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; give a set, or a folder with train, dev and test")
    inside = sorted(file for file in path.iterdir() if file.name[0] != ".") if path.is_dir() else []
    names = {name: part for part, known in _NAMES.items() for name in known}
    parts: dict[str, list[str]] = {part: [] for part in _NAMES}
    others: list[str] = []
    for file in inside:
        part = names.get((file.name if file.is_dir() else stem(file.name)).lower())
        (parts[part] if part else others).append(str(file) if part else file.name)
    if not any(parts.values()):
        return {"train": [str(path)], "dev": [], "test": []}
    if not parts["train"]:
        raise InputError(f"{path}: there is {next(filter(None, parts.values()))[0]}, but nothing called train")
    for part, found in parts.items():
        if len(found) > 1:
            raise InputError(f"{path}: both {found[0]} and {found[1]} could be {part}; keep one")
    left_out(others).log(path)
    return parts


def hold_out(documents: Sequence[Document], share: float) -> tuple[list[Document], list[Document]]:
    """Split off a share of the documents, by whole stories; who goes is told by the hash of the story or the text.

    So the choice does not hang on the order of the files, and changes little when the set grows.

    Args:
        documents: to split, two stories or more.
        share: of the documents to split off, in (0, 1); one story at least.

    Returns:
        What stays and what was split off, both in their order.

    Raises:
        InputError: there are fewer than two stories.

    >>> [len(part) for part in hold_out([Document(str(number)) for number in range(20)], 0.1)]
    [18, 2]
    """
    groups = stories(documents)
    if len(groups) < 2:
        raise InputError("nothing can be held out of a single document; name a dev and a test set, or hold_out = 0")
    groups.sort(key=lambda group: sha256(str(group[0].meta.get("story") or group[0].text)))
    held: set[int] = set()
    for group in groups[:-1]:
        if held and len(held) + len(group) / 2 > share * len(documents):
            break
        held |= {id(document) for document in group}
    return [d for d in documents if id(d) not in held], [d for d in documents if id(d) in held]


def stories(documents: Sequence[Document]) -> list[list[Document]]:
    """Documents grouped by ``meta["story"]``, those without one each for itself, in the order of their first.

    >>> told = [Document("a", meta={"story": "x"}), Document("b"), Document("c", meta={"story": "x"})]
    >>> [[document.text for document in group] for group in stories(told)]
    [['a', 'c'], ['b']]
    """
    groups: dict[tuple[bool, Any], list[Document]] = {}
    for index, document in enumerate(documents):
        story = document.meta.get("story")
        groups.setdefault((bool(story), str(story) if story else index), []).append(document)
    return list(groups.values())


def nested_subsets(documents: Sequence[Document], seed: int) -> list[list[Document]]:
    """Growing random subsets of whole stories: about 1/16, 1/8, 1/4 and 1/2 of the documents, and all.

    Args:
        documents: to draw from, two stories or more.
        seed: of the draw.

    Returns:
        The subsets, each in the order of the documents and holding the ones before it; fewer where there are too few
        stories for five different ones.

    >>> [len(subset) for subset in nested_subsets([Document(str(number)) for number in range(8)], seed=1)]
    [1, 2, 4, 8]
    """
    groups = stories(documents)
    random.Random(seed).shuffle(groups)
    places = {id(document): place for place, document in enumerate(documents)}
    # By number of stories, so that all seeds have as many subsets.
    sizes = sorted({len(groups) >> halvings for halvings in range(_HALVINGS + 1)} - {0})
    subsets = []
    for size in sizes:
        chosen = [document for group in groups[:size] for document in group]
        subsets.append(sorted(chosen, key=lambda document: places[id(document)]))
    return subsets


def story_folds(documents: Sequence[Document], folds: int | Literal["all"]) -> list[list[Document]]:
    """Deal documents into folds of like size, each story into one; the same deal every time.

    Args:
        documents: to deal; one without a story is a story of its own.
        folds: how many, from 2 to the number of stories; ``"all"`` is that number.

    Raises:
        InputError: there are fewer than two folds, or fewer stories than folds.

    >>> [[document.text for document in fold] for fold in story_folds([Document("a"), Document("b")], "all")]
    [['a'], ['b']]
    """
    groups = stories(documents)
    folds = len(groups) if folds == "all" else folds
    if not 2 <= folds <= len(groups):
        raise InputError(f"--folds {folds}: wants a number from 2 to {len(groups)}, the number of training stories")
    random.Random(0).shuffle(groups)
    dealt: list[list[Document]] = [[] for _ in range(folds)]
    for group in sorted(groups, key=len, reverse=True):
        min(dealt, key=len).extend(group)
    return dealt
