#!/usr/bin/env python3
"""Train an event tagger, score it, and write a run folder: ``news-events train``."""

import sys

from news_event_tagger.cli import command

if __name__ == "__main__":
    command(["train", *sys.argv[1:]])
