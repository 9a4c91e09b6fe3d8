"""Whether a search can hold its hypotheses, before it starts.

The counts err on the small side, so that no search is refused that would fit.
"""

import tensorflow as tf
from keras import tree

from zoo.backend import check_memory
from zoo.decoding.state import map_caches
from zoo.errors import ZooError
from zoo.frames import source_like

FEW = 500  # hypotheses per source up to which memory is not checked
MIN_ROOM = 16  # the minimum number of steps that a search has memory for
FLOAT = 4  # bytes


def check_search(strategy, model, max_length, rows):
    """Refuses a search with more hypotheses than this machine can hold.

    Args:
        strategy: `Strategy`.
        model: `Seq2Seq` or `Ensemble`.
        max_length: int, the maximum number of tokens in an output.
        rows: int, sources that are searched side by side.

    Raises:
        ZooError: more than `strategy.most` hypotheses per source, or more than fit into memory.
    """
    count, most = strategy.hypotheses, strategy.most
    if count > most:
        raise ZooError(f"a search keeps at most {most:,} hypotheses per source, got {count:,}")
    if count > FEW:
        needed = rows * search_bytes(model, count, min(MIN_ROOM, max_length))
        what = f"a search with {rows * count:,} hypotheses at once"
        check_memory(needed, what, "the number of hypotheses, --beam or --sample")


def search_bytes(model, count, steps):
    """Bytes that one source takes: logits, states, and attention to the earlier steps of all."""
    start = tf.function(lambda source: model.start(model.encode(source), steps), autograph=False)
    source = source_like(tf.TensorSpec, (1, 2), model.source_features)
    state = start.get_concrete_function(source).structured_outputs
    logits = 2 * FLOAT * model.target_vocabulary  # of the model, and with the past's probability
    needed = [count * logits, count * held(state.carried)]

    def add(cache):
        """Each hypothesis attends to the entries of all, one layer after the other."""
        values = cache.entries[0].values
        scores = values.shape[1] * steps * values.dtype.size  # of one hypothesis on another's past
        needed.append(count * held(cache.entries) + count**2 * scores)

    map_caches(add, state.cache)
    return sum(needed)


def held(tensors):
    """Bytes of a structure of tensors."""
    return sum(x.shape.num_elements() * x.dtype.size for x in tree.flatten(tensors))
