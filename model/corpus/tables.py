"""Tables of the ``datasets`` library: a document per row, in the columns ``text``, ``id``, ``events``, ``meta``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from model.corpus.jsonl import parse_document
from model.document import Document
from model.errors import InputError

if TYPE_CHECKING:
    from datasets import Dataset


def from_table(table: Dataset, place: str = "table", types: Collection[str] | None = None) -> list[Document]:
    """The documents of a ``datasets`` table.

    Args:
        table: rows as our JSON Lines hold them; ``events`` is a list of structs with start, end and type.
        place: name of the table, for messages.
        types: the event types that may occur; ``None`` takes any.

    Raises:
        InputError: a column is missing, or a row is faulty.

    >>> from datasets import Dataset
    >>> rows = [{"id": "a", "text": "A coup.", "events": [{"start": 2, "end": 6, "type": "coup"}]}]
    >>> from_table(Dataset.from_list(rows))[0].events[0].trigger
    'coup'
    """
    if "text" not in table.column_names:
        raise InputError(f"{place}: no column 'text' in it; its columns are {', '.join(table.column_names)}")
    documents = []
    for number, row in enumerate(table):
        known = {key: value for key, value in row.items() if value is not None}
        documents.append(parse_document({"id": str(number), "events": []} | known, f"{place}: row {number}", types))
    return documents


def read(path: Path, types: Collection[str] | None = None) -> list[Document]:
    """The documents of a Parquet file.

    Raises:
        InputError: the file is missing, no Parquet, or faulty.
    """
    from datasets import Dataset, disable_progress_bars

    if not path.is_file():
        raise InputError(f"{path}: no such file")
    disable_progress_bars()
    try:
        table = Dataset.from_parquet(str(path), keep_in_memory=True)
    except Exception as error:  # the library raises its own, which differ by version
        raise InputError(f"{path}: not a Parquet table ({str(error).splitlines()[0][:120]})") from error
    return from_table(table, str(path), types)
