"""Scores as Markdown, for pasting into a report or an issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..numbers import MODE_NAMES, RATIOS, bounds, markdown_cell, number, role_lines


def markdown(scores: Mapping[str, Any]) -> str:
    """All tables of a score file.

    Args:
        scores: as ``scores.json`` holds them.
    """
    data = scores["data"]
    strict = scores["strict"]
    missing, learnt = len(scores["missing"]), len(scores["learnt"])
    parts = [
        f"# {markdown_cell(scores['system'])} on {markdown_cell(', '.join(data['sets']))}",
        f"{data['documents']} articles, {data['events']} gold events. 95 % intervals are over articles.",
        f"**{missing} articles without a prediction count as misses.**" if missing else "",
        f"**The system learnt from {learnt} of the articles: no measure of unseen ones.**" if learnt else "",
        "## Strict: same span, same type",
        _scores([*strict["types"].items(), ("micro", strict["micro"]), ("macro", strict["macro"])]),
        "## Micro scores by what counts as found",
        _scores((name, scores[mode]["micro"]) for mode, name in MODE_NAMES.items()),
        _baselines(scores),
        _status(scores["status"]),
        _roles(scores["roles"]),
        _errors(scores["errors"]),
        _slices(scores["slices"]),
        _confidence(scores["confidence"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of plain texts; all columns but the first stand right.

    >>> print(table(["type", "F1"], [["a|b", "0.5"]]))
    | type | F1 |
    |---|---:|
    | a\\|b | 0.5 |
    """
    lines = [[markdown_cell(cell) for cell in row] for row in [header, *rows]]
    marked = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([marked[0], "|---" + "|---:" * (len(header) - 1) + "|", *marked[1:]])


def _scores(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    header = ["", "precision", "95 %", "recall", "95 %", "F1", "95 %", "gold events"]
    lines = []
    for name, row in rows:
        pairs = [(number(row[ratio]), bounds(row["interval"][ratio])) for ratio in RATIOS]
        lines.append([name, *(cell for pair in pairs for cell in pair), str(row.get("support", ""))])
    return table(header, lines)


def _baselines(scores: Mapping[str, Any]) -> str:
    baselines = scores.get("baselines", {})
    rows = [(name, row["strict"]["micro"]) for name, row in baselines.items()]
    lines = [[name, *(number(row[ratio]) for ratio in RATIOS)] for name, row in rows]
    return "## Baselines (strict micro)\n\n" + table(["", "precision", "recall", "F1"], lines) if baselines else ""


def _errors(errors: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in errors["kinds"].items())
    names = errors["confusion"]["types"]
    rows = [[name, *map(str, counts)] for name, counts in zip(names, errors["confusion"]["counts"], strict=True)]
    return f"## Errors\n\n{kinds}. Gold types in rows, predicted types in columns:\n\n{table(['', *names], rows)}"


def _status(status: Mapping[str, Any] | None) -> str:
    if status is None:
        return ""
    baseline = status["baseline"]
    facts = (
        f"Over the {status['matched']} triggers that gold and prediction share: accuracy {number(status['accuracy'])} "
        f"({bounds(status['interval']['accuracy'])}), macro-F1 {number(status['macro_f1'])} "
        f"({bounds(status['interval']['macro_f1'])}); cue words in the clause reach {number(baseline['accuracy'])} and "
        f"{number(baseline['macro_f1'])}."
    )
    rows = [*status["statuses"].items(), ("end to end", status["end_to_end"]["micro"])]
    return f"## Statuses\n\n{facts}\n\n{_scores(rows)}"


def _roles(roles: Mapping[str, Any] | None) -> str:
    if roles is None:
        return ""
    binding = roles["binding"]["head"]
    facts = (
        f"Of {roles['events']} events on {roles['triggers']} triggers, by head word; of roles and types Arg-C. Where a "
        f"sentence has two events of one type, {binding['wrong']} of {binding['asked']} participants are bound to the "
        "wrong one. " + ", ".join(f"{count} {kind}" for kind, count in roles["errors"].items())
    )
    header = ["", "precision", "recall", "F1", "95 %", "F1 by span", "F1 of the baseline", "gold participants"]
    lines = []
    for line in role_lines(roles):
        ratios = [*(number(line.head[ratio]) for ratio in RATIOS), bounds(line.head["interval"]["f1"])]
        others = [number(line.strict["f1"]), number(line.baseline["f1"])]
        lines.append([line.name, *ratios, *others, str(line.head["support"])])
    return f"## Participants\n\n{facts}.\n\n{table(header, lines)}"


def _slices(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    rows = [
        [
            f"{name}: {value}",
            *(
                row.get("note", "" if ratio != "recall" and row["fp"] is None else number(row[ratio]))
                for ratio in RATIOS
            ),
            str(row["support"]),
        ]
        for name, values in slices.items()
        for value, row in values.items()
    ]
    return "## Slices (strict)\n\n" + table(["", "precision", "recall", "F1", "gold events"], rows) if rows else ""


def _confidence(confidence: Mapping[str, Any] | None) -> str:
    if confidence is None:
        return ""
    average = number(confidence["average_precision"])
    bins = [
        [f"{row['low']:.1f}–{row['high']:.1f}", str(row["count"]), number(row["confidence"]), number(row["accuracy"])]
        for row in confidence["bins"]
    ]
    return (
        f"## Confidence\n\nExpected calibration error {confidence['ece']:.3f}, Brier score {confidence['brier']:.3f}, "
        f"average precision {average}, over {confidence['scored']} predictions with a score.\n\n"
        + table(["score", "predictions", "mean score", "share right"], bins)
    )
