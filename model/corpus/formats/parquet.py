"""Tables of the ``datasets`` library: Parquet files, folders of ``save_to_disk``, or a table in memory.

Either the columns of our JSON Lines (``text``, ``id``, ``events``, ``meta``), or ``tokens`` and a column of their tags
in one of CoNLL's schemes, as strings or ``ClassLabel`` numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...documents.document import Document
from ...exceptions import InputError
from ...files import packing, read_bytes
from ..reading import Reading
from ..tokens import lay, span_of
from . import conll
from .jsonl import parse_document, parse_json
from .keys import listed

if TYPE_CHECKING:
    from datasets import Dataset

_TOKENS = ("tokens", "words")
_TAGS = ("event_tags", "tags", "ner_tags", "labels", "label", "ner")


def is_saved(path: Path) -> bool:
    """Whether a folder is what ``save_to_disk`` wrote."""
    return (path / "state.json").is_file() or (path / "dataset_dict.json").is_file()


def from_table(table: Dataset, place: str = "table", reading: Reading | None = None) -> list[Document]:
    """The documents of a ``datasets`` table.

    Args:
        table: rows as our JSON Lines hold them (``events`` is a list of structs with start, end and type), or tokens
            and tags.
        place: name of the table, for messages.
        reading: how to read it.

    Raises:
        InputError: a column is missing, or a row is faulty.

    >>> from datasets import Dataset
    >>> rows = [{"id": "a", "text": "A coup.", "events": [{"start": 2, "end": 6, "type": "coup"}]}]
    >>> from_table(Dataset.from_list(rows))[0].events[0].trigger
    'coup'
    """
    reading = reading or Reading()
    columns = table.column_names
    tokens = next((name for name in _TOKENS if name in columns), None)
    tags = next((name for name in _TAGS if name in columns), None)
    if tokens and tags and "events" not in columns:
        return _tagged(table, tokens, tags, place, reading)
    if "text" not in columns:
        raise InputError(
            f"{place}: no column 'text' in it, nor 'tokens' and 'tags'; its columns are {', '.join(columns)}"
        )
    documents = []
    for number, row in enumerate(table):
        here = f"{place}: row {number}"
        known = {key: value for key, value in row.items() if value is not None}
        with reading.part(here, known.get("id", number)):
            if isinstance(known.get("meta"), str):
                known["meta"] = parse_json(known["meta"], f"{here}: meta")
            elif "meta" in known:
                # A struct may hold dates, which JSON does not.
                known["meta"] = json.loads(json.dumps(known["meta"], default=str))
            documents.append(parse_document({"id": str(number), "events": []} | known, here, reading))
    return documents


def _tagged(table: Dataset, tokens: str, tags: str, place: str, reading: Reading) -> list[Document]:
    feature = table.features[tags]
    names: list[str] | None = getattr(getattr(feature, "feature", None), "names", None)
    rows: list[tuple[str, Any, list[str], list[tuple[conll.Tag, str]]]] = []
    for number, row in enumerate(table):
        here = f"{place}: row {number}"
        with reading.part(here, row.get("id", number)):
            words, marks = listed(row, tokens, str, here), listed(row, tags, object, here)
            found = [names[tag] if names and isinstance(tag, int) and 0 <= tag < len(names) else tag for tag in marks]
            parsed = [conll.parse_tag(tag) if isinstance(tag, str) else None for tag in found]
            if None in parsed or len(found) != len(words):
                raise InputError(
                    f"{here}: column {tags!r} must hold a tag (O, B-type …) for each of {len(words)} {tokens}, "
                    f"this is {str(found)[:60]}; numbers need a ClassLabel that names them"
                )
            marked = [(tag, f"{here}: token {index}") for index, tag in enumerate(parsed) if tag is not None]
            rows.append((here, row.get("id", number), words, marked))
    scheme = conll.detect(marked for _, _, _, marked in rows)
    reading.notes[f"tags of the column {tags} read as {scheme.upper()}"] += 1
    documents = []
    for here, id_, words, marked in rows:
        with reading.part(here, id_):
            text, (spans,) = lay([(words, None)], reading.notes)
            mentions = conll.decode(marked, scheme)
            events = [{**span_of(spans, first, last), "type": type_} for first, last, type_ in mentions]
            documents.append(parse_document({"id": id_, "text": text, "events": events}, here, reading))
    return documents


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of a Parquet file or of a folder of ``save_to_disk``.

    Raises:
        InputError: the file is missing, no table, faulty, or holds several splits.
    """
    from datasets import Dataset, disable_progress_bars, load_from_disk
    from pyarrow.parquet import ParquetFile

    disable_progress_bars()
    try:
        table: Any = (
            # Not from_parquet, which reads what its cache says of a file of this age.
            load_from_disk(str(path))
            if path.is_dir()
            else Dataset(ParquetFile(BytesIO(read_bytes(path)) if packing(path.name) else path).read())
        )
    except InputError:
        raise
    except Exception as error:  # the library raises its own, which differ by version
        raise InputError(f"{path}: not a Parquet table ({str(error).splitlines()[0][:120]})") from error
    if not isinstance(table, Dataset):
        raise InputError(f"{path}: holds the splits {', '.join(table)}; give the folder of one of them")
    try:
        return from_table(table, str(path), reading)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: holds a text that is no UTF-8 ({error.reason}); write the table again") from None


def write(documents: Iterable[Document], path: Path) -> None:
    """A Parquet file with the columns of our JSON Lines; ``meta`` is JSON, since its keys may differ by row."""
    from datasets import Dataset, Features, List, Value, disable_progress_bars

    kinds = {"start": "int64", "end": "int64", "type": "string", "trigger": "string"}
    kinds |= {"score": "float64", "status": "string", "status_score": "float64"}
    event = {key: Value(kind) for key, kind in kinds.items()}
    role = {"role": "string", "start": "int64", "end": "int64", "text": "string", "score": "float64"}
    event["roles"] = List({"head": List(Value("int64")), **{key: Value(kind) for key, kind in role.items()}})
    features = Features(
        {"id": Value("string"), "text": Value("string"), "events": List(event), "meta": Value("string")}
    )
    rows = [
        {
            "id": document.id,
            "text": document.text,
            "events": [dict.fromkeys(event) | marked.to_dict() for marked in document.events],
            "meta": json.dumps(dict(document.meta)),
        }
        for document in documents
    ]
    disable_progress_bars()
    Dataset.from_list(rows, features=features).to_parquet(str(path))
