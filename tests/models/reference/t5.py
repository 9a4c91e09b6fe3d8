"""Raffel et al. 2020."""

import numpy as np

from tests.models.reference.parts import weights
from tests.models.reference.transformer import encoder_decoder, output_matrix, rms_norm


def t5(model, source, target):
    """Raffel et al. 2020, version 1.0 of the checkpoints."""
    from tests.layers.test_position import bucket

    w = weights(model)

    def bias(name, length, bidirectional):
        table = w[f"{name}/table"]
        of = lambda distance: table[bucket(distance, bidirectional, model.buckets, model.max_distance)]
        return np.array([[of(k - q) for k in range(length)] for q in range(length)]).transpose(2, 0, 1)

    shared = w["target_embedding/embeddings"]
    embedded = shared[source] if model.tied_embeddings == "all" else w["source_embedding/embeddings"][source]
    y, attention = encoder_decoder(model, w, embedded, shared[target], rms_norm, True, False,
                                   bias("encoder_bias", len(source), True), bias("decoder_bias", len(target), False))
    return y * (1.0 if model.tied_embeddings == "none" else model.units**-0.5) @ output_matrix(model, w), attention
