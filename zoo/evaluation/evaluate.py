"""A model's scores on a split of a task, in all and by source length."""

import dataclasses
import functools
import time
from collections.abc import Sequence

import numpy as np

from zoo.backend import compiled
from zoo.data.batches import Batches, shift_right
from zoo.data.frame_list import FrameList
from zoo.data.task import Task
from zoo.decoding import Ensemble, Greedy, generate, stream
from zoo.decoding.strategy import Strategy
from zoo.evaluation.by_length import by_length, length_edges
from zoo.evaluation.metrics import METRICS, count, perplexity, score_of, signature
from zoo.loss import summed_crossentropy
from zoo.seq2seq import Seq2Seq


@dataclasses.dataclass(frozen=True)
class Report:
    """The result of an evaluation.

    Attributes:
        strategy: the strategy's `repr`.
        split: the split's name.
        scores: {"value": float, "signature": str} for each metric's name.
        by_length: a dict for each range of source lengths, in tokens without the end token, or in
            frames.
        sources: source texts.
        outputs: the outputs for them.
        references: the references for them.
        lengths: of the sources, likewise.
        counts: metric name to what it counted of each example, float64 `[N, K]`; not of perplexity.
        seconds: time of decoding.
    """

    strategy: str
    split: str
    scores: dict[str, dict]
    by_length: list[dict]
    sources: list[str]
    outputs: list[str]
    references: list[tuple[str, ...]]
    lengths: list[int]
    counts: dict[str, np.ndarray]
    seconds: float


def evaluate_model(
    model: Seq2Seq | Ensemble,
    task: Task,
    split: str,
    strategy: Strategy = Greedy(),
    limit: int = 0,
    max_length: int | None = None,
    edges: Sequence[int] | None = None,
    jit: bool = True,
) -> Report:
    """Scores a model on a split.

    Args:
        model: the model, or several that vote.
        task: the task.
        split: such as "validation" or "test".
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        limit: takes the first `limit` examples only; 0 takes all.
        max_length: the maximum output length in tokens; None takes the length of the task's longest
            target.
        edges: bounds of the length buckets; None makes five of about equal counts.
        jit: False runs eagerly.

    Raises:
        ZooError: the task has no such split.
    """
    examples = task.examples(split)[: limit or None]
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    references = [e.references for e in examples]
    started = time.perf_counter()
    decode = stream if isinstance(sources, FrameList) else generate  # not all frames in memory
    best = list(decode(model, sources, strategy, max_length or task.max_target_length, jit=jit))
    seconds = time.perf_counter() - started
    outputs = [task.target_tokenizer.decode(hypotheses[0].ids) for hypotheses in best]
    counts = {
        name: count(name, outputs, references) for name in task.metrics if METRICS[name].counts
    }
    scores = {}
    for name in task.metrics:
        if name == "perplexity":
            value = model_perplexity(model, task, examples, jit)
        else:
            value = score_of(name, counts[name])
        scores[name] = {"value": value, "signature": signature(name, references)}
    lengths = source_lengths(sources)
    buckets = by_length(counts, lengths, edges or length_edges(lengths))
    return Report(
        strategy=repr(strategy),
        split=split,
        scores=scores,
        by_length=buckets,
        sources=[e.source for e in examples],
        outputs=outputs,
        references=references,
        lengths=lengths,
        counts=counts,
        seconds=seconds,
    )


def source_lengths(sources):
    """Tokens without the end token, or frames, of each source that a task has encoded."""
    if isinstance(sources, FrameList):
        return sources.lengths.tolist()
    return [len(ids) - 1 for ids in sources]


def model_perplexity(model, task, examples, jit=True):
    """Perplexity of the first references, by teacher forcing. End tokens count.

    Args:
        model: `Seq2Seq` or `Ensemble`.
        task: `Task`.
        examples: list of the task's examples.
        jit: bool, False runs eagerly.
    """
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    targets = task.target_tokenizer.encode_batch([e.references[0] for e in examples])
    batches = Batches(sources, targets, tokens=4096, buckets=2, shuffle=False)

    def likelihood(model, source, target_in, target):
        return summed_crossentropy(target, model((source, target_in), training=False))

    if jit:
        function = compiled(model, "likelihood", likelihood)
    else:
        function = functools.partial(likelihood, model)
    total = tokens = 0.0
    for batch in batches.epoch(0):
        target_in = shift_right(batch.target, model.start_id)
        loss, count = function(batch.source, target_in, batch.target)
        total += float(loss)
        tokens += float(count)
    return perplexity(total, tokens)
