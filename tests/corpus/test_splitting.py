from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import Document, InputError
from news_event_tagger.corpus.splitting import hold_out, named_parts

DOCUMENTS = st.lists(
    st.builds(
        lambda text, story: Document(text, meta={"story": story} if story else {}),
        st.text(min_size=1),
        st.sampled_from(["", "x", "y", "z"]),
    ),
    min_size=2,
    max_size=30,
    unique_by=lambda document: document.text,
)


@given(DOCUMENTS, st.floats(0.05, 0.49), st.randoms(use_true_random=False))
def test_what_is_held_out_is_told_by_the_texts_and_stories_not_by_their_order(documents, share, random) -> None:  # type: ignore[no-untyped-def]
    stories = {document.meta.get("story") or document.text for document in documents}
    if len(stories) < 2:
        with pytest.raises(InputError, match="nothing can be held out"):
            hold_out(documents, share)
        return
    kept, held = hold_out(documents, share)
    assert kept
    assert held
    assert sorted(d.text for d in kept + held) == sorted(d.text for d in documents)
    assert not {d.meta.get("story") for d in held if d.meta} & {d.meta.get("story") for d in kept if d.meta}
    assert kept == [document for document in documents if document in kept]
    told = [document for document in documents if document.meta]
    # A story goes by its name, so all of its documents may change places.
    if not told:
        shuffled = random.sample(documents, len(documents))
        assert {d.text for d in hold_out(shuffled, share)[1]} == {d.text for d in held}


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_as_much_is_held_out_as_was_asked_for(share: float) -> None:
    documents = [Document(str(number)) for number in range(200)]
    assert len(hold_out(documents, share)[1]) == 200 * share


def test_few_change_sides_when_a_set_grows() -> None:
    small = [Document(str(number)) for number in range(400)]
    large = [*small, *(Document(str(number)) for number in range(400, 440))]
    before, after = ({d.text for d in hold_out(documents, 0.1)[1]} for documents in (small, large))
    assert len(before & after) > 0.8 * len(before)


def test_parts_are_found_by_their_names(tmp_path: Path) -> None:
    assert named_parts(tmp_path) == {"train": [str(tmp_path)], "dev": [], "test": []}
    for name in ("train.jsonl", "valid.jsonl", "notes.md"):
        (tmp_path / name).touch()
    (tmp_path / "test").mkdir()
    assert named_parts(tmp_path) == {
        "train": [str(tmp_path / "train.jsonl")],
        "dev": [str(tmp_path / "valid.jsonl")],
        "test": [str(tmp_path / "test")],
    }
    (tmp_path / "dev").mkdir()
    with pytest.raises(InputError, match="could be dev; keep one"):
        named_parts(tmp_path)


def test_parts_without_one_to_learn_from_are_refused(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").touch()
    with pytest.raises(InputError, match="nothing called train"):
        named_parts(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        named_parts(tmp_path / "none")
