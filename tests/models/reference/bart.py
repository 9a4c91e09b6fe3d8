"""Lewis et al. 2020, with the norm after the embeddings and the unused positions of its
checkpoints.
"""

import functools
import math

from tests.models.reference.parts import weights
from tests.models.reference.transformer import encoder_decoder, layer_norm, output_matrix, table

norm = functools.partial(layer_norm, epsilon=1e-5)


def bart(model, source, target):
    """Post-norm, learned positions from the third row on."""
    w = weights(model)

    def embed(ids, side):
        x = table(model, w, side)[ids] * (math.sqrt(model.units) if model.scale_embeddings else 1.0)
        return norm(x + w[f"{side}_positions/table"][2:][: len(ids)], w, f"{side}_norm")

    y, attention = encoder_decoder(
        model,
        w,
        embed(source, "source"),
        embed(target, "target"),
        norm,
        activation=model.activation,
    )
    return y @ output_matrix(model, w), attention
