"""`zoo list`, `zoo tasks` and `zoo show`: what is registered, from the catalog where possible."""

import pathlib
import textwrap

from tabulate import tabulate

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.catalog import count_parameters, counted_at
from zoo.cli.search_options import flag
from zoo.errors import UnknownName, ZooError
from zoo.registry.docstrings import meanings
from zoo.registry.entries import matching
from zoo.registry.overrides import family_words
from zoo.registry.trained import list_trained, trained_config, trained_folder, trained_on

WIDEST = 80  # characters of a meaning
# Sizes that a model's cost is counted at: default, letter, and what they are.
COUNTED_AT = {
    "batch": (64, "B", "rows of a batch"),
    "source_length": (32, "S", "tokens of a source"),
    "target_length": (32, "T", "tokens of a target"),
}


def add_commands(command):
    """Declares `zoo list`, `zoo tasks` and `zoo show`."""
    sub = command("list", list_command, "list the models and tasks")
    sub.add_argument(
        "pattern",
        nargs="?",
        default="*",
        metavar="PATTERN",
        help='part of a name, or a wildcard such as "*lstm*"',
    )
    sub.add_argument(
        "--trained", action="store_true", help="the trained models that come with the zoo"
    )
    sub = command("tasks", tasks_command, "list the tasks with their licence")
    sub.add_argument("pattern", nargs="?", default="*", metavar="PATTERN", help="as in `zoo list`")
    sub = command(
        "show",
        show_command,
        "show a model's card, options, layers, cost and diagram, a task's card and options, or "
        "the card of a trained model",
    )
    sub.add_argument("name", metavar="NAME", help="a model, a task or a trained model")
    for name, (default, letter, text) in COUNTED_AT.items():
        sub.add_argument(flag(name), type=int, metavar=letter, help=f"{text} (default: {default})")
    sub.add_argument(
        "--svg", type=pathlib.Path, metavar="FILE", help="draw the model's architecture"
    )


def list_command(options):
    """`zoo list [PATTERN]`."""
    if options.trained:
        list_trained_models(options.pattern)
        return
    names = registry.list_models(options.pattern)
    tasks = registry.list_tasks(options.pattern)
    if not names and not tasks:
        raise ZooError(f"no model or task matches '{options.pattern}'; `zoo list` shows all")
    families = {}
    for name in names:
        families.setdefault(registry.card(name)["family"], []).append(name)
    rows = sorted(family_row(family, members) for family, members in families.items())
    if rows:
        head = ("family", "paper", "encoder", "decoder", "attention", "sizes")
        print(tabulate([row[1:] for row in rows], head, disable_numparse=True))
        print(
            f"\nA model's name is its family and a size, such as {names[0]}; zoo show {names[0]} "
            "describes it."
        )
    if tasks:
        cards = [(name, registry.tasks.entry(name).card) for name in tasks]
        listed = [(name, c["title"], c["source"], ", ".join(c["metrics"])) for name, c in cards]
        print(("\n" if rows else "") + tabulate(listed, ("task", "maps", "source", "metrics")))


def list_trained_models(pattern):
    """Prints the trained models whose names match a pattern."""
    names = matching(list_trained(), pattern)
    if not names:
        raise ZooError(f"no trained model matches '{pattern}'; `zoo list --trained` shows all")
    rows = []
    for name in names:
        training = trained_config(name)["training"]
        task = registry.tasks.entry(training["task"]["name"]).card
        metric = task["metrics"][0]
        score = training["scores"][0]["scores"][metric]
        size = sum(path.stat().st_size for path in trained_folder(name).iterdir())
        title, value = training["task"]["name"], f"{score['value']:.1f} {metric}"
        rows.append((name, title, value, f"{size / 1e6:.2f} MB", task["licence"]))
    head = ("name", "task", "score on test, greedy", "size", "licence of the data")
    print(tabulate(rows, head, disable_numparse=True))
    print(f"\ntry: zoo generate {names[0]} TEXT")


def tasks_command(options):
    """`zoo tasks [PATTERN]`."""
    names = registry.list_tasks(options.pattern)
    if not names:
        raise ZooError(f"no task matches '{options.pattern}'; `zoo tasks` shows all")
    rows = []
    for name in names:
        card = registry.tasks.entry(name).card
        metrics = ", ".join(card["metrics"])
        rows.append((name, card["title"], card["source"], card["licence"], metrics))
    print(tabulate(rows, ("task", "maps", "source", "licence", "metrics")))
    print(f"\nzoo show {names[0]} lists its options.")
    print("For your own files: zoo train MODEL --data FILE")


