"""Label Studio's JSON export (https://labelstud.io/guide/task_format): a list of tasks.

A task is ``{"data": {"text"}, "annotations": [{"result": [{"id", "type": "labels", "value": {"start", "end", "text",
"labels"}}]}]}``. A ``choices`` result named ``status`` with the id of a span is its status. A relation from it to a
span labelled ``participant`` is a participant, with the relation's label as its role; the choice ``none`` named
``participants`` says that somebody looked and found none. Old releases count UTF-16 units and new ones code points
(https://github.com/HumanSignal/label-studio/pull/1559); the text of each span tells.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...documents.document import Document
from ...exceptions import InputError
from ...files import read_text
from ..offsets import ambiguous, recognise, same, to_code_points
from ..reading import Reading
from .jsonl import parse_document, parse_json
from .keys import listed
from .relations import PARTICIPANT, Relation, bind, spans_of

CONFIG = """<View>
  <Labels name="label" toName="text">{labels}</Labels>
  <Text name="text" value="$text"/>
  <Choices name="status" toName="text" perRegion="true">{choices}</Choices>
{relations}</View>
"""
"""The labelling interface our files fit; in Label Studio under Settings, Labeling Interface, Code."""
_RELATIONS = """  <Relations>{roles}</Relations>
  <Choices name="participants" toName="text" perRegion="true"><Choice value="none"/></Choices>
"""


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
    texts = {str(result.get("id")): result.get("to_name") for result in results if isinstance(result, dict)}
    for number, result in enumerate(results):
        if not isinstance(result, dict) or not isinstance(result.get("value", {}), dict):
            raise InputError(f"{place}: result {number} is {str(result)[:60]}; wants an object with 'type' and 'value'")
        # A relation names no text; it lies on that of its spans.
        names[str(result.get("to_name") or texts.get(str(result.get("from_id"))))].append(result)
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
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    spans: list[tuple[Any, dict[str, Any]]] = []
    relations: list[Relation] = []
    for result in results:
        kind, value, name = result.get("type"), result.get("value", {}), result.get("from_name")
        # Predictions may have no ids; what was said of a region has its offsets.
        region = str((value.get("start"), value.get("end")) if result.get("id") is None else result["id"])
        if kind == "choices" and name == "status" and value.get("choices"):
            found = listed(value, "choices", str, place)
            said[region] |= {"status": found[0], "status_score": result.get("score")}
            reading.notes["{} statuses left out of events that have several"] += len(found) - 1
        elif kind == "choices" and name == "participants" and value.get("choices") == ["none"]:
            said[region] |= {"roles": []}
        elif kind in ("hypertextlabels", "paragraphlabels"):
            raise InputError(
                f"{place}: {kind} count places in HTML or dialogues; label the plain text (<Text>) instead"
            )
        elif kind == "labels" and "start" in value:
            labels = listed(value, "labels", str, place)
            reading.notes["{} spans left out that have no label"] += not labels
            span = {"start": value["start"], "end": value.get("end"), "trigger": value.get("text")}
            spans += [(region, {**span, "type": type_, "score": result.get("score")}) for type_ in labels]
        elif kind == "relation":
            ends = [str(result.get("from_id")), str(result.get("to_id"))]
            start, end = reversed(ends) if result.get("direction") == "left" else ends
            labels = listed(result, "labels", str, place)
            relations += [Relation(start, end, label, result.get("score")) for label in labels or [None]]
        else:
            reading.notes[f"{{}} results of the kind {kind} left out"] += 1
    known = {region for region, _ in spans}
    reading.notes["{} statuses left out that belong to no event"] += len(said.keys() - known)
    rows = bind([(region, span | said.get(region, {})) for region, span in spans], relations, reading.notes)
    marks = [(span["start"], span["end"]) for _, span in spans if type(span["end"]) is int]
    if not reading.offsets and not any(span["trigger"] for _, span in spans) and ambiguous(text, marks):
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
        made: dict[str, Any] = {"result": list(_results(document))}
        if guesses is not None:
            made |= {"model_version": "news-event-tagger", "score": guesses[number]}
        data = {"text": document.text, "id": document.id} | ({"meta": dict(document.meta)} if document.meta else {})
        tasks.append({"data": data, "annotations" if guesses is None else "predictions": [made]})
    path.write_text(json.dumps(tasks, indent=1) + "\n", encoding="utf-8")


def interface(types: Iterable[str], statuses: Iterable[str], roles: Sequence[str] = ()) -> str:
    """The labelling interface with these types, statuses and, where participants are to be marked, roles.

    >>> '<Label value="coup"/>' in interface(["coup"], [])
    True
    >>> '<Relation value="actor"/>' in interface(["coup"], [], ["actor"])
    True
    """
    from xml.sax.saxutils import quoteattr

    def tags(tag: str, values: Iterable[str]) -> str:
        return "".join(f"<{tag} value={quoteattr(value)}/>" for value in values)

    return CONFIG.format(
        labels=tags("Label", [*types, *([PARTICIPANT] if roles else [])]),
        choices=tags("Choice", statuses),
        relations=_RELATIONS.format(roles=tags("Relation", roles)) if roles else "",
    )


def _results(document: Document) -> Iterator[dict[str, Any]]:
    for event in document.events:
        id_ = f"{event.start}-{event.end}-{event.type}"
        span = {"start": event.start, "end": event.end, "text": event.trigger}
        yield _labels(id_, span, event.type) | ({} if event.score is None else {"score": event.score})
        if event.status is not None:
            choice = _choice(id_, span, "status", event.status)
            yield choice | ({} if event.status_score is None else {"score": event.status_score})
        if event.roles == ():
            yield _choice(id_, span, "participants", "none")
    for (start, end), role in spans_of(document).items():
        yield _labels(f"{start}-{end}", {"start": start, "end": end, "text": role.text}, PARTICIPANT)
    for event in document.events:
        for role in event.roles or ():
            ends = {"from_id": f"{event.start}-{event.end}-{event.type}", "to_id": f"{role.start}-{role.end}"}
            relation = {"type": "relation", **ends, "direction": "right", "labels": [role.role]}
            yield relation | ({} if role.score is None else {"score": role.score})


def _labels(id_: str, span: dict[str, Any], label: str) -> dict[str, Any]:
    value = {**span, "labels": [label]}
    return {"id": id_, "to_name": "text", "from_name": "label", "type": "labels", "value": value}


def _choice(id_: str, span: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    choice = {**span, "choices": [value]}
    return {"id": id_, "to_name": "text", "from_name": name, "type": "choices", "value": choice}
