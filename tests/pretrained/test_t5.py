"""What a config of T5 may ask for."""

import pytest

from tests.pretrained.changes import config, every, tensors


def seven_buckets(found):
    """Takes a row away from both tables of relative positions."""
    for key in found:
        if "relative_attention_bias" in key:
            found[key] = found[key][:7]


BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "unknown T5 activation": (
        "t5",
        config(feed_forward_proj="gated-mish", dense_act_fn=None, is_gated_act=None),
        r"'mish'",
    ),
    "odd feed_forward_proj": (
        "t5",
        config(feed_forward_proj="twice-relu"),
        r"feed_forward_proj 'twice-relu'",
    ),
    "another epsilon": ("t5", config(layer_norm_epsilon=1e-5), r"layer_norm_epsilon 1e-05"),
    "T5 with another padding": ("t5", config(pad_token_id=3), r"pad_token_id 3"),
    "odd buckets": (
        "t5",
        every(config(relative_attention_num_buckets=7), tensors(seven_buckets)),
        r"buckets must be an even number of at least 4, got 7",
    ),
    "buckets that the file lacks": (
        "t5",
        config(relative_attention_num_buckets=7),
        r"relative_attention_bias\.weight is \[8, 4\] and should be \[7, 4\]",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
