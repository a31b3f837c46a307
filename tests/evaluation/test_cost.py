from pathlib import Path

import pytest

from news_event_tagger import Document
from news_event_tagger.evaluation import cost


def test_speed_is_counted_over_the_prediction_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.5])
    monkeypatch.setattr(cost.time, "perf_counter", lambda: next(clock))
    documents = [Document("A coup. No coup."), Document("")]
    predicted, measured = cost.measure(list, documents)
    assert predicted == documents
    assert (measured["seconds"], measured["sentences_per_second"], measured["words_per_second"]) == (0.5, 4.0, 12.0)
    assert measured["peak_memory_mib"] is None or measured["peak_memory_mib"] > 10


def test_nothing_to_predict_has_no_speed() -> None:
    _, measured = cost.measure(list, [])
    assert measured["words_per_second"] is None
    assert "n/a words/s" in cost.cost_line({**measured, "model_mib": 1.0, "device": "cpu", "threads": 1})


def test_size_is_that_of_the_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(bytes(2**20))
    (tmp_path / "predictions.jsonl").write_bytes(bytes(2**21))
    assert cost.weights_size(tmp_path) == 1.0
