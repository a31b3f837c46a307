import json
import pickle
import shutil
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import ClassVar

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from safetensors.torch import load_file, save_file
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from news_event_tagger import Document, EventTagger, InputError, Schema
from news_event_tagger.corpus import read
from news_event_tagger.documents.text import words
from news_event_tagger.networks.network import new_network
from tests.tagging.test_windows import TEXTS

TEXT = "Two men were arrested in the coup and envoys expelled. The army said so."


@pytest.fixture(scope="module")
def tagger(run_folder: Path) -> EventTagger:
    return EventTagger.from_pretrained(run_folder, device="cpu")


def exact(document: Document) -> bool:
    """Whether every event begins and ends at words and carries a score."""
    starts, ends = zip(*words(document.text), strict=True) if document.events else ((), ())
    return all(
        document.text[event.start : event.end] == event.trigger
        and event.start in starts
        and event.end in ends
        and type(event.score) is float
        and 0.0 <= event.score <= 1.0
        for event in document.events
    )


def test_it_finds_what_it_was_taught(tagger: EventTagger, articles: Path) -> None:
    for document in read(articles):
        found = tagger.predict(document.text)
        expected = [(e.span, e.type, e.status) for e in document.events]
        assert [(e.span, e.type, e.status) for e in found.events] == expected
        assert all(0 <= (event.status_score or -1) <= 1 for event in found.events)
        assert exact(found)


@given(text=TEXTS)
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_tagged_and_every_offset_is_exact(tagger: EventTagger, text: str) -> None:
    document = tagger.predict(text)
    assert document.text == text
    assert exact(document)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        " ",
        "a" * 1_000_000,
        "." * 200_000,
        "漢" * 5_000,
        "arrested " * 3_000,
        "\u200b\ufeff",
        "\ud83d coup",
    ],
)
def test_odd_texts(tagger: EventTagger, text: str) -> None:
    assert exact(tagger.predict(text))


def test_nothing_is_cut_off(tagger: EventTagger) -> None:
    text = "The army said two men were arrested.\n" * 2_000
    assert sum(event.trigger == "arrested" for event in tagger.predict(text).events) == 2_000


def test_stream_keeps_order_and_takes_no_more_than_it_needs(tagger: EventTagger) -> None:
    taken = []

    def endless() -> Iterator[str]:
        for number in count():
            taken.append(number)
            yield "" if number % 3 == 0 else f"Text {number}: two men were arrested."

    first = list(islice(tagger.stream(endless(), batch_size=4), 50))
    assert [document.text[:7] for document in first] == [("" if n % 3 == 0 else f"Text {n}:"[:7]) for n in range(50)]
    assert len(taken) < 250


def test_batches_change_no_span(tagger: EventTagger, articles: Path) -> None:
    texts = [document.text for document in read(articles)] * 3
    alone = [tagger.predict(text) for text in texts]
    together = list(tagger.stream(texts, batch_size=5))
    assert [[e.span for e in d.events] for d in alone] == [[e.span for e in d.events] for d in together]


def test_look_ahead_of_one_answers_each_text_at_once(tagger: EventTagger) -> None:
    taken = []

    def texts() -> Iterator[str]:
        for number in range(5):
            taken.append(number)
            yield "Two men were arrested."

    for number, _ in enumerate(tagger.stream(texts(), look_ahead=1)):
        assert taken == list(range(number + 1))


def test_stream_refuses_a_bare_text(tagger: EventTagger) -> None:
    with pytest.raises(TypeError, match="iterable of texts"):
        next(tagger.stream("A coup."))


def test_documents_keep_id_and_meta(tagger: EventTagger) -> None:
    found = tagger.predict(Document("Two men were arrested.", id="x", meta={"style": "brief"}))
    assert (found.id, found.meta) == ("x", {"style": "brief"})


def test_save_and_load_give_the_same_tagger(tagger: EventTagger, articles: Path, tmp_path: Path) -> None:
    tagger.save_pretrained(tmp_path / "copy")
    copy = EventTagger.from_pretrained(tmp_path / "copy", device="cpu")
    texts = [document.text for document in read(articles)]
    assert copy.predict(texts) == tagger.predict(texts)


def test_reading_neighbours_is_saved(untrained: Path, tmp_path: Path) -> None:
    loaded = EventTagger.from_pretrained(untrained, device="cpu")
    together = EventTagger(loaded.network, loaded.tokenizer, loaded.schema, loaded.tokens, neighbours=True)
    together.save_pretrained(tmp_path / "together")
    text = "The men said so. " * 5
    counts = [
        len(EventTagger.from_pretrained(path, device="cpu").windower(text).windows)
        for path in (untrained, tmp_path / "together")
    ]
    assert counts[0] == 5
    assert counts[1] < 5


