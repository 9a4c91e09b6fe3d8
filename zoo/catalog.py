"""`python -m zoo.catalog` writes catalog.json anew: cards, defaults and parameter counts.

With it, `zoo list` needs no TensorFlow.
"""

import json

from zoo import registry
from zoo.backend import import_tensorflow

PUT_OFF = "uninitialized_variables"


def abstract_model(name, source_vocabulary=None, target_vocabulary=None, **overrides):
    """A built model without values in its variables: shapes and counts of any size, no memory taken.

    Args:
        name: str, a registered model.
        source_vocabulary, target_vocabulary: int; None takes those of the card.
        **overrides: constructor arguments.
    """
    import keras
    from keras.src.backend.common import global_state

    sizes = registry.card(name)["vocabulary"]
    before = global_state.get_global_attribute(PUT_OFF)
    global_state.set_global_attribute(PUT_OFF, Valueless())
    try:
        with keras.StatelessScope(initialize_variables=False):
            return registry.create(
                name, source_vocabulary or sizes[0], target_vocabulary or sizes[1], **overrides
            )
    finally:  # or Keras would fill them when it builds the next model
        global_state.set_global_attribute(PUT_OFF, before)


class Valueless(list):
    """Keras's list of variables to fill later, of those that never are: where a layer reads one in a trace, zeros will do."""

    def append(self, variable):
        import keras

        variable._initializer = keras.initializers.Zeros()  # drawing values takes longer


def count_parameters(name):
    """Parameters from the catalog, or counted where a model is newer than the catalog."""
    card = registry.card(name)
    if "parameters" not in card:
        import_tensorflow()
        card["parameters"] = parameters(name)
    return card["parameters"]


def parameters(name):
    """Number of trainable parameters of a registered model at its card's vocabulary."""
    return trainable(abstract_model(name))


def trainable(layer):
    """Number of trainable parameters of a layer or a model."""
    return sum(count(v) for v in layer.trainable_variables)


def count(variable):
    """Number of elements of a variable."""
    size = 1
    for length in variable.shape:
        size *= length
    return size


def layer_rows(model):
    """Rows (layer, kind, parameters) of a built model, one a direct part, then the total."""
    rows = [(layer.name, type(layer).__name__, trainable(layer)) for layer in model.layers]
    return [row for row in rows if row[2]] + [("total", "", trainable(model))]


def make_catalog(counted=parameters):
    """What catalog.json should hold: by kind and module, the digest of the module and its entries.

    Args:
        counted: function of a model's name to its number of parameters.
    """
    catalog = {}
    for source in (registry.models, registry.tasks):
        entries = {name: source.loaded(name) for name in source.names()}
        catalog[source.kind] = {
            module: {
                "digest": digest,
                "entries": {
                    name: {
                        "card": entry.card
                        | ({"parameters": counted(name)} if source is registry.models else {}),
                        "defaults": entry.defaults,
                    }
                    for name, entry in entries.items()
                    if entry.module == module
                },
            }
            for module, digest in source.modules().items()
        }
    return catalog


def main():
    """Writes the catalog."""
    text = json.dumps(make_catalog(), indent=1, ensure_ascii=False) + "\n"
    registry.CATALOG.write_text(text, encoding="utf-8")
    print(f"wrote {registry.CATALOG}")


if __name__ == "__main__":
    main()
