"""Floating-point operations a token, counted in the traced graph: matrix products only, two a multiply-add, forward.

Element by element work, norms, softmax and look-ups in tables are left out.
"""

import math

from zoo.inspection.trace import bodies, elements, is_loop


def source_token_flops(found):
    """Of `start(encode(source))`, over the B S source tokens; loops of the encoder run S times."""
    total = sum(count(found.stages[stage], found.source_length) for stage in ("encode", "start"))
    return total / (found.batch * found.source_length)


def target_token_flops(found):
    """Of one `step` with S source tokens and room for T target tokens, over the B rows."""
    return count(found.stages["step"], 1) / found.batch


def training_flops(found):
    """Of a training step on the B rows: forwards, and twice as many backwards; loops run S times, then T times."""
    return 3 * (
        count(found.stages["encode"], found.source_length)
        + count(found.stages["decode"], found.target_length)
    )


def count(operations, repeats):
    """FLOPs of a list of operations, the functions they call included; a loop runs `repeats` times."""
    total = 0
    for operation in operations:
        total += product_flops(operation)
        for graph in bodies(operation):
            total += (repeats if is_loop(operation) else 1) * count(graph.get_operations(), repeats)
    return total


def product_flops(operation):
    """2 times the multiply-adds of one operation; 0 for all but matrix products and convolutions."""
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
    """2 times the product of all letters' sizes; a sum or transposition of one operand is no product."""
    if len(operation.inputs) < 2:
        return 0
    sizes, shared = {}, 1
    for term, tensor in zip(
        operation.get_attr("equation").decode().split("->")[0].split(","), operation.inputs
    ):
        before, dots, after = term.partition("...")
        elements(tensor)
        shape = list(tensor.shape)
        sizes |= dict(zip(before, shape)) | dict(zip(reversed(after), reversed(shape)))
        if dots:
            shared = max(shared, math.prod(shape[len(before) : len(shape) - len(after)]))
    return 2 * shared * math.prod(sizes.values())
