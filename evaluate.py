#!/usr/bin/env python3
"""Score a model or predictions, or ``compare`` scores: ``news-events evaluate`` and ``news-events compare``."""

import sys

from news_event_tagger.cli import command

if __name__ == "__main__":
    command(sys.argv[1:] if sys.argv[1:2] == ["compare"] else ["evaluate", *sys.argv[1:]])
