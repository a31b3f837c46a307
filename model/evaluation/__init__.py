"""Scoring: documents with gold events against documents with predicted ones.

Knows documents and events only, so any system's predictions are scored by the same code, without a network.
"""

from .confidence import choose_thresholds
from .predictions import read_predictions
from .results import results
from .scores import Counts, over_seeds, score

__all__ = ["Counts", "choose_thresholds", "over_seeds", "read_predictions", "results", "score"]
