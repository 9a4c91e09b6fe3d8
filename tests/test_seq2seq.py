"""The contract's own parts: memory, state, masks and the options of a constructor."""

import numpy as np
import pytest
from keras import ops

from zoo.errors import ZooError
from zoo.frames import Frames
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask


def test_a_mask_is_true_at_real_tokens():
    mask = padding_mask(np.array([[5, 2, 0], [2, 0, 0]]))
    np.testing.assert_array_equal(mask, [[True, True, False], [True, False, False]])


def test_the_mask_of_frames_is_the_one_that_is_given():
    frames = Frames(np.zeros((1, 3, 2)), np.array([[True, True, False]]))
    np.testing.assert_array_equal(padding_mask(frames), [[True, True, False]])


def test_a_state_begins_with_one_hypothesis_per_source_and_counts_steps():
    memory = Memory(states=np.zeros((3, 4, 2)), mask=np.ones((3, 4), bool))
    state = State.begin(memory, source="shared", carried=(np.ones((3, 5)), np.ones((3,))))
    assert [tuple(leaf.shape) for leaf in state.carried] == [(3, 1, 5), (3, 1)]
    assert state.source == "shared" and np.asarray(state.position).tolist() == [0, 0, 0]
    after = state.next(carried="moved", cache="written").next(carried="again")
    assert (after.source, after.carried, after.cache) == ("shared", "again", ())
    assert np.asarray(after.position).tolist() == [2, 2, 2]


@pytest.mark.parametrize("start, end", [(20, 2), (1, 20), (1, 0), (-1, 2)])
def test_start_and_end_lie_inside_the_vocabularies(start, end):
    with pytest.raises(ZooError, match=r"start_id must be in 0..19 and end_id in 1..19, .* got "):
        Seq2Seq(20, 20, start_id=start, end_id=end)


@pytest.mark.parametrize(
    "name, arguments",
    [("encode", (0,)), ("decode", (0, 0)), ("start", (0, 4)), ("step", (0, 0))],
)
def test_a_variant_is_told_what_it_must_define(name, arguments):
    with pytest.raises(NotImplementedError, match=f"Seq2Seq must define {name}"):
        getattr(Seq2Seq(20, 20), name)(*arguments)


def test_options_are_those_of_all_bases():
    class Base(Seq2Seq):
        def __init__(self, source_vocabulary, target_vocabulary, units=4, **kwargs):
            super().__init__(source_vocabulary, target_vocabulary, **kwargs)
            self.units = units

    class Variant(Base):
        def __init__(self, source_vocabulary, target_vocabulary, depth=2, **kwargs):
            super().__init__(source_vocabulary, target_vocabulary, **kwargs)
            self.depth = depth

    own = ["source_vocabulary", "target_vocabulary", "depth", "units", "start_id", "end_id"]
    assert Variant.arguments() == [*own, "source_features"]
    config = Variant(9, 9, units=6, start_id=3).get_config()
    assert (config["units"], config["depth"], config["start_id"]) == (6, 2, 3)


def test_alignment_follows_from_decode():
    class Looking(Seq2Seq):
        def encode(self, source, training=False):
            return Memory(source, padding_mask(source))

        def decode(self, target, memory, training=False):
            weights = ops.cast(memory.mask, "float32")
            weights = weights / ops.sum(weights, -1, keepdims=True)
            shape = (*ops.shape(target), ops.shape(memory.mask)[1])
            return ops.zeros((*shape[:2], 9)), ops.broadcast_to(weights[:, None], shape)

    class Blind(Looking):
        def decode(self, target, memory, training=False):
            return super().decode(target, memory, training)[0], None

    source, target = np.array([[5, 2, 0, 0]]), np.array([[1, 4]])
    np.testing.assert_allclose(Looking(9, 9).align(source, target), [[[0.5, 0.5, 0, 0]] * 2])
    assert Looking(9, 9).attentive and not Blind(9, 9).attentive
    with pytest.raises(ZooError, match="Blind has no attention"):
        Blind(9, 9).align(source, target)
