"""The baselines a model must beat: what word lists, a linear classifier and a CRF reach on the same split."""
