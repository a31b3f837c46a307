"""Label Studio's JSON export (https://labelstud.io/guide/task_format): a list of tasks.

A task is ``{"data": {"text"}, "annotations": [{"result": [{"id", "type": "labels", "value": {"start", "end", "text",
"labels"}}]}]}``. A ``choices`` result named ``status`` with the id of a span is its status. Old releases count UTF-16
units and new ones code points (https://github.com/HumanSignal/label-studio/pull/1559); the text of each span tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...document import Document, Event
from ...exceptions import InputError
from ...files import read_text
from ..offsets import ambiguous
from ..reading import Reading
from .jsonl import parse_document, parse_json

CONFIG = """<View>
  <Labels name="label" toName="text">{labels}</Labels>
  <Text name="text" value="$text"/>
  <Choices name="status" toName="text" perRegion="true">{choices}</Choices>
</View>
"""
"""The labelling interface our files fit; in Label Studio under Settings, Labeling Interface, Code."""


def looks_like(row: dict[str, Any]) -> bool:
    """Whether a task is Label Studio's."""
    return isinstance(row.get("data"), dict) and bool({"annotations", "predictions", "completions"} & row.keys())


def read(path: Path, reading: Reading) -> list[Document]:
    """The documents of an export.

    Of several annotations of a task the one marked as ground truth counts, or else the last. Where no task of the file
    has an annotation, the predictions are read, with their scores.

    Raises:
        InputError: the file is another export of Label Studio's, or a span is not its text, with the task.
    """
    tasks = parse_json(read_text(path), str(path))
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and looks_like(task) for task in tasks):
        raise InputError(f"{path}: not a list of tasks with 'data' and 'annotations'; export it as JSON, not JSON-MIN")
    made = [_annotations(task) for task in tasks]
    if guessed := not any(made) and any(task.get("predictions") for task in tasks):
        made = [(task.get("predictions") or [])[-1:] for task in tasks]
    found = []
    for number, (task, done) in enumerate(zip(tasks, made, strict=True)):
        place = f"{path}: task {task.get('id', number)}"
        if not done:
            reading.notes["{} tasks left out that nobody annotated, or that were skipped"] += 1
            continue
        truths = [annotation for annotation in done if annotation.get("ground_truth")]
        reading.notes["{} tasks have several annotations; their ground truth, or else the last, is read"] += (
            len(done) > 1
        )
        with reading.part(place, task["data"].get("id", task.get("id", ""))):
            found.append(_document(task, (truths or done)[-1].get("result") or [], place, reading))
    if guessed:
        reading.notes["predictions of {} tasks read; none has an annotation"] += len(found)
    return found


def _annotations(task: dict[str, Any]) -> list[dict[str, Any]]:
    made = task.get("annotations") or task.get("completions") or []
    return [annotation for annotation in made if isinstance(annotation, dict) and not annotation.get("was_cancelled")]


def _document(task: dict[str, Any], results: Sequence[dict[str, Any]], place: str, reading: Reading) -> Document:
    data = task["data"]
    key = _text_key(data, results, place)
    text = data[key]
    statuses: dict[str, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    for number, result in enumerate(results):
        if not isinstance(result, dict) or not isinstance(result.get("value", {}), dict):
            raise InputError(f"{place}: result {number} is {str(result)[:60]}; wants an object with 'type' and 'value'")
        kind, value = result.get("type"), result.get("value", {})
        if kind == "choices" and result.get("from_name") == "status" and value.get("choices"):
            choice = {"status": value["choices"][0], "status_score": result.get("score")}
            statuses[str(result.get("id"))] = choice
        elif kind in ("hypertextlabels", "paragraphlabels"):
            raise InputError(
                f"{place}: {kind} count places in HTML or dialogues; label the plain text (<Text>) instead"
            )
        elif kind == "labels" and "start" in value:
            reading.notes["{} spans left out that have no label"] += not value.get("labels")
            events += [
                {"id": result.get("id"), "start": value["start"], "end": value.get("end"), "type": type_}
                | {"trigger": value.get("text"), "score": result.get("score")}
                for type_ in value.get("labels") or []
            ]
        else:
            reading.notes[f"{{}} results of the kind {kind} left out"] += 1
    for event in events:
        event |= statuses.get(str(event["id"]), {})
    spans = [(event["start"], event["end"]) for event in events if type(event["end"]) is int]
    if not reading.offsets and not any(event["trigger"] for event in events) and ambiguous(text, spans):
        raise InputError(
            f"{place}: characters beyond the BMP (emoji) come before spans that do not carry their text, so that the "
            "unit of their offsets cannot be told; give --offsets code-points (newer releases) or utf-16 (older ones)"
        )
    meta = {name: value for name, value in data.items() if name not in ("id", "meta", key)}
    if isinstance(data.get("meta"), dict):
        meta |= data["meta"]
    row = {"id": data.get("id", task.get("id", place)), "text": text, "events": events, "meta": meta}
    return parse_document(row, place, reading)


def _text_key(data: dict[str, Any], results: Sequence[dict[str, Any]], place: str) -> str:
    """Which entry of ``data`` was labelled; the interface that names it is not in the export."""
    texts = [key for key, value in data.items() if isinstance(value, str) and key != "id"]
    if "text" in texts:
        return "text"
    targets = [result.get("to_name") for result in results if isinstance(result, dict)]
    named = [key for key in texts if key in targets]
    if len(named or texts) != 1:
        raise InputError(f"{place}: cannot tell which of its data is the text: {', '.join(texts)}; call it 'text'")
    return (named or texts)[0]


def write(documents: Iterable[Document], path: Path, guesses: Sequence[float] | None = None) -> None:
    """Tasks to import, labelled for the interface :data:`CONFIG`.

    Args:
        documents: what to write.
        path: the file.
        guesses: how sure each document is; the events are then predictions to be corrected, not annotations.
    """
    tasks = []
    for number, document in enumerate(documents):
        made: dict[str, Any] = {"result": [result for event in document.events for result in _results(event)]}
        if guesses is not None:
            made |= {"model_version": "news-event-tagger", "score": guesses[number]}
        data = {"text": document.text, "id": document.id} | ({"meta": dict(document.meta)} if document.meta else {})
        tasks.append({"data": data, "annotations" if guesses is None else "predictions": [made]})
    path.write_text(json.dumps(tasks, indent=1) + "\n", encoding="utf-8")


def interface(types: Iterable[str], statuses: Iterable[str]) -> str:
    """The labelling interface with these types and statuses.

    >>> '<Label value="coup"/>' in interface(["coup"], [])
    True
    """
    from xml.sax.saxutils import quoteattr

    return CONFIG.format(
        labels="".join(f"<Label value={quoteattr(type_)}/>" for type_ in types),
        choices="".join(f"<Choice value={quoteattr(status)}/>" for status in statuses),
    )


def _results(event: Event) -> list[dict[str, Any]]:
    id_ = f"{event.start}-{event.end}-{event.type}"
    span = {"start": event.start, "end": event.end, "text": event.trigger}
    common = {"id": id_, "to_name": "text"}
    score = {} if event.score is None else {"score": event.score}
    results: list[dict[str, Any]] = [
        {**common, "from_name": "label", "type": "labels", "value": {**span, "labels": [event.type]}, **score}
    ]
    if event.status is not None:
        choice = {**span, "choices": [event.status]}
        sure = {} if event.status_score is None else {"score": event.status_score}
        results.append({**common, "from_name": "status", "type": "choices", "value": choice, **sure})
    return results
