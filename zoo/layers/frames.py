"""The layer that stands where a table of embeddings would, if sources are frames."""

import keras
from keras import ops


class FrameProjection(keras.layers.Layer):
    """W x + b of each frame x.

    Args:
        features: int, F, numbers per frame.
        units: int, D.
        initializer: Keras initializer of the table of embeddings that this layer replaces. W
            starts at its values over sqrt(F), so that frames of unit variance give vectors as
            large as the table's. None is Glorot's.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: `zoo.Frames` of values [B, S, F]. Padding is projected, too; the caller
            masks it.

    Returns:
        float [B, S, D].
    """

    def __init__(self, features, units, initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.features, self.units, self.initializer = features, units, initializer

    def build(self, input_shape=None):
        self.kernel = self.add_weight(
            name="kernel", shape=(self.features, self.units), initializer=self.first_kernel()
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        self.built = True

    def first_kernel(self):
        """The initializer of W."""
        initializer = keras.initializers.get(self.initializer)
        if initializer is None:
            return "glorot_uniform"
        return lambda shape, dtype=None: initializer(shape, dtype) * self.features**-0.5

    def call(self, inputs):
        values = ops.cast(inputs.values, self.compute_dtype)
        return ops.matmul(values, ops.cast(self.kernel, values.dtype)) + self.bias
