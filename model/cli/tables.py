"""Scores as a table that fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from ..evaluation.numbers import MODE_NAMES, RATIOS, bounds, number, role_lines


def score_table(scores: Mapping[str, Any], title: str) -> Table:
    """One row per type, then micro and macro, all strict; then micro of the other modes."""
    table = plain_table(title, "", "P", "R", "F1", "95 % of F1", "tp", "fp", "fn")
    strict = scores["strict"]
    for name, row in strict["types"].items():
        table.add_row(name, *_cells(row))
    table.add_section()
    table.add_row("micro", *_cells(strict["micro"]), style="bold")
    table.add_row("macro", *_cells(strict["macro"]))
    table.add_section()
    for mode, name in MODE_NAMES.items():
        if mode != "strict" and mode in scores:
            table.add_row(name, *_cells(scores[mode]["micro"]))
    return table


def status_table(status: Mapping[str, Any]) -> Table:
    """One row per status over the shared triggers, accuracy and macro-F1 beside their baseline, then end to end."""
    table = plain_table(f"Statuses of the {status['matched']} shared triggers", "", "P", "R", "F1", "95 %", "cue words")
    for name, row in status["statuses"].items():
        table.add_row(name, *(number(row[ratio]) for ratio in RATIOS), bounds(row["interval"]["f1"]), "")
    table.add_section()
    for key, name in (("accuracy", "accuracy"), ("macro_f1", "macro-F1")):
        between = bounds(status["interval"][key])
        table.add_row(name, "", "", number(status[key]), between, number(status["baseline"][key]), style="bold")
    row = status["end_to_end"]["micro"]
    table.add_section()
    table.add_row("end to end", *(number(row[ratio]) for ratio in RATIOS), bounds(row["interval"]["f1"]), "")
    return table


def role_table(roles: Mapping[str, Any]) -> Table:
    """One row per measure of the participants, by head, by span and of the baseline; then Arg-C by role and type."""
    title = f"Participants of {roles['events']} events on {roles['triggers']} triggers, by head"
    table = plain_table(title, "", "P", "R", "F1", "95 %", "by span", "baseline")
    for part, lines in groupby(role_lines(roles), key=lambda line: line.part):
        for line in lines:
            cells = [*(number(line.head[ratio]) for ratio in RATIOS), bounds(line.head["interval"]["f1"])]
            cells += [number(line.strict["f1"]), number(line.baseline["f1"])]
            table.add_row(line.name, *cells, style="bold" if part == "micro" else None)
        table.add_section()
    return table


def slice_table(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Table:
    """One row per slice that is large enough to say something."""
    table = plain_table("Slices (strict)", "", "", "P", "R", "F1", "gold")
    for name, rows in slices.items():
        first = True
        for value, row in rows.items():
            if "note" not in row:
                ratios = ["" if row["fp"] is None and key != "recall" else number(row[key]) for key in RATIOS]
                table.add_row(name if first else "", value, *ratios, str(row["support"]))
                first = False
    table.columns[1].justify = "left"
    return table


def baseline_table(systems: Mapping[str, Mapping[str, Any]], title: str) -> Table:
    """One column per system: strict F1 of each type, then micro scores."""
    strict = [scores["strict"] for scores in systems.values()]
    table = plain_table(title, "", *systems)
    for name in strict[0]["types"]:
        table.add_row(f"F1 {name}", *(number(part["types"].get(name, {}).get("f1")) for part in strict))
    table.add_section()
    for ratio, name in zip(RATIOS, ("micro P", "micro R", "micro F1"), strict=True):
        style = "bold" if ratio == "f1" else None
        table.add_row(name, *(number(part["micro"][ratio]) for part in strict), style=style)
    return table


def leaderboard(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One row per system: strict micro-F1, and how far it is from the best."""
    table = plain_table("Strict micro-F1", "", "F1", "95 %", "to the best", "95 %", "p")
    for row in rows:
        against = row["against"]["micro"] if row["against"] else None
        table.add_row(row["name"], number(row["f1"]), bounds(row["interval"]), *_gain(against))
    return table


