"""The annotation sets of a run: read, held out, and checked against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..corpus import read_all
from ..corpus.splitting import hold_out
from ..documents.document import Document
from ..documents.schema import Schema
from ..documents.text import words
from ..exceptions import InputError, note
from ..pretrained.folders import model_folder
from ..pretrained.settings import read_settings
from .config import Config
from .provenance import check_splits


@dataclass(frozen=True)
class Data:
    """The annotation sets of a run and the schema they share."""

    schema: Schema
    train: list[Document]
    dev: list[Document]
    test: list[Document]

    @classmethod
    def read(cls, config: Config) -> Data:
        """Read all sets of a configuration, and hold out of train what it asks for.

        A dev set without any event can choose nothing; that is said, and it is left out.

        Raises:
            InputError: a set is missing or faulty, or an article stands in two splits.
        """
        data = config.data
        if not data.train:
            raise InputError("there is nothing to learn from: give --data SET, or name sets as data.train")
        for path in (*data.train, *data.dev, *data.test):
            if path.startswith("annotations/") and not Path(path).exists():
                raise InputError(
                    f"{path}: no such file or folder; the package comes without its corpora: work in a clone of the "
                    "repository, or name a set of your own with --data SET or --set data.train=SET"
                )
        teacher = config.training.teacher
        known = _schema_of_teacher(teacher, data.types) if teacher else None
        train = read_all(data.train, data.texts or None, known.types if known else data.types or None)
        if not teacher and not any(document.events for document in train):
            raise InputError(f"{', '.join(data.train)}: no labelled event in it; name a labelled set as data.train")
        seen = known or Schema.of(train)
        schema = Schema(tuple(data.types) or seen.types, seen.statuses)
        dev = read_all(data.dev, data.texts or None, schema.types)
        test = read_all(data.test, data.texts or None, schema.types)
        if data.hold_out and not test:
            train, test = hold_out(train, data.hold_out)
        if data.hold_out and not dev:
            train, dev = hold_out(train, data.hold_out)
        check_splits({"train": train, "dev": dev, "test": test}, data.allow_leakage)
        if dev and not any(document.events for document in dev):
            note("no labelled event in dev: it is left out, and the last epoch is kept")
            dev = []
        if overlapping := sum(len(d.events) - len(d.without_overlaps().events) for d in train):
            note(
                f"{overlapping:,} training labels share words with another and are not learnt: of such the one that "
                "begins first is, of these the longest"
            )
        return cls(schema, train, dev, test)


def unlearnable(documents: Sequence[Document]) -> int:
    """How many labels begin or end inside a word, where no tagger of words can find them.

    >>> unlearnable([Document.mark("Superbad", [(5, 8, "arrest")])])
    1
    """
    count = 0
    for document in documents:
        spans = words(document.text)
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        count += sum(event.start not in starts or event.end not in ends for event in document.events)
    return count


def _schema_of_teacher(teacher: str, types: Sequence[str]) -> Schema:
    """What a student can learn: the teacher's types and statuses, in its order."""
    schema = read_settings(model_folder(teacher)).schema
    if types and tuple(types) != schema.types:
        raise InputError(
            f"data.types: the teacher {teacher} knows {', '.join(schema.types)}, in this order; say data.types=[]"
        )
    return schema
