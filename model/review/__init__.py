"""Correcting suggestions in the browser: a journal of decisions, rounds of documents, a page, and trainings."""
