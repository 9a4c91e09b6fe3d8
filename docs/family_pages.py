"""A page per family of models: what it is, its code, sizes, options, results and pictures."""

import csv
import functools
import pathlib

from drawings import FOLDER, LOOKED_AT
from markup import directive, fence, table, toctree, wrapped
from options import meanings
from result_parts import result_parts

from zoo import registry
from zoo.catalog import count_parameters
from zoo.inspection.abstract import abstract_model, layer_rows
from zoo.inspection.cost import cost_table
from zoo.inspection.diagram import draw
from zoo.inspection.trace import trace
from zoo.registry.trained import list_trained

EQUATIONS = pathlib.Path(__file__).resolve().parent / "equations"
PUBLIC = {  # a public checkpoint of each size that has them
    "t5_small": "google-t5/t5-small",
    "t5_base": "google-t5/t5-base",
    "t5_large": "google-t5/t5-large",
    "t5_3b": "google-t5/t5-3b",
    "t5_11b": "google-t5/t5-11b",
    "t5_v1_1_small": "google/t5-v1_1-small",
    "t5_v1_1_base": "google/t5-v1_1-base",
    "t5_v1_1_large": "google/t5-v1_1-large",
    "t5_v1_1_xl": "google/t5-v1_1-xl",
    "t5_v1_1_xxl": "google/t5-v1_1-xxl",
    "bart_base": "facebook/bart-base",
    "bart_large": "facebook/bart-large",
    "marian_base": "Helsinki-NLP/opus-mt-en-de",
    "gpt2_small": "openai-community/gpt2",
    "gpt2_medium": "openai-community/gpt2-medium",
    "gpt2_large": "openai-community/gpt2-large",
    "gpt2_xl": "openai-community/gpt2-xl",
    "whisper_tiny": "openai/whisper-tiny",
    "whisper_base": "openai/whisper-base",
    "whisper_small": "openai/whisper-small",
    "whisper_medium": "openai/whisper-medium",
    "whisper_large": "openai/whisper-large-v2",
}
COSTS = ("FLOPs per target token", "weights")  # in the table of sizes


def families(names):
    """The families of some models: name -> its models, the oldest paper and smallest model first.

    Args:
        names: registered models.
    """
    found = {}
    for name in sorted(names, key=lambda n: (registry.card(n)["paper"]["year"], n)):
        found.setdefault(registry.card(name)["family"], []).append(name)
    return {family: sorted(models, key=count_parameters) for family, models in found.items()}


def family_page(family, names, suites, results, captions):
    """The page of a family.

    Args:
        family: its name.
        names: its models, the smallest first.
        suites: pairs of `Suite` and its comparisons by task.
        results: folder of the results.
        captions: of its pictures, by kind.

    Returns:
        Markdown, and the diagram of one size as SVG.
    """
    shown = next((name for name in names if name.endswith("_mini")), names[0])
    card, entry = registry.card(shown), registry.models.loaded(shown)
    traces = {name: trace(abstract_model(name)) for name in names}
    parts = [
        f"# {family}",
        card["expect"],
        wrapped(table(("Feature", "Here"), facts(family, card, entry.module, results))),
        f"![Architecture of {shown}]({family}.svg)",
        f"The picture shows `{shown}`; `zoo show NAME --svg FILE` draws the others.",
        "## Use it",
        *use(names, shown),
        "## From the paper to the code",
        directive("automodule", entry.module),
        *equations(family),
        "## Results",
        *result_parts(names, suites),
        *picture("How it learns", family, "curves", captions),
        *picture("Where it looks", family, "attention", captions),
        "## Sizes",
        "`nano` is for tests, `mini` for symbols such as letters and phonemes, `midi` and `tiny` "
        "for a small translation task; other sizes are the papers' own. FLOPs are counted in the "
        "traced graph, at a batch of 64 with 32 source and 32 target tokens.",
        sizes_table(names, traces),
        "## Options",
        "Keyword arguments of `zoo.create`, and `--set KEY=VALUE` of `zoo train`.",
        options_table(entry.make, shown),
        "## Layers and cost",
        f"Trainable parameters of each direct part of `{shown}`, then what it costs.",
        layers_table(traces[shown].model),
        table(("Cost", "Amount", "What is counted"), cost_table(traces[shown]), right=(1,)),
        "## Class",
        directive("autoclass", f"{entry.module}.{entry.make.__qualname__}"),
    ]
    return "\n\n".join(parts) + "\n", draw(traces[shown])


