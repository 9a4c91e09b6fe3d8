"""What readers see in place of a suite's words: names, changes, headers and budgets."""

import textwrap
from collections.abc import Sequence

from benchmarks.cell import (
    PRETRAINED,
    constructor_overrides,
    is_pretrained,
    recipe_overrides,
    registered_name,
)
from benchmarks.comparison import metric_of, unit
from zoo import registry
from zoo.runs.recipe import Recipe

WIDEST = 28  # characters in a line of a name in a figure
ARROWS = {"lower": "↓", "higher": "↑"}


def named(model: str) -> str:
    """A suite's model as code, its overrides apart."""
    base, _, overrides = model.partition(" ")
    return f"`{base}` `{overrides}`" if overrides else f"`{base}`"


def change(model: str, rows: Sequence[dict] = ()) -> str:
    """What a suite's model changes: the option, its usual value, and the new one if it differs.

    Args:
        model: a suite's model.
        rows: of its task. Usual is the value of the model without overrides, if it has a row; else
            what all others agree on, but for learning rates; else that of the registered model.

    Returns:
        Text, empty for a model without overrides.
    """
    base = registered_name(model)
    parts = []
    if constructor_overrides(model):
        before = registry.models.overrides(base)
        parts += [(key, before.get(key), x) for key, x in constructor_overrides(model).items()]
    recipe = Recipe.from_dict(dict(registry.card(base)["recipe"]))
    for key, x in recipe_overrides(model).items():
        others = [row for row in rows if key not in recipe_overrides(row["model"])]
        plain = [row for row in others if row["model"] == base]
        chosen = plain or ([] if key == "learning_rate" else others)
        found = {row["settings"]["recipe"].get(key) for row in chosen} or {None}
        usual = found.pop() if len(found) == 1 else None
        parts.append((key, getattr(recipe, key) if usual is None else usual, x))
    parts += [(PRETRAINED, False, True)] if is_pretrained(model) else []
    changed = [part for part in parts if part[1] != part[2]]
    return ", ".join(f"`{key}`: {value(old)} → {value(new)}" for key, old, new in changed)


def value(option) -> str:
    """An option's value for readers, written as it is on a command line."""
    if isinstance(option, float):
        return f"{option:g}"
    return str(option).lower() if option is None or isinstance(option, bool) else str(option)


def options_text(options: dict) -> str:
    """A task's options as the tables of tasks and baselines write them: "split=query"."""
    return " ".join(f"{key}={value}" for key, value in options.items())


def short_names(models: list[str]) -> dict[str, str]:
    """Names for figures: without the size if all have the same one, overrides below it."""
    sizes = {registered_name(model).rpartition("_")[2] for model in models}
    size = f"_{sizes.pop()}" if len(sizes) == 1 else ""
    names = {}
    for model in models:
        base, _, overrides = model.partition(" ")
        lines = textwrap.wrap(overrides, WIDEST, break_long_words=False, break_on_hyphens=False)
        names[model] = "\n".join([base.removesuffix(size), *lines])
    return names


def metric_header(name: str, decoder: str = "") -> str:
    """The header of a column of scores: the metric, its unit, its direction and the decoder."""
    metric = metric_of(name)
    return " ".join(filter(None, [label_with_unit(metric), ARROWS[metric.better], decoder]))


def axis_label(name: str) -> str:
    """The label of an axis of scores."""
    metric = metric_of(name)
    return f"{label_with_unit(metric)} ({metric.better} is better)"


def label_with_unit(metric) -> str:
    """A `Metric` as "Wrong words, %"."""
    return ", ".join(filter(None, [metric.label, unit(metric)]))


def passes(*recipes: dict) -> str:
    """The epochs of recipes that have them: "2 passes", "2 or 6 passes"."""
    counts = sorted({recipe["epochs"] for recipe in recipes})
    return f"{' or '.join(map(str, counts))} pass{'es' if counts[-1] > 1 else ''}"


def budget(rows: list[dict]) -> str:
    """For how long the models of a task were trained: "2 passes, 1,793,050 target tokens"."""
    settings = rows[0]["settings"]
    recipes = [row["settings"]["recipe"] for row in rows]
    seen = sorted({row["target_tokens_seen"] for row in rows})
    tokens = " to ".join(f"{count:,}" for count in dict.fromkeys([seen[0], seen[-1]]))
    [(kind, most)] = settings.get("budget", {"": 0}).items()
    if kind in ("flops", "minutes"):
        words = {"flops": "floating-point operations", "minutes": "minutes"}[kind]
        return f"{most:,.4g} {words} of training each, {tokens} target tokens"
    if kind == "tokens" or any(r.get("steps") or "epochs" not in r for r in recipes):
        return f"{tokens} target tokens"
    return f"{passes(*recipes)} over the training data, {tokens} target tokens"
