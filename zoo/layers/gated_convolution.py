"""Gated convolution over a whole sequence or one step at a time, with normalised weights.

Gehring et al. 2017, sections 3.2 to 3.5; weight normalisation: Salimans and Kingma 2016, section 2.
B batch, T length, C width of the input, D width of the output, k width of the kernel.
"""

import keras
from keras import ops

from zoo.layers.dropout import Dropout


class NormalizedDense(keras.layers.Layer):
    """W x + b, each column of W being a direction and a length: w = g v / |v|.

    v starts normal with deviation sqrt(gain / C), and g at sqrt(gain), the mean length of v.

    Args:
        units: int, D.
        gain: float, variance of an output over the variance of an input: 4 before a gated linear
            unit, otherwise 1, times the share of the inputs that dropout keeps (section 3.5).
        weight_norm: bool, False takes v itself as W.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [..., C].

    Returns:
        float [..., D].
    """

    def __init__(self, units, gain=1.0, weight_norm=True, **kwargs):
        super().__init__(**kwargs)
        self.units, self.gain, self.weight_norm = units, gain, weight_norm
        self.supports_masking = True

    def build(self, input_shape):
        width = input_shape[-1]
        normal = keras.initializers.RandomNormal(stddev=(self.gain / width) ** 0.5)
        self.kernel = self.add_weight(name="kernel", shape=(width, self.units), initializer=normal)
        if self.weight_norm:
            length = keras.initializers.Constant(self.gain**0.5)
            self.scale = self.add_weight(name="scale", shape=(self.units,), initializer=length)
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        self.built = True

    def call(self, inputs):
        x = ops.matmul(inputs, self.kernel)
        if self.weight_norm:  # (x v) g / |v| is x w, and scales the outputs instead of the matrix
            kernel = ops.cast(self.kernel, "float32")
            inverse = ops.rsqrt(ops.sum(kernel * kernel, 0))
            x = x * (self.scale * ops.cast(inverse, self.compute_dtype))
        return x + self.bias


class GatedConvolution(keras.layers.Layer):
    """h = sqrt(0.5) (P * sigmoid(Q) + x) with [P Q] = W [x_{i-k/2} ... x_{i+k/2}] + b.

    The convolution is one product with the concatenated window. A causal window is
    [x_{i-k+1} ... x_i]. Beyond the ends of the sequence are zeros. If C differs from D, x enters
    the sum through a matrix.

    Args:
        units: int, D.
        kernel: int, k.
        causal: bool.
        weight_norm: bool, see `NormalizedDense`.
        dropout: float, rate on the convolution's input.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, C].
        mask: bool [B, T], True at real tokens; padding is read as zeros. None reads every position.
        training: bool.

    Returns:
        float [B, T, D].
    """

    def __init__(self, units, kernel, causal=False, weight_norm=True, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.kernel, self.causal, self.weight_norm = units, kernel, causal, weight_norm
        self.supports_masking = True
        dtype, gain = self.dtype_policy, 4 * (1 - dropout)
        self.dropout = Dropout(dropout, dtype=dtype)
        self.convolution = NormalizedDense(
            2 * units, gain, weight_norm, name="convolution", dtype=dtype
        )
        self.residual = None

    def build(self, input_shape):
        self.input_units = input_shape[-1]
        self.convolution.build((None, None, self.kernel * self.input_units))
        if self.input_units != self.units:
            self.residual = NormalizedDense(
                self.units, 1.0, self.weight_norm, name="residual", dtype=self.dtype_policy
            )
            self.residual.build((None, None, self.input_units))
        self.built = True

    def call(self, inputs, mask=None, training=False):
        x, k = self.dropout(inputs, training=training), self.kernel
        if mask is not None:
            x = x * ops.cast(mask, x.dtype)[:, :, None]
        before = k - 1 if self.causal else (k - 1) // 2
        x = ops.pad(x, ((0, 0), (before, k - 1 - before), (0, 0)))  # [B, T + k - 1, C]
        window = ops.concatenate([x[:, i : i + 1 - k or None] for i in range(k)], -1)  # [B, T, k C]
        return self.gate(window, inputs)

    def gate(self, window, inputs):
        """Window [..., k C] and the residual's input [..., C] -> [..., D]."""
        value, gate = ops.split(self.convolution(window), 2, axis=-1)
        residual = inputs if self.residual is None else self.residual(inputs)
        return (value * ops.sigmoid(gate) + residual) * 0.5**0.5

    def empty_window(self, batch):
        """The inputs that a causal convolution has seen before the first step: [B, (k - 1) C]."""
        return ops.zeros((batch, (self.kernel - 1) * self.input_units), self.compute_dtype)

    def step(self, inputs, window):
        """One causal step.

        Args:
            inputs: float [..., C].
            window: float [..., (k - 1) C], the last k - 1 inputs.

        Returns:
            float [..., D], and the next window.
        """
        window = ops.concatenate([window, inputs], -1)  # [..., k C]
        return self.gate(window, inputs), window[..., self.input_units :]
