"""Writes and custom gradients for loops, and how to do without what cannot be exported.

Under XLA a part of a tensor is written in place, and a custom gradient saves time and memory. Other
runtimes lack XLA's operation, and a custom gradient cannot be saved. Inside `portable()`, loops are
traced with operations that every runtime has, and without custom gradients.
"""

import contextlib
import contextvars

from keras import ops

_portable = contextvars.ContextVar("portable", default=False)


@contextlib.contextmanager
def portable():
    """Graphs that are traced inside the block can be exported."""
    token = _portable.set(True)
    try:
        yield
    finally:
        _portable.reset(token)


def write(buffer, t, row):
    """`buffer` [T, B, ...] with `row` [B, ...] at step t."""
    if _portable.get():
        return ops.scatter_update(buffer, ops.reshape(t, (1, 1)), row[None])
    return ops.slice_update(buffer, (t, *[0] * (len(buffer.shape) - 1)), row[None])


def write_part(x, part, place, axis):
    """`x` with `part` at `place`, int scalar, of an axis."""
    if not _portable.get():
        starts = [place if i == axis else 0 for i in range(len(x.shape))]
        return ops.slice_update(x, starts, part)
    whole, end = [slice(None)] * axis, place + ops.shape(part)[axis]
    return ops.concatenate([x[*whole, :place], part, x[*whole, end:]], axis)


def with_gradient(function):
    """`keras.ops.custom_gradient`, which portable graphs do without.

    Args:
        function: takes tensors. Returns its results, and the function that computes their gradient.
    """
    differentiable = ops.custom_gradient(function)

    def run(*tensors):
        return function(*tensors)[0] if _portable.get() else differentiable(*tensors)

    return run


def add_at(ids, values, size):
    """Sums of the values at each id: int [B, S] and float [B, K, S] -> [B, K, size]."""
    batch, rows, places = ops.shape(values)
    if _portable.get():  # other runtimes scatter only one of several values with the same id
        return ops.matmul(values, ops.one_hot(ids, size, dtype=values.dtype))
    row = ops.reshape(ops.arange(batch * rows), (batch, rows, 1))
    row = ops.broadcast_to(row, (batch, rows, places))
    column = ops.broadcast_to(ops.cast(ids, row.dtype)[:, None], (batch, rows, places))
    indices = ops.reshape(ops.stack([row, column], -1), (-1, 2))
    sums = ops.scatter(indices, ops.reshape(values, (-1,)), (batch * rows, size))
    return ops.reshape(sums, (batch, rows, size))