def family_row(family, names):
    """A family's line in the list, with the year of its paper in front for sorting."""
    card = registry.card(names[0])
    paper = card["paper"]
    counted = sorted((count_parameters(name), name) for name in names)
    sizes = [f"{registry.card(name)['size']} {short(count)}" for count, name in counted]
    return (
        paper["year"],
        family,
        f"{paper['authors']} {paper['year']}",
        card["encoder"],
        card["decoder"],
        card["attention"],
        ", ".join(sizes),
    )


def short(count):
    """A count in three digits, such as 63.1M."""
    for unit, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{count / unit:.3g}{name}"
    return str(count)


def show_command(options):
    """`zoo show NAME`."""
    if options.svg and options.svg.suffix != ".svg":
        raise ZooError(f"the diagram's name must end in .svg, got '{options.svg}'")
    is_task, trained = options.name in registry.list_tasks(), trained_folder(options.name)
    if is_task or trained:
        kind = "task" if is_task else "trained model"
        for name in ("svg", *COUNTED_AT):
            if getattr(options, name) is not None:
                raise ZooError(f"{options.name} is a {kind}; {flag(name)} is for models")
    if is_task:
        show_task(options.name)
    elif options.name in registry.list_models():
        show_model(options)
    elif trained:
        card = (trained / "README.md").read_text(encoding="utf-8")
        print(card.partition("\n---\n")[2].strip())
    else:
        known = [*registry.list_models(), *registry.list_tasks(), *list_trained()]
        raise UnknownName("model or task", options.name, known)


def show_model(options):
    """Prints a model's card, options, layers and cost, and draws its diagram."""
    sizes = {}
    for name, (default, _, _) in COUNTED_AT.items():
        value = getattr(options, name)
        sizes[name] = default if value is None else value
        if sizes[name] < 1:
            raise ZooError(f"{flag(name)} must be a whole number above 0, got {value}")
    import_tensorflow()
    from zoo.inspection.abstract import abstract_model, layer_rows
    from zoo.inspection.cost import cost_table
    from zoo.inspection.trace import trace

    model = abstract_model(options.name)
    found = trace(model, **sizes)
    if options.svg:
        from zoo.files import write_text
        from zoo.inspection.diagram import draw

        write_text(options.svg, draw(found))
    print(tabulate(facts(options.name), tablefmt="plain"))
    overrides = registry.models.overrides(options.name).items()
    decided = ("source_vocabulary", "target_vocabulary", "source_features")  # by the task
    rows = [(key, value) for key, value in overrides if key not in decided]
    print("\n" + tabulate(rows, ("option", "value"), disable_numparse=True))
    print("\n" + tabulate(layer_rows(model), ("layer", "kind", "parameters"), intfmt=","))
    counted_at = (
        f"batch {found.batch}, {found.source_length} source and {found.target_length} target tokens"
    )
    cost = tabulate(
        cost_table(found),
        (counted_at, "", "what is counted"),
        disable_numparse=True,
        colalign=("left", "right", "left"),
    )
    print("\n" + cost)
    if options.svg:
        print(f"\ndiagram: {options.svg}")


def facts(name):
    """Rows of a model's card."""
    card = registry.card(name)
    paper = card["paper"]
    return [
        ("name", name),
        ("paper", f"{paper['authors']} {paper['year']}: {paper['title']}"),
        ("address", paper["url"]),
        *((key, card[key]) for key in ("encoder", "decoder", "attention", "expect")),
        ("parameters", f"{count_parameters(name):,} at {counted_at(name)}"),
        *(("comes trained", f"{name}-{task}") for task in trained_on(name)),
    ]


def show_task(name):
    """Prints the card and options of a task."""
    card = registry.tasks.entry(name).card
    rows = [(key, card[key]) for key in ("title", "source", "licence")]
    rows += [("metrics", ", ".join(card["metrics"])), ("baseline", card["baseline"])]
    for family, found in card["families"].items():
        words = " ".join(family_words(family, found))
        rows.append(("recommended", f"zoo train {family} {name}, which stands for {words}"))
    print(tabulate(rows, tablefmt="plain"))
    if card["published"]:
        head = ("published", "on the test split", "source")
        print("\n" + tabulate(card["published"], head, disable_numparse=True))
    explained = meanings(registry.tasks.loaded(name).make)
    options = [
        (key, default, "\n".join(textwrap.wrap(explained.get(key, ""), WIDEST)))
        for key, default in registry.tasks.overrides(name).items()
    ]
    print("\n" + tabulate(options, ("option", "default", "meaning"), disable_numparse=True))
