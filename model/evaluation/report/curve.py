"""The learning curve as a drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 530, 16, 350
_LINE = 14
# Systems differ by dash and by the name at the end of the line, not by colour alone.
_DASHES = ("", "7 4", "2 3", "9 3 2 3")
_COLOURS = ("#1f6feb", "#b35900", "#2d7d46", "#8250df")
_STYLE = (
    "text{font:12px sans-serif;fill:#24292f}.grid{stroke:#8c959f;stroke-opacity:.4}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}"
)


def curve_svg(points: Sequence[Mapping[str, Any]]) -> str:
    """The learning curve as a drawing that stands alone: articles on a logarithmic axis, F1 from 0 to 1.

    Args:
        points: ``{"articles": [by seed], "f1": {system: {"mean", "low", "high"}}}`` each, growing.
    """
    sizes = [fmean(point["articles"]) for point in points]
    low, high = math.log(sizes[0]), math.log(sizes[-1])

    def x(size: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (math.log(size) - low) / (high - low or 1.0)

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * min(max(value, 0.0), 1.0)

    parts = []
    for tick in range(0, 11, 2):
        place = y(tick / 10)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{place:.1f}" y2="{place:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{tick / 10:.1f}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{size:.0f}</text>')
    middle = (_LEFT + _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">training articles</text>')
    parts.append(f'<text x="{_LEFT}" y="{_TOP - 4}">strict micro-F1</text>')
    ends = []
    for index, name in enumerate(points[0]["f1"]):
        colour, dash = _COLOURS[index % len(_COLOURS)], _DASHES[index % len(_DASHES)]
        known = [(size, point["f1"][name]) for size, point in zip(sizes, points, strict=True)]
        known = [(size, row) for size, row in known if row["mean"] is not None]
        if not known:
            continue
        banded = [(size, row) for size, row in known if row["low"] is not None]
        outline = [(size, row["low"]) for size, row in banded] + [(size, row["high"]) for size, row in banded[::-1]]
        if len(banded) > 1:
            parts.append(f'<polygon points="{_places(outline, x, y)}" fill="{colour}" fill-opacity=".15"/>')
        line = [(size, row["mean"]) for size, row in known]
        parts.append(
            f'<polyline points="{_places(line, x, y)}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(mean):.1f}" r="3.5" fill="{colour}">'
            f"<title>{name}, {size:.0f} articles: {mean:.3f}</title></circle>"
            for size, mean in line
        ]
        ends.append((y(line[-1][1]), f"{name} {line[-1][1]:.2f}"))
    above = -math.inf
    for place, label in sorted(ends):
        above = max(place, above + _LINE)
        parts.append(f'<text x="{_RIGHT + 10}" y="{above + 4:.1f}">{label}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="Learning curve"><style>{_STYLE}</style>{"".join(parts)}</svg>\n'
    )


def _places(line: Sequence[tuple[float, float]], x: Callable[[float], float], y: Callable[[float], float]) -> str:
    return " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in line)
