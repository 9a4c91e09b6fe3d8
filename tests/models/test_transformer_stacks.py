"""What the Transformers share: which embeddings are one matrix."""

import numpy as np
import pytest

import zoo
from zoo.errors import ZooError


@pytest.mark.parametrize(
    "tied, matrices",
    [("all", 1), ("inputs", 2), ("target", 2), ("none", 3)],
)
def test_tied_embeddings_share_a_matrix(tied, matrices):
    model = zoo.create("transformer_nano", 20, 20, tied_embeddings=tied)
    assert sum(20 in v.shape for v in model.trainable_variables) == matrices
    assert (model.source_embedding is model.target_embedding) == (tied in ("all", "inputs"))


@pytest.mark.parametrize("tied", ["all", "inputs"])
def test_two_vocabularies_cannot_share_a_matrix(tied):
    with pytest.raises(ZooError, match="needs one vocabulary, got 20 source and 21 target ids"):
        zoo.create("transformer_nano", 20, 21, tied_embeddings=tied)


@pytest.mark.parametrize("name", ["bart_nano", "marian_nano"])
def test_the_bias_on_the_logits_is_read_in_float32(name):
    model, ids = zoo.create(name, 20, 20, dtype="mixed_bfloat16"), np.full((1, 2), 5)
    before = np.asarray(model((ids, ids)))
    model.output_bias.assign(np.full(20, 300.4))
    np.testing.assert_allclose(np.asarray(model((ids, ids))) - before, 300.4, atol=1e-3)
