"""The training of one tagger, with the Hugging Face Trainer doing the loop."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from transformers import EvalPrediction, PrinterCallback, ProgressCallback, Trainer, TrainingArguments

from ..documents.document import Document
from ..documents.schema import Schema
from ..evaluation import score
from ..exceptions import InputError, note
from ..files import read_text
from ..networks.network import load_tokenizer, new_network
from ..pretrained.start import participants_of, start_of
from ..tagging.decoding import events_of
from ..tagging.device import halves_on_cpu, usable
from ..tagging.questions import LABELLED_TO, lessons_of, role_schema
from ..tagging.tagger import EventTagger
from ..tagging.windows import Windower
from .callbacks import EpochCallback, Interruption, ProgressLines
from .config import Config, TrainingConfig
from .examples import IGNORED, training_table
from .sampler import EpochSampler
from .student import eventful, lessons, soft_loss
from .thresholds import tune


class EventTrainer(Trainer):  # type: ignore[misc]
    """The library's Trainer with our network, our order of batches and our loss.

    Args:
        config: the settings.
        schema: event types of all the sets.
        train: labelled documents to learn from.
        dev: labelled documents that choose the best epoch; if empty, the last epoch is kept.
        seed: of all that is random.
        work: folder for checkpoints; it must outlive an interruption for a resumption to find them.
        device: ``"cpu"`` or ``"cuda"``; ``None`` takes CUDA where there is one.

    Attributes:
        tagger: what is trained.

    Raises:
        InputError: there is nothing to learn from or to choose by, or the device is not there.
    """

    def __init__(
        self,
        config: Config,
        schema: Schema,
        train: Sequence[Document],
        dev: Sequence[Document],
        seed: int,
        work: Path,
        device: str | None = None,
    ) -> None:
        model, training = config.model, config.training
        if not training.teacher and not any(document.events for document in train):
            raise InputError("the training set holds no labelled event; name a labelled set as data.train")
        if dev and not any(document.events for document in dev):
            raise InputError("the dev set holds no labelled event to choose an epoch by; name another as data.dev")
        place = usable(device)
        if place.index:
            raise InputError(
                f"device {device}: a training takes the first GPU; set CUDA_VISIBLE_DEVICES to choose another"
            )
        on_gpu = place.type != "cpu"
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
        self.tagger = EventTagger(network, tokenizer, schema, model.tokens, model.threshold, model.neighbours)
        if training.teacher:
            rows: Any = lessons(training.teacher, self.tagger, train, seed, device)
            has_event = eventful(rows, len(schema.labels))
        else:
            rows = training_table(train, Windower(tokenizer, model.tokens, seed=seed), schema)
            has_event = [any(label > 0 for label in labels) for labels in rows["labels"]]
        lengths = [len(row["input_ids"]) for row in rows]
        self._sampler = EpochSampler(lengths, has_event, training.batch_size, training.negative_share, seed)
        self._labels = len(schema.labels)
        self._config, self._train, self._dev, self._work = config, train, dev, work
        super().__init__(
            model=network,
            args=_arguments(training, len(self._sampler), seed, work, on_gpu, bool(dev)),
            train_dataset=rows,
            eval_dataset=training_table(dev, self.tagger.windower, schema) if dev else None,
            data_collator=_Collator(network.library_config.get("pad_token_id") or 0),
            compute_metrics=_metrics(self.tagger, dev) if dev else None,
            optimizers=(_optimizer(network, training), None),
            callbacks=[EpochCallback(self._sampler)],
        )
        self.remove_callback(ProgressCallback)
        self.remove_callback(PrinterCallback)
        self.add_callback(ProgressLines())

    def fit(self, resume: bool = False) -> EventTagger:
        """Train, and choose the thresholds where the settings say so.

        Args:
            resume: go on from the newest whole checkpoint in the folder for checkpoints.

        Returns:
            The tagger with the weights of the best epoch.

        Raises:
            KeyboardInterrupt: after Ctrl-C, once a checkpoint is written.
        """
        checkpoint = newest_checkpoint(self._work) if resume else None
        interruption = Interruption()
        self.add_callback(interruption)
        with interruption:
            self.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        self.tagger.network.eval()
        if self._config.model.tune_threshold and self._dev:
            tune(self.tagger, self._train, self._dev, self._config.model.target_precision or None)
        return self.tagger

    @property
    def dev_f1(self) -> list[float]:
        """Strict micro-F1 on dev after each epoch so far; none without a dev set."""
        return [float(row["eval_f1"]) for row in self.state.log_history if "eval_f1" in row]

    def compute_loss(
        self, model: torch.nn.Module, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **_: Any
    ) -> Any:
        """Mean cross-entropy of the labels; a trigger piece's status counts beside its label, by its weight."""
        weight = self._config.training.status_weight
        logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).float().flatten(0, 1)
        if "wanted" in inputs:
            wanted = inputs["wanted"].flatten(0, 1)
            return soft_loss(logits, wanted, inputs["decided"].flatten(), self._labels, weight)
        labels, statuses = inputs["labels"].flatten(), inputs["statuses"].flatten()
        loss = cross_entropy(logits[:, : self._labels], labels)
        if logits.shape[1] > self._labels:
            # A mean over the triggers alone would outweigh the labels, most of which are easy.
            judged = cross_entropy(logits[:, self._labels :], statuses, reduction="sum")
            loss = loss + weight * judged / (labels != IGNORED).sum()
        return (loss, {"logits": logits.view(*inputs["labels"].shape, -1)}) if return_outputs else loss

    def get_train_dataloader(self) -> Any:
        """Batches in the order of our sampler."""
        loader = DataLoader(
            self.train_dataset,
            batch_size=self.args.per_device_train_batch_size,
            sampler=self._sampler,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )
        return self.accelerator.prepare(loader)


