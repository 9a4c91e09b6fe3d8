"""A page per family of models: what it is, its code, sizes, options, results and pictures."""

import pathlib

from drawings import FOLDER, LOOKED_AT, TASK
from family_tables import PUBLIC, facts, layers_table, options_table, sizes_table
from markup import directive, dropdown, fence, table, toctree, wrapped
from result_parts import result_parts
from row_values import claims_of

from zoo import registry
from zoo.catalog import count_parameters
from zoo.inspection.abstract import abstract_model
from zoo.inspection.cost import cost_table
from zoo.inspection.diagram import draw, draw_parts
from zoo.inspection.trace import trace
from zoo.registry.trained import list_trained

EQUATIONS = pathlib.Path(__file__).resolve().parent / "equations"
MADE_FOR = {  # the task that shows what a family is for
    "pointer_generator": "sql",
    "listen_attend_spell": "spoken_digits",
    "whisper": "spoken_digits",
    "image_to_markup": "rendered_lines",
}
FEATURES = {"listen_attend_spell": 160, "whisper": 80, "image_to_markup": 96}  # per frame


def families(names):
    """The families of some models: name -> its models, the oldest paper and smallest model first.

    Args:
        names: registered models.
    """
    found = {}
    for name in sorted(names, key=lambda n: (registry.card(n)["paper"]["year"], n)):
        found.setdefault(registry.card(name)["family"], []).append(name)
    return {family: sorted(models, key=count_parameters) for family, models in found.items()}


def family_page(family, names, suites, results, pictures):
    """The page of a family.

    Args:
        family: its name.
        names: its models, the smallest first.
        suites: pairs of `Suite` and its comparisons by task.
        results: folder of the results.
        pictures: file name and caption of its pictures, by kind.

    Returns:
        Markdown, and its diagrams as SVG by the name of their file.
    """
    shown = next((name for name in names if name.endswith("_mini")), names[0])
    card, entry = registry.card(shown), registry.models.loaded(shown)
    reads = {"source_features": FEATURES[family]} if family in FEATURES else {}
    traced = trace(abstract_model(shown, **reads))
    opened = [
        (label, f"{family}_inside_{number}.svg", picture)
        for number, (label, picture) in enumerate(draw_parts(traced).items())
    ]
    parts = [
        f"# {family}",
        card["expect"],
        wrapped(table(("Feature", "Here"), facts(family, card, entry.module, results))),
        f"![Architecture of {shown}]({family}.svg)",
        f"The picture shows `{shown}`"
        + (f" for frames of {FEATURES[family]} numbers" if reads else "")
        + "; `zoo show NAME --svg FILE` draws the others.",
        *(dropdown(f"Inside {label}", f"![Inside {label}]({file})") for label, file, _ in opened),
        "## Use it",
        *use(family, names, shown),
        "## From the paper to the code",
        directive("automodule", entry.module),
        *equations(family),
        *promises(card["paper"]["url"], results),
        "## Results",
        *result_parts(names, suites),
        *picture("How it learns", family, "curves", pictures),
        *picture("Where it looks", family, "attention", pictures),
        "## Sizes",
        "`nano` is for tests, `mini` for symbols such as letters and phonemes, `midi` for a small "
        "translation task; other sizes are those of papers or public checkpoints. FLOPs are "
        f"counted in the traced graph, for {traced.batch} pairs of {traced.source_length} places "
        f"of the source and {traced.target_length} target tokens.",
        sizes_table(names),
        "## Options",
        "Keyword arguments of `zoo.create`, and `--set KEY=VALUE` of `zoo train`.",
        options_table(entry.make, shown),
        "## Layers and cost",
        f"Trainable parameters of each top-level layer of `{shown}`, then the cost of the whole "
        "model.",
        layers_table(traced.model),
        table(("Cost", "Amount", "What is counted"), cost_table(traced), right=(1,)),
        "## Class",
        directive("autoclass", f"{entry.module}.{entry.make.__qualname__}"),
    ]
    diagrams = {file: picture for _, file, picture in opened}
    return "\n\n".join(parts) + "\n", {f"{family}.svg": draw(traced)} | diagrams


def use(family, names, name):
    """How to create, change, train and load a model of a family, one of its `names`."""
    source, target = registry.card(name)["vocabulary"]
    task = MADE_FOR.get(family, TASK)
    source = (
        f"source_features={FEATURES[family]}"
        if family in FEATURES
        else f"source_vocabulary={source}"
    )
    sides = f"{source}, target_vocabulary={target}"
    own = {"spoken_digits": "recordings.tsv", "rendered_lines": "pictures.tsv"}
    lines = [
        "import zoo",
        "",
        f'model = zoo.create("{name}", {sides})',
        "# The same with another option:",
        f'model = zoo.create("{name}", {sides}, dropout=0.3)',
    ]
    commands = [
        f"$ zoo train {name} {task}",
        f"$ zoo train {name} {task} --set dropout=0.3 --out runs/dropout",
        f"$ zoo train {name} --data {own.get(task, 'pairs.tsv')}",
    ]
    trained = f"{name}-{TASK}"
    if trained in list_trained():
        lines.append(f'text = zoo.load("{trained}")  # comes trained')
        commands.insert(0, f"$ zoo generate {trained} {LOOKED_AT}")
    public = [PUBLIC[size] for size in names if size in PUBLIC]
    if public:
        lines.append(f'text = zoo.from_pretrained("{public[0]}")  # a public checkpoint')
    return fence("python", "\n".join(lines)), fence("console", "\n".join(commands))


def promises(address, results):
    """What the paper of a family promises, and whether it holds here, or nothing without claims."""
    claims = claims_of(results)
    rows = [
        (row.statement, f"[{row.verdict}](../results/claims/index.md)", row.source)
        for row in claims[claims["address"] == address].itertuples()
    ]
    if not rows:
        return ()
    return "## What its paper promises", wrapped(table(("Claim", "Here", "Source"), rows))


def equations(family):
    """The equations of a family above the lines that carry them, if they are written down."""
    if not (EQUATIONS / f"{family}.md").is_file():
        return ()
    return (
        "## Equations beside the code",
        "Each equation stands above the lines that compute it. The lines are read from the code "
        "when the site is built.",
        fence(f"{{include}} /equations/{family}.md", ""),
    )


def picture(title, family, kind, pictures):
    """A part with a picture of a family, if there is one."""
    if kind not in pictures:
        return ()
    file, caption = pictures[kind]
    return (f"## {title}", caption, f"![{title}: {family}](../{FOLDER}/{file})")


def families_page(found):
    """The index of the families, the oldest paper first."""
    rows = []
    for family, names in found.items():
        card = registry.card(names[0])
        sizes = ", ".join(registry.card(name)["size"] for name in names)
        paper = f"[{card['paper']['authors']} {card['paper']['year']}]({card['paper']['url']})"
        rows.append(
            (
                f"[{family}]({family}.md)",
                paper,
                card["encoder"],
                card["decoder"],
                card["attention"],
                sizes,
            )
        )
    parts = [
        "# Models",
        "A model's name is its family and a size, such as `transformer_mini`. `zoo list` prints "
        "this table on a terminal.",
        wrapped(table(("Family", "Paper", "Encoder", "Decoder", "Attention", "Sizes"), rows)),
        toctree(list(found)),
    ]
    return "\n\n".join(parts) + "\n"
