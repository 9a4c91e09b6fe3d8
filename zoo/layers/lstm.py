"""LSTM with the input projection before the loop and the recurrent gradient after it.

The equations are those of `keras.layers.LSTMCell` (Hochreiter and Schmidhuber 1997 with a forget
gate), which holds the weights. Over a whole sequence, `W x` is one product before the loop, and the
backward loop keeps the gates' gradients so that dU is one product after it. Automatic
differentiation of a loop would add up a [D, 4D] matrix at every step.

In 16 bits the products alone are rounded. The cell state, and the gradients that are carried
through time, stay in float32: they are sums over many steps, which would lose the later terms.
"""

import keras
from keras import ops

from zoo.layers.portable import with_gradient, write


def exact(x):
    """The tensor as float32."""
    return ops.cast(x, "float32")


def lstm_cell(z, cell):
    """One LSTM update, computed in float32.

    Args:
        z: float [..., 4D], pre-activations of input gate, forget gate, candidate and output gate.
        cell: float [..., D], the cell state before.

    Returns:
        hidden [..., D] in the dtype of z, cell [..., D] in its own, and the activated gates
        [..., 4D] in that of z.
    """
    i, f, g, o = ops.split(exact(z), 4, axis=-1)
    i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
    after = f * exact(cell) + i * g
    hidden, gates = o * ops.tanh(after), ops.concatenate([i, f, g, o], -1)
    return ops.cast(hidden, z.dtype), ops.cast(after, cell.dtype), ops.cast(gates, z.dtype)


def lstm_cell_gradient(gates, before, tanh_cell, d_hidden, d_cell):
    """Gradient of `lstm_cell`, all in float32.

    Args:
        gates: [B, 4D], the activated gates.
        before, tanh_cell: [B, D], the cell state before, and tanh of that after.
        d_hidden, d_cell: [B, D], gradients by the results.

    Returns:
        gradients by z [B, 4D] and by the cell state before [B, D].
    """
    i, f, g, o = ops.split(gates, 4, axis=-1)
    d_cell = d_cell + d_hidden * o * (1 - tanh_cell * tanh_cell)
    d_z = [
        d_cell * g * i * (1 - i),
        d_cell * before * f * (1 - f),
        d_cell * i * (1 - g * g),
        d_hidden * tanh_cell * o * (1 - o),
    ]
    return ops.concatenate(d_z, -1), d_cell * f


def lstm_weights(cell):
    """Kernel [F, 4D], recurrent kernel [D, 4D] and bias [4D] of a Keras cell, in its dtype."""
    weights = (cell.kernel, cell.recurrent_kernel, cell.bias)
    return tuple(ops.cast(w, cell.compute_dtype) for w in weights)


