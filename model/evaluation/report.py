"""The report as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.document import Document


def report(gold: Sequence[Document], predicted: Sequence[Document], scores: Mapping[str, Any]) -> str:
    """A stub, until the page is written."""
    return "<!doctype html><title>scores</title>"
