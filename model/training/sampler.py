"""The order in which a training meets its windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler


class EpochSampler(Sampler[int]):
    """Which windows an epoch sees and in which order: batches of like length, from the seed and the epoch alone.

    All windows that hold an event are seen in every epoch, of the others a share that changes from epoch to epoch.
    A run that is resumed in the middle of an epoch meets just the batches that it has not seen.

    Args:
        lengths: of the windows.
        eventful: whether each window holds an event.
        batch_size: windows per batch.
        negative_share: share of the windows without event that an epoch sees, in [0, 1].
        seed: of the choice and the order.
    """

    _POOL = 16

    def __init__(
        self, lengths: Sequence[int], eventful: Sequence[bool], batch_size: int, negative_share: float, seed: int
    ) -> None:
        self._lengths = np.asarray(lengths)
        self._eventful = np.flatnonzero(eventful)
        self._quiet = np.flatnonzero(~np.asarray(eventful, dtype=bool))
        self._quiet_seen = round(negative_share * len(self._quiet))
        self._batch_size = batch_size
        self._seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._eventful) + self._quiet_seen

    def __iter__(self) -> Iterator[int]:
        random = np.random.default_rng((self._seed, self.epoch))
        quiet = random.permutation(self._quiet)[: self._quiet_seen]
        order = random.permutation(np.concatenate([self._eventful, quiet]))
        pool = self._POOL * self._batch_size
        pools = [order[start : start + pool] for start in range(0, len(order), pool)]
        ordered = np.concatenate([part[np.argsort(self._lengths[part], kind="stable")] for part in pools])
        batches = [ordered[start : start + self._batch_size] for start in range(0, len(order), self._batch_size)]
        # A short batch stays last, so that the others keep their borders.
        for index in [*random.permutation(len(batches) - 1), len(batches) - 1]:
            yield from batches[index].tolist()
