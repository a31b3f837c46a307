"""Plots as inline SVG; colours come from the style sheet of the page, so light, dark and print all work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..numbers import number
from .markup import escape

# More points than a screen has columns would only make the page heavy.
_POINTS = 400


def f1_plot(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """F1 per type: a dot, and a line over its interval where there is one.

    Args:
        rows: type to its row of scores.

    >>> "n/a" in f1_plot({"coup": {"f1": None}})
    True
    """
    left, right, step = 168, 390, 26
    height = step * len(rows) + 30

    def x(value: float) -> float:
        return round(left + value * (right - left), 1)

    parts = []
    for mark in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<line class="grid" x1="{x(mark)}" x2="{x(mark)}" y1="6" y2="{height - 22}"/>')
        parts.append(f'<text class="tick" x="{x(mark)}" y="{height - 6}" text-anchor="middle">{mark:g}</text>')
    for index, (name, row) in enumerate(rows.items()):
        y = step * index + 20
        parts.append(
            f'<text x="{left - 12}" y="{y + 4}" text-anchor="end">{escape(name, 23)}'
            f"<title>{escape(name)}</title></text>"
        )
        if row["f1"] is None:
            parts.append(f'<text class="tick" x="{left + 6}" y="{y + 4}">n/a</text>')
            continue
        if (ends := interval(row, "f1")) is not None:
            low, high = ends
            parts.append(f'<line class="band" x1="{x(low)}" x2="{x(high)}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle class="dot" cx="{x(row["f1"])}" cy="{y}" r="5"/>')
        parts.append(f'<text class="tick" x="{right + 12}" y="{y + 4}">{row["f1"]:.2f}</text>')
    figures = "; ".join(f"{escape(name)} {number(row['f1'])}" for name, row in rows.items())
    return _svg(440, height, "F1 of each type", figures, parts)


def reliability_plot(bins: Sequence[Mapping[str, Any]]) -> str:
    """Share of right predictions against their score; the dashed line is a system whose scores are true."""
    known = [row for row in bins if row["count"]]
    most = max((row["count"] for row in known), default=1)
    parts = ['<line class="ideal" x1="50" y1="260" x2="350" y2="10"/>']
    for row in known:
        height = 50 * row["count"] / most
        x, width = 50 + 300 * row["low"], max(300 * (row["high"] - row["low"]) - 2, 1)
        parts.append(
            f'<rect class="count" x="{x:.1f}" y="{260 - height:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        )
    places = [(row["confidence"], row["accuracy"]) for row in known]
    parts.append(f'<polyline class="curve" points="{_points(places)}"/>')
    for row, (x, y) in zip(known, places, strict=True):
        title = f"score {row['low']:.2f}–{row['high']:.2f}: {row['count']} predictions, {y:.0%} right"
        place = f'cx="{50 + 300 * x:.1f}" cy="{260 - 250 * y:.1f}"'
        parts.append(f'<circle class="dot" {place} r="5"><title>{title}</title></circle>')
    return _square("Reliability diagram", "score of the prediction", "share that is right", parts)


def precision_recall_plot(curve: Sequence[Mapping[str, Any]]) -> str:
    """Precision against recall, one point for each threshold."""
    step = max(1, -(-len(curve) // _POINTS))
    thinned = [*curve[::step], *curve[-1:]]
    places = sorted(
        (
            (point["recall"], point["precision"])
            for point in thinned
            if None not in (point["recall"], point["precision"])
        ),
        key=lambda place: (place[0], -place[1]),
    )
    parts = [f'<polyline class="curve" points="{_points(places)}"/>']
    return _square("Precision–recall curve", "recall", "precision", parts)


def interval_bar(row: Mapping[str, Any], ratio: str) -> str:
    """A ratio on a line from 0 to 1, with its interval; what is below 0 stands at 0.

    For the eye only, the figures stand beside it.
    """
    if row[ratio] is None:
        return ""
    parts = ['<line class="grid" x1="4" x2="196" y1="8" y2="8"/>']
    if (ends := interval(row, ratio)) is not None:
        low, high = (round(4 + 192 * max(value, 0), 1) for value in ends)
        parts.append(f'<line class="band" x1="{low}" x2="{high}" y1="8" y2="8"/>')
    parts.append(f'<circle class="dot" cx="{4 + 192 * max(row[ratio], 0):.1f}" cy="8" r="5"/>')
    return f'<svg class="bar" viewBox="0 0 200 16" aria-hidden="true">{"".join(parts)}</svg>'


def interval(row: Mapping[str, Any], ratio: str) -> tuple[float, float] | None:
    """Both ends of the 95 % interval of a ratio, where the row has one.

    >>> interval({"f1": 0.5, "interval": {"f1": [0.4, 0.6]}}, "f1")
    (0.4, 0.6)
    """
    ends = (row.get("interval") or {}).get(ratio)
    return None if ends is None or None in ends else (ends[0], ends[1])


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{50 + 300 * x:.1f},{260 - 250 * y:.1f}" for x, y in places)


def _square(title: str, x_name: str, y_name: str, parts: Sequence[str]) -> str:
    """A plot of the unit square, with its axes."""
    axes = []
    for mark in (0, 0.25, 0.5, 0.75, 1):
        x, y = 50 + 300 * mark, 260 - 250 * mark
        axes.append(f'<line class="grid" x1="{x}" x2="{x}" y1="10" y2="260"/>')
        axes.append(f'<line class="grid" x1="50" x2="350" y1="{y}" y2="{y}"/>')
        axes.append(f'<text class="tick" x="{x}" y="277" text-anchor="middle">{mark:g}</text>')
        axes.append(f'<text class="tick" x="42" y="{y + 4}" text-anchor="end">{mark:g}</text>')
    axes.append(f'<text x="200" y="298" text-anchor="middle">{x_name}</text>')
    axes.append(f'<text transform="translate(12 135) rotate(-90)" text-anchor="middle">{y_name}</text>')
    return _svg(366, 304, title, f"{y_name} against {x_name}; the figures stand below", [*axes, *parts])


def _svg(width: int, height: int, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{title}: {description}">'
        f"{''.join(parts)}</svg>"
    )
