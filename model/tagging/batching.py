"""What goes through the network together: how many texts are gathered, and which of their windows make a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..documents.document import Document
from .device import Room, room
from .windows import Window

LOOK_AHEAD = 512
"""Most texts in flight at once."""
CHARACTERS = 200_000
"""After so many no further text is gathered, which bounds the memory of a stream."""


def batches(lengths: Sequence[int], fits: Room) -> list[tuple[int, int]]:
    """Ranges of windows to compute together, so that padding and the number of batches cost least.

    Args:
        lengths: of the windows, never decreasing.
        fits: how much may be in a batch, and what one costs.

    >>> batches([5, 5, 30, 31, 31], Room(windows=32, places=9_999, overhead=32))
    [(0, 2), (2, 5)]
    >>> batches([5, 5, 30, 31, 31], Room(windows=32, places=62, overhead=32))
    [(0, 2), (2, 3), (3, 5)]
    """
    least, begins = np.zeros(len(lengths) + 1), np.zeros(len(lengths) + 1, dtype=np.int64)
    for end, length in enumerate(lengths, 1):
        first = max(0, end - max(1, min(fits.windows, fits.places // length)))
        costs = least[first:end] + np.arange(end - first, 0, -1) * length + fits.overhead
        begins[end] = first + costs.argmin()
        least[end] = costs.min()
    ranges, end = [], len(lengths)
    while end:
        ranges.append((int(begins[end]), end))
        end = int(begins[end])
    return ranges[::-1]


def in_batches(
    windows: Sequence[Window], batch_size: int | None, device: torch.device, filler: int = 0
) -> Iterator[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]]:
    """Windows of like length together.

    Args:
        windows: in any order.
        batch_size: most windows in a batch; ``None``: what fits the device.
        device: what computes them.
        filler: id behind the end of a window that is shorter than others.

    Yields:
        The places of a batch among the windows, and what :func:`padded` makes of their ids.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].ids))
    for first, last in batches([len(windows[index].ids) for index in order], room(device, batch_size)):
        batch = order[first:last]
        yield batch, *padded([windows[index].ids for index in batch], filler)


def padded(rows: Sequence[Sequence[int]], filler: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``[rows, longest]`` ids, filled up, and a mask with 1 where they were not.

    >>> ids, mask = padded([[7], [8, 9]])
    >>> ids.tolist(), mask.tolist()
    ([[7, 0], [8, 9]], [[1, 0], [1, 1]])
    """
    shape = len(rows), max(map(len, rows))
    ids, mask = np.full(shape, filler, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def gather(texts: Iterable[str | Document], first: int, most: int) -> Iterator[list[str | Document]]:
    """Texts in lists of ``first``, then twice, four times … as many, up to ``most``, and up to :data:`CHARACTERS`.

    Raises:
        TypeError: one is no text.
    """
    take = min(first, most)
    chunk: list[str | Document] = []
    characters = 0
    for text in texts:
        if not isinstance(text, (str, Document)):
            raise TypeError(f"a text is a str or a Document, this is {type(text).__name__}; decode bytes first")
        chunk.append(text)
        characters += len(text if isinstance(text, str) else text.text)
        if len(chunk) >= take or characters >= CHARACTERS:
            yield chunk
            take, chunk, characters = min(2 * take, most), [], 0
    if chunk:
        yield chunk
