"""Events into rows: countries, dates, links and codes, read off the text and the participants.

Knows documents and files only, never the tagger.
"""
