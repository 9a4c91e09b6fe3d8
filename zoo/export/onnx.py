"""ONNX: an encoder and one step of the decoder, for a loop around ONNX Runtime.

| graph | takes | gives |
|---|---|---|
| encoder.onnx | source: int32 [B, S], padded with 0 | the state before the first step |
| step.onnx | token: int32 [B, 1], and the state | logits: float32 [B, V]; what it changes |

B rows and S are dynamic. model.json has the names, the ids that open and close an output, the ids
that no output has, and the longest source, or null: the graph would read a longer one with repeated
positions, so check it first. A row is one hypothesis: a beam search gives each source K equal rows
and reorders the state by `take`.

The search itself stays outside, since ONNX Runtime refuses the loop that a converter makes of it.
"""

import contextlib
import json
import pathlib
from collections.abc import Iterator, MutableMapping
from typing import Any

import numpy as np
import tensorflow as tf
from keras import tree

from zoo.backend import quiet_imports
from zoo.decoding.constraints import never_written
from zoo.errors import ZooError, first_line
from zoo.export.single import in_float32, single_model, write_tokenizers
from zoo.layers.portable import portable
from zoo.seq2seq import Seq2Seq
from zoo.text.decoding import Decoding
from zoo.text.text_model import TextModel

OPSET = 18
INSTALL = "the format onnx needs tf2onnx: pip install 'seq2seq-zoo[onnx]'"


def write(text_model: TextModel, folder: pathlib.Path, max_length: int | None = None) -> None:
    """Writes both graphs in float32, model.json and the tokenizers' configuration.

    Args:
        text_model: of a run, a checkpoint or a model in memory.
        folder: an empty folder.
        max_length: the number of steps that the state has memory for, or None for the text model's
            own maximum.

    Raises:
        ZooError: tf2onnx is missing or cannot convert the model, or the model is an ensemble.
    """
    model = in_float32(single_model(text_model, "onnx"))
    room = text_model.max_length(Decoding(max_length=max_length))
    encoder, step, kept, changed = graphs(model, room)
    convert(encoder, folder / "encoder.onnx", type(model).__name__)
    convert(step, folder / "step.onnx", type(model).__name__)
    facts = {
        "start_id": model.start_id,
        "end_id": model.end_id,
        "never": sorted(never_written(model)),
        "max_length": room,
        "longest_source": model.longest_source(room),
        "state": kept,
        "changed": changed,
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    write_tokenizers(text_model, folder)


def graphs(model: Seq2Seq, room: int) -> tuple[Any, Any, list[str], list[str]]:
    """The two functions, the names of the state's tensors, and those that a step changes."""
    states = []  # the structure of the state, which tracing finds

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, "source")], autograph=False)
    def encoder(source):
        with portable():
            state = model.start(model.encode(source), room)
        states.append(state)
        return {name: tf.identity(x) for name, x in named(state)}

    encoder.get_concrete_function()
    names = [name for name, _ in named(states[0])]
    changed = [name for name in names if not name.startswith("source")]
    specs = [tf.TensorSpec(with_any_rows(x.shape), x.dtype, name) for name, x in named(states[0])]

    def step(token, *leaves):
        with portable():
            state = tree.pack_sequence_as(states[0], list(leaves))
            logits, state, _ = model.step(token, state)
        after = dict(named(state))
        after = {f"next_{name}": tf.identity(after[name]) for name in changed}
        return after | {"logits": logits[:, 0]}

    token = tf.TensorSpec([None, 1], tf.int32, "token")
    step = tf.function(step, input_signature=[token, *specs], autograph=False)
    return encoder, step, names, changed


def named(state):
    """The tensors of a `State` with a name each."""
    found = []
    for part, value in zip(state._fields, state):
        leaves = tree.flatten(value)
        found += [(f"{part}_{i}", x) for i, x in enumerate(leaves)]
    return found


def with_any_rows(shape):
    """A shape whose rows, the first axis, may be any number; a scalar has none."""
    return [None, *shape[1:]] if len(shape) else shape


def convert(function: Any, path: pathlib.Path, name: str) -> None:
    """Writes a traced function of the model `name` as ONNX.

    Raises:
        ZooError: tf2onnx is missing, or has no form for an operation.
    """
    try:
        with quiet_imports():
            import onnx
            import tf2onnx
            from tf2onnx import optimizer
    except ImportError as error:
        raise ZooError(f"{INSTALL} ({first_line(error)})") from error
    with without_joined_reshapes(optimizer._get_optimizers()):
        found, _ = tf2onnx.convert.from_function(
            function,
            input_signature=function.input_signature,
            opset=OPSET,
            custom_op_handlers={"Erfc": (write_erfc, []), "Log1p": (write_log1p, [])},
        )
    left = sorted(set(unknown_operations(found.graph, onnx.defs.has)))
    if left:  # the converter leaves them as they are, and only logs it
        raise ZooError(f"the format onnx has no form for {', '.join(left)} of this {name}")
    onnx.save(found, path)


@contextlib.contextmanager
def without_joined_reshapes(optimizers: MutableMapping[str, Any]) -> Iterator[None]:
    """Two reshapes in a row stay two.

    tf2onnx 1.17 writes 0 into the second shape for a size of its input, and then joins the two, so
    that the 0 means another size. Layers without a bias, as in T5, have such pairs.
    """
    every = dict(optimizers)
    optimizers.pop("remove_back_to_back", None)
    try:
        yield
    finally:
        optimizers.clear()
        optimizers.update(every)


def write_erfc(graph, node, name, arguments):
    """Writes erfc(x), of an exact GELU, as 1 - erf(x): ONNX has no erfc."""
    [x], outputs, one = removed(graph, node, name)
    erf = graph.make_node("Erf", [x], name=f"{name}_erf")
    graph.make_node("Sub", [one, erf.output[0]], name=name, **outputs)


def write_log1p(graph, node, name, arguments):
    """Writes log1p(x), of a sum of probabilities, as log(1 + x): ONNX has no log1p."""
    [x], outputs, one = removed(graph, node, name)
    more = graph.make_node("Add", [one, x], name=f"{name}_add")
    graph.make_node("Log", [more.output[0]], name=name, **outputs)


def removed(graph, node, name):
    """Takes a node out of a graph: its inputs, what its successor has to give, and a constant 1."""
    inputs = list(node.input)
    outputs = dict(outputs=node.output, shapes=node.output_shapes, dtypes=node.output_dtypes)
    graph.remove_node(name)
    return inputs, outputs, graph.make_const(f"{name}_one", np.array(1, "float32")).output[0]


def unknown_operations(graph, known):
    """Yields the operations of a graph, and of the graphs inside, that ONNX lacks."""
    for node in graph.node:
        if not known(node.op_type, node.domain):
            yield node.op_type
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from unknown_operations(inner, known)
