"""The page of two annotators: how far they agree, and each disagreement in its text, in the look of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...document import Document
from ..errors import findings
from .articles import articles
from .markup import ANNOTATORS, escape
from .page import card, confusion_table, facts, page, table, with_interval
from .plots import f1_plot


def disagreements(first: Sequence[Document], second: Sequence[Document], agreement: Mapping[str, Any]) -> str:
    """One self-contained HTML page about two annotators, called A and B.

    Args:
        first: the documents as A labelled them.
        second: the same texts in the same order as B did, see :func:`.pair`.
        agreement: what :func:`.agreement` says of them.

    Returns:
        The page; write it as UTF-8.

    >>> from news_event_tagger.evaluation.agreement import agreement
    >>> one = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> "only A: coup" in disagreements(one, [Document("A coup.")], agreement(one, [Document("A coup.")]))
    True
    """
    found = [findings(one, other) for one, other in zip(first, second, strict=True)]
    sections = {
        "summary": ("Summary", _summary(agreement)),
        "types": ("Types", _types(agreement)),
        "status": ("Did it happen?", _status(agreement["status"])),
        "errors": ("Disagreements", _kinds(agreement)),
        "articles": ("Articles", articles(first, found, agreement["types"], ANNOTATORS)),
    }
    heading = " and ".join(agreement["sets"])
    return page(f"Agreement of {heading}", "Agreement of two annotators", heading, _lead(agreement), sections)


def _lead(agreement: Mapping[str, Any]) -> str:
    names = [f"{side}: {name}" for side, name in zip("AB", agreement["sets"], strict=True)]
    line = " · ".join(escape(part, 400) for part in (*names, f"{agreement['documents']:,} articles labelled by both"))
    alone = [f"{count:,} of {side}" for side, count in zip("AB", agreement["unpaired"], strict=True) if count]
    warning = f"Left out, for the other did not label them: {' and '.join(alone)}." if alone else ""
    return f"<p>{line}</p>" + (f'<p class="warning">{warning}</p>' if warning else "")


def _summary(agreement: Mapping[str, Any]) -> str:
    row, status = agreement["all"], agreement["status"]
    marked = f"Both marked {row['both']:,} events alike; A alone {row['first']:,}, B alone {row['second']:,}."
    cards = [
        card("F1 of the spans", row, "f1", f"Did both mark the same events? {marked}"),
        card(
            "Kappa of the words", row, "kappa", "How far beyond chance do they give each word the same type, or none?"
        ),
    ]
    if status:
        words = (
            f"Of the {status['judged']:,} events that both marked and judged, {status['equal']:.0%} have one status."
        )
        cards.append(card("Kappa of the statuses", status, "kappa", f"How far beyond chance is that? {words}"))
    return (
        f'<ul class="cards">{"".join(cards)}</ul><p class="note">Two labels are alike here only if span and type are. '
        "1 is full agreement; for kappa, 0 is what chance would bring. An interval shows how far a figure moves when "
        "the articles are drawn anew.</p>"
    )


def _types(agreement: Mapping[str, Any]) -> str:
    if not agreement["types"]:
        return ""
    rows = [
        [
            name,
            *(f"{row[key]:,}" for key in ("both", "first", "second")),
            *(with_interval(row, key) for key in ("f1", "overlap_f1", "kappa", "alpha")),
        ]
        for name, row in [*agreement["types"].items(), ("all", agreement["all"])]
    ]
    head = ["type", "both", "A alone", "B alone", "F1", "F1, overlapping", "kappa", "alpha"]
    caption = "Agreement on the spans (F1), and on the words beyond chance (kappa, alpha)"
    return (
        f"<figure>{f1_plot(agreement['types'])}<figcaption>F1 of each type; the line is its 95 % interval."
        f"</figcaption></figure>{table(caption, head, rows, totals=1)}"
    )


def _status(status: Mapping[str, Any] | None) -> str:
    if not status:
        return ""
    rows = [
        [
            name,
            *(f"{row[key]:,}" for key in ("both", "first", "second")),
            *(with_interval(row, key) for key in ("kappa", "alpha")),
        ]
        for name, row in status["statuses"].items()
    ]
    rows.append(["all", f"{round(status['equal'] * status['judged']):,}", "", ""])
    rows[-1] += [with_interval(status, key) for key in ("kappa", "alpha")]
    head = ["status", "both", "A alone", "B alone", "kappa", "alpha"]
    caption = f"Statuses of the {status['judged']:,} events that both marked and judged"
    return table(caption, head, rows, totals=1) + _confusion(status["confusion"], "Confusion of statuses", "")


def _kinds(agreement: Mapping[str, Any]) -> str:
    counts = agreement["disagreements"]["kinds"]
    kinds = {f"{words.sign} {words.name}": f"{counts[kind]:,}" for kind, words in ANNOTATORS.kinds.items()}
    none = " “none” is an event that only one of them marked."
    return facts(kinds) + _confusion(agreement["disagreements"]["confusion"], "Confusion of types", none)


def _confusion(confusion: Mapping[str, Any], title: str, none: str) -> str:
    shade = "Darker is a larger share of the row; equal labels are framed."
    explanation = f"label of A (row) against label of B (column).{none} {shade}"
    return confusion_table(confusion, title, "A ↓ B →", explanation)
