"""Scoring: documents with gold events against documents with predicted ones.

Knows documents and events only, so any system's predictions are scored by the same code, without a network.
"""

from model.evaluation.confidence import choose_thresholds
from model.evaluation.predictions import read_predictions
from model.evaluation.results import results
from model.evaluation.scores import Counts, over_seeds, score

__all__ = ["Counts", "choose_thresholds", "over_seeds", "read_predictions", "results", "score"]
