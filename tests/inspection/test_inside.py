"""The boxes and arrows inside one part of a model."""

from tests.inspection.traces import traced
from zoo.inspection.architecture import architecture
from zoo.inspection.inside import inside


def opened(name, kind):
    """What is inside the last part of a kind: labels, and arrows as pairs of labels."""
    found = traced(name)
    boxes, arrows = architecture(found)
    index = max(i for i, box in enumerate(boxes) if box.kind == kind)
    inner, lines = inside(found, boxes, arrows, index)
    labels = [box.label for box in inner]
    return labels, {(labels[a], labels[b]) for a, b in lines}


def test_a_block_shows_its_layers_and_the_paths_round_them():
    labels, arrows = opened("t5_nano", "TransformerBlock")
    assert labels[-1] == "output" and "cross_attention" in labels
    stream = {"target_embedding", "self_attention", "cross_attention", "feed_forward"}
    assert {a for a, b in arrows if b == "output"} == stream  # residual connections add them up
    assert ("encoder_norm", "cross_attention") in arrows
    assert ("decoder_bias", "self_attention") in arrows
    assert ("encoder_norm", "output") not in arrows


def test_a_cell_that_runs_in_a_loop_is_not_opened():
    assert opened("rnn_encoder_decoder_nano", "GRU") == ([], set())
