import time
from collections.abc import Sequence
from pathlib import Path

from model import Document
from model.evaluation.cost import cost_line, measure, weights_size


def test_speed_is_counted_over_the_prediction_alone() -> None:
    def slow(documents: Sequence[Document]) -> list[Document]:
        time.sleep(0.05)
        return list(documents)

    documents = [Document("A coup. No coup."), Document("")]
    predicted, cost = measure(slow, documents)
    assert predicted == documents
    assert 0.05 <= cost["seconds"] < 5
    assert cost["sentences_per_second"] <= 2 / 0.05
    assert cost["words_per_second"] / cost["sentences_per_second"] == 3
    assert cost["peak_memory_mib"] is None or cost["peak_memory_mib"] > 10


def test_nothing_to_predict_has_no_speed() -> None:
    _, cost = measure(list, [])
    assert cost["words_per_second"] is None
    assert "n/a words/s" in cost_line({**cost, "model_mib": 1.0, "device": "cpu", "threads": 1})


def test_size_is_that_of_the_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(bytes(2**20))
    (tmp_path / "predictions.jsonl").write_bytes(bytes(2**21))
    assert weights_size(tmp_path) == 1.0
