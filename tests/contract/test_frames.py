"""Every variant reads frames as it reads ids: what the other files ask of ids, in short."""

import functools
import json

import numpy as np
import pytest
import tensorflow as tf

from tests.contract.conftest import VOCABULARY, assert_close, make, unrolled
from zoo.decoding import Beam, generate
from zoo.frames import Frames, map_source

FEATURES, LENGTHS, TARGET = 3, (6, 2, 5), 4
# After `encode`, nothing is left of a source but its memory: one family of each kind is searched.
SEARCHED = ("bilstm_bahdanau_nano", "conv_seq2seq_nano", "transformer_nano")


@functools.cache
def framed(name, precision="float32"):
    """A model of frames that many tests look at."""
    return make(name, precision, source_features=FEATURES)


@functools.cache
def batch(padding=0, seed=0):
    """`Frames` whose padding holds large numbers, and decoder input [B, T]."""
    rng = np.random.default_rng(seed)
    length = max(LENGTHS) + padding
    values = np.full((len(LENGTHS), length, FEATURES), 50.0, "float32")
    for row, own in enumerate(LENGTHS):
        values[row, :own] = np.random.default_rng((seed, row)).normal(size=(own, FEATURES))
    targets = rng.integers(4, VOCABULARY, (len(LENGTHS), TARGET)).astype("int32")
    targets[:, 0] = 1
    return Frames(values, np.arange(length) < np.array(LENGTHS)[:, None]), targets


@functools.cache
def whole(name):
    """Logits [B, T, V] of `batch()`."""
    return framed(name)(batch())


def test_step_equals_decode(name):
    logits, attention = unrolled(framed(name), *batch())
    assert_close(logits, whole(name))
    if attention is not None:
        mask = batch()[0].mask
        np.testing.assert_allclose(attention.sum(-1), 1, atol=1e-5)
        assert not np.where(mask[:, None], 0.0, attention).any()


def test_padding_changes_nothing_whatever_it_holds(name):
    source, target = batch(padding=3)
    assert_close(framed(name)((source, target)), whole(name))


def test_a_row_does_not_depend_on_its_batch(name):
    source, target = batch()
    for rows in ([1], [2, 0]):
        own = map_source(lambda x: x[rows], source)
        assert_close(framed(name)((own, target[rows])), np.asarray(whole(name))[rows])


def test_every_frame_and_every_number_matters(name):
    source, target = batch()
    row, length = 0, LENGTHS[0]
    changed = np.repeat(source.values[:1], length + FEATURES + 1, 0)  # the last one stays
    for place in range(length):
        changed[place, place] += 1
    for number in range(FEATURES):
        changed[length + number, :, number] += 1
    many = Frames(changed, np.repeat(source.mask[:1], len(changed), 0))
    logits = np.asarray(framed(name)((many, np.repeat(target[row : row + 1], len(changed), 0))))
    difference = np.abs(logits[:-1] - logits[-1:]).max((1, 2))
    assert (difference > 1e-5).all(), difference


@pytest.mark.parametrize("name", SEARCHED)
def test_beams_are_refilled_and_scored_as_by_teacher_forcing(name, traced):
    source, _ = batch()
    sources = [values[:own] for values, own in zip(source.values, LENGTHS)]
    found = generate(framed(name), sources, Beam(2, 0.6), TARGET, rows=2, details=True)
    for best in found:
        for output in best:
            assert output.log_probability == pytest.approx(sum(output.tokens), abs=1e-3)
    alone = generate(framed(name), sources[1:2], Beam(2, 0.6), TARGET)
    assert [o.ids for o in alone[0]] == [o.ids for o in found[1]]
    if framed(name).attentive:
        shapes = [best[0].attention.shape[1] for best in found]
        assert shapes == list(LENGTHS)


def test_half_precision_steps_as_it_decodes():
    model = framed("transformer_nano", "mixed_bfloat16")
    logits, _ = unrolled(model, *batch())
    assert_close(logits, model(batch()), "mixed_bfloat16")


def test_every_weight_gets_a_gradient(name):
    model, (source, target) = framed(name), batch()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sin(model((source, target), training=True)))
    found = tape.gradient(loss, model.trainable_variables)
    silent = [
        v.path
        for v, g in zip(model.trainable_variables, found)
        if g is None or not np.abs(tf.convert_to_tensor(g)).max() > 0
    ]
    assert not silent


def test_config_and_weights_round_trip(name):
    model = framed(name)
    config = json.loads(json.dumps(model.get_config()))
    assert (config["source_vocabulary"], config["source_features"]) == (None, FEATURES)
    again = type(model).from_config(config)
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(batch()), whole(name))
