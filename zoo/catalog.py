"""The catalog of cards, defaults and parameter counts, with which `zoo list` needs no TensorFlow.

`python -m zoo.catalog` rewrites catalog.json.
"""

import json

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.errors import ZooError, first_line
from zoo.inspection.abstract import parameters


def count_parameters(name):
    """Parameters from the catalog, or counted if the model is newer than the catalog."""
    card = registry.card(name)
    if "parameters" not in card:
        import_tensorflow()
        try:
            card["parameters"] = parameters(name)
        except Exception as error:  # of a user's own variant
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise ZooError(f"the model {name} cannot be created: {reason}") from error
    return card["parameters"]


def counted_at(name):
    """The inputs at which a model's parameters are counted, such as "32 + 43 token ids"."""
    source, target = registry.card(name)["vocabulary"]
    if source is None:
        features = registry.models.overrides(name)["source_features"]
        return f"frames of {features} numbers, {target:,} token ids"
    return f"{source:,} + {target:,} token ids"


def make_catalog(counted=parameters):
    """What catalog.json should hold: by kind and module, the module's digest and its entries.

    Args:
        counted: function from a model's name to its number of parameters.
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
    import_tensorflow()
    text = json.dumps(make_catalog(), indent=1, ensure_ascii=False) + "\n"
    registry.CATALOG.write_text(text, encoding="utf-8")
    print(f"wrote {registry.CATALOG}")


if __name__ == "__main__":
    main()
