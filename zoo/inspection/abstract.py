"""Models without values in their variables: shapes and counts of any size, without its memory."""

from zoo import registry

PUT_OFF = "uninitialized_variables"  # Keras's list of variables to fill later


def abstract_model(name, source_vocabulary=None, target_vocabulary=None, **overrides):
    """Builds a model whose variables have shapes and no values.

    Args:
        name: str, a registered model.
        source_vocabulary, target_vocabulary: int; None takes those of the card.
        **overrides: constructor arguments.

    Returns:
        A `Seq2Seq` that can be counted and traced, but not called.
    """
    import keras
    import tensorflow as tf
    from keras.src.backend.common import global_state

    sizes = registry.card(name)["vocabulary"]
    if overrides.get("source_features") is not None:
        sizes = None, sizes[1]
    before = global_state.get_global_attribute(PUT_OFF)
    global_state.set_global_attribute(PUT_OFF, Valueless())
    try:
        with tf.Graph().as_default(), keras.StatelessScope(initialize_variables=False):
            return registry.create(
                name, source_vocabulary or sizes[0], target_vocabulary or sizes[1], **overrides
            )
    finally:  # or Keras would fill them when it builds the next model
        global_state.set_global_attribute(PUT_OFF, before)


class Valueless(list):
    """Stands in for Keras's list of variables to fill later. These are never filled.

    A layer that reads such a variable in a trace gets zeros, which are quicker than drawn values.
    """

    def append(self, variable):
        import keras

        variable._initializer = keras.initializers.Zeros()


def parameters(name):
    """Number of trainable parameters of a registered model at its card's vocabulary."""
    return trainable(abstract_model(name))


def trainable(layer):
    """Number of trainable parameters of a layer or a model."""
    return sum(count(variable) for variable in layer.trainable_variables)


def count(variable):
    """Number of elements of a variable."""
    size = 1
    for length in variable.shape:
        size *= length
    return size


def layer_rows(model):
    """Rows (layer, kind, parameters) of a built model: one per direct part, then the total."""
    rows = [(layer.name, type(layer).__name__, trainable(layer)) for layer in model.layers]
    return [row for row in rows if row[2]] + [("total", "", trainable(model))]
