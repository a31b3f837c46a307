"""The learning curve as a drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from .rendering import render

# Systems differ by dash and by the name at the end of the line, not by colour alone.
_STROKES = (("#1f6feb", ""), ("#b35900", "7 4"), ("#2d7d46", "2 3"), ("#8250df", "9 3 2 3"), ("#9a2f6b", "12 4"))
_LINE = 14


def curve_svg(points: Sequence[Mapping[str, Any]]) -> str:
    """The learning curve as a drawing that stands alone: articles on a logarithmic axis, F1 from 0 to 1.

    Args:
        points: ``{"articles": [by seed], "f1": {system: {"mean", "low", "high"}}}`` each, growing.
    """
    sizes = [fmean(point["articles"]) for point in points]
    low, high = math.log(sizes[0]), math.log(sizes[-1])
    xs = [round(56 + 474 * (math.log(size) - low) / (high - low or 1.0), 1) for size in sizes]
    lines: list[dict[str, Any]] = []
    for index, name in enumerate(points[0]["f1"]):
        rows = [(x, size, point["f1"][name]) for x, size, point in zip(xs, sizes, points, strict=True)]
        known = [
            (x, _y(row["mean"]), f"{size:.0f} articles: {row['mean']:.3f}", row)
            for x, size, row in rows
            if row["mean"] is not None
        ]
        if not known:
            continue
        banded = [(x, row) for x, _, _, row in known if row["low"] is not None]
        outline = [(x, _y(row["low"])) for x, row in banded] + [(x, _y(row["high"])) for x, row in banded[::-1]]
        colour, dash = _STROKES[index % len(_STROKES)]
        lines.append(
            {
                "name": name,
                "colour": colour,
                "dash": dash,
                "band": " ".join(f"{x},{y}" for x, y in outline) if len(banded) > 1 else "",
                "places": [place[:3] for place in known],
                "last": f"{known[-1][3]['mean']:.2f}",
            }
        )
    above = -math.inf
    for line in sorted(lines, key=lambda line: (line["places"][-1][1], line["name"])):
        above = max(line["places"][-1][1], above + _LINE)
        line["label_y"] = round(above + 4, 1)
    return render("curve.svg", sizes=[(x, f"{size:.0f}") for x, size in zip(xs, sizes, strict=True)], lines=lines)


def _y(f1: float) -> float:
    return round(350 - 334 * min(max(f1, 0.0), 1.0), 1)
