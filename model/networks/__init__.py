"""Networks: tensors in, tensors out; they know no texts and no events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    from .status_head import StatusHead


class Network(Protocol):
    """All that a tagger asks of a network; :class:`~.EventNetwork` and :class:`~.Bert` are two."""

    @property
    def status(self) -> StatusHead | None:
        """What scores its statuses; ``None`` where there are fewer than two."""

    @property
    def vectors(self) -> torch.Tensor:
        """``[pieces, width]`` what it knows of each word piece by itself."""

    @property
    def device(self) -> torch.device:
        """Where its weights are."""

    @property
    def longest(self) -> int:
        """How many word pieces it reads at once, special tokens included."""

    @property
    def library_config(self) -> Mapping[str, Any]:
        """What the library's ``config.json`` says."""

    def __call__(self, *, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Score each place.

        Args:
            input_ids: ``[windows, places]`` token ids.
            attention_mask: ``[windows, places]``, 1 where there is something to read.

        Returns:
            ``[windows, places, labels + statuses]`` logits: those of the BIO labels, then those of the statuses.
        """

    def soften(self, temperature: float) -> None:
        """Divide the logits of the labels by a number above 0, so that no likeliest label changes."""

    def eval(self) -> object:
        """Leave out what only training needs, dropout for one."""

    def save_pretrained(self, folder: Path) -> None:
        """Write a plain folder of the library, with the status head beside."""
