"""What happens between the steps of a training: the sampler's epoch, lines for people, and Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from tqdm.auto import tqdm
from transformers import ProgressCallback, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .sampler import EpochSampler


class EpochCallback(TrainerCallback):  # type: ignore[misc]
    """Tells the sampler which epoch it is, in every process and after a resumption."""

    def __init__(self, sampler: EpochSampler) -> None:
        self._sampler = sampler

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Take over the epoch of the Trainer's state."""
        self._sampler.epoch = int(state.epoch or 0)


class ProgressLines(ProgressCallback):  # type: ignore[misc]
    """The Trainer's bars, and a line per epoch in words instead of a dictionary."""

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **kwargs: Any
    ) -> None:
        """Write the loss of an epoch, or its score on dev."""
        if not state.is_world_process_zero or not logs:
            return
        for key, words in (("loss", "loss {:.4f}"), ("eval_f1", "dev F1 {:.3f}")):
            if key in logs:
                told = words.format(float(logs[key]))
                tqdm.write(f"epoch {state.epoch:.0f} of {args.num_train_epochs:.0f}: {told}", file=sys.stderr)


class Interruption(TrainerCallback):  # type: ignore[misc]
    """Turns the first Ctrl-C into a checkpoint at the end of the step; a second one stops at once.

    Used in a ``with`` block around the training, outside of which Ctrl-C means what it meant before.
    """

    def __init__(self) -> None:
        self._asked = False
        self._old: Any = None

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._old = signal.signal(signal.SIGINT, self._ask)

    def __exit__(self, *_: object) -> None:
        if self._old is not None:
            signal.signal(signal.SIGINT, self._old)

    def _ask(self, *_: object) -> None:
        self._asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Ask for a checkpoint."""
        # At the end of an epoch the Trainer saves anyway, after it has evaluated.
        if self._asked and float(state.epoch or 0) % 1:
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Stop, once there is one."""
        if self._asked:
            raise KeyboardInterrupt
