"""A SavedModel of TensorFlow: text in, text out, with search and tokenizers in the graph.

Whoever loads it needs tensorflow and tensorflow-text, and no zoo. Signatures, B texts, K hypotheses
per text, the best first, L tokens of an output:

| signature | takes | gives |
|---|---|---|
| serve | texts: string [B] | outputs: string [B, K]; scores: float32 [B, K] |
| serve_ids | ids: int32 [B, S], each row closed by the end token and padded with 0 | \
ids: int32 [B, K, L]; scores: float32 [B, K] |

Nothing is compiled by XLA, which takes no strings and would compile anew for every length.
"""

import pathlib
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from zoo.decoding import Beam, Ensemble, Greedy
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError
from zoo.export.search import graph_search
from zoo.export.sentinels import GraphByteT5, GraphSentencePiece
from zoo.export.tokenizers import (
    GraphBytes,
    GraphMarian,
    GraphPieces,
    GraphSymbols,
    GraphTokenizer,
)
from zoo.text.decoding import Decoding
from zoo.text.text_model import TextModel

GRAPHS = {
    "SymbolTokenizer": GraphSymbols,
    "DecomposedTokenizer": GraphSymbols,
    "ByteTokenizer": GraphBytes,
    "PieceTokenizer": GraphPieces,
    "MarianTokenizer": GraphMarian,
    "SentencePieceTokenizer": GraphSentencePiece,
    "ByteT5Tokenizer": GraphByteT5,
}


class Service(tf.Module):
    """What the SavedModel holds: weights, tokenizers and the two functions."""

    def __init__(self, text_model: TextModel, strategy: Strategy, max_length: int):
        super().__init__()
        model = text_model.model
        strategy.check(model, max_length)
        models: Sequence[Any] = model.members if isinstance(model, Ensemble) else [model]
        self.weights = [weight.value for one in models for weight in one.weights]
        self.source = graph_tokenizer(text_model.source_tokenizer)
        self.target = graph_tokenizer(text_model.target_tokenizer)
        longest = model.longest_source(max_length)

        @tf.function(
            input_signature=[tf.TensorSpec([None, None], tf.int32, "ids")], autograph=False
        )
        def serve_ids(ids):
            if longest is not None:
                message = f"a source has more tokens than the {longest} that the model can read"
                check = tf.debugging.assert_less_equal(tf.shape(ids)[1], longest, message)
                with tf.control_dependencies([check]):
                    ids = tf.identity(ids)
            found = graph_search(strategy, model, ids, max_length)
            return {"ids": found.tokens, "scores": found.scores}

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")], autograph=False)
        def serve(texts):
            found = serve_ids(self.source.encode(texts))
            ids = tf.reshape(found["ids"], [-1, max_length])  # [B K, L]
            outputs = tf.reshape(self.target.decode(ids), [-1, strategy.hypotheses])
            return {"outputs": outputs, "scores": found["scores"]}

        self.serve, self.serve_ids = serve, serve_ids


def write(
    text_model: TextModel,
    folder: pathlib.Path,
    strategy: Strategy = Greedy(),
    max_length: int | None = None,
) -> None:
    """Writes the SavedModel; `serve` is also its default signature.

    Args:
        text_model: of a run, a checkpoint, a model in memory or an ensemble.
        folder: an empty folder.
        strategy: `Greedy()` or `Beam(...)`.
        max_length: the maximum number of tokens in an output, or None for the text model's own.

    Raises:
        ZooError: another strategy, or a tokenizer that no operation can carry.
    """
    if not isinstance(strategy, (Greedy, Beam)):
        raise ZooError(f"the format savedmodel holds Greedy or Beam, not {type(strategy).__name__}")
    limit = text_model.max_length(Decoding(strategy, max_length=max_length))
    service = Service(text_model, strategy, limit)
    signatures = {"serve": service.serve, "serve_ids": service.serve_ids}
    tf.saved_model.save(service, str(folder), signatures | {"serving_default": service.serve})


def graph_tokenizer(tokenizer: Any) -> GraphTokenizer:
    """A tokenizer as operations. Raises `ZooError` if no operation can carry it."""
    name = type(tokenizer).__name__
    if name not in GRAPHS:
        raise ZooError(
            f"the format savedmodel cannot carry {name}: it has no operation in TensorFlow or "
            "tensorflow-text; choose another format"
        )
    return GRAPHS[name](tokenizer)
