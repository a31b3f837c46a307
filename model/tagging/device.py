"""What computes, and how much of it at once."""

from __future__ import annotations

import sys
from typing import NamedTuple

import torch

from ..exceptions import InputError


def usable(device: str | None) -> torch.device:
    """The device of a name; ``None`` is CUDA where there is one, else the CPU.

    Raises:
        InputError: there is no such device.
    """
    try:
        place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.empty(0, device=place)
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device {device!r}: not usable here ({str(error).splitlines()[0]}); say cpu, or leave it out"
        ) from None
    return place


class Room(NamedTuple):
    """How much goes through a network together.

    Attributes:
        windows: most of them.
        places: most places in them, padding counted; one window may have more.
        overhead: what a batch costs besides its places, in places.
    """

    windows: int
    places: int
    overhead: int


def room(device: torch.device, batch_size: int | None) -> Room:
    """What fits a device.

    On a CPU small batches lose nothing but that the weights are read once more for each. Any other device waits for
    the next batch longer than it computes padding, so batches are as large as half a gigabyte holds.

    Args:
        device: it.
        batch_size: most windows, where the caller says so.

    Raises:
        InputError: that is less than one.
    """
    if batch_size is not None and (type(batch_size) is not int or batch_size < 1):
        raise InputError(f"batch_size is {batch_size!r}: give 1 or more, or none for what fits the device")
    if device.type == "cpu":
        return Room(batch_size or 32, sys.maxsize, 32)
    return Room(batch_size or sys.maxsize, sys.maxsize if batch_size else 32_768, 4_096)


def halves_on_cpu() -> bool:
    """Whether this CPU has instructions for bfloat16; on others computing in it is slower, not faster."""
    asked = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(asked and asked())
