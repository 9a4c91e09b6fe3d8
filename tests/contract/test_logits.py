"""What every variant's logits obey."""

import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tests.contract.conftest import (
    VOCABULARY,
    assert_close,
    ids,
    shallow,
    shared,
    stepped,
    whole,
)
from zoo.decoding.state import empty_state, padded_memory, refilled_state, reordered_state
from zoo.layers.hoisting import hoisted


def test_step_equals_decode(name, precision):
    assert_close(stepped(name, precision)[0], whole(name, precision), precision)


def test_logits_are_float32_of_the_vocabulary(name, precision):
    _, target = ids()
    logits = whole(name, precision)
    assert tuple(logits.shape) == (*target.shape, VOCABULARY)
    assert logits.dtype == tf.float32


def test_no_logit_depends_on_a_later_target_token(model, name, precision):
    source, target = ids()
    before, changed = np.asarray(whole(name, precision)), target.copy()
    changed[:, 4:] = (changed[:, 4:] + 1) % (VOCABULARY - 4) + 4
    after = np.asarray(model((source, changed)))
    assert_close(after[:, :4], before[:, :4], precision)
    assert np.abs(after[:, 4:] - before[:, 4:]).max() > 1e-3


def test_every_source_token_matters(small):
    source, target = ids(rows=1)
    tokens = source.shape[1] - 1
    changed = np.repeat(source, tokens + 1, 0)  # each row but the last changes one token
    for position in range(tokens):
        changed[position, position] = 4 if source[0, position] != 4 else 5
    logits = np.asarray(small((changed, np.repeat(target, tokens + 1, 0))))
    difference = np.abs(logits[:-1] - logits[-1:]).max((1, 2))
    assert (difference > 1e-5).all(), difference


def test_more_padding_changes_no_output(model, name, precision):
    source, target = ids()
    padded = np.pad(source, ((0, 0), (0, 5)))
    longer = np.pad(target, ((0, 0), (0, 3)))
    found = model((padded, longer))[:, : target.shape[1]]
    assert_close(found, whole(name, precision), precision)


def test_more_padding_changes_no_step(name):
    assert_close(stepped(name, padding=5)[0], whole(name))


def test_a_row_does_not_depend_on_its_batch(model, name, precision):
    source, target = ids()
    together = np.asarray(whole(name, precision))
    for rows in ([0], [4, 2], [1, 3]):
        assert_close(model((source[rows], target[rows])), together[rows], precision)


def test_a_state_has_a_row_per_source_and_one_per_hypothesis(small):
    source, target = ids()
    state = empty_state(small.start(small.encode(source), 4), 5, 3, 4)
    token = ops.convert_to_tensor(np.repeat(target[:5, :1], 3, axis=1))
    logits, after, attention = small.step(token, state)
    assert logits.shape == (5, 3, VOCABULARY)
    if small.attentive:
        assert attention.shape == (5, 3, source.shape[1])
    for one in (state, after):
        assert {leaf.shape[0] for leaf in tf.nest.flatten((one.source, one.position))} <= {5}
        assert {tuple(leaf.shape[:2]) for leaf in tf.nest.flatten(one.carried)} <= {(5, 3)}
    tf.nest.assert_same_structure(state, after)


def test_hypotheses_of_a_source_share_its_memory_and_do_not_mix(small):
    source, target = ids()
    rows, count = len(source), 3
    state = small.start(small.encode(source), 4)
    wide = empty_state(state, rows, count, 4)
    wide = refilled_state(wide, np.full(rows, True), state, ops.arange(rows))
    rng = np.random.default_rng(3)
    tokens = rng.integers(3, small.target_vocabulary, (3, rows, count)).astype("int32")
    paths = np.zeros((3, rows, count), "int32")  # tokens that each hypothesis has taken
    for t in range(3):
        logits, wide, _ = small.step(ops.convert_to_tensor(tokens[t]), wide)
        paths[t] = tokens[t]
        taken = paths[: t + 1].transpose(1, 2, 0).reshape(rows * count, t + 1)
        expected = small((np.repeat(source, count, 0), taken))[:, -1]
        assert_close(logits, np.reshape(expected, (rows, count, -1)), "float32")
        parents = rng.integers(0, count, (rows, count)).astype("int32")
        wide = reordered_state(wide, parents)
        paths = np.take_along_axis(paths, parents[None], axis=2)


def test_bfloat16_agrees_with_float32(name):
    models = [shared(name, precision) for precision in ("mixed_bfloat16", "float32")]
    kept = [model.get_weights() for model in models]
    try:
        for model, weights in zip(models, kept):
            model.set_weights([weight / 2 for weight in weights])  # tame: errors do not add up
        half, full = (model(ids()) for model in models)
    finally:
        for model, weights in zip(models, kept):
            model.set_weights(weights)
    assert_close(half, full, "mixed_bfloat16")


def test_compiled_equals_eager_in_bfloat16(name):
    """In float32: a compiled search in test_decoding.py, a compiled step in test_training.py."""
    model, (source, target) = shallow(name, "mixed_bfloat16"), ids()
    run = lambda source, target: model.decode(target, model.encode(source))
    compiled = tf.function(run, jit_compile=True)(source, target)
    for found, expected in zip(compiled, run(source, target), strict=True):
        if expected is not None:  # attention, of a model that has some
            assert_close(found, expected, "mixed_bfloat16")


def test_attention_is_a_distribution_over_real_source_tokens(small):
    import pytest

    import zoo

    source, target = ids()
    if zoo.card(registered_name(small))["attention"] == "none":
        with pytest.raises(zoo.ZooError, match="no attention"):
            small.align(source, target)
        return
    weights = np.asarray(small.align(source, target))
    assert weights.shape == (*target.shape, source.shape[1])
    np.testing.assert_allclose(weights.sum(-1), 1.0, rtol=1e-5)
    assert (
        np.abs(weights[np.broadcast_to((source == 0)[:, None], weights.shape)]).max(initial=0.0)
        < 1e-6
    )


def test_steps_look_where_the_alignment_says(small, name):
    attention = stepped(name)[1]
    assert (attention is not None) == small.attentive
    if small.attentive:
        expected = small.align(*ids())
        np.testing.assert_allclose(attention, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rows", [1, 3])
def test_hoisted_weights_change_no_step(small, name, rows):
    source, target = (tokens[:rows] for tokens in ids())
    with hoisted(small):
        state = small.start(small.encode(source), 2)
        first, state, _ = small.step(ops.convert_to_tensor(target[:, :1]), state)
        second, _, _ = small.step(ops.convert_to_tensor(target[:, 1:2]), state)
    assert_close(ops.concatenate([first, second], 1), whole(name)[:rows, :2])


def test_a_memory_that_is_padded_gives_the_same(small, name):
    source, target = ids()
    padded = padded_memory(small.encode(source), source.shape[1] + 5)
    assert_close(small.decode(target, padded)[0], whole(name))


def registered_name(model):
    """A name under which the model's class is registered."""
    import zoo
    from zoo import registry

    return next(n for n in zoo.list_models() if registry.models.loaded(n).make is type(model))