def test_threshold_leaves_out_unsure_events_and_is_saved(run_folder: Path, articles: Path, tmp_path: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, device="cpu")
    texts = [document.text for document in read(articles)]
    scores = sorted(event.score or 0.0 for document in tagger.predict(texts) for event in document.events)
    middle = (scores[0] + scores[-1]) / 2
    tagger.thresholds = dict.fromkeys(tagger.schema.types, middle)
    kept = [event.score for document in tagger.predict(texts) for event in document.events]
    assert sorted(kept) == [score for score in scores if score >= middle]
    tagger.save_pretrained(tmp_path / "copy")
    assert EventTagger.from_pretrained(tmp_path / "copy", device="cpu").thresholds == tagger.thresholds


def test_plain_pipeline_gives_the_same_token_labels(tagger: EventTagger, run_folder: Path, articles: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(run_folder)
    network = AutoModelForTokenClassification.from_pretrained(run_folder)
    tag = pipeline("token-classification", model=network, tokenizer=tokenizer, ignore_labels=[])
    for document in read(articles):
        for line in filter(None, document.text.split("\n")):
            ours = tagger.predict(line)
            expected = {}
            for event in ours.events:
                expected |= dict.fromkeys(range(event.start, event.end), f"I-{event.type}")
                expected[event.start] = f"B-{event.type}"
            for token in tag(line):
                assert token["entity"] == expected.get(token["start"], "O"), (line, token)


def test_labels_are_those_of_the_schema(run_folder: Path) -> None:
    config = json.loads((run_folder / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"]["0"] == "O"
    assert {"B-arrest", "I-arrest", "B-coup"} <= set(config["label2id"])


@pytest.mark.parametrize(
    ("file", "damage", "words"),
    [
        ("tagger.json", None, "not a run folder"),
        ("tagger.json", b"{", "damaged"),
        (
            "tagger.json",
            b'{"format": 3, "types": ["coup"], "statuses": [], "tokens": 64, "thresholds": {"coup": 0}, '
            b'"neighbours": false}',
            "name other labels",
        ),
        ("config.json", None, "cannot be loaded"),
        ("model.safetensors", None, "cannot be loaded"),
        ("model.safetensors", b"\x00" * 64, "cannot be loaded"),
        ("status.safetensors", None, "cannot be loaded"),
        ("config.json", b'{"model_type": "bert", "hidden_act": "gelu"}', "config.json is damaged: 'hidden_size'"),
        ("tokenizer.json", b"{", "tokenizer.json is damaged"),
        ("tokenizer.json", None, "lacks tokenizer.json"),
    ],
)
def test_missing_or_damaged_file_is_named(
    run_folder: Path, tmp_path: Path, file: str, damage: bytes | None, words: str
) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    (copy / file).unlink() if damage is None else (copy / file).write_bytes(damage)
    with pytest.raises(InputError) as caught:
        EventTagger.from_pretrained(copy, device="cpu")
    assert str(copy) in str(caught.value)
    assert words in str(caught.value)


def test_weights_without_a_classifier_are_refused(run_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    tensors = load_file(copy / "model.safetensors")
    save_file({name: value for name, value in tensors.items() if "classifier" not in name}, copy / "model.safetensors")
    with pytest.raises(InputError, match="lack classifier"):
        EventTagger.from_pretrained(copy)


def test_a_head_for_other_statuses_is_refused(run_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    settings = json.loads((copy / "tagger.json").read_text())
    (copy / "tagger.json").write_text(json.dumps(settings | {"statuses": ["actual", "alleged", "negated"]}))
    with pytest.raises(InputError, match=r"size mismatch for status|cannot be loaded"):
        EventTagger.from_pretrained(copy)


class Knows:
    """A network that knows one word piece, and no more of PyTorch than a tagger asks for."""

    status = None
    device = torch.device("cpu")
    longest = 512
    library_config: ClassVar = {"pad_token_id": 0}

    def __init__(self, piece: int) -> None:
        self.piece = piece
        self.vectors = torch.zeros(300, 4)
        self.is_ready = False

    def eval(self) -> None:
        self.is_ready = True

    def __call__(self, *, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        assert self.is_ready
        assert input_ids.shape == attention_mask.shape
        known = (input_ids == self.piece).float()[..., None]
        return torch.cat([4 * (1 - known), 9 * known, 0 * known], dim=-1)

    def save_pretrained(self, folder: Path) -> None:
        raise NotImplementedError


def test_any_network_that_does_what_a_tagger_asks_will_do(tagger: EventTagger) -> None:
    pieces = tagger.tokenizer.pieces
    own = EventTagger(Knows(pieces.index("coup")), tagger.tokenizer, Schema(("coup",)), 64)
    text = "The coup was on. Two men were arrested."
    assert [event.trigger for event in own.predict(text).events] == ["coup"]
    own.network = Knows(pieces.index("arrested"))
    assert [event.trigger for event in own.predict(text).events] == ["arrested"]


def test_a_network_is_put_to_use_as_it_is_set(run_folder: Path, untrained: Path, encoder: Path) -> None:
    tagger, other = (EventTagger.from_pretrained(folder, "cpu") for folder in (run_folder, untrained))
    schema = tagger.schema
    fresh = new_network(encoder, schema, dropout=0.9)
    assert fresh.training
    tagger.network = fresh
    assert tagger.predict(TEXT) == tagger.predict(TEXT)
    with pytest.raises(AttributeError):
        tagger.schema = other.schema


def test_windows_change_as_soon_as_they_are_set(run_folder: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, "cpu")
    text = "The men said so. " * 5 + "the " * 40
    alone = tagger.windower(text)
    tagger.neighbours = True
    assert len(tagger.windower(text).windows) < len(alone.windows)
    tagger.neighbours = False
    tagger.tokens = 16
    assert (
        max(len(window.ids) for window in tagger.windower(text).windows)
        == 16
        < max(len(window.ids) for window in alone.windows)
    )
    for tokens in (15, 0, -1, 513, 64.0, True):
        with pytest.raises(InputError, match=f"tokens is {tokens}: the network reads windows of 16 to 512"):
            tagger.tokens = tokens
    assert tagger.tokens == 16


def test_thresholds_are_checked_as_they_are_set(run_folder: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, "cpu")
    assert tagger.predict(TEXT).events
    for wrong, said in (
        ({"coup": 0.5}, "has none; give one for each type"),
        (dict.fromkeys(tagger.schema.types, 2.0), r"must be a number in \[0, 1\]"),
        (float("nan"), "is nan"),
        (dict.fromkeys((*tagger.schema.types, "riot"), 0.5), "no type 'riot'"),
    ):
        with pytest.raises(InputError, match=said):
            tagger.thresholds = wrong
    with pytest.raises(InputError, match="did you mean 'coup'"):
        tagger.thresholds["cuop"] = 0.5
    assert tagger.predict(TEXT).events
    tagger.thresholds = 1.0
    assert not tagger.predict(TEXT).events
    tagger.thresholds["coup"] = 0.0
    assert {event.type for event in tagger.predict(TEXT).events} == {"coup"}


def test_another_process_gets_the_same_tagger(run_folder: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder, "cpu")
    tagger.thresholds["arrest"] = 0.25
    other = pickle.loads(pickle.dumps(tagger))
    assert other.predict(TEXT) == tagger.predict(TEXT)
    assert other.thresholds == tagger.thresholds
    other.thresholds["arrest"] = 0.5
    assert tagger.thresholds["arrest"] == 0.25


@pytest.mark.parametrize("batch_size", [1, 3, None])
def test_any_number_of_windows_together_finds_the_same(tagger: EventTagger, batch_size: int | None) -> None:
    texts = [TEXT, "", "Two envoys."]
    spans = [[event.span for event in document.events] for document in tagger.predict(texts, batch_size)]
    assert spans == [[event.span for event in document.events] for document in tagger.stream(texts)]
    for call in (tagger.predict, tagger.stream, tagger.scored):
        with pytest.raises(InputError, match="batch_size is 0: give 1 or more"):
            list(call(texts, batch_size=0))


def test_saving_over_something_else_is_refused(tagger: EventTagger, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="holds no tagger"):
        tagger.save_pretrained(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_missing_run_and_device_are_named(tmp_path: Path, run_folder: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        EventTagger.from_pretrained(tmp_path / "none")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="'cuda'"):
            EventTagger.from_pretrained(run_folder, device="cuda")


@pytest.mark.parametrize("texts", [b"A coup.", 3, None, [b"A coup."], ["A coup.", None]])
def test_what_is_no_text_is_named(tagger: EventTagger, texts: object) -> None:
    with pytest.raises(TypeError, match=r"a text is a str or a Document, this is (bytes|int|NoneType); decode bytes"):
        tagger.predict(texts)


@pytest.mark.parametrize("size", [0, -1, 1.5, "8", True])
def test_a_batch_size_that_is_none_is_named(tagger: EventTagger, size: object) -> None:
    with pytest.raises(InputError, match=f"batch_size is {size!r}: give 1 or more"):
        tagger.predict("A coup.", batch_size=size)


def test_a_tokenizer_with_more_pieces_than_the_network_is_refused(run_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(run_folder, tmp_path / "run")
    path = tmp_path / "run" / "tokenizer.json"
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["coup"] = 10**6
    path.write_text(json.dumps(tokenizer), encoding="utf-8")
    with pytest.raises(InputError, match="its tokenizer has 1000001 word pieces and its network"):
        EventTagger.from_pretrained(tmp_path / "run", "cpu")


def test_a_wanted_precision_takes_the_next_stored_one(run_folder: Path) -> None:
    tagger = EventTagger.from_pretrained(run_folder)
    sure, surer = (dict.fromkeys(tagger.schema.types, value) for value in (0.5, 0.75))
    tagger.precise = {0.9: sure, 0.95: surer}
    tagger.aim_at(0.92)
    assert tagger.thresholds == surer
    tagger.aim_at(0.9)
    assert tagger.thresholds == sure
    with pytest.raises(InputError, match=r"stores thresholds for 0\.9, 0\.95"):
        tagger.aim_at(0.99)
    for wrong in (0.0, 1.0, -3.0):
        with pytest.raises(InputError, match=r"must be in \(0, 1\)"):
            tagger.aim_at(wrong)
