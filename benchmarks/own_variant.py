"""`--with FILE.py`: a variant of one's own in the table of a suite."""

import dataclasses
import os
import pathlib

from benchmarks import run_suite
from benchmarks.cell import outside_file
from benchmarks.publish import adopt
from benchmarks.rates import tried_rates
from benchmarks.suite import load_suite
from benchmarks.suite_checks import check_margin
from zoo import registry
from zoo.errors import ZooError


def run_with_variant(suite, results, options, seeds):
    """Adds a variant of one's own to a suite's table. Its learning rate is chosen first.

    Args:
        suite: `Suite`.
        results: path of its committed rows. The table has all of those of the other models.
        options: of the command line. `--fresh` is about the variant alone.
        seeds: int, of the variant.

    Returns:
        The exit status.

    Raises:
        ZooError: `--publish` was asked for, the file is no variant, or a cell failed.
    """
    if options.publish:
        raise ZooError("--with shows a variant beside the committed ones; it cannot be published")
    everyone = with_variant(suite, options.variant)
    own = own_models(everyone)
    tries = everyone
    if suite.rates:
        tries = with_variant(load_suite(suite.rates), options.variant)
    if tries.learning_rates:
        tries, place = tries.only(own_models(tries)), run_suite.work_of(tries)
        tried = run_suite.run_cells(
            tries, place, run_suite.results_of(tries), options, adopted=False
        )
        tried_rates.cache_clear()
        if tries.name == suite.name:
            return run_suite.report(tries, place) if tried else 0
        if options.estimate and not is_chosen(everyone):
            return 0  # the cells themselves cannot be estimated before their rate is chosen
    warn_of_size(everyone)
    name = f"{suite.name}+{options.variant.stem}"
    work = (options.work or run_suite.home(suite) / "runs" / name).absolute()
    part = everyone.first_seeds(seeds)
    if run_suite.run_cells(part, work, results, options, adopted=True, own=own):
        adopt(suite, results, work, run_suite.beside(suite, results))
        run_suite.report(everyone, work)
    return 0


def is_chosen(suite):
    """Whether the learning rates of all models of a suite have been tried."""
    try:
        return bool(suite.cells())
    except ZooError:
        return False


def warn_of_size(suite):
    """Says if a variant's size is not that of the suite's models. It is compared all the same."""
    try:
        check_margin(suite)
    except ZooError as error:
        print(f"warning: {error}: a difference between them may be due to their sizes", flush=True)


def with_variant(suite, path):
    """A suite with the models that a file declares.

    They are those of the suite's own sizes, such as "mini", or all if the file has no such size.
    Tasks that name models of their own stay as they are.

    Args:
        suite: `Suite`.
        path: path of a Python file that registers models.

    Raises:
        ZooError: the file cannot be imported, or registers no model.
    """
    path = pathlib.Path(path).resolve()
    if not path.is_file():
        raise ZooError(f"there is no {path}; --with takes a Python file that registers a model")
    files = [*filter(None, os.environ.get("ZOO_VARIANTS", "").split(os.pathsep)), str(path)]
    os.environ["ZOO_VARIANTS"] = os.pathsep.join(dict.fromkeys(files))
    registry.import_variants()
    own = [name for name in registry.list_models() if outside_file(name) == path]
    if not own:
        raise ZooError(f"{path} registers no model; see docs/adding_a_variant.md")
    sizes = {registry.card(model.split(" ")[0])["size"] for model in suite.models}
    fitting = [name for name in own if registry.card(name)["size"] in sizes]
    return dataclasses.replace(suite, models=[*suite.models, *(fitting or own)])


def own_models(suite):
    """The suite's models that are declared outside the package."""
    return [model for model in suite.models if outside_file(model.split(" ")[0])]
