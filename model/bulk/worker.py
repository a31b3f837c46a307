"""One worker of bulk tagging: finishes shards, whatever happens to the workers before it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..coding.rows import rows_of
from ..documents.document import Document
from ..exceptions import InputError
from ..tagging.tagger import EventTagger
from .entries import Entry, entries
from .output import Tables
from .shards import Fields, Shard

_STRIKES = 2
"""A document with which this many workers died is left out; one may have died of something else."""
_TRIES = 20
"""Workers that may die with one shard."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker is told.

    Args:
        out: URL of the output.
        work: URL of a folder for what is not finished; each call of the command has its own.
        fields: where rows hold text, id and date.
        model: what the tables call it.
    """

    out: str
    work: str
    fields: Fields
    model: str = ""


class Worker:
    """Tags shards one after the other and writes their tables.

    A shard with which a worker died, of memory or of a crash in a library, is given out again. Then documents are
    tagged one by one, each noted down before, so that the note tells with which one the next worker dies.

    Args:
        job: what to do.
        tagger: with what.
    """

    def __init__(self, job: Job, tagger: EventTagger) -> None:
        import fsspec

        self._tagger = tagger
        self._fields, self._model = job.fields, job.model
        self._system, self._out = fsspec.core.url_to_fs(job.out)
        self._work = fsspec.core.url_to_fs(job.work)[1]

    def finish(self, name: str, shard: Shard) -> None:
        """Tag a shard, unless its tables stand there.

        Raises:
            OSError: a file is out of reach.
            InputError: too many workers died with it.
        """
        if self._system.exists(f"{self._out}/documents/{name}.parquet"):
            return  # The worker before died between the last file and its answer.
        tries = _Tries(self._system, f"{self._work}/tries/{name}")
        if len(tries.before) >= _TRIES:
            raise InputError(
                f"{shard[0].source}, shard {name}: {_TRIES} workers died with it; have they memory enough?"
            )
        if not tries.before:
            tries.note(-1)
            try:
                with Tables(self._system, self._out, self._work, name) as tables:
                    self._together(entries(shard, self._fields), tables)
                    tables.commit()
                return
            except OSError:
                raise
            except Exception as error:
                logging.getLogger(__name__).info("shard %s: %s; again, document by document", name, error)
        with Tables(self._system, self._out, self._work, name) as tables:
            self._one_by_one(entries(shard, self._fields), tables, tries)
            tables.commit()

    def _together(self, found: Iterator[Entry], tables: Tables) -> None:
        """Tag as fast as can be."""
        waiting: deque[Entry] = deque()

        def documents() -> Iterator[Document]:
            for entry in found:
                if entry.error is not None:
                    tables.fail(entry, entry.error)
                else:
                    waiting.append(entry)
                    yield entry.document

        for document in self._tagger.stream(documents()):
            tables.add(waiting.popleft(), document, rows_of([document], self._model))

    def _one_by_one(self, found: Iterator[Entry], tables: Tables, tries: _Tries) -> None:
        """Tag so that a document harms itself only."""
        number = 0
        tries.note(number)
        for entry in found:
            if entry.error is not None:
                tables.fail(entry, entry.error)
            elif tries.before.count(number) >= _STRIKES:
                tables.fail(entry, f"{_STRIKES} workers died while they tagged it; out of memory?")
            else:
                try:
                    document = self._tagger.predict(entry.document)
                    rows = rows_of([document], self._model)
                except Exception as error:
                    tables.fail(entry, f"{type(error).__name__}: {error}")
                else:
                    tables.add(entry, document, rows)
            number += 1
            tries.note(number)


class _Tries:
    """What the workers that died with a shard did last, as files that outlive them."""

    def __init__(self, system: Any, stem: str) -> None:
        self._system = system
        system.invalidate_cache()
        notes = system.glob(f"{stem}.*")
        # Who dies while noting leaves an empty note.
        self.before = [int(system.cat_file(note) or -1) for note in notes]
        self._own = f"{stem}.{len(notes)}"

    def note(self, number: int) -> None:
        """The document that is next; -1 for all at once."""
        self._system.pipe_file(self._own, str(number).encode())
