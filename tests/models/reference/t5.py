"""Raffel et al. 2020, versions 1.0 and 1.1 of the checkpoints."""

from tests.models.reference.parts import weights
from tests.models.reference.transformer import (
    encoder_decoder,
    output_matrix,
    relative_bias,
    rms_norm,
    table,
)


def t5(model, source, target):
    """RMSNorm first, relative biases of the first block in all, scores that are not scaled; tied
    logits are.
    """
    w = weights(model)
    bias = lambda name, length, both: relative_bias(
        w, name, length, both, model.buckets, model.max_distance
    )
    y, attention = encoder_decoder(
        model,
        w,
        table(model, w, "source")[source],
        table(model, w, "target")[target],
        rms_norm,
        norm_first=True,
        scale=False,
        encoder_bias=bias("encoder/encoder_bias", len(source), True),
        decoder_bias=bias("decoder/decoder_bias", len(target), False),
        activation=model.activation,
    )
    tied = model.tied_embeddings in ("all", "target")
    return y * (model.units**-0.5 if tied else 1.0) @ output_matrix(model, w), attention
