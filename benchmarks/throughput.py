#!/usr/bin/env python3
"""How fast we tag, beside ``transformers.pipeline`` and spaCy: the same text, the same weights, one run, on the CPU.

python benchmarks/throughput.py [--spacy DIR] [--json FILE]     the table
python benchmarks/throughput.py --file MINE.jsonl               the same on your own texts
python benchmarks/throughput.py --memory                        memory on a stream of 1,000,000 sentences

**Systems.** The pipeline loads our weights as a plain Hugging Face folder and is called with a list of sentences, as it
comes and with ``batch_size=32``. spaCy's NER is trained on the same articles, sentence by sentence. ``ours`` is
the model of ``--model``, and finds what the pipeline finds; ``participants`` is the same with its second network, and
``accurate`` the package's larger one. What is not installed or not built is left out, and a line says why.

**Text.** One sentence is one text, for every system: the pipeline cannot read whole articles. ``news`` is the articles
of newswire/test in an order drawn once, begun again until there are enough sentences. ``mix`` holds one sentence with
an event for nine without, drawn from the same articles; none is used twice before all were once (1,455 sentences).

**Fairness.** Each system lives in a process of its own that is started once, so no thread pool, allocator or cache is
shared; while one works the others sleep on a pipe. All may use the same cores (``taskset`` limits them) and one thread
per core, all read a tenth of the text once untimed, and every round asks them in another order. spaCy's NER runs on
one core, so it is run in as many processes as there are cores too. The clock runs over the whole call, from strings to
events; loading is not in it. Ratios are taken within a round; shown are median, least and greatest of the rounds.

**Share of the matrix rate.** The operations that the text needs (``flops`` in ``machine.py``; none for padding) by the
seconds of the whole call, over the rate of ``torch.matmul`` in fp32 at MiniLM's shapes, measured in the same round.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from machine import cores, facts, matrix_rate, memory, same_threads, show_spread, spread, work_of
from systems import BATCHED, SYSTEMS, USUAL, Folders, Worker, our_tagger
from texts import NEWSWIRE, mix, own, repeated, split

from news_event_tagger.cli.tables import number, plain_table
from news_event_tagger.corpus import read
from news_event_tagger.documents.document import Document
from news_event_tagger.documents.text import words
from news_event_tagger.evaluation import score
from news_event_tagger.exceptions import InputError, run_command

SEED = 1
MAKERS = {"news": repeated, "mix": mix}
_BESIDE = (USUAL, BATCHED, "spacy", "spacy-processes")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time our tagger beside transformers.pipeline and spaCy.")
    parser.add_argument("--file", type=Path, help="time on this text or set instead of newswire/test")
    parser.add_argument("--model", metavar="RUN", help="run folder, or accurate (default: the shipped model)")
    parser.add_argument("--spacy", type=Path, metavar="DIR", help="time spaCy's NER too; trained here the first time")
    parser.add_argument("--sentences", type=int, default=1_000, metavar="N", help="sentences of each text")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each system reads each text")
    parser.add_argument(
        "--memory", type=int, nargs="?", const=1_000_000, metavar="N", help="only watch memory on N sentences"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    arguments = parser.parse_args()
    for name in ("sentences", "rounds", "memory"):
        if (value := getattr(arguments, name)) is not None and value < 1:
            raise InputError(f"--{name} {value}: must be 1 or more")
    same_threads()
    figures: dict[str, Any] = {"command": sys.argv[1:], "machine": facts()}
    documents = own(arguments.file) if arguments.file else read(NEWSWIRE / "test")
    if arguments.memory:
        figures["memory"] = watch_memory(arguments.memory, arguments.model, documents)
    elif arguments.file:
        figures |= compare_all({arguments.file.name: repeated(documents, arguments.sentences, SEED)}, arguments)
    else:
        texts = {name: make(documents, arguments.sentences, SEED) for name, make in MAKERS.items()}
        figures |= compare_all(texts, arguments)
    show(figures)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def compare_all(texts: dict[str, list[Document]], arguments: argparse.Namespace) -> dict[str, Any]:
    """Start all systems, time them on each text, and time the start of our command."""
    from spacy_ner import trained

    spacy = trained(arguments.spacy) if arguments.spacy else None
    tagger = our_tagger(arguments.model)
    work = {name: work_of(tagger, sentences) for name, sentences in texts.items()}
    workers, left_out = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        tagger.save_pretrained(Path(folder) / "plain")
        folders = Folders(arguments.model, Path(folder) / "plain", spacy)
        try:
            for name in SYSTEMS:
                try:
                    workers[name] = Worker(name, folders)
                except InputError as reason:
                    left_out[name] = str(reason)
                    print(f"{name} left out: {reason}", file=sys.stderr)
            found = {
                name: compare(workers, sentences, arguments.rounds, work[name]) for name, sentences in texts.items()
            }
        finally:
            for worker in workers.values():
                worker.close()
    return {"texts": found, "left_out": left_out, "cold_start": cold_start(arguments.model, max(3, arguments.rounds))}


def compare(workers: dict[str, Worker], documents: Sequence[Document], rounds: int, work: int) -> dict[str, Any]:
    """Time all systems on one text, in turns, and score them where it is labelled.

    Args:
        workers: the systems by name.
        documents: the sentences.
        rounds: how often each system reads them.
        work: floating-point operations that our network needs for them.
    """
    texts = [document.text for document in documents]
    counted = sum(len(words(text)) for text in texts)
    labelled = any(document.events for document in documents)
    order, draw = list(workers), random.Random(SEED)
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    last, rates = {}, []
    for worker in workers.values():
        worker.predict(texts[: max(32, len(texts) // 10)])
    for turn in range(rounds):
        draw.shuffle(order)
        rates.append(matrix_rate())
        for name in order:
            last[name] = workers[name].predict(texts)
            seconds[name].append(last[name][0])
            print(f"round {turn + 1}: {name} {len(texts) / last[name][0]:.0f} sentences/s", file=sys.stderr)
    rows = {}
    for name, times in seconds.items():
        _, spans, held = last[name]
        rows[name] = {
            "seconds": times,
            "sentences_per_second": len(texts) / statistics.median(times),
            "words_per_second": counted / statistics.median(times),
            "strict_f1": strict_f1(documents, spans) if labelled else None,
            "memory_mib": held,
            "times": {
                other: spread([theirs / took for took, theirs in zip(times, seconds[other], strict=True)])
                for other in _BESIDE
                if other in seconds
            },
        }
    reached = [work / took / rate for took, rate in zip(seconds["ours"], rates, strict=True)]
    return {
        "sentences": len(texts),
        "distinct": len(set(texts)),
        "words": counted,
        "events": sum(len(document.events) for document in documents) if labelled else None,
        "gflop": work / 1e9,
        "matrix_gflop_per_second": spread([rate / 1e9 for rate in rates]),
        "share_of_matrix_rate": spread(reached),
        "systems": rows,
    }


def strict_f1(documents: Sequence[Document], spans: Sequence[Sequence[tuple[int, int, str]]]) -> float | None:
    """Strict micro-F1 of what a system found."""
    found = [Document.mark(gold.text, marks, gold.id) for gold, marks in zip(documents, spans, strict=True)]
    return score(documents, found, modes=["strict"])["strict"]["micro"]["f1"]  # type: ignore[no-any-return]


def cold_start(model: str | None, starts: int) -> list[float]:
    """Seconds from the call of ``news-events predict`` to its first result, for each of several starts."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text("Chad expelled two envoys on Tuesday.", encoding="utf-8")
        # JSON Lines are flushed line by line; output for people sits in a buffer until the process ends.
        command = [
            sys.executable,
            "-m",
            "news_event_tagger",
            "predict",
            "--format",
            "jsonl",
            "--device",
            "cpu",
            str(article),
        ]
        command += ["--model", model] if model else []
        for _ in range(starts):
            start = time.perf_counter()
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                line = process.stdout.readline() if process.stdout else b""
                found.append(time.perf_counter() - start)
            if not line:
                raise RuntimeError("news-events predict gave no result; what it said stands above")
    return found


