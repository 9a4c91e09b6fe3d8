"""The model of a name for given data: a size that fits, and embeddings that both sides can share.

So `zoo train transformer multi30k` says enough.
"""

import warnings

from zoo import registry
from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.readers.oddities import DataWarning
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import UnknownName, ZooError
from zoo.inspection.abstract import abstract_model
from zoo.inspection.limits import check_model, needed_positions
from zoo.registry.trained import list_trained
from zoo.runs.recipe import Recipe

SYMBOLS = 1000  # ids; a larger vocabulary holds words or pieces, not characters or phonemes
# By option: values that need one vocabulary, and what replaces them where source and target have
# their own.
APART = {"tied_embeddings": {"all": "target", "inputs": "none"}, "copy": {None: False}}
DECIDED = {  # constructor arguments that a run does not let users set, and what decides them
    "source_vocabulary": "the task",
    "source_features": "the task",
    "target_vocabulary": "the task",
    "start_id": "the tokenizer",
    "end_id": "the tokenizer",
    "dtype": "the recipe's precision",
}


def any_name(name):
    """`name`, or any model of the family that it names: all take the same options.

    Raises:
        UnknownName: it is neither a model nor a family.
    """
    names = registry.list_models()
    if name in names:
        return name
    families = {registry.card(model)["family"]: model for model in names}
    if name not in families:
        raise UnknownName("model", name, [*families, *names, *list_trained()])
    return families[name]


def choose_model(name, overrides, source_tokenizer, target_tokenizer):
    """Resolves a name to the registered model that suits two tokenizers.

    Args:
        name: str, a registered model, which is taken as it is; or a family, of which "mini" is
            taken if both sides are symbols, such as characters or phonemes, and else "midi".
            Frames do not count.
        overrides: dict of constructor arguments that were asked for.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        The registered name, and the overrides. If the vocabularies differ, `tied_embeddings` and
        `copy` are what two vocabularies allow. A model that reads a frame as columns of pixels gets
        as many `columns` as the front end puts into a frame.

    Raises:
        UnknownName: no such model or family.
        ZooError: the family lacks that size; or copy=True, and the vocabularies differ.
    """
    if any_name(name) != name:
        names = registry.family_names(name)
        symbols = all(
            isinstance(t, SymbolTokenizer) and t.size <= SYMBOLS
            for t in (source_tokenizer, target_tokenizer)
            if not isinstance(t, FrontEnd)
        )
        fitting = f"{name}_{'mini' if symbols else 'midi'}"
        if fitting not in names:
            raise ZooError(
                f"there is no {fitting}, the size that fits these data; "
                f"name one of {', '.join(names)}"
            )
        name = fitting
    known = registry.models.overrides(name)
    if {"columns", "halvings"} <= known.keys() and isinstance(source_tokenizer, FrontEnd):
        columns = getattr(source_tokenizer, "stack", 1)
        halvings = max(known["halvings"], (columns - 1).bit_length())  # to one column of cells
        overrides = {"columns": columns, "halvings": halvings} | overrides
    if source_tokenizer.get_config() != target_tokenizer.get_config():
        if overrides.get("copy") is True:
            raise ZooError("copy=true needs one vocabulary for source and target; these have two")
        for option in APART.keys() & known.keys():
            if known[option] in APART[option]:
                overrides = {option: APART[option][known[option]]} | overrides
    return name, overrides


def choose_training(name, overrides, recipe, task):
    """What a training takes: a registered model, its overrides and a `Recipe`.

    Args:
        name: str, a registered model; or a family, which stands for the size, overrides and recipe
            that the task is registered with for it, else for the size that suits its tokenizers.
        overrides: dict of constructor arguments that were asked for.
        recipe: `Recipe`; or a mapping of the fields that were asked for.
        task: `Task`.

    Raises:
        ZooError: an override is a field of the recipe; or any error of `choose_model`,
            `with_positions` or `Recipe`.
    """
    asked_for, options = overrides, registry.models.overrides(any_name(name))
    for key in overrides.keys() & Recipe.fields().keys() - options.keys():
        raise ZooError(
            f"{key} is not an option of the model but a field of the recipe; "
            f"on the command line it is --{key.replace('_', '-')}"
        )
    known = registry.tasks.entry(task.name).card if task.name in registry.list_tasks() else {}
    best = known.get("families", {}).get(name, {})
    asked = f"{name}_{best['size']}" if best else name
    registered, overrides = choose_model(
        asked, best.get("overrides", {}) | overrides, task.source_tokenizer, task.target_tokenizer
    )
    if overrides.get("copy") is False and "copy" not in asked_for:
        texts = not isinstance(task.source_tokenizer, FrontEnd)
        hint = "; --task-option shared=true gives them one" * (task.name == "files" and texts)
        warnings.warn(
            f"{registered} only generates here: it can copy only if source and target have one "
            f"vocabulary{hint}",
            DataWarning,
            stacklevel=1,
        )
    if registered != name:
        overrides = with_positions(registered, task, overrides)
    if not isinstance(recipe, Recipe):
        fields = dict(best.get("recipe", {}))
        if recipe.keys() & {"steps", "epochs"}:  # one takes the place of the other
            fields = {key: x for key, x in fields.items() if key not in ("steps", "epochs")}
        recipe = Recipe.of_model(registered, task.name, **fields | recipe)
    return registered, overrides, recipe


def with_positions(name, task, overrides):
    """The overrides of a registered model, with the positions that a task needs.

    Args:
        name: str, a registered model.
        task: `Task`.
        overrides: dict of constructor arguments; what was asked for stays.

    Raises:
        ZooError: the model takes more memory than there is; or any error of `zoo.create`.
    """
    if not {"max_positions", "max_source"} & registry.models.overrides(name).keys():
        return overrides
    *vocabularies, inputs = inputs_of(task.source_tokenizer, task.target_tokenizer, overrides)
    check_model(name, *vocabularies, inputs)
    model = abstract_model(name, *vocabularies, **inputs)
    return needed_positions(model, task) | overrides


def check_options(overrides):
    """Raises `ZooError` for a constructor argument that the task or the recipe decides."""
    for key in overrides:
        if key in DECIDED:
            raise ZooError(f"{key} is not an option of a run: {DECIDED[key]} decides it")


def create_for(source_tokenizer, target_tokenizer, name, precision, overrides, optimizer=None):
    """A registered model for two tokenizers, of which the first may be a `FrontEnd`.

    They decide its vocabularies and the ids that open and close a target.

    Args:
        optimizer: str, the optimizer that will train the model, or None if nothing will.

    Raises:
        ZooError: the model takes more memory than there is; or any error of `zoo.create`.
    """
    *vocabularies, overrides = inputs_of(source_tokenizer, target_tokenizer, overrides)
    check_model(name, *vocabularies, overrides, optimizer)
    return registry.create(
        name,
        *vocabularies,
        start_id=target_tokenizer.start_id,
        end_id=target_tokenizer.end_id,
        dtype=precision,
        **overrides,
    )


def inputs_of(source_tokenizer, target_tokenizer, overrides):
    """The vocabulary sizes of a model, of which the first is None for frames, and its overrides
    with the number of features of a frame.
    """
    source = getattr(source_tokenizer, "size", None)
    if isinstance(source_tokenizer, FrontEnd):
        overrides = overrides | {"source_features": source_tokenizer.features}
    return source, target_tokenizer.size, overrides
