"""spaCy's convolutional entity recogniser, taught the events of the corpus: the tool many would reach for first."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.corpus import digest
from model.document import Document
from model.files import read_text, sha256


def trained(folder: Path, train: Sequence[Document], dev: Sequence[Document]) -> Path:
    """Train once; with the same sentences, labels and spaCy, the model that lies in the folder is kept.

    The configuration is the one ``spacy init config --pipeline ner --optimize efficiency`` writes: hashed embeddings,
    four convolutions of width 96, a transition parser on top; no vectors. The best state on dev is kept, and training
    ends after 1,600 steps without a better one, or after 20,000.

    Args:
        folder: for the model and what it is trained from; made if need be.
        train: labelled sentences to learn from.
        dev: labelled sentences that choose the best state.

    Returns:
        The folder that ``spacy.load`` reads.
    """
    import spacy
    from spacy.cli.init_config import init_config
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train as learn

    stamp, model = folder / "trained-from.txt", folder / "model-best"
    inputs = sha256(f"{spacy.__version__} {digest(train)} {digest(dev)}")
    if model.is_dir() and stamp.is_file() and read_text(stamp) == inputs:
        return model
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    config = init_config(lang="en", pipeline=["ner"], optimize="efficiency", gpu=False)
    for name, sentences in (("train", train), ("dev", dev)):
        config["paths"][name] = str(folder / f"{name}.spacy")
        _write(sentences, folder / f"{name}.spacy")
    learn(init_nlp(config, use_gpu=-1), folder, use_gpu=-1, stdout=sys.stderr, stderr=sys.stderr)
    stamp.write_text(inputs, encoding="utf-8")
    return model


def _write(sentences: Sequence[Document], path: Path) -> None:
    """The sentences in spaCy's own tokens, the events as entities."""
    import spacy
    from spacy.tokens import DocBin

    nlp, bin_, lost = spacy.blank("en"), DocBin(), 0
    for sentence in sentences:
        doc: Any = nlp.make_doc(sentence.text)
        spans = [doc.char_span(event.start, event.end, label=event.type) for event in sentence.events]
        # Here spaCy's tokens and ours differ; one token more or less would teach it wrong borders.
        lost += spans.count(None)
        doc.ents = [span for span in spans if span is not None]
        bin_.add(doc)
    bin_.to_disk(path)
    if lost:
        events = sum(len(sentence.events) for sentence in sentences)
        print(f"{path}: {lost} of {events} labels begin or end inside a token of spaCy's; left out", file=sys.stderr)
