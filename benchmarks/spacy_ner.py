#!/usr/bin/env python3
"""spaCy's convolutional entity recogniser, taught the events of the corpus: the tool many would reach for first.

python benchmarks/spacy_ner.py DIR SET > predictions.jsonl      for evaluate.py --predictions; trained in DIR if need be
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from texts import NEWSWIRE, split

from news_event_tagger.corpus import digest, read
from news_event_tagger.documents.document import Document
from news_event_tagger.documents.text import sentences
from news_event_tagger.exceptions import run_command
from news_event_tagger.files import read_text, sha256


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="What spaCy's NER, trained on newswire, finds in a set.")
    parser.add_argument("model", type=Path, metavar="DIR", help="folder of the model; trained there the first time")
    parser.add_argument("set", type=Path, metavar="SET", help="documents to read, in any format")
    arguments = parser.parse_args()
    for document in predict(trained(arguments.model), read(arguments.set)):
        print(json.dumps({"id": document.id, "events": [event.to_dict() for event in document.events]}))


def predict(model: Path, documents: Sequence[Document]) -> Iterator[Document]:
    """The documents with what a pipeline finds, which reads sentence by sentence as it was taught."""
    import spacy

    nlp = spacy.load(model)
    for document in documents:
        spans = sentences(document.text)
        parts = nlp.pipe([document.text[start:end] for start, end in spans])
        yield Document.mark(
            document.text,
            [
                (start + entity.start_char, start + entity.end_char, entity.label_)
                for (start, _), part in zip(spans, parts, strict=True)
                for entity in part.ents
            ],
            document.id,
        )


def trained(folder: Path) -> Path:
    """Train on newswire, once; with the same sentences, labels and spaCy, the model that lies in the folder is kept.

    The configuration is the one ``spacy init config --pipeline ner --optimize efficiency`` writes: hashed embeddings,
    four convolutions of width 96, a transition parser on top; no vectors. The best state on dev is kept, and training
    ends after 1,600 steps without a better one, or after 20,000.

    Args:
        folder: for the model and what it is trained from; made if need be.

    Returns:
        The folder that ``spacy.load`` reads.
    """
    import spacy
    from spacy.cli.init_config import init_config
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train as learn

    stamp, model = folder / "trained-from.txt", folder / "model-best"
    train, dev = (split(read(NEWSWIRE / name)) for name in ("train", "dev"))
    inputs = sha256(f"{spacy.__version__} {digest(train)} {digest(dev)}")
    if model.is_dir() and stamp.is_file() and read_text(stamp) == inputs:
        return model
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    config = init_config(lang="en", pipeline=["ner"], optimize="efficiency", gpu=False)
    for name, parts in (("train", train), ("dev", dev)):
        config["paths"][name] = str(folder / f"{name}.spacy")
        _write(parts, folder / f"{name}.spacy")
    learn(init_nlp(config, use_gpu=-1), folder, use_gpu=-1, stdout=sys.stderr, stderr=sys.stderr)
    stamp.write_text(inputs, encoding="utf-8")
    return model


def _write(parts: Sequence[Document], path: Path) -> None:
    """Sentences in spaCy's own tokens, the events as entities."""
    import spacy
    from spacy.tokens import DocBin

    nlp, bin_, lost = spacy.blank("en"), DocBin(), 0
    for sentence in parts:
        doc: Any = nlp.make_doc(sentence.text)
        spans = [doc.char_span(event.start, event.end, label=event.type) for event in sentence.events]
        # Here spaCy's tokens and ours differ; one token more or less would teach it wrong borders.
        lost += spans.count(None)
        doc.ents = [span for span in spans if span is not None]
        bin_.add(doc)
    bin_.to_disk(path)
    if lost:
        events = sum(len(sentence.events) for sentence in parts)
        print(f"{path}: {lost} of {events} labels begin or end inside a token of spaCy's; left out", file=sys.stderr)


if __name__ == "__main__":
    run_command(main)
