"""One trace of a model: its stages, the calls of its layers, and no memory of weights."""

import keras
import pytest

import zoo
from tests.contract.conftest import half
from tests.inspection.traces import traced
from zoo.inspection.abstract import abstract_model, parameters
from zoo.inspection.trace import elements, is_loop, trace


@pytest.fixture
def found():
    """A trace of 3 sources of 9 tokens and targets of 7."""
    return traced("lstm_seq2seq_nano")


def test_logits_and_state_have_the_shapes_of_a_batch(found):
    assert found.logits.shape == (3, 7, found.model.target_vocabulary)
    assert found.state and all(tensor.shape[0] == 3 for tensor in found.state)
    assert elements(found.source) == 27


@pytest.mark.parametrize("name", [*zoo.list_models("*_midi"), "gpt2_small"])
def test_sizes_with_other_options_than_nano_are_traced(name):
    found = trace(abstract_model(name, **half(name)), 3, 9, 7)
    assert found.logits.shape == (3, 7, found.model.target_vocabulary)


def test_a_recurrent_encoder_loops_and_a_step_does_not(found):
    assert list(found.stages) == ["encode", "decode", "start", "step"]
    loops = {stage: any(map(is_loop, operations)) for stage, operations in found.stages.items()}
    assert loops == {"encode": True, "decode": True, "start": False, "step": False}


def test_calls_are_those_of_encode_and_decode_outer_ones_first(found):
    assert {call.stage for call in found.calls} == {"encode", "decode"}
    assert found.calls[0].depth == 0 and all(call.outputs for call in found.calls)
    names = [call.layer.name for call in found.calls if call.depth == 0]
    assert names.index("source_embedding") < names.index("target_embedding")


def test_calls_are_no_longer_recorded_after_a_trace():
    before = keras.layers.Layer.__call__
    with pytest.raises(zoo.ZooError, match="batch must be"):
        trace(abstract_model("transformer_nano"), 0)
    trace(abstract_model("transformer_nano"))
    assert keras.layers.Layer.__call__ is before
    assert parameters("transformer_nano") == zoo.create("transformer_nano", 32, 32).count_params()


def test_a_batch_that_cannot_be_counted_is_refused():
    with pytest.raises(zoo.ZooError, match="too large to be counted; lower --batch"):
        trace(abstract_model("lstm_seq2seq_nano"), 10**9, 10**6, 10**6)
