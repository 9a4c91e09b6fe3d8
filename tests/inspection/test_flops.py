"""FLOPs per token against the shapes of the papers: 2 per multiply-add, matrix products only."""

import pytest
import tensorflow as tf

from tests.inspection.traces import traced
from zoo.inspection.abstract import abstract_model, count
from zoo.inspection.flops import product_flops, source_token_flops, steps, target_token_flops
from zoo.inspection.trace import is_loop, trace

S, T = 9, 7  # of `traced`


def per_token(name):
    """The model, and FLOPs of a source and of a target token."""
    found = traced(name)
    return found.model, source_token_flops(found), target_token_flops(found)


def test_lstm():
    _, source, target = per_token("lstm_seq2seq_nano")
    layer = 2 * (16 + 16) * 4 * 16  # W x and U h of four gates
    assert source == 2 * layer
    assert target == 2 * layer + 2 * 16 * 32


def test_lstm_with_additive_attention():
    _, source, target = per_token("bilstm_bahdanau_nano")
    d, v = 16, 32
    directions, keys, first = (
        2 * 2 * (d + d) * 4 * d,
        2 * 2 * d * d,
        2 * 2 * d * d,
    )  # LSTMs, U h, first states
    assert source == directions + keys + first / S
    look = (
        2 * d * d + 2 * S * 2 * d
    )  # W s, and the weighted sum; v^T tanh is no matrix product here
    assert target == look + 2 * (d + 2 * d + d) * 4 * d + 2 * (d + d + 2 * d) * d + 2 * d * v


def test_transformer():
    _, source, target = per_token("transformer_nano")
    d, inner, v, depth = 16, 32, 32, 2
    projections, feed = 2 * 4 * d * d, 2 * 2 * d * inner
    attention = lambda length: 2 * 2 * length * d  # q k^T and the weighted sum, all heads
    assert (
        source == depth * (projections + attention(S) + feed) + depth * 2 * 2 * d * d
    )  # and keys and values for the decoder
    assert (
        target
        == depth * (projections + attention(T) + 2 * 2 * d * d + attention(S) + feed) + 2 * d * v
    )


def test_transformer_base_costs_about_two_operations_a_weight():
    model, _, target = per_token("transformer_base")
    decoder = sum(count(v) for v in model.decoder.trainable_variables if len(v.shape) == 2)
    of_memory = 6 * 2 * 512 * 512  # keys and values of the source, computed once a source
    attention = 6 * 2 * 2 * (S + T) * 512
    assert target == pytest.approx(2 * (decoder - of_memory + 512 * 37_000) + attention, rel=1e-6)


def test_a_loop_runs_as_often_as_the_source_has_tokens():
    long = trace(abstract_model("lstm_seq2seq_nano"), 2, 40, 4)
    assert source_token_flops(long) == source_token_flops(traced("lstm_seq2seq_nano"))


@pytest.mark.parametrize(
    "make, expected",
    [
        (lambda x: tf.einsum("bsh,hd->bsd", x, tf.zeros((5, 6))), 2 * 2 * 3 * 5 * 6),
        (
            lambda x: tf.raw_ops.Einsum(inputs=[x, tf.zeros((5, 6))], equation="...h,hd->...d"),
            2 * 2 * 3 * 5 * 6,
        ),
        (lambda x: tf.raw_ops.Einsum(inputs=[x], equation="bsh->b"), 0),
        (lambda x: tf.matmul(x, x, transpose_a=True), 2 * 2 * 5 * 5 * 3),
        (lambda x: tf.matmul(x[0], x[1], transpose_b=True), 2 * 3 * 3 * 5),
        (lambda x: tf.nn.conv1d(x, tf.zeros((2, 5, 4)), 1, "SAME"), 2 * 2 * 3 * 4 * 2 * 5),
        (lambda x: tf.nn.softmax(x * x), 0),
    ],
    ids=["einsum", "ellipsis", "sum", "batch", "transposed", "convolution", "elementwise"],
)
def test_operations(make, expected):
    with tf.Graph().as_default() as graph:
        make(tf.compat.v1.placeholder("float32", (2, 3, 5)))
    assert sum(map(product_flops, graph.get_operations())) == expected


def test_the_upper_layers_of_a_pyramid_run_as_often_as_they_are_long():
    def lengths(name):
        operations = trace(abstract_model(name), 2, 16, 4).stages["encode"]
        return {steps(x, 16) for x in operations if is_loop(x)}

    assert lengths("listen_attend_spell_nano") == {16, 8}
    assert lengths("lstm_seq2seq_nano") == {16}
