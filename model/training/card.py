"""The model card of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..evaluation.numbers import markdown_cell, number
from .config import Config

_FRONT = "---\nlibrary_name: transformers\npipeline_tag: token-classification\n---"
_USE = """## Use
```python
from news_event_tagger import EventTagger

tagger = EventTagger.from_pretrained("this/folder")
for event in tagger.predict("Chad expelled two envoys.").events:
    print(event.type, event.trigger, event.score, event.status)
```
"""


def model_card(config: Config, scores: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """What a stranger needs to know of a trained model, in Markdown; nothing that holds of some runs only.

    Args:
        config: its settings.
        scores: as ``scores.json`` holds them.
        about: as ``run.json`` holds it.
    """
    sets = [
        f"| {name} | {row['documents']} | {row['events']} | `{row['sha256'][:12]}` |"
        for name, row in about["data"].items()
    ]
    lines = [
        _FRONT,
        "# Event tagger",
        "",
        f"Marks {', '.join(map(markdown_cell, scores['types']))} in texts as spans. Made by `news-events train` with",
        "the settings in `config.toml`; the versions of the software stand in `run.json`.",
        "",
        f"Encoder: `{config.model.encoder}`. Training seed: {config.training.seeds[0]}.",
        *_small(config),
        "",
        "## Data",
        "| split | articles | events | SHA-256 |",
        "|---|---|---|---|",
        *sets,
        "",
        *_scores(scores),
        *_statuses(scores),
        "## Limits",
        "- It reads what a text says; it does not know whether it is true.",
        "- On texts unlike those that it was trained on it is likely to do worse. Label fifty articles of your own and",
        "  run `news-events evaluate` before you rely on its counts.",
        "- The confidence of an event is the network's own probability of the span; it is not calibrated.",
        *_threshold(config, about),
        "",
        _USE,
    ]
    return "\n".join(lines)


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


def _scores(scores: Mapping[str, Any]) -> list[str]:
    if not scores["data"]["documents"]:
        return ["## Scores", "None: the run had no test set.", ""]
    strict = scores["strict"]
    rows = [
        f"| {name} | {number(row['precision'])} | {number(row['recall'])} | {number(row['f1'])} | {row['support']} |"
        for name, row in [
            *((markdown_cell(name), row) for name, row in strict["types"].items()),
            ("**micro**", strict["micro"]),
        ]
    ]
    lines = [
        "## Scores on the test split (same span and same type)",
        "| type | precision | recall | F1 | gold events |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    if baselines := scores["baselines"]:
        lines += ["Baselines on the same split, F1:", "", "| tagger | micro-F1 |", "|---|---|"]
        lines += [f"| {name} | {number(row['strict']['micro']['f1'])} |" for name, row in baselines.items()]
        lines.append("")
    return lines


def _threshold(config: Config, about: Mapping[str, Any]) -> list[str]:
    """What is left out, if anything is."""
    if config.model.tune_threshold and about["data"]["dev"]["documents"]:
        aim = config.model.target_precision
        chosen = f"for a precision of {aim:g}" if aim else "for the best F1"
        return [f"  Events less sure than the thresholds in `tagger.json`, chosen on dev {chosen}, are left out."]
    return [f"  Events less sure than {config.model.threshold:g} are left out."] if config.model.threshold else []


def _statuses(scores: Mapping[str, Any]) -> list[str]:
    status = scores.get("status")
    if not status:
        return []
    rows = [
        f"| {markdown_cell(name)} | {number(row['f1'])} | {row['support']} |"
        for name, row in status["statuses"].items()
    ]
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
