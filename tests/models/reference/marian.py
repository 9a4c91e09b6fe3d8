"""Junczys-Dowmunt et al. 2018 and the shape of OPUS-MT's models."""

import functools
import math

from tests.models.reference.parts import weights
from tests.models.reference.transformer import (
    encoder_decoder,
    layer_norm,
    output_matrix,
    table,
    waves,
)


def marian(model, source, target):
    """The Transformer with all sines before all cosines and a bias on the logits."""
    w = weights(model)
    embed = lambda ids, side: (
        table(model, w, side)[ids] * math.sqrt(model.units) + waves(len(ids), model.units, False)
    )
    y, attention = encoder_decoder(
        model,
        w,
        embed(source, "source"),
        embed(target, "target"),
        functools.partial(layer_norm, epsilon=1e-5),
        activation=model.activation,
    )
    return y @ output_matrix(model, w) + w["output_bias"], attention
