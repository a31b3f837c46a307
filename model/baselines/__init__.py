"""The floors a model must beat: what word lists, a linear classifier and a CRF reach on the same split."""

from model.baselines.crf import CRFTagger
from model.baselines.lexicon import LexiconTagger
from model.baselines.linear import LinearTagger

__all__ = ["CRFTagger", "LexiconTagger", "LinearTagger"]
