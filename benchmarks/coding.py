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
from pathlib import Path

from news_event_tagger.coding.countries import event_countries
from news_event_tagger.corpus import read
from news_event_tagger.documents.document import Document, Event

Span = tuple[str, int, int, str]


def score_countries(gold: list[dict], mentions: dict[Span, tuple[Document, Event]], errors: bool) -> None:
    """Print for actors and targets how many are right, wrong and open, of those that a reader can tell."""
    for side in ("actor", "target"):
        counts: Counter[str] = Counter()
        for row in gold:
            document, event = mentions[row["id"], row["start"], row["end"], row["type"]]
            found = event_countries(event, document)
            told, how, wanted = getattr(found, side), getattr(found, f"{side}_how"), tuple(row[f"{side}_country"])
            if set(told) == set(wanted):
                verdict = "right" if wanted else "rightly open"
            elif wanted:
                verdict = "wrong" if set(told) - set(wanted) else "in part" if told else "open"
            else:
                verdict = "told beyond the reader"
            counts[verdict] += 1
            if errors and verdict not in ("right", "rightly open"):
                roles = "; ".join(role.text for role in event.roles or () if role.role == side)
                print(f"{side} {verdict}: {','.join(told) or '-'} for {','.join(wanted) or '-'} ({how}) [{roles}]")
                print(
                    f"    {document.id} {event.trigger}: {document.text[max(0, event.start - 300) : event.end + 150]!r}"
                )
        tellable = sum(counts[verdict] for verdict in ("right", "wrong", "in part", "open"))
        print(
            f"{side}: of {tellable} that a reader can tell",
            *(
                f"{counts[verdict]} {verdict} ({counts[verdict] / max(1, tellable):.1%})"
                for verdict in ("right", "wrong", "in part", "open")
            ),
            sep=", ",
            end="; ",
        )
        print(f"of {len(gold) - tellable} others {counts['told beyond the reader']} told")


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
