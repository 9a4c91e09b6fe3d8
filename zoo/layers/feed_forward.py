"""Feed-forward layers of Transformer blocks, plain and gated."""

import keras

from zoo.layers.dropout import Dropout

ACTIVATIONS = {
    "relu": keras.activations.relu,
    "swish": keras.activations.silu,
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "gelu_tanh": lambda x: keras.activations.gelu(x, approximate=True),
}


class FeedForward(keras.layers.Layer):
    """f(x W1 + b1) W2 + b2 at each position (Vaswani et al. 2017, equation 2, with f = max(0, x)).

    Gated, it is (f(x Wg + bg) * (x W1 + b1)) W2 + b2 (Shazeer: "GLU Variants Improve Transformer",
    2020, https://arxiv.org/abs/2002.05202, section 2).

    Args:
        units: int, D, width in and out.
        inner_units: int, width between.
        activation: str, f, one of `ACTIVATIONS`; "gelu_tanh" approximates "gelu" by tanh.
        gated: bool.
        use_bias: bool.
        dropout: float, rate before W2.
        initializers: function from "inner" (W1 and Wg) or "outer" (W2) to an initializer; None
            means Glorot.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D].
        training: bool.
    """

    def __init__(
        self,
        units,
        inner_units,
        activation="relu",
        gated=False,
        use_bias=True,
        dropout=0.0,
        initializers=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.inner_units = units, inner_units
        self.activation = ACTIVATIONS[activation]

        def dense(name, width, role):
            return keras.layers.Dense(
                width,
                use_bias=use_bias,
                kernel_initializer=initializers(role) if initializers else "glorot_uniform",
                name=name,
                dtype=self.dtype_policy,
            )

        self.inner = dense("inner", inner_units, "inner")
        self.outer = dense("outer", units, "outer")
        self.gate = dense("gate", inner_units, "inner") if gated else None
        self.dropout = Dropout(dropout, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.inner.build((None, None, self.units))
        if self.gate is not None:
            self.gate.build((None, None, self.units))
        self.outer.build((None, None, self.inner_units))
        self.built = True

    def call(self, inputs, training=False):
        x = self.inner(inputs)
        if self.gate is None:
            x = self.activation(x)
        else:
            x = self.activation(self.gate(inputs)) * x
        return self.outer(self.dropout(x, training=training))
