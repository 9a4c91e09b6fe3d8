"""Bytes of weights, training, decoding and activations."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.inspection.traces import traced
from zoo.inspection.abstract import abstract_model, parameters
from zoo.inspection.memory import activation_bytes, state_bytes, training_bytes, weight_bytes
from zoo.inspection.trace import trace


@pytest.mark.parametrize(
    "name", ["lstm_seq2seq_nano", "bilstm_bahdanau_nano", "transformer_nano", "conv_seq2seq_nano"]
)
def test_decoding_state_is_as_large_as_a_real_one(name):
    found, model = traced(name), zoo.create(name, 32, 32)
    state = model.start(model.encode(np.full((3, 9), 4, "int32")), 7)
    assert state_bytes(found) == sum(leaf.numpy().nbytes for leaf in tf.nest.flatten(state))


def test_weights_and_training_state():
    model = abstract_model("transformer_nano")
    assert weight_bytes(model) == 4 * parameters("transformer_nano")
    assert training_bytes(model) == 16 * parameters("transformer_nano")


def test_activations_grow_with_the_batch_and_hold_no_weight():
    large, small = (trace(abstract_model("lstm_seq2seq_nano"), batch, 9, 7) for batch in (6, 2))
    assert activation_bytes(large) == 3 * activation_bytes(small)
    d, v, depth = 16, 32, 2
    embedded = (9 + 7) * d
    # Layers transpose inputs and outputs, multiply, add biases, and keep hidden states, cell states
    # and gates; those of the encoder also reverse gates and outputs, and the mask as numbers.
    decoder = d + d + 4 * d + 4 * d + (d + d + 4 * d)
    encoder = decoder + 4 * d + d + 1 + 1
    layers = depth * (9 * encoder + 7 * decoder) + 2 * depth * 2 * d  # and the last pair of each
    logits = 7 * v + 7 * v  # without and with the bias
    numbers = 2 * (embedded + layers + logits)
    assert activation_bytes(small) == pytest.approx(4 * numbers, rel=0.05)


def test_the_largest_size_is_inspected_without_its_memory():
    resident = lambda: int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096
    trace(abstract_model("lstm_seq2seq_nano"))
    before = resident()
    found = trace(abstract_model("lstm_seq2seq_base"))
    assert weight_bytes(found.model) == 4 * 384_112_000
    assert resident() - before < 200 * 2**20
