"""A baseline for statuses: cue words in the trigger's clause."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..documents.document import Document, Event
from ..documents.text import Span, sentences, span_at

# In the order in which the guidelines ask (section 6); the first status with a cue in the clause decides.
_CUES = {
    "negated": r"not|cannot|\w+n['’]t|no|never|nobody|none|neither|nor|without|rather than|instead of|ruled out|"
    r"refus\w+|declin\w+|avoid\w*|short of|den(?:y|ies|ied|ying)|denials?",
    "prospective": r"will|['’]ll|would|may|might|could|should|shall|can|plan\w*|threat\w*|vow\w*|pledg\w+|demand\w*|"
    r"call\w* (?:for|on)|urg\w+|fear\w*|if|unless|whether|until|consider\w*|intend\w*|expect\w*|propos\w+|warn\w*|"
    r"risk\w*|fac(?:e|es|ing)|possib\w+|about to|ready to|deadline|wants? to|next",
    "alleged": r"alleg\w+|accus\w+|suspect\w*|suspicion|reportedly|claim\w*|rumou?r\w*|charged with|said to|"
    r"unconfirmed|supposed\w*|apparent\w*|so-called",
}
_PATTERNS = {status: re.compile(rf"(?<!\w)(?:{cues})(?!\w)", re.I) for status, cues in _CUES.items()}
_CLAUSE_END = re.compile(r"[,;:()–—]|\b(?:but|although|though|while|because|after|before|when|who|which)\b", re.I)


class CueStatuses:
    """Gives each event the status whose cue words stand in its clause, ``actual`` where none does.

    >>> text = "Bern may expel two envoys, but no arrest was made."
    >>> doc = Document.mark(text, [(9, 14, "expulsion"), (34, 40, "arrest")])
    >>> [event.status for event in CueStatuses().predict([doc])[0].events]
    ['prospective', 'negated']
    """

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """The same documents with the same triggers and statuses of this baseline."""
        return [
            document.with_events(
                replace(event, status=status, status_score=None)
                for event, status in zip(document.events, _statuses(document), strict=True)
            )
            for document in documents
        ]


def _statuses(document: Document) -> Iterator[str]:
    """The status of each event; events of one clause have the same."""
    text = document.text
    spans = sentences(text)
    ends = [match.span() for match in _CLAUSE_END.finditer(text)]
    known: dict[Span, str] = {}
    for event in document.events:
        clause = _clause(event, span_at(spans, event.start) or event.span, ends)
        if clause not in known:
            found = (status for status, pattern in _PATTERNS.items() if pattern.search(text[slice(*clause)]))
            known[clause] = next(found, "actual")
        yield known[clause]


def _clause(event: Event, sentence: Span, ends: Sequence[Span]) -> Span:
    """The part of the event's sentence between the nearest clause ends around it."""
    first, last = sentence
    before = bisect_right(ends, event.start, key=lambda end: end[1]) - 1
    after = bisect_left(ends, event.end, key=lambda end: end[0])
    return (
        ends[before][1] if before >= 0 and ends[before][0] >= first else first,
        ends[after][0] if after < len(ends) and ends[after][1] <= max(last, event.end) else last,
    )
