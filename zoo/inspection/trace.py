"""One trace of a model: its graph with placeholders for weights, so that no size takes memory.

B batch, S source length, T target length. `encode` and `decode` are traced as in training, `start`
and `step` as in decoding.
"""

import contextlib
import dataclasses
import math
from typing import Any

import keras
import tensorflow as tf

from zoo.errors import ZooError, check_positive
from zoo.frames import source_like

COUNTABLE = 2**50  # B (S + T)^2 up to which TensorFlow's 64-bit sizes do not overflow


@dataclasses.dataclass
class Call:
    """One call of a layer.

    Attributes:
        stage: "encode" or "decode".
        layer: the layer.
        depth: int, number of calls of other layers that it is inside of.
        inputs, outputs: lists of tensors.
    """

    stage: str
    layer: Any
    depth: int
    inputs: list
    outputs: list


@dataclasses.dataclass
class Trace:
    """The operations and the calls of layers that a trace found.

    Attributes:
        model: the model, its weights abstract or real.
        batch, source_length, target_length: int, B, S and T.
        stages: operations in order of computation, by "encode", "decode", "start" and "step".
        source: the tensor [B, S], or `Frames`; target, logits: the tensors [B, T] and [B, T, V].
        state: list of tensors, the leaves of the `State` that `start` makes.
        calls: list of `Call`, in order.
    """

    model: Any
    batch: int
    source_length: int
    target_length: int
    stages: dict = dataclasses.field(default_factory=dict)
    source: Any = None
    target: Any = None
    logits: Any = None
    state: list = dataclasses.field(default_factory=list)
    calls: list = dataclasses.field(default_factory=list)


def trace(model, batch=64, source_length=32, target_length=32):
    """Traces a built model.

    Args:
        model: a built `Seq2Seq`, such as `abstract_model` gives.
        batch, source_length, target_length: int, B, S and T.

    Returns:
        A `Trace`.

    Raises:
        ZooError: a size is not above zero, too large to be counted, or longer than the model takes.
    """
    check_positive(batch=batch, source_length=source_length, target_length=target_length)
    if batch * (source_length + target_length) ** 2 > COUNTABLE:
        raise ZooError(
            f"a batch of {batch} with {source_length} source and {target_length} target tokens is "
            "too large to be counted; lower --batch, --source-length or --target-length"
        )
    found = Trace(model, batch, source_length, target_length)
    graph = tf.Graph()
    with graph.as_default():
        placeholder = tf.compat.v1.placeholder
        found.source = source_like(
            lambda shape, dtype: placeholder(dtype, shape),
            (batch, source_length),
            model.source_features,
        )
        found.target = placeholder("int32", (batch, target_length))
        token = placeholder("int32", (batch, 1))
        weights = [
            (variable, placeholder(variable.dtype, variable.shape)) for variable in model.variables
        ]
        seen = [len(graph.get_operations())]

        def ends(stage):
            operations = graph.get_operations()
            found.stages[stage] = operations[seen[0] :]
            seen[0] = len(operations)

        with keras.StatelessScope(state_mapping=weights, initialize_variables=False):
            with recorded_calls(found, "encode"):
                memory = model.encode(found.source, training=True)
            ends("encode")
            with recorded_calls(found, "decode"):
                found.logits, _ = model.decode(found.target, memory, training=True)
            ends("decode")
            state = model.start(memory, target_length)
            found.state = tensors(state)
            ends("start")
            model.step(token, state)
            ends("step")
    return found


@contextlib.contextmanager
def recorded_calls(found, stage):
    """Appends every call of a layer to `found.calls`, outer calls first."""
    original, depth = keras.layers.Layer.__call__, [0]

    def recorder(layer, *args, **kwargs):
        call = Call(stage, layer, depth[0], tensors((args, kwargs)), [])
        found.calls.append(call)
        depth[0] += 1
        try:
            outputs = original(layer, *args, **kwargs)
        finally:
            depth[0] -= 1
        call.outputs = tensors(outputs)
        return outputs

    keras.layers.Layer.__call__ = recorder
    try:
        yield
    finally:
        keras.layers.Layer.__call__ = original


def tensors(structure):
    """The tensors in a nested structure."""
    return [leaf for leaf in tf.nest.flatten(structure) if isinstance(leaf, tf.Tensor)]


def bodies(operation):
    """Yields the graphs that an operation calls: a loop's condition and body, or branches."""
    for attribute in operation.node_def.attr.values():
        for function in [attribute.func] if attribute.HasField("func") else attribute.list.func:
            yield operation.graph._get_function(function.name).graph


def is_loop(operation):
    """Whether it is a while loop."""
    return operation.type in ("While", "StatelessWhile")


def elements(tensor):
    """Number of elements of a tensor. Raises `ZooError` if its shape is not known."""
    if not tensor.shape.is_fully_defined():
        raise ZooError(
            f"{tensor.name} cannot be counted: its shape is only known as {tensor.shape} before it "
            "is computed"
        )
    return math.prod(tensor.shape)
