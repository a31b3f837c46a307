"""The model card of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..evaluation.numbers import number
from .config import Config


def model_card(config: Config, scores: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """What a stranger needs to know of a trained model, in Markdown.

    Args:
        config: its settings.
        scores: as ``scores.json`` holds them.
        about: as ``run.json`` holds it.
    """
    strict = scores["strict"]
    rows = [
        f"| {name} | {number(row['precision'])} | {number(row['recall'])} | {number(row['f1'])} | {row['support']} |"
        for name, row in [*strict["types"].items(), ("**micro**", strict["micro"])]
    ]
    baselines = [f"| {name} | {number(row['strict']['micro']['f1'])} |" for name, row in scores["baselines"].items()]
    sets = [
        f"| {name} | {row['documents']} | {row['events']} | `{row['sha256'][:12]}` |"
        for name, row in about["data"].items()
    ]
    return "\n".join(
        [
            "---",
            "language: en",
            "license: apache-2.0",
            "library_name: transformers",
            "pipeline_tag: token-classification",
            "---",
            "# News event tagger",
            "",
            f"Marks {', '.join(strict['types'])} in English news as spans of text. Made by `python train.py` with the",
            "settings in `config.toml`; package versions stand in `run.json`.",
            "",
            f"Encoder: `{config.model.encoder}`. Training seed: {config.training.seeds[0]}.",
            *_small(config),
            "",
            "## Data",
            "| split | articles | events | SHA-256 |",
            "|---|---|---|---|",
            *sets,
            "",
            "## Scores on the test split (same span and same type)",
            "| type | precision | recall | F1 | gold events |",
            "|---|---|---|---|---|",
            *rows,
            "",
            *(
                ["Baselines on the same split, F1:", "", "| tagger | micro-F1 |", "|---|---|", *baselines, ""]
                if baselines
                else []
            ),
            *_statuses(scores),
            "## Limits",
            "- It reads what a text says; it does not know whether it is true.",
            "- Scores are measured on texts like those it was trained on; on other newspapers they will be lower.",
            "  Label fifty articles of your own and run `python evaluate.py` before you rely on its counts.",
            "- The confidence of an event is the network's own probability of the span; it is not calibrated.",
            "  Events that are less sure than the thresholds in `tagger.json`, chosen on dev, are left out.",
            "",
            "## Use",
            "```python",
            "from news_event_tagger import EventTagger",
            "",
            'tagger = EventTagger.from_pretrained("this/folder")',
            'for event in tagger.predict("Chad expelled two envoys.").events:',
            "    print(event.type, event.trigger, event.score, event.status)",
            "```",
            "",
        ]
    )


def _small(config: Config) -> list[str]:
    parts = []
    if layers := config.model.layers:
        parts.append(f"Of the encoder's layers, which count from 0, it keeps {', '.join(map(str, layers))}.")
    if units := config.model.intermediate_size:
        parts.append(f"Of the units of each layer's feed-forward part it keeps {units}.")
    if teacher := config.training.teacher:
        parts.append(
            f"It learnt what `{teacher}` says of the training texts and of distorted copies, not their labels."
        )
    return parts


def _statuses(scores: Mapping[str, Any]) -> list[str]:
    status = scores.get("status")
    if not status:
        return []
    rows = [f"| {name} | {number(row['f1'])} | {row['support']} |" for name, row in status["statuses"].items()]
    return [
        f"Status of the {status['matched']} events found: macro-F1 {number(status['macro_f1'])}, accuracy "
        f"{number(status['accuracy'])}; cue words in the clause: {number(status['baseline']['macro_f1'])} and "
        f"{number(status['baseline']['accuracy'])}. Span, type and status right: F1 "
        f"{number(status['end_to_end']['micro']['f1'])}.",
        "",
        "| status | F1 | gold events |",
        "|---|---|---|",
        *rows,
        "",
    ]
