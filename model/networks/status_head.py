"""The status head: beside the labels of a network, over the same hidden states, so a status costs no second pass."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn.functional import scaled_dot_product_attention

STATUS_WEIGHTS = "status.safetensors"
"""File of a model folder that holds the head."""


class StatusHead(torch.nn.Module):
    """Scores the statuses of each place: what stands there, and what it looks up in the words around it.

    *Reportedly* and *denied* may stand far from the trigger and say nothing of what it is, so each place asks for them
    itself, by attention over hidden states in which words are still close to themselves; the encoder need not carry
    them to every trigger.

    Args:
        width: of the hidden states.
        statuses: number of statuses.
        dropout: share of activations dropped in training.
    """

    HEADS, SIZE = 4, 24

    def __init__(self, width: int, statuses: int, dropout: float) -> None:
        super().__init__()
        inner = self.HEADS * self.SIZE
        self.query = torch.nn.Linear(width, inner)
        self.key = torch.nn.Linear(width, inner)
        self.value = torch.nn.Linear(width, inner)
        self.out = torch.nn.Linear(width + inner, statuses)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(self, states: Sequence[torch.Tensor], attention_mask: torch.Tensor | None = None) -> torch.Tensor:
        """Score each place, and look around two thirds of the way up the encoder.

        Args:
            states: ``[windows, places, width]`` hidden states of the encoder, those of the embeddings first.
            attention_mask: ``[windows, places]``, 1 where there is something to read.

        Returns:
            ``[windows, places, statuses]`` logits.
        """
        last, middle = self.dropout(states[-1]), self.dropout(states[2 * (len(states) - 1) // 3])
        query, key, value = (
            layer(states).unflatten(-1, (self.HEADS, self.SIZE)).transpose(1, 2)
            for layer, states in ((self.query, last), (self.key, middle), (self.value, middle))
        )
        mask = None if attention_mask is None else attention_mask[:, None, None].bool()
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out(torch.cat([last, seen.transpose(1, 2).flatten(2)], dim=-1))  # type: ignore[no-any-return]