def watch_memory(count: int, model: str | None, documents: Sequence[Document]) -> dict[str, Any]:
    """Memory of this process while sentences of the mix go by, each with a number so that no two are alike.

    It counts as flat if the last tenth holds no more than 2 % above the second. Buffers grow in the first 1,000
    sentences, so ask for 10,000 or more.
    """
    tagger = our_tagger(model)
    pool = mix(documents, 1_000, SEED) if any(document.events for document in documents) else split(documents)
    stream: Iterator[str] = (f"{document.text} {place}" for place, document in enumerate(cycle(pool)))
    samples: list[float] = []
    start = time.perf_counter()
    for place, _ in enumerate(tagger.stream(islice(stream, count)), 1):
        if place % max(1, count // 1_000) == 0:
            samples.append(memory())
        if place % max(1, count // 10) == 0:
            print(f"{place:,} sentences: {samples[-1]:.0f} MiB", file=sys.stderr)
    tenth = max(1, len(samples) // 10)
    early, late = statistics.median(samples[tenth : 2 * tenth] or samples), statistics.median(samples[-tenth:])
    return {
        "sentences": count,
        "seconds": time.perf_counter() - start,
        "peak_mib": max(samples),
        "second_tenth_mib": early,
        "last_tenth_mib": late,
        "flat": late <= 1.02 * early,
    }


def show(figures: dict[str, Any]) -> None:
    """Print what was measured."""
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    machine = figures["machine"]
    console.print(f"{machine['cpu']}, {machine['threads']} threads, torch {machine['versions']['torch']}")
    if found := figures.get("memory"):
        console.print(
            f"{found['sentences']:,} sentences in {found['seconds']:,.0f} s: peak "
            f"{found['peak_mib']:,.0f} MiB; second tenth {found['second_tenth_mib']:,.0f}, last tenth "
            f"{found['last_tenth_mib']:,.0f} MiB: {'flat' if found['flat'] else 'NOT flat'}"
        )
    for name, text in figures.get("texts", {}).items():
        title = f"{name}: {text['sentences']:,} sentences ({text['distinct']:,} distinct), {text['words']:,} words"
        table = plain_table(title, "", "sent/s", "words/s", "F1", "× pipeline", "× pipeline-32", "MiB")
        for system, row in text["systems"].items():
            cells = [f"{row['sentences_per_second']:,.0f}", f"{row['words_per_second']:,.0f}", number(row["strict_f1"])]
            cells += [show_spread(row["times"].get(other)) for other in (USUAL, BATCHED)]
            table.add_row(system, *cells, f"{row['memory_mib']:,.0f}")
        console.print(table)
        console.print(
            f"torch.matmul fp32 {show_spread(text['matrix_gflop_per_second'], 0)} GFLOP/s; "
            f"ours reaches {show_spread(text['share_of_matrix_rate'], 2)} of it"
        )
        for other in _BESIDE[2:]:
            rows = {name: row for name, row in text["systems"].items() if name in ("ours", "participants", "accurate")}
            if other in text["systems"]:
                ratios = (f"{name} {show_spread(row['times'][other])}" for name, row in rows.items())
                console.print(f"× {other}: {', '.join(ratios)}")
        console.print()
    if starts := figures.get("cold_start"):
        console.print(
            f"news-events predict: first result after {statistics.median(starts):.1f} s "
            f"[{min(starts):.1f}–{max(starts):.1f}], {len(starts)} starts on {cores()} cores"
        )


if __name__ == "__main__":
    run_command(main)
