"""Whether a suite can be run: what is wrong with its file is said before anything runs."""

import tomllib

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.errors import (
    UnknownName,
    ZooError,
    check_choice,
    check_fraction,
    check_least,
    check_positive,
)
from zoo.runs.recipe import Recipe

TASK_KEYS = (
    "task",
    "options",
    "recipe",
    "budget",
    "length_edges",
    "split",
    "models",
    "pretraining",
)
BUDGETS = ("tokens", "flops", "minutes")
SPLITS = ("test", "validation")


def check(suite):
    """Raises `ZooError` unless every cell of a suite can be run."""
    check_positive(threads=suite.threads)
    check_fraction(margin=suite.margin)
    if isinstance(suite.jobs, bool) or not isinstance(suite.jobs, int) or suite.jobs < 0:
        raise ZooError(f"jobs must be a whole number from 0, got {suite.jobs!r}")
    if not isinstance(suite.scored, bool):
        raise ZooError(f"scored must be true or false, got {suite.scored!r}")
    check_decoders(suite.decoders)
    check_rates(suite.rates)
    for name, table in suite.tasks.items():
        for key in table:
            if key not in TASK_KEYS:
                raise UnknownName("key of a task", key, TASK_KEYS)
        check_choice(SPLITS, split=table.get("split", "test"))
        check_budget(name, table.get("budget"))
        check_edges(name, table["length_edges"])
        if not isinstance(table.get("models", []), list):
            raise ZooError(f"models of {name} must be a list, got {table['models']!r}")
        registry.tasks.check_overrides(table.get("task", name), table["options"])
    cells = suite.cells()
    for cell in cells:
        registry.models.entry(cell.base)
        if cell.overrides:
            import_tensorflow()
            registry.models.check_overrides(cell.base, cell.overrides)
        Recipe.from_dict(cell.settings["recipe"])
        if "pretraining" in cell.settings:
            registry.tasks.entry(cell.settings["pretraining"]["task"])
            Recipe.from_dict(cell.settings["pretraining"]["recipe"])
    if not cells or len({cell.name for cell in cells}) < len(cells):
        raise ZooError("it has no cell, or one of them twice")
    check_margin(suite)


def check_decoders(decoders):
    """Raises `ZooError` unless each decoder beside the greedy one has a name and makes a beam."""
    for label, options in decoders.items():
        if label == "greedy" or not label.isidentifier():
            raise ZooError(f"a decoder is called {label!r}; take another word, such as beam")
        try:
            check_beam(options)
        except (TypeError, ZooError) as error:
            raise ZooError(f"the decoder {label}: {error}") from error


def check_beam(options):
    """Raises `ZooError` or `TypeError` unless options make a beam. TensorFlow is loaded only for
    options that are rare, so that a runner starts fast.
    """
    if isinstance(options, dict) and options.keys() <= {"size", "length_penalty"}:
        check_positive(beam_size=options.get("size", 1))
        check_least(0, length_penalty=options.get("length_penalty", 0))
        return
    import_tensorflow()
    from zoo.decoding import Beam  # here: it loads TensorFlow

    Beam(**options)


def check_rates(name):
    """Raises `ZooError` unless a suite of the zoo by this name tries learning rates; "" is fine."""
    from benchmarks.suite import suite_file, suite_names  # which check suites by this module

    if not name:
        return
    known = name in suite_names()
    if not known or "learning_rates" not in tomllib.loads(suite_file(name).read_text("utf-8")):
        raise ZooError(
            f"rates = {name!r} names no suite of the zoo that tries learning rates, such as rates"
        )


def check_edges(task, edges):
    """Raises `ZooError` unless the ranges of source lengths are whole numbers that rise."""
    whole = all(isinstance(edge, int) and not isinstance(edge, bool) for edge in edges)
    if len(edges) < 2 or not whole or sorted(set(edges)) != list(edges):
        raise ZooError(f"length_edges of {task} must be rising whole numbers, got {edges!r}")


def check_budget(task, budget):
    """Raises `ZooError` unless a task's budget is one number above 0 of a known kind."""
    if budget is None:
        return
    if not isinstance(budget, dict) or len(budget) != 1:
        raise ZooError(f"the budget of {task} must be one of {', '.join(BUDGETS)}, got {budget!r}")
    for kind, value in budget.items():
        if kind not in BUDGETS:
            raise UnknownName("budget", kind, BUDGETS)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise ZooError(f"the budget of {task} must be a number above 0, got {value!r}")


def check_margin(suite):
    """Raises `ZooError` if models without overrides differ in size by more than the margin.

    Models with overrides do not count: in an ablation, the size may be what the override changes.
    """
    if not suite.margin:
        return
    from zoo.catalog import count_parameters  # here: it loads Keras

    sizes = {model: count_parameters(model) for model in suite.models if " " not in model}
    if not sizes:
        return
    least, most = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
    if sizes[most] > sizes[least] * (1 + suite.margin):
        raise ZooError(
            f"{most} has {sizes[most]:,} parameters and {least} {sizes[least]:,}, which is not "
            f"within the margin of {suite.margin:.0%}"
        )
