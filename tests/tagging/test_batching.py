from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from news_event_tagger.tagging.batching import batches


def all_cuts(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Every way to cut windows into batches, as the sizes of the batches."""
    if not lengths:
        yield []
    for size in range(1, min(most, len(lengths)) + 1):
        yield from ([size, *rest] for rest in all_cuts(lengths[size:], most))


def cost(lengths: Sequence[int], sizes: Sequence[int], fixed: int) -> int:
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return sum(size * lengths[end - 1] + fixed for size, end in zip(sizes, ends, strict=True))


@given(st.lists(st.integers(3, 64), max_size=9).map(sorted), st.integers(1, 9), st.integers(0, 100))
def test_no_other_batches_cost_less(lengths: list[int], most: int, fixed: int) -> None:
    found = batches(lengths, most, fixed)
    assert [place for first, last in found for place in range(first, last)] == list(range(len(lengths)))
    sizes = [last - first for first, last in found]
    assert all(0 < size <= most for size in sizes)
    assert cost(lengths, sizes, fixed) == min(cost(lengths, cut, fixed) for cut in all_cuts(lengths, most))
