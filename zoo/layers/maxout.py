"""Maxout, the output unit of the first attention models."""

import keras
from keras import ops


class Maxout(keras.layers.Layer):
    """The larger of each pair of neighbouring units of a linear layer.

    Args:
        units: int, width of the result; the linear layer is twice as wide.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [..., F].

    Returns:
        float [..., units].

    Source: Goodfellow et al. 2013, https://arxiv.org/abs/1302.4389
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.linear = keras.layers.Dense(2 * units, name="linear", dtype=self.dtype_policy)

    def build(self, input_shape):
        self.linear.build(input_shape)
        self.built = True

    def call(self, inputs):
        x = self.linear(inputs)  # [..., 2 units]
        return ops.max(ops.reshape(x, (*ops.shape(x)[:-1], self.units, 2)), -1)