def train(
    config: Config,
    schema: Schema,
    documents: Sequence[Document],
    dev: Sequence[Document],
    seed: int,
    work: Path,
    device: str | None = None,
    resume: bool = False,
) -> tuple[EventTagger, list[float]]:
    """Train a tagger, and where participants are marked a second one for them and for the statuses.

    Where none are marked, but the model that the training goes on from finds some, that goes on finding them.

    Args:
        config: the settings.
        schema: event types of all the sets.
        documents: labelled documents to learn from.
        dev: see :class:`EventTrainer`.
        seed: of all that is random.
        work: folder for checkpoints, see :class:`EventTrainer`.
        device: see :class:`EventTrainer`.
        resume: go on from the newest whole checkpoints.

    Returns:
        The tagger, and the strict micro-F1 of its events on dev after each epoch.
    """
    events = EventTrainer(config, schema, documents, dev, seed, work / "events", device)
    tagger = events.fit(resume)
    lessons = lessons_of(documents)
    roles = role_schema(lessons, schema.statuses)
    if not config.training.role_epochs or config.training.teacher:
        return tagger, events.dev_f1
    if roles:
        note(f"participants: learning from {len(lessons):,} events")
        checks = [check for check in lessons_of(dev) if LABELLED_TO not in check.meta]
        settings = config.for_participants()
        answering = EventTrainer(settings, roles, lessons, checks, seed, work / "participants", device)
        tagger.role_tagger = answering.fit(resume)
    elif kept := participants_of(config.model.encoder, schema):
        note("participants: none is marked; found as by the model that this goes on from")
        tagger.role_tagger = EventTagger.from_pretrained(kept, device)
    return tagger, events.dev_f1


def newest_checkpoint(work: Path) -> Path | None:
    """The last checkpoint that is whole; those behind it are named."""
    for folder in sorted(work.glob("checkpoint-*"), key=_step, reverse=True):
        try:
            # The Trainer writes it last.
            int(json.loads(read_text(folder / "trainer_state.json"))["global_step"])
            for file in folder.glob("*.safetensors"):
                load_file(file)
            for file in folder.glob("*.pt*"):
                if part := zipfile.ZipFile(file).testzip():
                    raise ValueError(f"{part} is damaged")
        except (InputError, SafetensorError, zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError):
            note(f"{folder}: not whole, left out; going on from what was written before it")
        else:
            return folder
    return None


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


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
        return {"f1": score(dev, guesses, modes=["strict"])["strict"]["micro"]["f1"]}

    return metrics


def _arguments(
    training: TrainingConfig, windows: int, seed: int, work: Path, on_gpu: bool, has_dev: bool
) -> TrainingArguments:
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
        bf16=training.precision == "bf16" and (on_gpu or halves_on_cpu()),
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


def _optimizer(network: torch.nn.Module, training: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW with a rate of its own for the fresh classifier, and no decay on biases and norms."""
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
