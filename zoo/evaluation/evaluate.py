"""A model's scores on a split of a task: outputs by a strategy, metrics with signatures, all of it by source length too."""

import dataclasses
import time

from zoo.backend import compiled
from zoo.data.batches import Batches, shift_right
from zoo.decoding import Greedy, generate
from zoo.evaluation.by_length import by_length, length_edges
from zoo.evaluation.metrics import perplexity, score, signature
from zoo.loss import summed_crossentropy


@dataclasses.dataclass(frozen=True)
class Report:
    """What an evaluation found.

    Attributes:
        strategy: str, the strategy's `repr`.
        split: str.
        scores: dict of metric name to {"value": float, "signature": str}.
        by_length: list of dicts, one a range of source lengths in tokens without the end token.
        sources, outputs: lists of str; references: list of tuples of str.
        seconds: float, of decoding.
    """

    strategy: str
    split: str
    scores: dict
    by_length: list
    sources: list
    outputs: list
    references: list
    seconds: float


def evaluate_model(
    model, task, split, strategy=Greedy(), limit=0, max_length=None, edges=None, jit=True
):
    """Scores `model` on a split.

    Args:
        model: a `Seq2Seq` or an `Ensemble`.
        task: `Task`.
        split: str, such as "validation" or "test".
        strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
        limit: int, the first examples only; 0 takes all.
        max_length: int, the most tokens of an output; None is as many as the task's longest target has.
        edges: list of int, bounds of the length buckets; None makes five of equal counts.
        jit: bool, False runs eagerly.

    Returns:
        `Report`.
    """
    examples = task.examples(split)[: limit or None]
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    references = [e.references for e in examples]
    started = time.perf_counter()
    best = generate(model, sources, strategy, max_length or task.max_target_length, jit=jit)
    seconds = time.perf_counter() - started
    outputs = [task.target_tokenizer.decode(hypotheses[0].ids) for hypotheses in best]
    scores = {}
    for name in task.metrics:
        value = (
            model_perplexity(model, task, examples, jit)
            if name == "perplexity"
            else score(name, outputs, references)
        )
        scores[name] = {"value": value, "signature": signature(name, references)}
    lengths = [len(ids) - 1 for ids in sources]
    names = [name for name in task.metrics if name != "perplexity"]
    buckets = by_length(names, outputs, references, lengths, edges or length_edges(lengths))
    return Report(
        repr(strategy),
        split,
        scores,
        buckets,
        [e.source for e in examples],
        outputs,
        references,
        seconds,
    )


def model_perplexity(model, task, examples, jit=True):
    """Perplexity of the first references, end tokens counted, with teacher forcing and no smoothing."""
    sources = task.source_tokenizer.encode_batch([e.source for e in examples])
    targets = task.target_tokenizer.encode_batch([e.references[0] for e in examples])
    batches = Batches(sources, targets, tokens=4096, buckets=2, shuffle=False)

    def likelihood(model, source, opened, target):
        return summed_crossentropy(target, model((source, opened), training=False))

    function = (
        compiled(model, "likelihood", likelihood) if jit else lambda *x: likelihood(model, *x)
    )
    total = tokens = 0.0
    for batch in batches.epoch(0):
        loss, count = function(
            batch.source, shift_right(batch.target, model.start_id), batch.target
        )
        total, tokens = total + float(loss), tokens + float(count)
    return perplexity(total, tokens)
