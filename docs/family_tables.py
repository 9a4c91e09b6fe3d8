"""The tables on the page of a family: facts, sizes, options, and layers."""

import csv
import functools
import inspect

from markup import table, wrapped

from zoo import registry
from zoo.backend import readable
from zoo.catalog import count_flops, count_parameters, counted_at
from zoo.inspection.abstract import layer_rows
from zoo.registry.docstrings import described
from zoo.registry.trained import list_trained

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
        ("Trains with", recipe and f"{recipe}, else as [`zoo.Recipe`](../../api.md)"),
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


def sizes_table(names):
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
        parameters = count_parameters(name)
        options = ", ".join(f"{key} {values[name][key]}" for key in differing)
        row = (
            f"`{name}`",
            f"{parameters:,}",
            counted_at(name),
            f"{count_flops(name):,.0f}",
            readable(4 * parameters),
        )
        rows.append((*row, options, f"`{PUBLIC[name]}`" if name in PUBLIC else ""))
    head = ("Name", "Parameters", "Counted at", "FLOPs per target token", "Weights", "Options")
    if not any(name in PUBLIC for name in names):
        return wrapped(table(head, [row[:-1] for row in rows], right=(1, 2, 3, 4)))
    return wrapped(table((*head, "Public checkpoint"), rows, right=(1, 2, 3, 4)))


def options_table(make, name):
    """The options of a family with their values at one size and what they mean."""
    explained = class_meanings(make)
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


def paper_link(paper):
    """Authors, year and title, with the address behind the title."""
    return f"{paper['authors']} {paper['year']}: [{paper['title']}]({paper['url']})"


def class_meanings(make):
    """The arguments of a class and its bases: name -> what the docstring says of it."""
    found = {"dtype": "the precision, such as `mixed_bfloat16`; None is Keras' own setting."}
    for kind in reversed(inspect.getmro(make)):
        if kind.__module__.startswith("zoo."):
            found |= described(kind.__dict__.get("__doc__") or "")
    return found
