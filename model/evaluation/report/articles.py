"""The articles of the report: a legend, the filters, and each text with what was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ...document import Document, Event
from ..errors import Finding, Kind
from .markup import SCORING, Wording, escape, marked

_ARREST = Event(0, 8, "arrest", "arrested")
_ALLEGED = Event(13, 17, "coup", "coup", status="alleged")
_FACT = Event(13, 17, "coup", "coup", status="actual")
_EXAMPLES = (
    ("arrested", Finding("correct", _ARREST, _ARREST)),
    ("plotting the coup", Finding("status", _ALLEGED, _FACT)),
    ("arrested", Finding("missed", _ARREST, None)),
    ("arrested", Finding("spurious", None, _ARREST)),
    ("removed", Finding("type", Event(0, 7, "coup", "removed"), Event(0, 7, "expulsion", "removed"))),
    (
        "put under arrest",
        Finding("boundary", Event(4, 16, "arrest", "under arrest"), Event(0, 16, "arrest", "put under arrest")),
    ),
    ("plotting the coup", Finding("correct", _ALLEGED, _ALLEGED)),
)


def articles(
    gold: Sequence[Document],
    found: Sequence[Sequence[Finding]],
    types: Iterable[str],
    wording: Wording = SCORING,
) -> str:
    """All articles as HTML, with filters before them.

    Args:
        gold: the documents.
        found: the findings of each.
        types: event types in the order of the filters; others that occur are added by name.
        wording: what the two sides are called.

    Returns:
        The content of a section; empty if there are no documents.
    """
    occurring = {
        event.type for all_ in found for finding in all_ for event in (finding.gold, finding.predicted) if event
    }
    numbers = {name: index for index, name in enumerate(dict.fromkeys([*types, *sorted(occurring)]))}
    kinds = Counter(finding.kind for all_ in found for finding in all_)
    parts = [_article(*each, numbers, wording) for each in zip(range(1, len(gold) + 1), gold, found, strict=True)]
    return "\n".join([_legend(wording) + _filters(numbers, kinds, wording), *parts]) if gold else ""


def _legend(wording: Wording) -> str:
    types = {"arrest": 0, "coup": 1, "expulsion": 2}
    meanings = [
        f"{wording.kinds[example.kind].name}: {wording.kinds[example.kind].meaning}" for _, example in _EXAMPLES
    ]
    meanings[-1] = "an event that is not reported as a fact"
    items = "".join(
        f'<li><span class="sample">{marked(Document(text), [example], types, wording)}</span> {meaning}</li>'
        for (text, example), meaning in zip(_EXAMPLES, meanings, strict=True)
    )
    return (
        f'<figure class="legend"><figcaption>{wording.lines} The sign behind them says what came of it. An event that '
        "the text does not report as a fact (alleged, prospective, negated) is in italics and named.</figcaption>"
        f"<ul>{items}</ul></figure>"
    )


def _filters(types: Mapping[str, int], kinds: Mapping[Kind, int], wording: Wording) -> str:
    of_kind = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}" checked> <span class="key" data-kind="{kind}">'
        f"{words.sign}</span> {words.name} <small>{kinds.get(kind, 0):,}</small></label>"
        for kind, words in wording.kinds.items()
    )
    of_type = "".join(
        f'<label><input type="checkbox" name="type" value="{index}" checked> <bdi>{escape(name, 60)}</bdi></label>'
        for name, index in types.items()
    )
    return f"""
<form id="filters" role="search" aria-label="Filters and steps" data-error="{wording.error}" hidden>
<div class="row"><button type="button" id="previous" aria-keyshortcuts="k p">↑ previous</button>
<button type="button" id="next" aria-keyshortcuts="j n">↓ next {wording.error}</button>
<output id="place"></output><details id="choices"><summary>Filters</summary><div class="sheet">
<fieldset><legend>What to mark</legend>{of_kind}</fieldset>
<fieldset><legend>Types</legend>{of_type}
<button type="button" data-all="true">all</button> <button type="button" data-all="false">none</button></fieldset>
<label><input type="checkbox" id="only"> only articles with {wording.error}s</label></div></details></div>
<p class="help"><kbd>j</kbd> or <kbd>n</kbd> next {wording.error}, <kbd>k</kbd> or <kbd>p</kbd> previous</p>
</form>
<noscript><p class="note">Filters and keyboard steps need JavaScript; all else works without.</p></noscript>"""


def _article(
    number: int, document: Document, found: Sequence[Finding], types: Mapping[str, int], wording: Wording
) -> str:
    kinds = Counter(finding.kind for finding in found)
    counts = " ".join(
        f'<span class="key" data-kind="{kind}">{words.sign} {words.name} {kinds[kind]}</span>'
        for kind, words in wording.kinds.items()
        if kinds[kind]
    )
    known = [f"{escape(key, 40)}: {escape(value, 80)}" for key, value in document.meta.items() if key != "title"]
    meta = f'<p class="meta"><bdi>{" · ".join(known)}</bdi></p>' if known else ""
    return (
        f'<article aria-labelledby="a{number}"><h3 id="a{number}"><bdi>{escape(document.id or f"article {number}")}'
        f'</bdi></h3>{meta}<p class="counts">{counts or "no events"}</p>'
        f'<div class="text" dir="auto">{marked(document, found, types, wording)}</div></article>'
    )
