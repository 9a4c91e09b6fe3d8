"""`zoo list` and `zoo show`: what is registered, from the catalog as far as it goes."""

from tabulate import tabulate

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.catalog import count_parameters
from zoo.errors import UnknownName, ZooError, check_positive


def list_command(options):
    """`zoo list [PATTERN]`."""
    names, tasks = registry.list_models(options.pattern), registry.list_tasks(options.pattern)
    if not names and not tasks:
        raise ZooError(f"no model or task matches '{options.pattern}'; `zoo list` shows all")
    families = {}
    for name in names:
        families.setdefault(registry.card(name)["family"], []).append(name)
    rows = [family_row(family, members) for family, members in families.items()]
    if rows:
        print(
            tabulate(
                [row[1:] for row in sorted(rows)],
                ("family", "paper", "encoder", "decoder", "attention", "sizes"),
                disable_numparse=True,
            )
        )
        print(
            f"\nA model's name is its family and a size, such as {names[0]}; zoo show {names[0]} tells all about it."
        )
    if tasks:
        cards = [(name, registry.tasks.entry(name).card) for name in tasks]
        print(
            ("\n" if rows else "")
            + tabulate(
                [(name, c["title"], c["source"], ", ".join(c["metrics"])) for name, c in cards],
                ("task", "maps", "source", "metrics"),
            )
        )


def tasks_command(options):
    """`zoo tasks [PATTERN]`."""
    names = registry.list_tasks(options.pattern)
    if not names:
        raise ZooError(f"no task matches '{options.pattern}'; `zoo tasks` shows all")
    cards = [(name, registry.tasks.entry(name).card) for name in names]
    print(
        tabulate(
            [
                (name, c["title"], c["source"], c["licence"], ", ".join(c["metrics"]))
                for name, c in cards
            ],
            ("task", "maps", "source", "licence", "metrics"),
        )
    )
    print(f"\nzoo show {names[0]} tells its options; your own files: zoo train MODEL --data FILE.")


def family_row(family, names):
    """Year for sorting, then the family's line: name, paper, parts, and its sizes with their parameters."""
    card, counted = (
        registry.card(names[0]),
        sorted((count_parameters(name), name) for name in names),
    )
    sizes = ", ".join(f"{registry.card(name)['size']} {short(count)}" for count, name in counted)
    paper = card["paper"]
    return (
        paper["year"],
        family,
        f"{paper['authors']} {paper['year']}",
        card["encoder"],
        card["decoder"],
        card["attention"],
        sizes,
    )


def short(count):
    """A count in three digits, such as 63.1M."""
    for unit, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{count / unit:.3g}{name}"
    return str(count)


def show_command(options):
    """`zoo show NAME`."""
    check_positive(
        batch=options.batch,
        source_length=options.source_length,
        target_length=options.target_length,
    )
    if options.svg and options.svg.suffix != ".svg":
        raise ZooError(f"the diagram's name must end in .svg, got '{options.svg}'")
    if options.name in registry.list_tasks():
        if options.svg:
            raise ZooError(f"{options.name} is a task; only a model has a diagram")
        show_task(options.name)
        return
    if options.name not in registry.list_models():
        raise UnknownName(
            "model or task", options.name, registry.list_models() + registry.list_tasks()
        )
    card = registry.card(options.name)
    import_tensorflow()
    from zoo.inspection.abstract import abstract_model, layer_rows
    from zoo.inspection.cost import cost_table
    from zoo.inspection.trace import trace

    model = abstract_model(options.name)
    found = trace(model, options.batch, options.source_length, options.target_length)
    if options.svg:
        from zoo.files import write_text
        from zoo.inspection.diagram import draw

        write_text(options.svg, draw(found))
    paper = card["paper"]
    vocabulary = " + ".join(f"{size:,}" for size in card["vocabulary"])
    facts = [
        ("name", options.name),
        ("paper", f"{paper['authors']} {paper['year']}: {paper['title']}"),
        ("address", paper["url"]),
        *((key, card[key]) for key in ("encoder", "decoder", "attention", "expect")),
        ("parameters", f"{count_parameters(options.name):,} at {vocabulary} token ids"),
    ]
    overrides = [
        (key, value)
        for key, value in registry.models.overrides(options.name).items()
        if "vocabulary" not in key
    ]
    print(tabulate(facts, tablefmt="plain"))
    print("\n" + tabulate(overrides, ("option", "value"), disable_numparse=True))
    print("\n" + tabulate(layer_rows(model), ("layer", "kind", "parameters"), intfmt=","))
    sizes = (
        f"batch {found.batch}, {found.source_length} source and {found.target_length} target tokens"
    )
    print(
        "\n"
        + tabulate(
            cost_table(found),
            (sizes, "", "what is counted"),
            disable_numparse=True,
            colalign=("left", "right", "left"),
        )
    )
    if options.svg:
        print(f"\ndiagram: {options.svg}")


def show_task(name):
    """The card and options of a task."""
    card = registry.tasks.entry(name).card
    facts = [
        *((key, card[key]) for key in ("title", "source", "licence")),
        ("metrics", ", ".join(card["metrics"])),
    ]
    print(tabulate(facts, tablefmt="plain"))
    if card["published"]:
        print(
            "\n"
            + tabulate(
                card["published"],
                ("published", "on the test split", "source"),
                disable_numparse=True,
            )
        )
    print(
        "\n"
        + tabulate(
            registry.tasks.overrides(name).items(), ("option", "default"), disable_numparse=True
        )
    )
