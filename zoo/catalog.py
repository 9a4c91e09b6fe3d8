"""The catalog of cards, defaults and counts, with which `zoo list` needs no TensorFlow.

`python -m zoo.catalog` rewrites catalog.json. It counts new and changed models only; delete the
file first to count all, as after a change of a layer.
"""

import json

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.errors import ZooError, first_line
from zoo.inspection.abstract import parameters


def count_parameters(name):
    """Trainable parameters of a registered model at its card's vocabulary."""
    return counted(name, "parameters", parameters)


def count_flops(name):
    """Floating-point operations per target token of a registered model, as `zoo show` has them."""
    return counted(name, "target_token_flops", target_token_flops)


def counted(name, key, count):
    """A count from the catalog, or made if the model is newer than the catalog."""
    card = registry.card(name)
    if key not in card:
        import_tensorflow()
        try:
            card[key] = count(name)
        except Exception as error:  # of a user's own variant
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise ZooError(f"the model {name} cannot be created: {reason}") from error
    return card[key]


def target_token_flops(name):
    """Floating-point operations per target token, counted in a trace."""
    from zoo.inspection import flops
    from zoo.inspection.deep import count_by_depth
    from zoo.inspection.trace import trace

    return count_by_depth(name, lambda model: flops.target_token_flops(trace(model)))


def counted_at(name):
    """The inputs at which a model's parameters are counted, such as "32 + 43 token ids"."""
    source, target = registry.card(name)["vocabulary"]
    if source is None:
        features = registry.models.overrides(name)["source_features"]
        return f"frames of {features} numbers, {target:,} token ids"
    return f"{source:,} + {target:,} token ids"


def make_catalog():
    """What catalog.json should hold: by kind and module, the module's digest and its entries."""

    from tqdm import tqdm

    def counts(name):
        return {"parameters": count_parameters(name), "target_token_flops": count_flops(name)}

    catalog = {}
    for source in (registry.models, registry.tasks):
        entries = {name: source.loaded(name) for name in tqdm(source.names(), disable=None)}
        catalog[source.kind] = {
            module: {
                "digest": digest,
                "entries": {
                    name: {
                        "card": entry.card | (counts(name) if source is registry.models else {}),
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