def facts(family, card, module, results):
    """Rows of the table on top of a page."""
    recipe = ", ".join(f"`{key}={value!r}`" for key, value in card["recipe"].items())
    trained = [
        f"`{name}`"
        for name in list_trained()
        if registry.card(name.split("-")[0])["family"] == family
    ]
    rows = [
        ("Paper", paper_link(card["paper"])),
        ("Code", f"[`{module.replace('.', '/')}.py`](#class)"),
        ("Encoder", card["encoder"]),
        ("Decoder", card["decoder"]),
        ("Attention", card["attention"]),
        ("Trains with", recipe and f"{recipe}, else as [`zoo.Recipe`](../api.md)"),
        ("Comes trained", trained and ", ".join(trained)),
        ("Parity", parity(family, results / "parity.csv")),
    ]
    return [(name, text) for name, text in rows if text]


@functools.cache
def differences(path):
    """Rows of the table of parity by variant."""
    found = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["variant"], []).append(row)
    return found


def parity(family, path):
    """How close a family comes to its references."""
    rows = differences(path).get(family, ())
    if not rows:
        return ""
    largest = max(float(row["difference"]) for row in rows)
    references = ", ".join(dict.fromkeys(row["reference"] for row in rows))
    return f"at most {largest:.1e} from {references} ([all](../parity.md#{family}))"


def use(names, name):
    """How to create, train and load a model of a family, one of `names`."""
    source, target = registry.card(name)["vocabulary"]
    lines = [
        "import zoo",
        "",
        f'model = zoo.create("{name}", source_vocabulary={source}, target_vocabulary={target})',
    ]
    commands = [f"$ zoo train {name} g2p", f"$ zoo train {name} --data pairs.tsv"]
    trained = f"{name}-g2p"
    if trained in list_trained():
        lines.append(f'text = zoo.load("{trained}")  # comes trained')
        commands.insert(0, f"$ zoo generate {trained} {LOOKED_AT}")
    public = [PUBLIC[size] for size in names if size in PUBLIC]
    if public:
        lines.append(f'text = zoo.from_pretrained("{public[0]}")  # a public checkpoint')
    return fence("python", "\n".join(lines)), fence("console", "\n".join(commands))


def equations(family):
    """The equations of a family above the lines that carry them, if they are written down."""
    if not (EQUATIONS / f"{family}.md").is_file():
        return ()
    return (
        "## Equations beside the code",
        "Each equation stands above the lines that compute it; these are read from the code.",
        fence(f"{{include}} /equations/{family}.md", ""),
    )


def picture(title, family, kind, captions):
    """A part with a picture of a family, if there is one."""
    if kind not in captions:
        return ()
    shown = f"![{title}: {family}](../{FOLDER}/{family}_{kind}.svg)"
    return (f"## {title}", captions[kind], shown)


def sizes_table(names, traces):
    """The sizes of a family: parameters, cost, and the options in which they differ."""
    values = {name: registry.models.overrides(name) for name in names}
    differing = [
        key
        for key in values[names[0]]
        if not key.endswith(("_vocabulary", "_id"))
        and len({repr(values[name][key]) for name in names}) > 1
    ]
    rows = []
    for name in names:
        costs = {key: figure for key, figure, _ in cost_table(traces[name])}
        vocabulary = " + ".join(f"{size:,}" for size in registry.card(name)["vocabulary"])
        options = ", ".join(f"{key} {values[name][key]}" for key in differing)
        parameters = f"{count_parameters(name):,}"
        row = (f"`{name}`", parameters, vocabulary, *(costs[key] for key in COSTS), options)
        rows.append((*row, f"`{PUBLIC[name]}`" if name in PUBLIC else ""))
    head = ("Name", "Parameters", "At token ids", "FLOPs per target token", "Weights", "Options")
    if not any(name in PUBLIC for name in names):
        return table(head, [row[:-1] for row in rows], right=(1, 2, 3, 4))
    return table((*head, "Public checkpoint"), rows, right=(1, 2, 3, 4))


def options_table(make, name):
    """The options of a family with their values at one size and what they mean."""
    explained = meanings(make)
    rows = [
        (f"`{key}`", f"`{value!r}`", explained.get(key, ""))
        for key, value in registry.models.overrides(name).items()
        if key not in ("source_vocabulary", "target_vocabulary", "source_features")
    ]
    return table(("Option", f"In `{name}`", "Meaning"), rows)


def layers_table(model):
    """The direct parts of a model with their parameters."""
    *layers, (_, _, total) = layer_rows(model)
    rows = [(f"`{layer}`", f"`{kind}`", f"{count:,}") for layer, kind, count in layers]
    return table(("Layer", "Kind", "Parameters"), [*rows, ("**total**", "", f"{total:,}")], (2,))


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


def paper_link(paper):
    """Authors, year and title, with the address behind the title."""
    return f"{paper['authors']} {paper['year']}: [{paper['title']}]({paper['url']})"
