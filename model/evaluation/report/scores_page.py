"""The report: one HTML page with every score, plot and article, for reading in a browser without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...document import Document
from ..errors import findings
from ..numbers import number
from .articles import articles
from .markup import SCORING, escape
from .page import card, confusion_table, facts, page, table, with_interval
from .plots import f1_plot, precision_recall_plot, reliability_plot

RATIOS = ("precision", "recall", "f1")
_MODES = {
    "strict": "right only with the gold label's span and type",
    "identification": "the same span, of whatever type",
    "overlap": "the same type, on spans that share a character",
    "sentence": "the same type in the same sentence",
    "document": "the types that an article reports, each counted once",
}


def report(gold: Sequence[Document], predicted: Sequence[Document], scores: Mapping[str, Any]) -> str:
    """One self-contained HTML page about a system's predictions.

    Args:
        gold: documents with their gold events.
        predicted: the same texts with predicted events, in the same order.
        scores: the content of ``scores.json``; parts that are absent are left out.

    Returns:
        The page; write it as UTF-8.

    Raises:
        ValueError: the documents are not the same texts in the same order.

    >>> gold = [Document.mark("A coup.", [(2, 6, "coup")])]
    >>> report(gold, gold, {"system": "ours"})[:15]
    '<!doctype html>'
    """
    if [document.text for document in gold] != [document.text for document in predicted]:
        raise ValueError("gold and predicted must be the same texts in the same order")
    found = [findings(truth, guess) for truth, guess in zip(gold, predicted, strict=True)]
    sections = {
        "summary": ("Summary", _summary(scores)),
        "types": ("Types", _types(scores)),
        "modes": ("Kinds of match", _modes(scores)),
        "baselines": ("Beside the baselines", _baselines(scores)),
        "confidence": ("Confidence", _confidence(scores)),
        "status": ("Did it happen?", _status(scores)),
        "errors": ("Errors", _errors(scores)),
        "slices": ("Slices", _slices(scores)),
        "cost": ("Cost", _cost(scores)),
        "articles": ("Articles", articles(gold, found, scores.get("types", ()))),
    }
    system = str(scores.get("system", "a system"))
    return page(f"Evaluation of {system}", "Evaluation report", system, _data(scores), sections)


def _data(scores: Mapping[str, Any]) -> str:
    data = scores.get("data") or {}
    sets = data.get("sets") or []
    known = [
        ", ".join(map(str, sets if isinstance(sets, list | tuple) else [sets])),
        f"{data['documents']:,} articles" if "documents" in data else "",
        f"{data['events']:,} gold events" if "events" in data else "",
        f"sha256 {str(data['sha256'])[:12]}…" if data.get("sha256") else "",
    ]
    line = " · ".join(escape(fact, 400) for fact in known if fact)
    missing = scores.get("missing")
    absent = len(missing) if isinstance(missing, Sequence | Mapping) else missing
    learnt = len(scores.get("learnt", ()))
    warnings = [
        f"{absent} articles came without a prediction; all their events count as missed." if absent else "",
        f"The system learnt from {learnt} of the articles; its figures are no measure of unseen ones."
        if learnt
        else "",
    ]
    told = "".join(f'<p class="warning">{escape(warning)}</p>' for warning in warnings if warning)
    return (f"<p>{line}</p>" if line else "") + told


def _summary(scores: Mapping[str, Any]) -> str:
    if "strict" not in scores:
        return ""
    row = scores["strict"]["micro"]
    reported, there = row["tp"] + row["fp"], row["tp"] + row["fn"]
    words = {
        "precision": (
            "Precision",
            "When the system reports an event, how often is it right?",
            f"{row['tp']:,} of its {reported:,} reports are{_one_in(row['fp'], reported, 'is a false alarm')}."
            if reported
            else "It reported nothing.",
        ),
        "recall": (
            "Recall",
            "Of the events that are there, how many does it find?",
            f"{row['tp']:,} of {there:,}{_one_in(row['fn'], there, 'is missed')}." if there else "None are there.",
        ),
        "f1": ("F1", "Both in one figure, their harmonic mean.", "It is high only where both are."),
    }
    cards = [card(name, row, ratio, f"{question} {answer}") for ratio, (name, question, answer) in words.items()]
    chance = (
        " The interval shows how far a figure moves when the articles are drawn anew; a difference smaller than it may "
        "be chance."
        if row.get("interval")
        else ""
    )
    return (
        f'<ul class="cards">{"".join(cards)}</ul><p class="note">A report is right here only if its type and its span '
        f"are exactly those of the gold label (strict, all types together).{chance}</p>"
    )


def _one_in(wrong: int, of: int, what: str) -> str:
    if not wrong:
        return ""
    share = wrong / of
    return f"; about 1 in {round(1 / share)} {what}" if share <= 0.4 else f"; {share:.0%} of them: {what}"


def _types(scores: Mapping[str, Any]) -> str:
    if "strict" not in scores:
        return ""
    strict = scores["strict"]
    rows = [[name, *_cells(row)] for name, row in strict["types"].items()]
    rows += [["all (micro)", *_cells(strict["micro"])], ["mean of the types (macro)", *_cells(strict["macro"])]]
    head = ["type", "gold", "found", "false alarms", "missed", "precision", "recall", "F1"]
    return (
        f"<figure>{f1_plot(strict['types'])}<figcaption>F1 of each type; the line is its 95 % interval.</figcaption>"
        f"</figure>{table('Strict scores of each type', head, rows, totals=2)}"
    )


def _modes(scores: Mapping[str, Any]) -> str:
    rows = [[name, what, *_cells(scores[name]["micro"])[4:]] for name, what in _MODES.items() if name in scores]
    head = ["mode", "what counts as right", "precision", "recall", "F1"]
    return table("The same predictions, judged more and less strictly", head, rows, words=2) if len(rows) > 1 else ""


def _baselines(scores: Mapping[str, Any]) -> str:
    if not scores.get("baselines") or "strict" not in scores:
        return ""
    names = list(scores["strict"]["types"])
    rows = []
    for system, result in {str(scores.get("system", "system")): scores, **scores["baselines"]}.items():
        of_types = [number(result["strict"]["types"].get(name, {}).get("f1")) for name in names]
        rows.append([system, *_cells(result["strict"]["micro"])[4:], *of_types])
    head = ["system", "precision", "recall", "F1", *(f"F1 {name}" for name in names)]
    return (
        '<p class="note">Simple systems learnt from the same training articles. A model that does not beat them is not '
        f"worth its cost.</p>{table('Strict micro scores beside the baselines', head, rows)}"
    )


def _confidence(scores: Mapping[str, Any]) -> str:
    confidence = scores.get("confidence")
    if not confidence:
        return ""
    names = {"ece": "expected calibration error", "brier": "Brier score", "average_precision": "average precision"}
    measures = facts({name: number(confidence[key]) for key, name in names.items() if key in confidence})
    figures = _reliability(confidence.get("bins")) + _curve(confidence.get("curve"))
    return f'{measures}<div class="plots">{figures}</div>'


def _reliability(bins: Sequence[Mapping[str, Any]] | None) -> str:
    if not bins:
        return ""
    rows = [
        [f"{row['low']:.2f}–{row['high']:.2f}", f"{row['count']:,}", number(row["confidence"]), number(row["accuracy"])]
        for row in bins
        if row["count"]
    ]
    figures = table("Bins of the scores", ["score", "predictions", "mean score", "right"], rows)
    return (
        f"<figure>{reliability_plot(bins)}<figcaption>Of the predictions with a score of 0.8, are 80 % right? Dots on "
        "the dashed line say yes; below it the system is too sure of itself. The bars show how many predictions have "
        f"the score.</figcaption>{_details(figures)}</figure>"
    )


def _curve(curve: Sequence[Mapping[str, Any]] | None) -> str:
    if not curve:
        return ""
    keys = ["threshold", "precision", "recall"]
    rows = [[number(point[key]) for key in keys] for point in curve[:: max(1, -(-len(curve) // 12))]]
    return (
        f"<figure>{precision_recall_plot(curve)}<figcaption>What a higher threshold gains in precision, it pays in "
        f"recall.</figcaption>{_details(table('Some thresholds', keys, rows))}</figure>"
    )


def _details(content: str) -> str:
    return f"<details><summary>Figures</summary>{content}</details>"


def _status(scores: Mapping[str, Any]) -> str:
    status = scores.get("status")
    if not status:
        return ""
    head = ["", "found", "interval", "cue words"]
    shares = []
    for key, name in (("accuracy", "share with the right status"), ("macro_f1", "mean F1 of the statuses (macro)")):
        ends = status["interval"][key]
        between = f"{ends[0]:.2f}–{ends[1]:.2f}" if ends else ""
        shares.append([name, number(status[key]), between, number(status["baseline"][key])])
    of_types = [[name, f"{row['matched']:,}", number(row["accuracy"])] for name, row in status["types"].items()]
    rows = [[name, *_cells(row)] for name, row in status["statuses"].items()]
    rows.append(["span, type and status right", *_cells(status["end_to_end"]["micro"])])
    columns = ["status", "gold", "right", "wrongly given", "missed", "precision", "recall", "F1"]
    return (
        f'<p class="note">An accusation, a plan and a denial are no events that happened. Of the {status["matched"]:,} '
        "triggers that gold and prediction share, is the status right? Beside it stands what cue words such as "
        "“denied” or “will” in the same clause would say.</p>"
        f"{table('Statuses beside their baseline', head, shares)}"
        f"{table('Scores of each status; the last row counts all events', columns, rows, totals=1)}"
        f"{table('Shared triggers of each type', ['type', 'shared', 'share with the right status'], of_types)}"
        f"{_confusion(status['confusion'], 'Confusion of statuses', 'a prediction without a status')}"
    )


def _errors(scores: Mapping[str, Any]) -> str:
    errors = scores.get("errors")
    if not errors:
        return ""
    counts = errors.get("kinds", {})
    kinds = {f"{words.sign} {words.name}": f"{counts[k]:,}" for k, words in SCORING.kinds.items() if k in counts}
    return facts(kinds) + _confusion(errors.get("confusion"), "Confusion of types", "an event that has no counterpart")


def _confusion(confusion: Mapping[str, Any] | None, title: str, none: str) -> str:
    """Rows are gold, columns predicted; ``none`` says what “none” is."""
    return confusion_table(
        confusion,
        title,
        "gold ↓ predicted →",
        f"gold label (row) against prediction (column); “none” is {none}. Darker is a larger share of the row; right "
        "answers are framed.",
    )


def _slices(scores: Mapping[str, Any]) -> str:
    tables = []
    for name, rows in (scores.get("slices") or {}).items():
        cells = [[value, *_cells(row)] for value, row in rows.items()]
        head = [str(name), "gold", "found", "false alarms", "missed", "precision", "recall", "F1"]
        tables.append(table(f"By {name}", head, cells))
    note = "Where are the scores from? A slice too small to say anything has counts and no ratios (n/a)."
    return f'<p class="note">{note}</p>{"".join(tables)}' if tables else ""


def _cost(scores: Mapping[str, Any]) -> str:
    return facts({str(name).replace("_", " "): _plain(value) for name, value in (scores.get("cost") or {}).items()})


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _cells(row: Mapping[str, Any]) -> list[str]:
    counts = [f"{row[name]:,}" if row.get(name) is not None else "" for name in ("support", "tp", "fp", "fn")]
    return [*counts, *(with_interval(row, ratio) for ratio in RATIOS)]
