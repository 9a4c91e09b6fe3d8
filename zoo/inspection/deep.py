"""Counts of deep models from shallow ones, in seconds where the deep model takes minutes."""

from zoo import registry
from zoo.inspection.abstract import abstract_model

SHALLOW = 3  # layers up to which the model itself is counted
UNEVEN = ("gnmt", "bilstm_luong")  # families whose first layers are of other kinds


def count_by_depth(name, count):
    """What `count` finds of a registered model.

    A deep model is made with one and with two layers: each further layer adds what the second did.

    Args:
        name: a registered model.
        count: function of an abstract model to a number that grows by the same amount with each
            layer, such as `trainable` or the FLOPs of a step.
    """
    depth = registry.models.overrides(name).get("depth") or 0
    if depth <= SHALLOW or registry.card(name)["family"] in UNEVEN:
        return count(abstract_model(name))
    one, two = (count(abstract_model(name, depth=layers)) for layers in (1, 2))
    return one + (depth - 1) * (two - one)
