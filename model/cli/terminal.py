"""The terminal that every command prints to."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from ..documents.text import printable

_WIDTH = 80


class Terminal(Console):
    """Standard output, which shows what it is given and does not obey it.

    Args:
        wrap: whether long lines end at the terminal's width, as tables need it; otherwise the terminal wraps them.
    """

    def __init__(self, wrap: bool = False) -> None:
        super().__init__(soft_wrap=not wrap, highlight=False, markup=False, emoji=False)
        if self.width < 1:
            self.width = _WIDTH

    def render_str(self, text: str, **how: Any) -> Text:
        """What rich makes of each string, in a table's cell or a line, before it is measured."""
        return super().render_str(printable(text), **how)

    def on_broken_pipe(self) -> None:
        """Leave a closed pipe to :func:`.run_command`."""
        raise
