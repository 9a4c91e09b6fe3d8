"""`zoo list` and `zoo show`: what is registered, from the catalog as far as it goes."""

from tabulate import tabulate

from zoo import registry
from zoo.errors import UnknownName, ZooError


def list_command(options):
    """`zoo list [PATTERN]`."""
    names, tasks = registry.list_models(options.pattern), registry.list_tasks(options.pattern)
    if not names and not tasks:
        raise ZooError(f"no model or task matches '{options.pattern}'; `zoo list` shows all")
    rows = []
    for name in names:
        card = registry.card(name)
        rows.append((name, f"{card['paper']['authors']} {card['paper']['year']}", card["encoder"], card["decoder"],
                     card["attention"], f"{count_parameters(name):,}", " + ".join(f"{v:,}" for v in card["vocabulary"])))
    if rows:
        print(tabulate(rows, ("model", "paper", "encoder", "decoder", "attention", "parameters", "at vocabulary"),
                       disable_numparse=True, colalign=("left",) * 5 + ("right",) * 2))
    if tasks:
        cards = [(name, registry.tasks.entry(name).card) for name in tasks]
        print(("\n" if rows else "") + tabulate([(name, c["title"], c["source"], ", ".join(c["metrics"])) for name, c in cards],
                                                ("task", "maps", "source", "metrics")))


def count_parameters(name):
    """Parameters from the catalog, or counted where a model is newer than the catalog."""
    card = registry.card(name)
    if "parameters" not in card:
        import_backend()
        from zoo.catalog import parameters

        card["parameters"] = parameters(name)
    return card["parameters"]


def show_command(options):
    """`zoo show NAME`."""
    if options.name in registry.list_tasks():
        show_task(options.name)
        return
    if options.name not in registry.list_models():
        raise UnknownName("model or task", options.name, registry.list_models() + registry.list_tasks())
    card = registry.card(options.name)
    import_backend()
    from zoo.catalog import layer_table

    paper = card["paper"]
    vocabulary = " + ".join(f"{size:,}" for size in card["vocabulary"])
    facts = [("name", options.name), ("paper", f"{paper['authors']} {paper['year']}: {paper['title']}"),
             ("address", paper["url"]), *((key, card[key]) for key in ("encoder", "decoder", "attention", "expect")),
             ("parameters", f"{count_parameters(options.name):,} at {vocabulary} token ids")]
    overrides = [(key, value) for key, value in registry.models.overrides(options.name).items() if "vocabulary" not in key]
    print(tabulate(facts, tablefmt="plain"))
    print("\n" + tabulate(overrides, ("option", "value"), disable_numparse=True))
    print("\n" + tabulate(layer_table(options.name), ("layer", "kind", "parameters"), intfmt=","))


def show_task(name):
    """The card and options of a task."""
    card = registry.tasks.entry(name).card
    facts = [(key, ", ".join(value) if isinstance(value, list) else value) for key, value in card.items()]
    print(tabulate(facts, tablefmt="plain"))
    print("\n" + tabulate(registry.tasks.overrides(name).items(), ("option", "default"), disable_numparse=True))


def import_backend():
    """Imports TensorFlow without its start-up lines."""
    from zoo.quiet import import_tensorflow

    import_tensorflow()
