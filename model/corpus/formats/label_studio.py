"""Label Studio's JSON export (https://labelstud.io/guide/task_format): a list of tasks.

A task is ``{"data": {"text"}, "annotations": [{"result": [{"id", "type": "labels", "value": {"start", "end", "text",
"labels"}}]}]}``. A ``choices`` result named ``status`` with the id of a span is its status. Old releases count UTF-16
units and new ones code points (https://github.com/HumanSignal/label-studio/pull/1559); the text of each span tells.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...documents.document import Document, Event
from ...exceptions import InputError
from ...files import read_text
from ..offsets import ambiguous, recognise, same, to_code_points
from ..reading import Reading
from .jsonl import parse_document, parse_json
from .keys import listed

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
    """The documents of an export: of each task its text, or each of its texts where tasks have several with labels.

    Of several annotations of a task the one marked as ground truth counts, or else the last. Where no task of the file
    has an annotation, the predictions are read, with their scores.

    Raises:
        InputError: the file is another export of Label Studio's, or a span is not its text, with the task.
    """
    tasks = parse_json(read_text(path), str(path))
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and looks_like(task) for task in tasks):
        raise InputError(f"{path}: not a list of tasks with 'data' and 'annotations'; export it as JSON, not JSON-MIN")
    places = [f"{path}: task {task.get('id', number)}" for number, task in enumerate(tasks)]
    made: list[list[dict[str, Any]]] = [[] for _ in tasks]
    guesses = list(made)
    for number, task in enumerate(tasks):
        with reading.part(places[number], _id(task, places[number])):
            made[number] = _annotations(task, places[number])
            guesses[number] = listed(task, "predictions", dict, places[number])[-1:]
    if guessed := not any(made) and any(guesses):
        made = guesses
    results: list[tuple[int, dict[str, list[dict[str, Any]]]]] = []
    for number, (task, done) in enumerate(zip(tasks, made, strict=True)):
        if not done:
            reading.notes["{} tasks left out that nobody annotated, or that were skipped"] += 1
            continue
        truths = [annotation for annotation in done if annotation.get("ground_truth")]
        reading.notes["{} tasks have several annotations; their ground truth, or else the last, is read"] += (
            len(done) > 1
        )
        with reading.part(places[number], _id(task, places[number])):
            found = listed((truths or done)[-1], "result", object, places[number])
            results.append((number, _by_text(task["data"], found, places[number])))
    labelled = {key for _, by_text in results for key, found in by_text.items() if found}
    documents = []
    for number, by_text in results:
        task, place = tasks[number], places[number]
        here = {key: by_text.get(key, []) for key in task["data"] if key in labelled} or by_text
        reading.notes["several texts of {} tasks read as documents of their own"] += len(here) > 1
        for key, found in here.items():
            id_ = f"{_id(task, place)}-{key}" if len(here) > 1 else _id(task, place)
            with reading.part(place, id_):
                meta = {name: value for name, value in task["data"].items() if name not in ("id", "meta", *here)}
                documents.append(_document(task["data"], key, found, (id_, meta), place, reading))
    if guessed:
        reading.notes["predictions of {} tasks read; none has an annotation"] += len(results)
    return documents


def _id(task: dict[str, Any], place: str) -> Any:
    return task["data"].get("id", task.get("id", place))


def _annotations(task: dict[str, Any], place: str) -> list[dict[str, Any]]:
    made = listed(task, "annotations", dict, place) or listed(task, "completions", dict, place)
    return [annotation for annotation in made if not annotation.get("was_cancelled")]


def _by_text(data: dict[str, Any], results: Sequence[dict[str, Any]], place: str) -> dict[str, list[dict[str, Any]]]:
    """The results of a task by the entry of its data that they label; the one text where there are none.

    Raises:
        InputError: the interface, which is not in the export, must say which entry it is.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    names: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, result in enumerate(results):
        if not isinstance(result, dict) or not isinstance(result.get("value", {}), dict):
            raise InputError(f"{place}: result {number} is {str(result)[:60]}; wants an object with 'type' and 'value'")
        names[str(result.get("to_name"))].append(result)
    for name, own in names.items() or {"": []}.items():
        found.setdefault(_text_key(data, name, own, place), []).extend(own)
    return found