def role_comparison(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One row per system and way of matching: Arg-C+, and how far it is from that of the system that comes first."""
    table = plain_table("Participants at the right trigger (Arg-C+)", "", "", "F1", "95 %", "to the first", "95 %", "p")
    table.columns[1].justify = "left"
    for row in rows:
        for by, scores in row["arg_c_plus"].items():
            cells = [by, number(scores["f1"]), bounds(scores["interval"]), *_gain(scores["against"])]
            table.add_row(row["name"] if by == "strict" else "", *cells)
    return table


def type_comparison(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One row per system and type: how far the system is from the best one in F1."""
    table = plain_table(f"F1 by type, less that of {rows[0]['name']}", "", "", "difference", "95 %", "p")
    table.columns[1].justify = "left"
    for row in rows[1:]:
        types = [name for name in row["against"] if name != "micro"]
        for name in types:
            table.add_row(row["name"] if name == types[0] else "", name, *_gain(row["against"][name]))
    return table


def agreement_tables(agreement: Mapping[str, Any]) -> list[Table]:
    """The spans that two annotators marked, by type; then how far beyond chance words and statuses agree."""
    title = f"Spans of A and B ({agreement['documents']} articles)"
    spans = plain_table(title, "", "both", "A only", "B only", "F1", "95 %", "overlap")
    chance = plain_table("Agreement beyond chance", "", "kappa", "95 %", "alpha", "95 %")
    for name, row in [*agreement["types"].items(), ("all", agreement["all"])]:
        f1 = [number(row["f1"]), bounds(row["interval"]["f1"]), number(row["overlap_f1"])]
        spans.add_row(name, *(str(row[key]) for key in ("both", "first", "second")), *f1)
        chance.add_row("all types" if row is agreement["all"] else name, *_coefficients(row))
    if status := agreement["status"]:
        chance.add_section()
        for name, row in [*status["statuses"].items(), ("all statuses", status)]:
            chance.add_row(name, *_coefficients(row))
    return [spans, chance, *([_agreed_roles(roles)] if (roles := agreement["roles"]) else [])]


def _agreed_roles(roles: Mapping[str, Any]) -> Table:
    title = f"Participants of the {roles['shared']} events that both marked"
    table = plain_table(title, "", "both", "A only", "B only", "F1", "95 %", "by head")
    for name, row in [*roles["roles"].items(), ("all roles", roles["all"])]:
        f1 = [number(row["f1"]), bounds(row["interval"]["f1"]), number(row["head_f1"])]
        table.add_row(name, *(str(row[key]) for key in ("both", "first", "second")), *f1)
    return table


def print_beside(terminal: Console, scores: Mapping[str, Any], name: str) -> None:
    """Print a system's scores beside the baselines', and those of its statuses and participants, where there are."""
    tables = []
    if baselines := scores.get("baselines"):
        tables.append(baseline_table({name: scores, **baselines}, "Beside the baselines (strict micro)"))
    if status := scores["status"]:
        tables.append(status_table(status))
    if roles := scores.get("roles"):
        tables.append(role_table(roles))
    for table in tables:
        terminal.print()
        terminal.print(table)


def plain_table(title: str, first: str, *columns: str) -> Table:
    """An empty table without lines; all columns but the first stand right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _cells(row: Mapping[str, Any]) -> list[str]:
    interval = row.get("interval", {}).get("f1")
    counts = [str(row.get(key, "")) for key in ("tp", "fp", "fn")]
    return [*(number(row[ratio]) for ratio in RATIOS), bounds(interval), *counts]


def _coefficients(row: Mapping[str, Any]) -> list[str]:
    return [cell for name in ("kappa", "alpha") for cell in (number(row[name]), bounds(row["interval"][name]))]


def _gain(row: Mapping[str, Any] | None) -> list[str]:
    if row is None or row["difference"] is None:
        return ["", "", ""]
    interval = "" if row["interval"] is None else "{:+.3f} to {:+.3f}".format(*row["interval"])
    return [f"{row['difference']:+.3f}", interval, f"{row['p']:.4f}"]


def curve_table(curve: Mapping[str, Any]) -> Table:
    """One row per number of articles: F1 of each system, the first with its band over seeds, and its last step."""
    seeds = len(curve["seeds"])
    told = f"mean of {seeds} seeds" if seeds > 1 else "one seed: no band"
    names = list(curve["points"][0]["f1"])
    title = f"Strict micro-F1 by training articles ({told})"
    table = plain_table(title, "articles", names[0], "95 % over seeds", *names[1:])
    for point in curve["points"]:
        first, *rest = (point["f1"][name] for name in names)
        others = (number(value["mean"]) for value in rest)
        table.add_row(f"{fmean(point['articles']):.0f}", number(first["mean"]), _bounds(first), *others)
    if curve["gain"]:
        table.add_section()
        changes = (curve["gain"][name]["difference"] for name in names)
        gains = ["n/a" if change is None else f"{change:+.3f}" for change in changes]
        table.add_row("last step", gains[0], "", *gains[1:])
    return table


def folds_table(result: Mapping[str, Any]) -> Table:
    """One row per system: the scores of all folds together, and the mean F1 of the folds with its interval."""
    folds, seeds = len(result["folds"]), len(result["seeds"])
    title = f"Strict micro scores over {folds} folds by story, {seeds} seed{'s' * (seeds > 1)}"
    table = plain_table(title, "", "P", "R", "F1", "mean of folds", "95 % over folds")
    for name, row in result["systems"].items():
        micro = row["pooled"]["strict"]["micro"]
        ratios = (number(micro[ratio]) for ratio in ("precision", "recall", "f1"))
        table.add_row(name, *ratios, number(row["f1"]["mean"]), _bounds(row["f1"]))
    return table


def _bounds(row: Mapping[str, Any]) -> str:
    return "n/a" if row["low"] is None else f"{row['low']:.3f}–{row['high']:.3f}"
