"""The examples in docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import news_event_tagger

MODULES = [module.name for module in pkgutil.walk_packages(news_event_tagger.__path__, "news_event_tagger.")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_examples_give_what_they_say(name):
    assert not doctest.testmod(importlib.import_module(name)).failed
