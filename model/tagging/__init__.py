"""Texts to windows, windows to batches, scores to events."""
