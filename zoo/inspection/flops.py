"""Floating-point operations per token, counted in the traced graph.

Only matrix products of the forward pass count, each multiply-add as two. Elementwise work, norms,
softmax and embedding lookups are left out.
"""

import math

from zoo.inspection.trace import bodies, elements, is_loop


def source_token_flops(found):
    """FLOPs of `start(encode(source))` per source token. Loops of the encoder run S times."""
    total = sum(count(found.stages[stage], found.source_length) for stage in ("encode", "start"))
    return total / (found.batch * found.source_length)


def target_token_flops(found):
    """FLOPs of one `step` per row, with S source tokens and room for T target tokens."""
    return count(found.stages["step"], 1) / found.batch


def training_flops(found):
    """FLOPs of a training step on B rows. The backward pass counts as two forward passes.

    Loops run S times in the encoder and T times in the decoder.
    """
    return 3 * (
        count(found.stages["encode"], found.source_length)
        + count(found.stages["decode"], found.target_length)
    )


def count(operations, repeats):
    """FLOPs of operations and of the functions that they call. A loop runs `repeats` times, or as
    often as its outputs are long where they are shorter.
    """
    total = 0
    for operation in operations:
        total += product_flops(operation)
        times = steps(operation, repeats) if is_loop(operation) else 1
        for graph in bodies(operation):
            total += times * count(graph.get_operations(), repeats)
    return total


def steps(loop, most):
    """How often a loop runs: `most` times unless none of its outputs [steps, B, D] is so long, as
    in the upper layers of a pyramid, which halve the length.
    """
    lengths = {x.shape[0] for x in loop.outputs if x.shape.rank == 3 and x.shape[0] is not None}
    return most if most in lengths else max((n for n in lengths if n < most), default=most)


def product_flops(operation):
    """Twice the multiply-adds of an operation; 0 unless it is a matrix product or convolution."""
    kind = operation.type
    if kind == "MatMul" or kind.startswith("BatchMatMul"):
        transposed = operation.get_attr("transpose_a" if kind == "MatMul" else "adj_x")
        return (
            2 * elements(operation.outputs[0]) * operation.inputs[0].shape[-2 if transposed else -1]
        )
    if kind == "Einsum":
        return einsum_flops(operation)
    if kind in ("Conv2D", "Conv3D"):
        return 2 * elements(operation.outputs[0]) * math.prod(operation.inputs[1].shape[:-1])
    if kind == "DepthwiseConv2dNative":
        return 2 * elements(operation.outputs[0]) * math.prod(operation.inputs[1].shape[:2])
    return 0


def einsum_flops(operation):
    """Twice the product of the sizes of all letters; 0 with a single operand."""
    if len(operation.inputs) < 2:
        return 0
    sizes = {}
    shared = 1
    terms = operation.get_attr("equation").decode().split("->")[0].split(",")
    for term, tensor in zip(terms, operation.inputs):
        before, dots, after = term.partition("...")
        elements(tensor)
        shape = list(tensor.shape)
        sizes |= dict(zip(before, shape)) | dict(zip(reversed(after), reversed(shape)))
        if dots:
            shared = max(shared, math.prod(shape[len(before) : len(shape) - len(after)]))
    return 2 * shared * math.prod(sizes.values())
