"""Scores as a table that fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table


def number(value: float | None) -> str:
    """A ratio with three decimals, or n/a.

    >>> number(0.5), number(None)
    ('0.500', 'n/a')
    """
    return "n/a" if value is None else f"{value:.3f}"


def score_table(scores: Mapping[str, Any], title: str) -> Table:
    """One row per type, then micro, macro and trigger identification."""
    table = _table(title, "", "precision", "recall", "F1", "tp", "fp", "fn")
    strict = scores["strict"]
    for name, row in strict["types"].items():
        table.add_row(name, *_cells(row))
    table.add_section()
    table.add_row("micro", *_cells(strict["micro"]), style="bold")
    table.add_row("macro", *(number(strict["macro"][ratio]) for ratio in ("precision", "recall", "f1")), "", "", "")
    table.add_row("trigger identification", *_cells(scores["identification"]["micro"]))
    return table


def floor_table(systems: Mapping[str, Mapping[str, Any]], title: str) -> Table:
    """One row per system: strict micro scores and F1 per type."""
    names = list(next(iter(systems.values()))["strict"]["types"])
    table = _table(title, "", "P", "R", "F1", *(f"F1 {name[:11]}" for name in names))
    for system, scores in systems.items():
        micro = scores["strict"]["micro"]
        ratios = [number(micro[ratio]) for ratio in ("precision", "recall", "f1")]
        of_types = (number(scores["strict"]["types"].get(name, {}).get("f1")) for name in names)
        table.add_row(system, *ratios, *of_types)
    return table


def agreement_table(agreement: Mapping[str, Any]) -> Table:
    """One row per type, then all, then the statuses of what both annotators marked."""
    table = _table("Agreement of two annotators", "", "F1", "both", "first only", "second only")
    for name, row in [*agreement["types"].items(), ("all", agreement["micro"])]:
        table.add_row(name, number(row["f1"]), str(row["tp"]), str(row["fn"]), str(row["fp"]))
    status = agreement["status"]
    table.add_section()
    table.add_row("same status", number(status["equal"]), str(status["mentions"]), "", "")
    table.add_row("status kappa", number(status["kappa"]), "", "", "")
    return table


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _cells(row: Mapping[str, Any]) -> list[str]:
    ratios = [number(row[ratio]) for ratio in ("precision", "recall", "f1")]
    return [*ratios, str(row["tp"]), str(row["fp"]), str(row["fn"])]
