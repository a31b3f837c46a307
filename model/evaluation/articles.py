"""The articles of the report: a legend, the filters, and each text with what was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from model.document import Document
from model.evaluation.errors import Finding, Kind
from model.evaluation.markup import KINDS, escape, marked

_LEGEND = """
<figure class="legend"><figcaption>A line <em>below</em> the words is the gold label; a line <em>above</em> them, and
the tint, is the prediction. The sign behind them says what came of it. An event that the text does not report as a fact
(alleged, prospective, negated) is in italics and named.</figcaption>
<ul>
<li><mark class="gold predicted" data-kind="correct">arrested</mark><span class="key" data-kind="correct">✓ arrest</span>
 found: same words, same type</li>
<li><mark class="gold" data-kind="missed">arrested</mark><span class="key" data-kind="missed">− arrest</span>
 missed: only the gold label has it</li>
<li><mark class="predicted" data-kind="spurious">arrested</mark><span class="key" data-kind="spurious">+ arrest</span>
 false alarm: only the prediction has it</li>
<li><mark class="gold predicted" data-kind="type">removed</mark><span class="key" data-kind="type">≠ coup → expulsion</span>
 wrong type: gold → predicted</li>
<li><mark class="predicted" data-kind="boundary">placed <mark class="gold" data-kind="boundary">under arrest</mark></mark>
<span class="key" data-kind="boundary">↔ arrest</span> wrong boundary: other words</li>
<li><mark class="gold predicted unreal" data-kind="correct">plotting a coup</mark><span class="key" data-kind="correct">✓
coup, alleged</span> not reported as a fact</li>
</ul></figure>
"""


def articles(gold: Sequence[Document], found: Sequence[Sequence[Finding]], types: Iterable[str]) -> str:
    """All articles as HTML, with filters before them.

    Args:
        gold: the documents.
        found: the findings of each.
        types: event types in the order of the filters; others that occur are added by name.

    Returns:
        The content of a section; empty if there are no documents.
    """
    occurring = {
        event.type for all_ in found for finding in all_ for event in (finding.gold, finding.predicted) if event
    }
    numbers = {name: index for index, name in enumerate(dict.fromkeys([*types, *sorted(occurring)]))}
    kinds = Counter(finding.kind for all_ in found for finding in all_)
    parts = [_article(*each, numbers) for each in zip(range(1, len(gold) + 1), gold, found, strict=True)]
    return "\n".join([_LEGEND + _filters(numbers, kinds), *parts]) if gold else ""


def _filters(types: Mapping[str, int], kinds: Mapping[Kind, int]) -> str:
    of_kind = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}" checked> <span class="key" data-kind="{kind}">'
        f"{sign}</span> {name} <small>{kinds.get(kind, 0):,}</small></label>"
        for kind, (sign, name) in KINDS.items()
    )
    of_type = "".join(
        f'<label><input type="checkbox" name="type" value="{index}" checked> <bdi>{escape(name, 60)}</bdi></label>'
        for name, index in types.items()
    )
    return f"""
<form id="filters" role="search" aria-label="Filters and steps" hidden>
<div class="row"><button type="button" id="previous" aria-keyshortcuts="k p">↑ previous</button>
<button type="button" id="next" aria-keyshortcuts="j n">↓ next error</button>
<output id="place"></output><details id="choices"><summary>Filters</summary><div class="sheet">
<fieldset><legend>What to mark</legend>{of_kind}</fieldset>
<fieldset><legend>Types</legend>{of_type}
<button type="button" data-all="true">all</button> <button type="button" data-all="false">none</button></fieldset>
<label><input type="checkbox" id="only"> only articles with errors</label></div></details></div>
<p class="help"><kbd>j</kbd> or <kbd>n</kbd> next error, <kbd>k</kbd> or <kbd>p</kbd> previous</p>
</form>
<noscript><p class="note">Filters and keyboard steps need JavaScript; all else works without.</p></noscript>"""


def _article(number: int, document: Document, found: Sequence[Finding], types: Mapping[str, int]) -> str:
    kinds = Counter(finding.kind for finding in found)
    counts = " ".join(
        f'<span class="key" data-kind="{kind}">{sign} {name} {kinds[kind]}</span>'
        for kind, (sign, name) in KINDS.items()
        if kinds[kind]
    )
    known = [f"{escape(key, 40)}: {escape(value, 80)}" for key, value in document.meta.items() if key != "title"]
    meta = f'<p class="meta"><bdi>{" · ".join(known)}</bdi></p>' if known else ""
    return (
        f'<article aria-labelledby="a{number}"><h3 id="a{number}"><bdi>{escape(document.id or f"article {number}")}'
        f'</bdi></h3>{meta}<p class="counts">{counts or "no events"}</p>'
        f'<div class="text" dir="auto">{marked(document, found, types)}</div></article>'
    )
