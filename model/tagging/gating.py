"""The gate: a small network that skips what the tagger would find nothing in.

Most sentences of a newspaper hold nothing that could be an event, and the tagger's network spends as much on them as on
the others. The gate rates a window from the tagger's own word-piece vectors with a few convolutions, at a hundredth of
the cost; the network reads the windows that it rates high. What teaches it is :mod:`.distillation`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ..exceptions import InputError
from ..files import checked, read_json, together
from ..networks.bert import check_finite
from .batching import in_batches
from .windows import Window

WEIGHTS, SETTINGS = "gate.safetensors", "gate.json"
"""Files of a model folder that hold the gate."""
_TOGETHER = 128


@dataclass(frozen=True)
class Limit:
    """From which rating on a window passes, and what that did to the texts on which it was chosen.

    Attributes:
        threshold: the least rating that passes, a logit.
        windows: how many there were.
        passed: how many of them it lets through.
        events: how many events the tagger finds without it.
        kept: how many of them stand in windows that pass.
    """

    threshold: float
    windows: int
    passed: int
    events: int
    kept: int


_ALL = Limit(-np.inf, 0, 0, 0, 0)


class Gate(torch.nn.Module):
    """Rates windows by how likely the tagger's network finds an event in them.

    Args:
        vectors: ``[pieces, width of the network]`` the network's word-piece vectors, which are left as they are.
        limit: what passes; at first everything.
    """

    WIDTH, LAYERS, REACH = 64, 2, 5

    def __init__(self, vectors: torch.Tensor, limit: Limit = _ALL) -> None:
        super().__init__()
        self.limit = limit
        self.vectors: torch.Tensor
        self.register_buffer("vectors", vectors.detach(), persistent=False)
        width = self.WIDTH
        self.enter = torch.nn.Linear(vectors.shape[1], width)
        self.norm = torch.nn.LayerNorm(width)
        # Convolutions, written as the products they are: the library's own keep a kernel for each shape of a batch.
        self.layers = torch.nn.ModuleList(torch.nn.Linear(self.REACH * width, 2 * width) for _ in range(self.LAYERS))
        self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(width) for _ in range(self.LAYERS))
        self.whole = torch.nn.Linear(width, width)
        self.out = torch.nn.Linear(width, 1)
        self.dropout = torch.nn.Dropout(0.15)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Rate each place.

        Args:
            input_ids: ``[windows, places]`` token ids.
            attention_mask: ``[windows, places]``, 1 where there is something to read.

        Returns:
            ``[windows, places]`` logits of standing in an event.
        """
        there = attention_mask[..., None].bool()
        states = self.norm(self.enter(torch.nn.functional.embedding(input_ids, self.vectors)))
        states = self.dropout(states).masked_fill(~there, 0.0)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            around = torch.nn.functional.pad(states, (0, 0, self.REACH // 2, self.REACH // 2))
            around = around.unfold(1, self.REACH, 1).mT.flatten(2).flatten(0, 1)
            seen = torch.nn.functional.glu(layer(around)).view_as(states)
            states = norm(states + self.dropout(seen)).masked_fill(~there, 0.0)
        whole = states.masked_fill(~there, -np.inf).amax(dim=1, keepdim=True)
        return self.out(torch.nn.functional.gelu(states + self.whole(whole)))[..., 0]  # type: ignore[no-any-return]

    @torch.inference_mode()
    def ratings(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """``[windows]`` the rating of each: the greatest of its words, and of its whole sentence where that was cut.

        Args:
            windows: of whole texts, in order.
        """
        found = np.empty(len(windows), dtype=np.float32)
        device = self.out.weight.device
        for order, ids, mask in in_batches(windows, _TOGETHER, device):
            rated = self(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)).cpu().numpy()
            for row, index in enumerate(order):
                found[index] = rated[row, windows[index].heads].max(initial=-np.inf)
        begins = np.flatnonzero([not window.joins for window in windows])
        if len(begins) == len(windows):
            return found
        # What is decoded as one is read as one.
        return np.repeat(np.maximum.reduceat(found, begins), np.diff(begins, append=len(windows)))

    def passes(self, windows: Sequence[Window]) -> NDArray[np.bool_]:
        """``[windows]`` whether the network has to read each."""
        return self.ratings(windows) >= self.limit.threshold

    def save(self, folder: Path) -> None:
        """Write the files of :meth:`read`."""
        with together(folder) as temporary:
            save_file({name: values.half() for name, values in self.state_dict().items()}, temporary / WEIGHTS)
            (temporary / SETTINGS).write_text(json.dumps(asdict(self.limit), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, vectors: torch.Tensor) -> Gate:
        """The gate of a model folder.

        Args:
            folder: that folder.
            vectors: see the class; the gate goes to their device.

        Raises:
            InputError: the folder has no gate, or a damaged one.
        """
        if not all((folder / name).is_file() for name in (WEIGHTS, SETTINGS)):
            raise InputError(f"{folder}: has no gate; news-events gate teaches it one (docs/SPEED.md)")
        try:
            limit = checked(dict[str, int | float], read_json(folder / SETTINGS), SETTINGS, "teach it again")
            gate = cls(vectors, Limit(**limit))
            weights = {name: values.float() for name, values in load_file(folder / WEIGHTS).items()}
            check_finite(weights)
            gate.load_state_dict(weights)
        except (InputError, OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            reason = str(error).strip().split("\n")[0][:200]
            raise InputError(f"{folder}: its gate is damaged, or of another model ({reason}); teach it again") from None
        return gate.to(vectors.device).eval()
