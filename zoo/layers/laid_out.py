"""Weights laid out for a loop of steps: computed once before it, where a step for a few rows reads them fastest."""

from keras import ops


def joined(*layers):
    """A function that gives a list of what built `keras.layers.Dense` of one width give, computed in one product."""
    dtype = layers[0].compute_dtype
    kernel = ops.cast(ops.concatenate([layer.kernel for layer in layers], -1), dtype)
    bias = (
        ops.cast(ops.concatenate([layer.bias for layer in layers], -1), dtype)
        if layers[0].use_bias
        else 0
    )
    return lambda x: ops.split(ops.matmul(x, kernel) + bias, len(layers), axis=-1)


def output_product(embedding, x, kernel):
    """[B, T, D] times the output matrix of a `keras.layers.ReversibleEmbedding`, or that matrix laid out: float32 [B, T, V]."""
    if kernel is not None:
        product = ops.matmul(x, kernel)
    elif embedding.tie_weights and tuple(x.shape[:2]) == (
        1,
        1,
    ):  # XLA would transpose the matrix for each single vector
        column = ops.matmul(ops.cast(embedding.embeddings, x.dtype), ops.reshape(x, (-1, 1)))
        product = ops.reshape(column, (1, 1, -1))
    else:
        product = embedding(x, reverse=True)
    return ops.cast(product, "float32")


def output_kernel(embedding):
    """The matrix [D, V] by which a built `keras.layers.ReversibleEmbedding` gives logits."""
    matrix = (
        ops.transpose(embedding.embeddings)
        if embedding.tie_weights
        else embedding.reverse_embeddings
    )
    return ops.cast(matrix, embedding.compute_dtype)
