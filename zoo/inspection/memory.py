"""Bytes that a model takes: weights, training state, decoding state and activations."""

from zoo.inspection.abstract import count, trainable
from zoo.inspection.trace import bodies, elements, is_loop, tensors

SAME_DATA = (
    "Identity",
    "IdentityN",
    "Reshape",
    "ExpandDims",
    "Squeeze",
    "StopGradient",
)


def weight_bytes(model):
    """Bytes of all variables, in the type they are stored in."""
    import tensorflow as tf

    return sum(count(v) * tf.as_dtype(v.dtype).size for v in model.weights)


def training_bytes(model):
    """Bytes of each trainable parameter's weight, gradient and two moments of Adam, in float32."""
    return trainable(model) * 4 * 4


def state_bytes(found):
    """Bytes of the decoding `State` of B hypotheses with room for T steps."""
    return sum(elements(tensor) * tensor.dtype.size for tensor in found.state)


def activation_bytes(found):
    """Bytes of every float result of one forward pass, as if nothing were fused or freed.

    Only results that depend on the tokens count, so that casts of weights stay out. A loop counts
    as its results, because the loops of this package keep only these for their gradient.
    """
    dependent = {tensor.name for tensor in tensors((found.source, found.target))}
    total = 0
    for operation in found.stages["encode"] + found.stages["decode"]:
        if any(tensor.name in dependent for tensor in operation.inputs):
            dependent.update(tensor.name for tensor in operation.outputs)
            if operation.type not in SAME_DATA:
                total += sum(
                    elements(tensor) * tensor.dtype.size
                    for tensor in results(operation)
                    if tensor.dtype.is_floating
                )
    return total


def results(operation):
    """The outputs of an operation; of a loop, only those that it changes."""
    if not is_loop(operation):
        return operation.outputs
    body = next(
        graph for graph in bodies(operation) if len(graph.outputs) == len(operation.outputs)
    )
    return [
        result
        for result, first, last in zip(operation.outputs, body.inputs, body.outputs)
        if origin(last) is not first
    ]


def origin(tensor):
    """The tensor at the start of a chain of identities."""
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor
