"""The floors a model must beat: what word lists and a linear classifier reach on the same split."""

from model.baselines.lexicon import LexiconTagger
from model.baselines.linear import LinearTagger

__all__ = ["LexiconTagger", "LinearTagger"]
