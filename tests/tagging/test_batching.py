import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import repeat

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger import InputError
from news_event_tagger.tagging.batching import batches, gather, in_batches
from news_event_tagger.tagging.device import Room
from news_event_tagger.tagging.windows import Window


def all_cuts(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Every way to cut windows into batches, as the sizes of the batches."""
    if not lengths:
        yield []
    for size in range(1, min(most, len(lengths)) + 1):
        yield from ([size, *rest] for rest in all_cuts(lengths[size:], most))


def cost(lengths: Sequence[int], sizes: Sequence[int], fixed: int) -> int:
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return sum(size * lengths[end - 1] + fixed for size, end in zip(sizes, ends, strict=True))


@given(
    st.lists(st.integers(3, 64), max_size=9).map(sorted), st.integers(1, 9), st.integers(1, 200), st.integers(0, 100)
)
def test_no_other_batches_cost_less(lengths: list[int], most: int, places: int, fixed: int) -> None:
    found = batches(lengths, Room(most, places, fixed))
    assert [place for first, last in found for place in range(first, last)] == list(range(len(lengths)))
    sizes = [last - first for first, last in found]

    def fits(sizes: Sequence[int]) -> bool:
        ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
        return all(
            size == 1 or (size <= most and size * lengths[end - 1] <= places)
            for size, end in zip(sizes, ends, strict=True)
        )

    assert fits(sizes)
    others = filter(fits, all_cuts(lengths, most))
    assert cost(lengths, sizes, fixed) == min(cost(lengths, cut, fixed) for cut in others)


def window(length: int) -> Window:
    return Window([1] * length, *(np.arange(length) for _ in range(3)), joins=False)


def test_a_gpu_reads_as_much_together_as_it_holds_and_a_cpu_a_few() -> None:
    windows = [window(20) for _ in range(3_000)] + [window(100) for _ in range(500)]
    shapes = {
        device: [mask.shape for _, _, mask in in_batches(windows, None, torch.device(device))]
        for device in ("cpu", "cuda")
    }
    assert max(rows for rows, _ in shapes["cpu"]) == 32
    assert all(rows * places <= 32_768 for rows, places in shapes["cuda"])
    assert len(shapes["cuda"]) < len(shapes["cpu"]) / 20
    # Who names a number gets it anywhere.
    assert {mask.shape[0] for _, _, mask in in_batches(windows, 500, torch.device("cuda"))} == {500}
    with pytest.raises(InputError, match="batch_size is 0: give 1 or more"):
        next(in_batches(windows, 0, torch.device("cpu")))


def test_a_stream_of_any_length_is_gathered_in_the_same_room() -> None:
    tracemalloc.start()
    try:
        before = None
        for number, chunk in enumerate(gather(repeat("A coup.", 100_000), 1, 1)):
            assert chunk == ["A coup."]
            if number == 100:
                before = tracemalloc.get_traced_memory()[0]
        assert number == 99_999
        assert tracemalloc.get_traced_memory()[0] - before < 2_000
    finally:
        tracemalloc.stop()


@given(st.lists(st.text(max_size=3), max_size=40), st.integers(1, 50), st.integers(1, 20))
def test_texts_are_gathered_in_order_by_twice_as_many_each_time(texts: list[str], first: int, most: int) -> None:
    chunks = list(gather(texts, first, most))
    assert [text for chunk in chunks for text in chunk] == texts
    assert [len(chunk) for chunk in chunks[:-1]] == [min(first * 2**turn, most) for turn in range(len(chunks) - 1)]
