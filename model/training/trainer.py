"""Training: from a configuration to a run folder, with the Hugging Face Trainer doing the loop."""

from __future__ import annotations

import json
import math
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from tqdm.auto import tqdm
from transformers import (
    EvalPrediction,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from ..document import Document
from ..evaluation import score
from ..exceptions import InputError
from ..files import read_text
from ..networks.network import load_tokenizer, new_network
from ..pretrained.start import start_of
from ..schema import Schema
from ..tagging.decoding import events_of
from ..tagging.device import usable
from ..tagging.tagger import EventTagger
from ..tagging.windows import Windower
from .config import Config
from .examples import IGNORED, training_table
from .sampler import EpochSampler
from .student import eventful, lessons, soft_loss
from .thresholds import tune


def fit(
    config: Config,
    schema: Schema,
    train: Sequence[Document],
    dev: Sequence[Document],
    seed: int,
    work: Path,
    device: str | None = None,
    resume: bool = False,
) -> EventTagger:
    """Train one tagger.

    Args:
        config: the settings.
        schema: event types of all the sets.
        train: labelled documents to learn from.
        dev: labelled documents that choose the best epoch; if empty, the last epoch is kept.
        seed: of all that is random.
        work: folder for checkpoints; it must outlive an interruption for ``resume`` to find them.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.
        resume: go on from the newest whole checkpoint in ``work``.

    Returns:
        The tagger with the weights of the best epoch.

    Raises:
        InputError: there is nothing to learn from, or the device is not there.
        KeyboardInterrupt: after Ctrl-C, once a checkpoint is written.
    """
    tagger, trainer = make_trainer(config, schema, train, dev, seed, work, device)
    checkpoint = newest_checkpoint(work) if resume else None
    interrupted = _Interrupted()
    trainer.add_callback(interrupted)
    with interrupted:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    tagger.network.eval()
    if config.model.tune_threshold and dev:
        tune(tagger, train, dev, config.model.target_precision or None)
    return tagger


def make_trainer(
    config: Config,
    schema: Schema,
    train: Sequence[Document],
    dev: Sequence[Document],
    seed: int,
    work: Path,
    device: str | None = None,
) -> tuple[EventTagger, Trainer]:
    """A tagger with fresh layers, and the Trainer that will train its network; arguments as in :func:`fit`.

    Raises:
        InputError: there is nothing to learn from, or the device is not there.
    """
    if not config.training.teacher and not any(document.events for document in train):
        raise InputError("the training set holds no labelled event; name a labelled set as data.train")
    place = usable(device)
    if place.index:
        raise InputError(f"device {device}: a training takes the first GPU; set CUDA_VISIBLE_DEVICES to choose another")
    on_gpu = place.type != "cpu"
    model = config.model
    start = start_of(model.encoder, schema)
    transformers.set_seed(seed)
    tokenizer = load_tokenizer(start.encoder)
    network = new_network(
        start.encoder,
        schema,
        dropout=model.dropout,
        layers=model.layers,
        intermediate_size=model.intermediate_size,
        freeze_embeddings=model.freeze_embeddings,
        freeze_layers=model.freeze_layers,
        weights=start.weights,
        status=start.status,
    )
    tagger = EventTagger(network, tokenizer, schema, model.tokens, model.threshold, model.neighbours)
    if config.training.teacher:
        rows: Any = lessons(config.training.teacher, tagger, train, seed, device)
        has_event = eventful(rows, len(schema.labels))
    else:
        rows = training_table(train, Windower(tokenizer, model.tokens, seed=seed), schema)
        has_event = [any(label > 0 for label in labels) for labels in rows["labels"]]
    sampler = EpochSampler(
        [len(row["input_ids"]) for row in rows],
        has_event,
        config.training.batch_size,
        config.training.negative_share,
        seed,
    )
    trainer = _Trainer(
        sampler,
        len(schema.labels),
        config.training.status_weight,
        model=network,
        args=_arguments(config, len(sampler), seed, work, on_gpu, bool(dev)),
        train_dataset=rows,
        eval_dataset=training_table(dev, tagger.windower, schema) if dev else None,
        data_collator=_Collator(network.library_config.get("pad_token_id") or 0),
        compute_metrics=_metrics(tagger, dev) if dev else None,
        optimizers=(_optimizer(network, config), None),
        callbacks=[_Epochs(sampler)],
    )
    trainer.remove_callback(ProgressCallback)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(_Progress())
    return tagger, trainer


def newest_checkpoint(work: Path) -> Path | None:
    """The last checkpoint that was written whole; the Trainer writes its state file last."""
    found = []
    for folder in work.glob("checkpoint-*"):
        try:
            found.append((int(json.loads(read_text(folder / "trainer_state.json"))["global_step"]), folder))
        except (InputError, ValueError, KeyError):
            continue
    return max(found)[1] if found else None


def _metrics(tagger: EventTagger, dev: Sequence[Document]) -> Callable[[EvalPrediction], dict[str, float]]:
    """Strict micro-F1 of spans on dev, from the logits that the Trainer gathers."""
    cut = [tagger.windower(document.text) for document in dev]

    def metrics(prediction: EvalPrediction) -> dict[str, float]:
        rows = iter(np.asarray(prediction.predictions, dtype=np.float64))
        guesses = []
        for document, windows in zip(dev, cut, strict=True):
            scores = [next(rows)[window.heads] for window in windows.windows]
            guesses.append(
                document.with_events(events_of(document.text, windows, scores, tagger.schema, tagger.thresholds))
            )
        return {"f1": score(dev, guesses, modes=["strict"])["strict"]["micro"]["f1"] or 0.0}

    return metrics


def _arguments(config: Config, windows: int, seed: int, work: Path, on_gpu: bool, has_dev: bool) -> TrainingArguments:
    training = config.training
    steps = math.ceil(windows / training.batch_size)
    best = {"load_best_model_at_end": True, "metric_for_best_model": "f1", "greater_is_better": True}
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=max(training.epochs, math.ceil(training.min_steps / steps)),
        per_device_train_batch_size=training.batch_size,
        per_device_eval_batch_size=32,
        learning_rate=training.learning_rate,
        warmup_steps=training.warmup,
        max_grad_norm=1.0,
        bf16=training.precision == "bf16" and on_gpu,
        seed=seed,
        use_cpu=not on_gpu,
        save_strategy="epoch",
        save_total_limit=2,
        eval_strategy="epoch" if has_dev else "no",
        logging_strategy="epoch",
        dataloader_pin_memory=on_gpu,
        label_names=["labels", "statuses"],
        report_to=[],
        **(best if has_dev else {}),
    )


