"""Engines: what computes the network's scores for a padded batch of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from model.bert import Bert
    from model.network import EventNetwork

Engine = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""From ``[windows, places]`` token ids and mask to ``[windows, places, labels + statuses]`` logits."""


def torch_engine(network: EventNetwork | Bert) -> Engine:
    """PyTorch, on the device where the network is."""

    @torch.inference_mode()
    def run(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        device = network.device
        logits = network(input_ids=torch.from_numpy(ids).to(device), attention_mask=torch.from_numpy(mask).to(device))
        return np.asarray(logits.float().cpu().numpy())

    return run
