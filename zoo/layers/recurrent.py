"""LSTM with the input projection hoisted out of the loop and the recurrent gradient formed once after it.

The equations are those of `keras.layers.LSTMCell` (Hochreiter and Schmidhuber 1997 with a forget gate), which holds the
weights and takes single steps. Over a whole sequence, `W x` is one product for all steps before the loop, and the backward
loop stores the gates' gradients so that dU is one product after it, where automatic differentiation of a loop would add
up a [D, 4D] matrix at every step.
"""

import keras
from keras import ops


class LSTM(keras.layers.Layer):
    """LSTM over a right-padded sequence; a padded position carries the state on.

    Args:
        units: int, D.
        backwards: bool, reads from the last position to the first. Padding, which then comes first, leaves the state at zero.
        initializer: Keras initializer of all kernels; None takes Keras' own (Glorot uniform, orthogonal).
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, F].
        mask: bool [B, T], True at real tokens; None takes every position.
        state: pair of float [B, D], hidden and cell; None is zeros.

    Returns:
        hidden states [B, T, D], and the last state, a pair of [B, D].
    """

    def __init__(self, units, backwards=False, initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.backwards, self.supports_masking = units, backwards, True
        kernels = (
            {}
            if initializer is None
            else dict(kernel_initializer=initializer, recurrent_initializer=initializer)
        )
        self.cell = keras.layers.LSTMCell(units, dtype=self.dtype_policy, name="cell", **kernels)

    def build(self, input_shape):
        self.cell.build((input_shape[0], input_shape[-1]))
        self.built = True

    def zeros(self, batch):
        """The state before the first step, a pair of [B, D]."""
        return (
            ops.zeros((batch, self.units), self.compute_dtype),
            ops.zeros((batch, self.units), self.compute_dtype),
        )

    def call(self, inputs, mask=None, state=None):
        batch, steps = ops.shape(inputs)[:2]
        cell, dtype = self.cell, self.compute_dtype
        inputs = ops.transpose(inputs, (1, 0, 2))  # [T, B, F]
        kernel, recurrent, bias = (
            ops.cast(w, dtype) for w in (cell.kernel, cell.recurrent_kernel, cell.bias)
        )
        gates = ops.matmul(inputs, kernel) + bias  # [T, B, 4D]
        if mask is None:
            keep = ops.ones((steps, batch, 1), dtype)
        else:
            keep = ops.expand_dims(ops.cast(ops.transpose(mask), dtype), -1)  # [T, B, 1]
        if self.backwards:
            gates, keep = ops.flip(gates, 0), ops.flip(keep, 0)
        hidden, cells = state if state is not None else self.zeros(batch)
        outputs, hidden, cells = lstm_loop(
            gates, keep, ops.cast(hidden, dtype), ops.cast(cells, dtype), recurrent
        )
        if self.backwards:
            outputs = ops.flip(outputs, 0)
        return ops.transpose(outputs, (1, 0, 2)), (hidden, cells)

    def step(self, inputs, state):
        """One step: float [B, F] and a pair of [B, D] -> hidden [B, D] and the next pair."""
        hidden, state = self.cell(inputs, list(state))
        return hidden, tuple(state)


@ops.custom_gradient
def lstm_loop(gates, keep, hidden, cells, recurrent):
    """The loop over time.

    Args:
        gates: [T, B, 4D], W x + b of the input, forget, candidate and output gates.
        keep: [T, B, 1], 1 at real tokens, 0 where the state is carried on.
        hidden, cells: [B, D], the first state.
        recurrent: [D, 4D], U.

    Returns:
        hidden states [T, B, D] and the last hidden and cell state [B, D].
    """
    steps, dtype = ops.shape(gates)[0], gates.dtype
    shape = (steps, *ops.shape(hidden))

    def forward(t, h, c, hs, cs, acts):
        i, f, g, o = ops.split(ops.take(gates, t, axis=0) + ops.matmul(h, recurrent), 4, axis=-1)
        i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
        k = ops.take(keep, t, axis=0)
        new_c = f * c + i * g
        h = h + k * (o * ops.tanh(new_c) - h)
        c = c + k * (new_c - c)
        row = ops.expand_dims(ops.concatenate([i, f, g, o], -1), 0)
        return (
            t + 1,
            h,
            c,
            write(hs, t, h),
            write(cs, t, c),
            ops.slice_update(acts, (t, 0, 0), row),
        )

    zero = ops.zeros(shape, dtype)
    start = (ops.convert_to_tensor(0, "int32"), hidden, cells, zero, zero, ops.zeros_like(gates))
    _, h_last, c_last, hs, cs, acts = ops.while_loop(lambda t, *_: t < steps, forward, start)

    def gradient(*upstream):
        d_hs, d_h_last, d_c_last = upstream
        h_before = ops.concatenate([hidden[None], hs[:-1]], 0)  # [T, B, D]
        c_before = ops.concatenate([cells[None], cs[:-1]], 0)
        transposed = ops.transpose(recurrent)

        def backward(t, dh, dc, d_gates):
            i, f, g, o = ops.split(ops.take(acts, t, axis=0), 4, axis=-1)
            k, c = ops.take(keep, t, axis=0), ops.take(c_before, t, axis=0)
            dh = dh + ops.take(d_hs, t, axis=0)
            tanh_c = ops.tanh(f * c + i * g)
            d_new_h = k * dh
            d_new_c = k * dc + d_new_h * o * (1 - tanh_c * tanh_c)
            d = ops.concatenate(
                [
                    d_new_c * g * i * (1 - i),
                    d_new_c * c * f * (1 - f),
                    d_new_c * i * (1 - g * g),
                    d_new_h * tanh_c * o * (1 - o),
                ],
                -1,
            )  # [B, 4D]
            dh = dh - d_new_h + ops.matmul(d, transposed)
            dc = dc - k * dc + d_new_c * f
            return (t - 1, dh, dc, ops.slice_update(d_gates, (t, 0, 0), d[None]))

        start = (
            ops.convert_to_tensor(steps - 1, "int32"),
            d_h_last,
            d_c_last,
            ops.zeros_like(gates),
        )
        _, dh, dc, d_gates = ops.while_loop(lambda t, *_: t >= 0, backward, start)
        flat = lambda x: ops.reshape(x, (-1, ops.shape(x)[-1]))  # [T, B, D] -> [T B, D]
        d_recurrent = ops.matmul(ops.transpose(flat(h_before)), flat(d_gates))
        return d_gates, ops.zeros_like(keep), dh, dc, d_recurrent

    return (hs, h_last, c_last), gradient


def write(buffer, t, row):
    """`buffer` [T, B, D] with row [B, D] at step t."""
    return ops.slice_update(buffer, (t, 0, 0), row[None])
