"""The baselines a model must beat on the same split: word lists, a linear classifier, a CRF; rules for the rest."""
