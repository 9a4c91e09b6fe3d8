"""The boxes and arrows of a model."""

from tests.inspection.traces import traced
from zoo.inspection.abstract import parameters
from zoo.inspection.architecture import architecture


def boxes_and_arrows(name):
    """Boxes, and arrows as pairs of labels."""
    boxes, arrows = architecture(traced(name))
    return boxes, {(boxes[a].label, boxes[b].label) for a, b in arrows}


def test_attention_takes_both_directions():
    boxes, arrows = boxes_and_arrows("bilstm_bahdanau_nano")
    assert arrows == {
        ("source ids", "source_embedding"),
        ("source_embedding", "forwards"),
        ("source_embedding", "backwards"),
        ("backwards", "first_hidden"),
        ("backwards", "first_cell"),
        ("forwards", "decoder"),
        ("backwards", "decoder"),
        ("first_hidden", "decoder"),
        ("first_cell", "decoder"),
        ("target ids", "target_embedding"),
        ("target_embedding", "decoder"),
        ("target_embedding", "readout"),
        ("decoder", "readout"),
        ("readout", "output"),
        ("output", "logits"),
    }
    assert {box.label: box.shape for box in boxes}["forwards"] == "[B, S, 16]"


def test_equal_blocks_are_one_box():
    boxes, arrows = boxes_and_arrows("transformer_nano")
    blocks = [box for box in boxes if box.kind == "TransformerBlock"]
    assert [(box.stage, box.label, box.repeats) for box in blocks] == [
        ("encode", "encoder/block_0 … block_1", 2),
        ("decode", "decoder/block_0 … block_1", 2),
    ]
    assert ("encoder/block_0 … block_1", "decoder/block_0 … block_1") in arrows
    assert sum(box.parameters * box.repeats for box in boxes if box.parameters) == parameters(
        "transformer_nano"
    )


def test_a_decoder_only_model_is_one_column():
    boxes, arrows = boxes_and_arrows("prefix_lm_nano")
    blocks = [box for box in boxes if box.kind == "TransformerBlock"]
    assert [(box.stage, box.repeats) for box in blocks] == [("decode", 2)]
    assert ("source ids", blocks[0].label) not in arrows  # the embedding lies between
    assert sum(box.parameters * box.repeats for box in boxes if box.parameters) == parameters(
        "prefix_lm_nano"
    )
