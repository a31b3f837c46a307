#!/usr/bin/env python3
"""How right the codes of the table are, against what readers wrote.

python benchmarks/coding.py annotations/news/coded/dev.jsonl annotations/news/dev --texts FOLDER [--errors]

A gold file is JSON Lines of ``{"id", "start", "end", "type", "actor_country", "target_country", …}``; an empty list
says that no reader can tell. The participants are those of the annotation set.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from news_event_tagger.coding.countries import event_countries
from news_event_tagger.corpus import read
from news_event_tagger.documents.document import Document, Event

Span = tuple[str, int, int, str]
Row = Mapping[str, Any]
WORTHS = ("right", "wrong", "in part", "open")


def verdict(told: Collection[str], wanted: Collection[str]) -> str:
    """What codes are worth against those of a reader; no order counts.

    Args:
        told: codes found.
        wanted: the reader's; empty where no reader can tell.
    """
    if set(told) == set(wanted):
        return "right" if wanted else "rightly open"
    if not wanted:
        return "beyond"
    return "wrong" if set(told) - set(wanted) else "in part" if told else "open"


def score_countries(gold: Sequence[Row], mentions: Mapping[Span, tuple[Document, Event]], errors: bool) -> None:
    """Print for actors and targets how many are right, wrong and open, of those that a reader can tell."""
    both: Counter[str] = Counter()
    for side in ("actor", "target"):
        counts: Counter[str] = Counter()
        for row in gold:
            document, event = mentions[row["id"], row["start"], row["end"], row["type"]]
            found = event_countries(event, document)
            told, wanted = getattr(found, side), row[f"{side}_country"]
            worth = verdict(told, wanted)
            counts[worth] += 1
            if errors and worth not in ("right", "rightly open"):
                roles = "; ".join(role.text for role in event.roles or () if role.role == side)
                how = getattr(found, f"{side}_how")
                print(f"{side} {worth}: {','.join(told) or '-'} for {','.join(wanted) or '-'} ({how}) [{roles}]")
                text = document.text[max(0, event.start - 300) : event.end + 150]
                print(f"    {document.id} {event.trigger}: {text!r}")
        show(side, counts)
        both += counts
    show("both", both)


def show(name: str, counts: Counter[str]) -> None:
    """Print one line of a table."""
    tellable = sum(counts[worth] for worth in WORTHS)
    shares = ", ".join(f"{counts[worth]} {worth} ({counts[worth] / max(1, tellable):.1%})" for worth in WORTHS)
    rest = counts["beyond"] + counts["rightly open"]
    print(f"{name}: of {tellable} that a reader can tell {shares}; of {rest} others {counts['beyond']} told")


def main() -> None:
    """Read gold and participants, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("participants", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--errors", action="store_true", help="print each one that is not right")
    arguments = parser.parse_args()
    gold = [json.loads(line) for line in arguments.gold.read_text(encoding="utf-8").splitlines()]
    mentions = {
        (document.id, event.start, event.end, event.type): (document, event)
        for document in read(arguments.participants, arguments.texts)
        for event in document.events
    }
    score_countries(gold, mentions, arguments.errors)


if __name__ == "__main__":
    main()
