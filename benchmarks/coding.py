#!/usr/bin/env python3
"""How right the codes of the table are, against what readers wrote.

python benchmarks/coding.py annotations/news/coded/dev.jsonl annotations/news/dev --texts FOLDER [--errors]
python benchmarks/coding.py annotations/news/coded/train-b.jsonl annotations/news/train --texts FOLDER
python benchmarks/coding.py annotations/news/coded/links-dev.jsonl annotations/news/dev --texts FOLDER

A gold file is JSON Lines of ``{"id", "start", "end", "type"}``, either with ``actor_country``, ``target_country``,
``date_start`` and ``date_end``, where an empty list and ``null`` say that no reader can tell, or with ``link``, the
number of its group. The participants are those of the annotation set. Items of the portal "Current events" have their
day in their id.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import Any

from news_event_tagger.coding.countries import event_countries
from news_event_tagger.coding.dates import document_date, event_dates
from news_event_tagger.coding.rows import rows_of
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
            found = event_countries(unheaded(event), document)
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


def unheaded(event: Event) -> Event:
    """An event without the heads that readers marked, as predicted participants have none."""
    return replace(event, roles=event.roles and tuple(replace(role, head=None) for role in event.roles))


def score_dates(gold: Sequence[Row], mentions: Mapping[Span, tuple[Document, Event]], errors: bool) -> None:
    """Print how many stretches are right, wrong (an end differs) and open, of those that a reader can tell."""
    counts: Counter[str] = Counter()
    for row in gold:
        document, event = mentions[row["id"], row["start"], row["end"], row["type"]]
        found = event_dates(event, document, document_date(document))
        told, wanted = (f"{found.start} {found.end}", f"{row['date_start']} {row['date_end']}")
        worth = verdict({told} - {"None None"}, {wanted} - {"None None"})
        counts[worth] += 1
        if errors and worth not in ("right", "rightly open"):
            print(f"dates {worth}: {told} for {wanted} ({found.how})")
            print(f"    {document.id} {event.trigger}: {document.text[max(0, event.start - 300) : event.end + 150]!r}")
    show("dates", counts)


def score_links(gold: Sequence[Row], mentions: Mapping[Span, tuple[Document, Event]]) -> None:
    """Print B-cubed and pairwise scores of the links, beside those of no links at all."""
    keys = [(row["id"], row["start"], row["end"], row["type"]) for row in gold]
    rows = rows_of({document.id: document for document, _ in mentions.values()}.values())
    linked = {(row["id"], row["start"], row["end"], row["type"]): row["event_link"] for row in rows}
    wanted = [row["link"] for row in gold]
    for name, found in (("links", [linked[key] for key in keys]), ("no links", list(range(len(keys))))):
        scores = {"B-cubed": b_cubed(wanted, found), "pairwise": pairwise(wanted, found)}
        told = (f"{way} P {p:.3f} R {r:.3f} F1 {f1:.3f}" for way, (p, r, f1) in scores.items())
        print(f"{name} of {len(keys)} mentions in {len(set(wanted))} events", *told, sep=", ")


def b_cubed(wanted: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 of clusters, a mean over mentions (Bagga and Baldwin 1998).

    >>> b_cubed([1, 1, 2], ["a", "a", "a"])
    (0.5555555555555556, 1.0, 0.7142857142857143)
    """
    both, gold, told = (Counter(part) for part in (zip(wanted, found, strict=True), wanted, found))
    precision = sum(both[pair] / told[pair[1]] for pair in zip(wanted, found, strict=True)) / len(wanted)
    recall = sum(both[pair] / gold[pair[0]] for pair in zip(wanted, found, strict=True)) / len(wanted)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairwise(wanted: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of mentions that clusters put together; 0 where there are none.

    >>> pairwise([1, 1, 2], ["a", "a", "a"])
    (0.3333333333333333, 1.0, 0.5)
    """
    both, gold, told = (
        sum(comb(count, 2) for count in Counter(part).values())
        for part in (zip(wanted, found, strict=True), wanted, found)
    )
    return both / max(told, 1), both / max(gold, 1), 2 * both / max(gold + told, 1)


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
        for document in map(dated, read(arguments.participants, arguments.texts))
        for event in document.events
    }
    if "link" in gold[0]:
        score_links(gold, mentions)
    else:
        score_countries(gold, mentions, arguments.errors)
        score_dates(gold, mentions, arguments.errors)


def dated(document: Document) -> Document:
    """A document with the day that its id holds, if it does."""
    match = re.match(r"ce-(\d{4}-\d\d-\d\d)", document.id)
    return replace(document, meta={**document.meta, "date": match[1]}) if match else document


if __name__ == "__main__":
    main()
