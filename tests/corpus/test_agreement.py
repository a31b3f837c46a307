import pytest

from model import Document, InputError
from model.corpus.agreement import agreement


def docs(*statuses: str) -> list[Document]:
    return [Document.mark("coup, coup", [(i * 6, i * 6 + 4, "coup", s) for i, s in enumerate(statuses)], "a")]


def test_kappa_is_one_for_equal_and_zero_for_chance() -> None:
    assert agreement(docs("actual", "alleged"), docs("actual", "alleged"))["status"]["kappa"] == 1.0
    assert agreement(docs("actual", "alleged"), docs("actual", "actual"))["status"]["kappa"] == 0.0


def test_kappa_of_one_status_only_is_not_defined() -> None:
    assert agreement(docs("actual", "actual"), docs("actual", "actual"))["status"]["kappa"] is None


def test_f1_is_symmetric() -> None:
    one, other = docs("actual", "actual"), docs("actual")
    assert agreement(one, other)["micro"]["f1"] == agreement(other, one)["micro"]["f1"] == pytest.approx(2 / 3)


def test_other_documents_or_texts_are_refused() -> None:
    with pytest.raises(InputError, match="stands in one only"):
        agreement(docs("actual"), [Document("x", id="b")])
    with pytest.raises(InputError, match="another text"):
        agreement(docs("actual"), [Document("x", id="a")])
