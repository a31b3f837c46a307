"""``python -m news_event_tagger`` is the command ``news-events``."""

from .cli import command

if __name__ == "__main__":
    command()
