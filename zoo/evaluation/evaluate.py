"""A model's scores on a split of a task, in all and by source length."""

import dataclasses
import functools
import time
import warnings
from collections.abc import Sequence

import numpy as np

from zoo.backend import compiled
from zoo.data.batches import Batches, shift_right
from zoo.data.frame_list import FrameList
from zoo.data.readers.oddities import DataWarning
from zoo.data.task import Task
from zoo.decoding import Ensemble, Greedy, generate, stream
from zoo.decoding.padding import FRAMES
from zoo.decoding.score import check_room
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError
from zoo.evaluation.by_group import by_group
from zoo.evaluation.by_length import by_length, length_edges
from zoo.evaluation.metrics import METRICS, check_metrics, count, perplexity, score_of, signature
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
        lengths: of each source, in tokens without the end token, or in frames.
        counts: metric name to what it counted of each example, float64 `[N, K]`; not of perplexity.
        seconds: time of decoding.
        by_group: a dict for each group of examples, or none if there are too many groups.
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
    by_group: list[dict] = dataclasses.field(default_factory=list)


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
        UnknownName: the task has no such split, or names a metric that there is not.
        ZooError: `model` is something else, or `max_length` is beyond its positions.
    """
    if not isinstance(model, Seq2Seq | Ensemble):
        raise ZooError(
            f"expected a model, got a {type(model).__name__}; of a text model, give its `model`, "
            "and the task `with_tokenizers` of its own"
        )
    check_metrics(task.metrics)
    if max_length:
        check_room(model, max_length)
    examples = task.examples(split, limit)
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    started = time.perf_counter()
    decode = stream if isinstance(sources, FrameList) else generate  # not all frames in memory
    best = list(decode(model, sources, strategy, max_length or task.max_target_length, jit=jit))
    seconds = time.perf_counter() - started
    candidates = [[task.target_tokenizer.decode(x.ids) for x in found[:5]] for found in best]
    known = model_perplexity(model, task, examples, jit) if "perplexity" in task.metrics else None
    return report_of(
        task, split, candidates, source_lengths(sources), repr(strategy), seconds, known, edges
    )


def report_of(
    task: Task,
    split: str,
    candidates: Sequence[Sequence[str]],
    lengths: Sequence[int],
    strategy: str,
    seconds: float,
    perplexity: float | None = None,
    edges: Sequence[int] | None = None,
) -> Report:
    """Scores the outputs of a model or of a baseline.

    Args:
        task: the task.
        split: such as "test".
        candidates: for each of the split's first examples, one or more outputs, the best first. The
            first one is scored. A metric of several outputs is left out where no example has them,
            unless it is the task's first metric.
        lengths: of the sources, in tokens without the end token, or in frames.
        strategy: what made the outputs.
        seconds: the time it took.
        perplexity: the model's, or None if there is no model.
        edges: as in `evaluate_model`.
    """
    examples = task.examples(split)[: len(candidates)]
    outputs = [found[0] for found in candidates]
    references = [x.references for x in examples]
    known = dict(
        sources=[x.source for x in examples],
        groups=[x.group for x in examples],
        candidates=candidates,
    )
    alone = max(map(len, candidates), default=0) < 2
    counts = {
        name: count(name, outputs, references, **known)
        for name in task.metrics
        if METRICS[name].counts
        and not (alone and METRICS[name].also == "candidates" and name != task.metrics[0])
    }
    values = {name: score_of(name, counted) for name, counted in counts.items()}
    if perplexity is not None:
        values["perplexity"] = perplexity
    return Report(
        strategy=strategy,
        split=split,
        scores={
            name: {"value": values[name], "signature": signature(name, references)}
            for name in task.metrics
            if name in values
        },
        by_length=by_length(counts, lengths, edges or length_edges(lengths)),
        sources=[x.source for x in examples],
        outputs=outputs,
        references=references,
        lengths=list(lengths),
        counts=counts,
        seconds=seconds,
        by_group=by_group(counts, known["groups"]),
    )


def source_lengths(sources, end=0):
    """Tokens, or frames, of each source that a task has encoded: with its end token if `end` is 1.

    Frames have no end token.
    """
    if isinstance(sources, FrameList):
        return sources.lengths.tolist()
    return [len(ids) - 1 + end for ids in sources]


def model_perplexity(model, task, examples, jit=True):
    """Perplexity of the first references, by teacher forcing. End tokens count.

    Examples beyond the model's positions are left out, with a warning.

    Args:
        model: `Seq2Seq` or `Ensemble`.
        task: `Task`.
        examples: list of the task's examples.
        jit: bool, False runs eagerly.

    Returns:
        float, or None if no example fits.
    """
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    targets = task.target_tokenizer.encode_batch([e.references[0] for e in examples])
    kept = within_positions(model, source_lengths(sources, end=1), list(map(len, targets)))
    if len(kept) < len(examples):
        warnings.warn(
            f"perplexity leaves out {len(examples) - len(kept)} of {len(examples)} examples, which "
            "are longer than the model's positions reach",
            DataWarning,
            stacklevel=2,
        )
        if not kept:
            return None
        frames = isinstance(sources, FrameList)
        sources = sources.take(np.array(kept)) if frames else [sources[i] for i in kept]
        targets = [targets[i] for i in kept]
    frames = FRAMES if isinstance(sources, FrameList) else None
    batches = Batches(sources, targets, tokens=4096, buckets=2, shuffle=False, frames=frames)

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


def within_positions(model, sources, targets):
    """The pairs that a model can read in one batch, whatever it is padded to.

    If source and target share the positions, a pair that fits alone may be too long in a batch.
    Then those with the longest targets are left out, too.

    Args:
        model: `Seq2Seq` or `Ensemble`.
        sources, targets: lists of int, the lengths with end tokens.

    Returns:
        List of their indices, in order.
    """
    room = model.longest_target()

    def fits(source, target):
        limit = model.longest_source(target)
        return (room is None or target <= room) and (limit is None or source <= limit)

    kept = [i for i, pair in enumerate(zip(sources, targets)) if fits(*pair)]
    most = max((sources[i] for i in kept), default=0)
    return [i for i in kept if fits(most, targets[i])]
