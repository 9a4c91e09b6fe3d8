"""Worker: trains with the zoo's own step and batches. See `benchmarks.peers.worker` for what
workers read and write.
"""

import json
import pathlib

from benchmarks.peers.worker import serve
from benchmarks.provenance import card_memory


def load(variant, vocabulary, arguments, shapes, precision):
    """A function that trains on a file of batches.

    Args:
        variant: str, a registered name; vocabulary: int, token ids of each side; arguments: dict of
            its constructor.
        shapes: list of (rows, source length, target length), the padded shape of each batch.
        precision: as in `zoo.Recipe`.

    Returns:
        A function that takes the path of a JSON file: a list of batches, each a list of sources and
        one of targets, lists of ids. It takes one step per batch and returns a dict: "loss" per
        target token, "tokens" of the targets, "parameters".
    """
    import keras
    import numpy as np

    import zoo
    from zoo.data.batches import pad
    from zoo.data.tokenizers import EOS
    from zoo.training.optimizer import make_optimizer
    from zoo.training.step import Step

    keras.utils.set_random_seed(0)
    model = zoo.create(
        variant,
        vocabulary,
        vocabulary,
        **arguments,
        **({} if precision == "float32" else {"dtype": precision}),
    )
    recipe = zoo.Recipe(learning_rate=1e-3, warmup=0.0, decay="constant", precision=precision)
    step = Step(model, make_optimizer(recipe, 10**6), recipe, 10**6)

    def filled(rows, count, length, filler):
        return pad([*rows, *[filler] * (count - len(rows))], length)

    def train(path):
        total = tokens = 0.0
        for (sources, targets), (rows, source_length, target_length) in zip(
            json.loads(pathlib.Path(path).read_text()), shapes
        ):
            loss, count = step(
                filled(sources, rows, source_length, [EOS]),
                filled(targets, rows, target_length, []),
            )
            total, tokens = total + float(loss), tokens + float(count)
        return {
            "loss": total / tokens,
            "tokens": tokens,
            "parameters": sum(int(np.prod(v.shape)) for v in model.trainable_variables),
            "memory_gib": card_memory(),
        }

    return train


if __name__ == "__main__":
    serve(load)
