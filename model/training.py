"""Training: from a configuration to a run folder, with the Hugging Face Trainer doing the loop."""

from __future__ import annotations

import json
import math
import signal
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import datasets
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

from model.bert import encoder_path
from model.config import Config
from model.document import Document, Event
from model.errors import InputError
from model.evaluation import score
from model.files import read_text
from model.network import load_tokenizer, new_network
from model.sampling import EpochSampler
from model.schema import Schema
from model.tagger import EventTagger, events_of
from model.tuning import tune
from model.windows import Span, Window, Windower, Windows

IGNORED = -100
"""Label or status of pieces that the loss leaves out: special tokens and context, for statuses all but triggers."""


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
        tune(tagger, train, dev, config.model.wanted_precision or None)
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
    if not any(document.events for document in train):
        raise InputError("the training set holds no labelled event; name a labelled set as data.train")
    on_gpu = _on_gpu(device)
    transformers.set_seed(seed)
    tokenizer = load_tokenizer(encoder_path(config.model.encoder))
    network = new_network(config.model, schema)
    tagger = EventTagger(
        network, tokenizer, schema, config.model.tokens, config.model.threshold, config.model.neighbours
    )
    train_table = training_table(train, Windower(tokenizer, config.model.tokens, seed=seed), schema)
    sampler = EpochSampler(
        [len(ids) for ids in train_table["input_ids"]],
        [any(label > 0 for label in labels) for labels in train_table["labels"]],
        config.training.batch_size,
        config.training.quiet_share,
        seed,
    )
    trainer = _Trainer(
        sampler,
        len(schema.labels),
        config.training.status_weight,
        model=network,
        args=_arguments(config, len(sampler), seed, work, on_gpu, bool(dev)),
        train_dataset=train_table,
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


def training_table(documents: Sequence[Document], windower: Windower, schema: Schema) -> datasets.Dataset:
    """The windows of labelled documents as a table of token ids, label ids and status ids.

    Args:
        documents: labelled documents.
        windower: cuts them.
        schema: gives labels and statuses their numbers.

    Returns:
        A table with the columns ``input_ids``, ``labels`` and ``statuses``, one row per window, in order.
    """
    rows: dict[str, list[Any]] = {"input_ids": [], "labels": [], "statuses": []}
    for document in documents:
        cut = windower(document.text)
        learnt = document.without_overlaps()
        for window in cut.windows:
            labels, statuses = label_pieces(learnt, cut, window, schema)
            rows["input_ids"].append(window.ids)
            rows["labels"].append(labels)
            rows["statuses"].append(statuses)
    return datasets.Dataset.from_dict(rows)


def label_pieces(document: Document, cut: Windows, window: Window, schema: Schema) -> tuple[list[int], list[int]]:
    """The label and the status of each place of a window; :data:`IGNORED` where the window decides no word.

    Every piece of a word is labelled: the first of a trigger ``B-``, all others of it ``I-``. So a plain
    token-classification pipeline, which knows no words, reads the network as our decoding does. A status stands at
    every piece of a trigger whose status somebody judged.

    Args:
        document: labels, not overlapping.
        cut: the document's words.
        window: one of its windows.
        schema: gives labels and statuses their numbers.
    """
    owners = dict(_word_events(document, cut.words))
    labels, statuses = [], []
    previous = -1
    for word in window.pieces.tolist():
        label, status = IGNORED if word < 0 else 0, IGNORED
        if word in owners:
            event, first_word = owners[word]
            label = schema.begin(event.type) + (0 if word == first_word and word != previous else 1)
            status = schema.statuses.index(event.status) if event.status in schema.statuses else IGNORED
        labels.append(label)
        statuses.append(status)
        previous = word
    return labels, statuses


def newest_checkpoint(work: Path) -> Path | None:
    """The last checkpoint that was written whole; the Trainer writes its state file last."""
    found = []
    for folder in work.glob("checkpoint-*"):
        try:
            found.append((int(json.loads(read_text(folder / "trainer_state.json"))["global_step"]), folder))
        except (InputError, ValueError, KeyError):
            continue
    return max(found)[1] if found else None


def _word_events(document: Document, words: Sequence[Span]) -> Iterator[tuple[int, tuple[Event, int]]]:
    """``(word, (its event, first word of that event))`` for each word that an event touches."""
    ends = [end for _, end in words]
    for event in document.events:
        first = bisect_right(ends, event.start)
        for word in range(first, len(words)):
            if words[word][0] >= event.end:
                break
            yield word, (event, first)


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
        num_train_epochs=max(training.epochs, math.ceil(training.least_steps / steps)),
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


def _on_gpu(device: str | None) -> bool:
    if device not in (None, "cpu", "cuda"):
        raise InputError(f"--device {device}: wants cpu or cuda")
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("--device cuda: torch sees no CUDA device here; leave the option out or say cpu")
    return device != "cpu" and torch.cuda.is_available()


class _Collator:
    """Pads the windows of a batch to the longest of them."""

    def __init__(self, pad: int) -> None:
        self._pad = pad

    def __call__(self, rows: Sequence[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        def padded(values: list[list[int]], filler: int) -> torch.Tensor:
            return pad_sequence([torch.tensor(value) for value in values], batch_first=True, padding_value=filler)

        return {
            "input_ids": padded([row["input_ids"] for row in rows], self._pad),
            "attention_mask": padded([[1] * len(row["input_ids"]) for row in rows], 0),
            "labels": padded([row["labels"] for row in rows], IGNORED),
            "statuses": padded([row["statuses"] for row in rows], IGNORED),
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