class LSTM(keras.layers.Layer):
    """LSTM over a right-padded sequence. A padded position carries the state on.

    Args:
        units: int, D.
        backwards: bool, reads from the last position to the first. Padding then comes first and
            leaves the state at zero.
        initializer: Keras initializer of all kernels; None takes Keras' own (Glorot uniform,
            orthogonal).
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, F].
        mask: bool [B, T], True at real tokens; None takes every position.
        state: pair of float [B, D], hidden and cell; None means zeros.

    Returns:
        hidden states [B, T, D], and the last state, a pair of [B, D]. Its cell is float32.
    """

    def __init__(self, units, backwards=False, initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.backwards = units, backwards
        self.supports_masking = True
        kernels = {}
        if initializer is not None:
            kernels = {"kernel_initializer": initializer, "recurrent_initializer": initializer}
        self.cell = keras.layers.LSTMCell(units, dtype=self.dtype_policy, name="cell", **kernels)

    def build(self, input_shape):
        self.cell.build((input_shape[0], input_shape[-1]))
        self.built = True

    def zeros(self, batch):
        """The state before the first step, a pair of [B, D]."""
        shape = batch, self.units
        return ops.zeros(shape, self.compute_dtype), ops.zeros(shape, "float32")

    def call(self, inputs, mask=None, state=None):
        batch, steps = ops.shape(inputs)[:2]
        kernel, recurrent, bias = lstm_weights(self.cell)
        inputs = ops.transpose(inputs, (1, 0, 2))  # [T, B, F]
        gates = ops.matmul(inputs, kernel) + bias  # [T, B, 4D]
        if mask is None:
            keep = ops.ones((steps, batch, 1), "float32")
        else:
            keep = ops.expand_dims(exact(ops.transpose(mask)), -1)  # [T, B, 1]
        if self.backwards:
            gates, keep = ops.flip(gates, 0), ops.flip(keep, 0)
        hidden, cell = self.zeros(batch) if state is None else state
        hidden = ops.cast(hidden, self.compute_dtype)
        outputs, hidden, cell = lstm_loop(gates, keep, hidden, cell, recurrent)
        if self.backwards:
            outputs = ops.flip(outputs, 0)
        return ops.transpose(outputs, (1, 0, 2)), (hidden, cell)

    def step(self, inputs, state):
        """One step: float [..., F] and a pair of [..., D] -> hidden [..., D] and the next pair."""
        hidden, cell = state
        kernel, recurrent, bias = lstm_weights(self.cell)
        z = ops.matmul(inputs, kernel) + ops.matmul(hidden, recurrent) + bias
        hidden, cell, _ = lstm_cell(z, cell)
        return hidden, (hidden, cell)


@with_gradient
def lstm_loop(gates, keep, hidden, cell, recurrent):
    """The loop over time.

    Args:
        gates: [T, B, 4D], W x + b.
        keep: float32 [T, B, 1], 1 at real tokens, 0 where the state is carried on.
        hidden, cell: [B, D], the first state.
        recurrent: [D, 4D], U.

    Returns:
        hidden states [T, B, D], and the last hidden and cell state [B, D], the cell in float32.
    """
    steps = ops.shape(gates)[0]
    no_hidden = ops.zeros((steps, *ops.shape(hidden)), gates.dtype)

    def forward(t, h, c, hs, cs, acts):
        z = ops.take(gates, t, axis=0) + ops.matmul(h, recurrent)
        new_h, new_c, act = lstm_cell(z, c)
        k = ops.take(keep, t, axis=0)
        h, c = carried(k, new_h, h), carried(k, new_c, c)
        return t + 1, h, c, write(hs, t, h), write(cs, t, c), write(acts, t, act)

    zero = ops.convert_to_tensor(0, "int32")
    buffers = no_hidden, exact(no_hidden), ops.zeros_like(gates)
    start = (zero, hidden, exact(cell), *buffers)
    _, h_last, c_last, hs, cs, acts = ops.while_loop(lambda t, *_: t < steps, forward, start)

    def gradient(*upstream):
        d_hs, d_h_last, d_c_last = upstream
        h_before = ops.concatenate([hidden[None], hs[:-1]], 0)  # [T, B, D]
        c_before = ops.concatenate([exact(cell)[None], cs[:-1]], 0)
        transposed = ops.transpose(recurrent)

        def backward(n, dh, dc, d_gates):
            t = steps - 1 - n
            act, k = exact(ops.take(acts, t, axis=0)), ops.take(keep, t, axis=0)
            c = ops.take(c_before, t, axis=0)
            i, f, g, _ = ops.split(act, 4, axis=-1)
            dh = dh + exact(ops.take(d_hs, t, axis=0))
            d_new_h, d_new_c = k * dh, k * dc
            d, d_before = lstm_cell_gradient(act, c, ops.tanh(f * c + i * g), d_new_h, d_new_c)
            d = ops.cast(d, gates.dtype)
            dh = dh - d_new_h + exact(ops.matmul(d, transposed))
            dc = dc - d_new_c + d_before
            return n + 1, dh, dc, write(d_gates, t, d)

        # It counts up, or XLA would not know how often it runs, and a GPU would ask the CPU.
        start = (zero, exact(d_h_last), d_c_last, ops.zeros_like(gates))
        _, dh, dc, d_gates = ops.while_loop(lambda n, *_: n < steps, backward, start)
        dh, dc = ops.cast(dh, hidden.dtype), ops.cast(dc, cell.dtype)
        flat_hidden = ops.reshape(h_before, (-1, ops.shape(h_before)[-1]))  # [T B, D]
        flat_gates = ops.reshape(d_gates, (-1, ops.shape(d_gates)[-1]))  # [T B, 4D]
        d_recurrent = ops.matmul(ops.transpose(flat_hidden), flat_gates)
        return d_gates, ops.zeros_like(keep), dh, dc, d_recurrent

    return (hs, h_last, c_last), gradient


def carried(keep, new, old):
    """`new` where `keep` is 1, `old` where it is 0, in the dtype of `old`."""
    return ops.cast(exact(old) + keep * (exact(new) - exact(old)), old.dtype)


def fed_weights(lstms, input_units):
    """The weights of layers whose first one also reads a vector from the previous step, such as the
    context.

    Args:
        lstms: list of `LSTM`.
        input_units: int, E, numbers of the input that the first kernel has in front.

    Returns:
        the first kernel's part for inputs [E, 4D], and a list of each layer's other weights.
    """
    (kernel, *rest), *above = [lstm_weights(lstm.cell) for lstm in lstms]
    return kernel[:input_units], [(kernel[input_units:], *rest), *above]


def fed_cells(gates, fed, state, cells):
    """One step of layers whose first one also reads a vector from the previous step, such as the
    context.

    Args:
        gates: float [..., 4D], the input's share of the first layer's gates.
        fed: float [..., F], the vector from the previous step.
        state: pairs of float [..., D]; cells: kernel, recurrent kernel and bias of each layer.

    Returns:
        the top layer's hidden state [..., D], and the layers' states.
    """
    x, after = fed, []
    for (hidden, cell), (kernel, recurrent, bias) in zip(state, cells):
        z = gates + ops.matmul(x, kernel) + ops.matmul(hidden, recurrent) + bias
        x, cell, _ = lstm_cell(z, cell)
        after.append((x, cell))
        gates = 0  # the layers above do not read the input
    return x, tuple(after)
