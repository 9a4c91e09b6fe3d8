"""The pages of the registered models, as Markdown."""

import itertools

from markup import directive, fence, table, toctree
from result_parts import result_parts

from zoo import registry
from zoo.catalog import count_parameters
from zoo.inspection.abstract import abstract_model, layer_rows
from zoo.inspection.cost import cost_table
from zoo.inspection.diagram import draw
from zoo.inspection.trace import trace


def model_page(name, suites, models):
    """The page of a registered model, and its diagram; `models` are those that have a page."""
    card, entry = registry.card(name), registry.models.loaded(name)
    model = abstract_model(name)
    found, layers = trace(model), layer_rows(model)
    source, target = card["vocabulary"]
    facts = [
        ("Paper", paper_link(card["paper"])),
        ("Encoder", card["encoder"]),
        ("Decoder", card["decoder"]),
        ("Attention", card["attention"]),
        ("Parameters", f"{layers[-1][2]:,} at {source:,} source and {target:,} target token ids"),
        (
            "Other sizes",
            ", ".join(f"[`{x}`]({x}.md)" for x in family(card["family"], models) if x != name)
            or "none",
        ),
    ]
    recipe = ", ".join(f"`{key}={value!r}`" for key, value in card["recipe"].items())
    facts += [("Trains with", f"{recipe}, else as {{py:obj}}`zoo.Recipe`")] if recipe else []
    options = [
        (f"`{key}`", f"`{value!r}`")
        for key, value in registry.models.overrides(name).items()
        if key not in ("source_vocabulary", "target_vocabulary", "source_features")
    ]
    rows = [(f"`{layer}`", f"`{kind}`", f"{count:,}") for layer, kind, count in layers[:-1]]
    rows.append(("**total**", "", f"{layers[-1][2]:,}"))
    parts = [
        f"# {name}",
        card["expect"],
        table(("", ""), facts),
        f"![Architecture of {name}]({name}.svg)",
        "## Create it",
        fence(
            "python",
            "import zoo\n\n"
            f'model = zoo.create("{name}", source_vocabulary={source}, target_vocabulary={target})',
        ),
        "## Results",
        *result_parts(name, suites, models),
        "## Options",
        "Keyword arguments of `zoo.create`, and `--set KEY=VALUE` of `zoo train`, with the values "
        "of this size.",
        table(("Option", "Value"), options),
        "## Layers",
        "Trainable parameters of each direct part.",
        table(("Layer", "Kind", "Parameters"), rows, right=(2,)),
        "## Cost",
        f"Counted in the traced graph at a batch of {found.batch} with {found.source_length} "
        f"source and "
        f"{found.target_length} target tokens; `zoo show {name}` counts it at others.",
        table(
            ("", "", "What is counted"),
            [
                (name.capitalize() if name.islower() else name, *rest)
                for name, *rest in cost_table(found)
            ],
            right=(1,),
        ),
        "## Class",
        directive("autoclass", f"{entry.module}.{entry.make.__qualname__}"),
        "## From the paper to the code",
        directive("automodule", entry.module),
    ]
    return "\n\n".join(parts) + "\n", draw(found)


def models_page(models):
    """The index of `models`, a section a family, the oldest paper first."""
    cards = sorted(
        (registry.card(name) for name in models), key=lambda c: (c["paper"]["year"], c["family"])
    )
    pages = []
    parts = [
        "# Models",
        "Every registered model, by family; `zoo list` prints the same on a terminal.",
    ]
    for name, members in itertools.groupby(cards, key=lambda c: c["family"]):
        card = next(members)
        rows = [
            (
                f"[`{model}`]({model}.md)",
                f"{count_parameters(model):,}",
                " + ".join(f"{v:,}" for v in registry.card(model)["vocabulary"]),
            )
            for model in family(name, models)
        ]
        pages += family(name, models)
        parts += [
            f"## {name}",
            card["expect"],
            table(
                ("Paper", "Encoder", "Decoder", "Attention"),
                [(paper_link(card["paper"]), card["encoder"], card["decoder"], card["attention"])],
            ),
            table(("Model", "Parameters", "At vocabulary"), rows, right=(1, 2)),
        ]
    parts.append(toctree(pages))
    return "\n\n".join(parts) + "\n"


def family(name, models):
    """Those of `models` that are of a family, the smallest first."""
    members = (model for model in models if registry.card(model)["family"] == name)
    return sorted(members, key=count_parameters)


def paper_link(paper):
    """Authors, year and title, with the address behind the title."""
    return f"{paper['authors']} {paper['year']}: [{paper['title']}]({paper['url']})"