def _optimizer(network: torch.nn.Module, config: Config) -> torch.optim.Optimizer:
    """AdamW with a rate of its own for the fresh classifier, and no decay on biases and norms."""
    training = config.training
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            is_head = name.startswith(("tokens.classifier", "status"))
            groups.setdefault((is_head, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": training.head_learning_rate if is_head else training.learning_rate,
                "weight_decay": training.weight_decay if decays else 0.0,
            }
            for (is_head, decays), parameters in groups.items()
        ],
        fused=True,
    )


class _Collator:
    """Pads the windows of a batch to the longest of them."""

    def __init__(self, pad: int) -> None:
        self._pad = pad

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        fillers = {"input_ids": self._pad, "labels": IGNORED, "statuses": IGNORED}
        masked = [row | {"attention_mask": [1] * len(row["input_ids"])} for row in rows]
        return {
            name: pad_sequence(
                [torch.as_tensor(row[name]) for row in masked], batch_first=True, padding_value=fillers.get(name, 0)
            )
            for name in masked[0]
        }


class _Trainer(Trainer):  # type: ignore[misc]
    """The Trainer with our order of batches and our loss."""

    def __init__(self, sampler: EpochSampler, labels: int, status_weight: float, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._sampler = sampler
        self._labels = labels
        self._status_weight = status_weight

    def compute_loss(
        self, model: torch.nn.Module, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **_: Any
    ) -> Any:
        """Mean cross-entropy of the labels; a trigger piece's status counts beside its label, by its weight."""
        logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).float().flatten(0, 1)
        if "wanted" in inputs:
            wanted = inputs["wanted"].flatten(0, 1)
            return soft_loss(logits, wanted, inputs["decided"].flatten(), self._labels, self._status_weight)
        labels, statuses = inputs["labels"].flatten(), inputs["statuses"].flatten()
        loss = cross_entropy(logits[:, : self._labels], labels)
        if logits.shape[1] > self._labels:
            # A mean over the triggers alone would outweigh the labels, most of which are easy.
            judged = cross_entropy(logits[:, self._labels :], statuses, reduction="sum")
            loss = loss + self._status_weight * judged / (labels != IGNORED).sum()
        return (loss, {"logits": logits.view(*inputs["labels"].shape, -1)}) if return_outputs else loss

    def get_train_dataloader(self) -> Any:
        loader = DataLoader(
            self.train_dataset,
            batch_size=self.args.per_device_train_batch_size,
            sampler=self._sampler,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )
        return self.accelerator.prepare(loader)


class _Epochs(TrainerCallback):  # type: ignore[misc]
    """Tells the sampler which epoch it is, in every process and after a resumption."""

    def __init__(self, sampler: EpochSampler) -> None:
        self._sampler = sampler

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._sampler.epoch = int(state.epoch or 0)


class _Progress(ProgressCallback):  # type: ignore[misc]
    """The Trainer's bars, and a line per epoch in words instead of a dictionary."""

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **kwargs: Any
    ) -> None:
        if not state.is_world_process_zero or not logs:
            return
        if "loss" in logs:
            self._write(f"epoch {state.epoch:.0f} of {args.num_train_epochs:.0f}: loss {float(logs['loss']):.4f}")
        elif "eval_f1" in logs:
            self._write(f"epoch {state.epoch:.0f} of {args.num_train_epochs:.0f}: dev F1 {float(logs['eval_f1']):.3f}")

    @staticmethod
    def _write(line: str) -> None:
        tqdm.write(line, file=sys.stderr)


class _Interrupted(TrainerCallback):  # type: ignore[misc]
    """Turns the first Ctrl-C into a checkpoint at the end of the step; a second one stops at once."""

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
        # At the end of an epoch the Trainer saves anyway, after it has evaluated.
        if self._asked and float(state.epoch or 0) % 1:
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if self._asked:
            raise KeyboardInterrupt
