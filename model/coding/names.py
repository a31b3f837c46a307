"""The tables of names: states, and what belongs to them as demonyms, cities, seats, bodies and people do."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..documents.text import words

Lines = tuple[tuple[str, str], ...]
"""The code and kind of each line of a table that a name stands on."""
TABLES = tuple(Path(__file__).with_name(name) for name in ("countries.tsv", "names.tsv"))


@cache
def entries() -> dict[str, Lines]:
    """The table: each name with the code and kind of every line it stands on.

    >>> entries()["Burma"]
    (('MMR', 'name'),)
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table in TABLES:
        for line in table.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                code, kind, names = line.split("\t")
                for name in names.split("; "):
                    found[name].append((code, kind))
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def index() -> dict[str, list[tuple[tuple[str, ...], Lines]]]:
    """By its first word: the words of every written form, longest first, with its lines."""
    forms: dict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    spare: dict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    for name, lines in entries().items():
        forms[key_of(name)].update(dict.fromkeys(lines))
        for other in _spellings(name, lines):
            spare[key_of(other)].update(dict.fromkeys(lines))
    for key, lines_ in spare.items():
        forms.setdefault(key, lines_)
    found = defaultdict(list)
    for key in sorted(forms, key=len, reverse=True):
        found[key[0]].append((key, tuple(forms[key])))
    return dict(found)


def unaccented(name: str) -> str:
    """A name in plain letters.

    >>> unaccented("Sékouba Konaté")
    'Sekouba Konate'
    """
    if name.isascii():
        return name
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def key_of(name: str) -> tuple[str, ...]:
    """The words of a name, as those of a text are compared with them.

    >>> key_of("N’Djamena")
    ('N', "'", 'Djamena')
    """
    name = name.replace("’", "'")
    return tuple(name[start:end] for start, end in words(name))


def _spellings(name: str, lines: Lines) -> Iterator[str]:
    plain = unaccented(name)
    yield plain
    if len(name) > 3 and name.isalpha() and name.isupper() and any(kind == "body" for _, kind in lines):
        yield name.capitalize()
    if any(kind == "demonym" for _, kind in lines) and not name.endswith(("s", "sh", "ch", "ese")):
        yield from (name + "s", plain + "s")