def _text_key(data: dict[str, Any], name: str, results: Sequence[dict[str, Any]], place: str) -> str:
    """Which entry of the data a name of the interface means: its own, the only one, the one with the spans, text."""
    texts = [key for key, value in data.items() if isinstance(value, str) and key != "id"]
    if name in texts:
        return name
    values = [value for result in results if "start" in (value := result.get("value", {})) and value.get("text")]
    fitting = [key for key in texts if values and all(_stands(data[key], value) for value in values)]
    for choice in (texts, fitting, [key for key in fitting or texts if key == "text"]):
        if len(choice) == 1:
            return choice[0]
    raise InputError(f"{place}: cannot tell which of its data is the text: {', '.join(texts)}; call it 'text'")


def _stands(text: str, value: dict[str, Any]) -> bool:
    """Whether a span is in a text where it says, in some unit."""
    span: tuple[Any, Any] = value["start"], value.get("end")
    trigger = value["text"]
    if not isinstance(trigger, str) or any(type(place) is not int for place in span):
        return False
    places = to_code_points(text, recognise(text, [span], [trigger]))
    return span[0] in places and span[1] in places and same(text[places[span[0]] : places[span[1]]], trigger)


def _document(
    data: dict[str, Any],
    key: str,
    results: Sequence[dict[str, Any]],
    named: tuple[Any, dict[str, Any]],
    place: str,
    reading: Reading,
) -> Document:
    """A text of a task with the results that label it, by its name and meta."""
    text = data[key]
    statuses: dict[Any, dict[str, Any]] = {}
    events: list[tuple[Any, dict[str, Any]]] = []
    for result in results:
        kind, value = result.get("type"), result.get("value", {})
        # Predictions may have no ids; what was said of a region has its offsets.
        region = str((value.get("start"), value.get("end")) if result.get("id") is None else result["id"])
        if kind == "choices" and result.get("from_name") == "status" and value.get("choices"):
            found = listed(value, "choices", str, place)
            statuses[region] = {"status": found[0], "status_score": result.get("score")}
            reading.notes["{} statuses left out of events that have several"] += len(found) - 1
        elif kind in ("hypertextlabels", "paragraphlabels"):
            raise InputError(
                f"{place}: {kind} count places in HTML or dialogues; label the plain text (<Text>) instead"
            )
        elif kind == "labels" and "start" in value:
            labels = listed(value, "labels", str, place)
            reading.notes["{} spans left out that have no label"] += not labels
            span = {"start": value["start"], "end": value.get("end"), "trigger": value.get("text")}
            events += [(region, {**span, "type": type_, "score": result.get("score")}) for type_ in labels]
        else:
            reading.notes[f"{{}} results of the kind {kind} left out"] += 1
    known = {region for region, _ in events}
    reading.notes["{} statuses left out that belong to no event"] += len(statuses.keys() - known)
    rows = [event | statuses.get(region, {}) for region, event in events]
    spans = [(event["start"], event["end"]) for event in rows if type(event["end"]) is int]
    if not reading.offsets and not any(event["trigger"] for event in rows) and ambiguous(text, spans):
        raise InputError(
            f"{place}: characters beyond the BMP (emoji) come before spans that do not carry their text, so that the "
            "unit of their offsets cannot be told; give --offsets code-points (newer releases) or utf-16 (older ones)"
        )
    id_, meta = named
    if isinstance(data.get("meta"), dict):
        meta |= data["meta"]
    return parse_document({"id": id_, "text": text, "events": rows, "meta": meta}, place, reading)


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
