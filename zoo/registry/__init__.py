"""Models and tasks by name.

A model is declared where its code is, by a decorator, and found by its name:

    @register_model("transformer", paper=VASWANI_2017, encoder="...", decoder="...",
                    attention="...", sizes={"mini": Size(vocabulary=(32, 43), units=128)})
    class Transformer(Seq2Seq): ...

    zoo.create("transformer_mini", source_vocabulary=32, target_vocabulary=43, dropout=0.2)

`entries.py` holds the registry class, `overrides.py` checks what a name is asked to change, and
`variants.py` imports the files of ZOO_VARIANTS, which add models from outside the package.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zoo.errors import ZooError
from zoo.registry.entries import CATALOG, Entry, Registry
from zoo.registry.overrides import LARGEST, key_values
from zoo.registry.variants import import_variants

if TYPE_CHECKING:
    from zoo.seq2seq import Seq2Seq

__all__ = [
    "CATALOG",
    "LARGEST",
    "Entry",
    "Paper",
    "Registry",
    "Size",
    "card",
    "create",
    "import_variants",
    "key_values",
    "list_models",
    "list_tasks",
    "models",
    "register_model",
    "register_task",
    "tasks",
]

models = Registry("model", "zoo.models")
tasks = Registry("task", "zoo.data.tasks")

# Recipe fields in which a size differs from the defaults, unless its family says otherwise.
RECIPES = {"midi": {"learning_rate": 1e-3}}


@dataclasses.dataclass(frozen=True)
class Paper:
    """Where a model was published: authors as cited, title, year and address."""

    authors: str
    title: str
    year: int
    url: str


class Size:
    """One registered size of a model.

    Args:
        vocabulary: source and target vocabulary sizes at which the parameters are counted; the
            first is None for a size with `source_features`.
        **arguments: the constructor arguments that make this size.
    """

    def __init__(self, vocabulary: Sequence[int | None], **arguments: Any):
        self.vocabulary = tuple(vocabulary)
        self.arguments = arguments


def register_model(
    family: str,
    *,
    paper: Paper,
    encoder: str,
    decoder: str,
    attention: str,
    expect: str,
    sizes: Mapping[str, Size],
    recipe: Mapping[str, Any] | None = None,
) -> Callable[[type], type]:
    """Registers a `Seq2Seq` class under one name per size, `family_size`.

    Args:
        family: the name without its size.
        paper: the paper that the variant is faithful to.
        encoder, decoder, attention: a few words each for the comparison table. A model without
            attention says "none".
        expect: what the paper promises and a user should see.
        sizes: `Size` by the name of the size.
        recipe: `Recipe` fields in which training this family differs from the defaults.

    Returns:
        A class decorator.
    """

    def decorate(cls):
        import keras  # the module that declares a model has imported it already

        keras.saving.register_keras_serializable("zoo")(cls)
        for size, spec in sizes.items():
            facts = dict(
                family=family,
                size=size,
                paper=dataclasses.asdict(paper),
                encoder=encoder,
                decoder=decoder,
                attention=attention,
                expect=expect,
                vocabulary=list(spec.vocabulary),
                recipe=RECIPES.get(size, {}) | dict(recipe or {}),
            )
            models.add(Entry(f"{family}_{size}", cls.__module__, facts, spec.arguments, cls))
        return cls

    return decorate


def register_task(
    name: str,
    *,
    title: str,
    source: str,
    licence: str,
    metrics: Sequence[str],
    published: Sequence[Sequence] = (),
    baseline: str = "nearest",
    recipe: Mapping[str, Any] | None = None,
    families: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Callable], Callable]:
    """Registers a function that returns a `Task`. Its parameters are the task's options.

    Args:
        name: the task's name.
        title: what is mapped to what.
        source: where the data come from.
        licence: the licence of the data.
        metrics: names of metrics. The first one decides early stopping and the best checkpoint.
        published: what others report on the test split, as (who and what, score, address).
        baseline: what a trained model must beat, a name of `zoo.baselines.BASELINES`.
        recipe: `Recipe` fields in which training on this task differs from the model's recipe.
        families: what the name of a family stands for in a training on this task, by family: a
            "size", "overrides" of the model, and "recipe" fields.

    Returns:
        A function decorator.
    """

    def decorate(function):
        facts = dict(
            title=title,
            source=source,
            licence=licence,
            metrics=list(metrics),
            published=[list(row) for row in published],
            baseline=baseline,
            recipe=dict(recipe or {}),
            families={name: dict(found) for name, found in (families or {}).items()},
        )
        tasks.add(Entry(name, function.__module__, facts, {}, function))
        return function

    return decorate


def list_models(pattern: str = "*") -> list[str]:
    """Sorted names of the registered models that match a wildcard pattern, such as "*lstm*"."""
    return models.names(pattern)


def list_families() -> list[str]:
    """Names of the families of all registered models, in alphabetical order."""
    return sorted({card(name)["family"] for name in list_models()})


def family_names(family: str) -> list[str]:
    """Sorted names of the registered models of a family; an empty list for an unknown one."""
    return [name for name in list_models(f"{family}_*") if card(name)["family"] == family]


def list_tasks(pattern: str = "*") -> list[str]:
    """Sorted names of the registered tasks that match a wildcard pattern."""
    return tasks.names(pattern)


def card(name: str) -> dict[str, Any]:
    """Describes a registered model: paper, encoder, decoder, attention, vocabulary and recipe.

    Raises:
        UnknownName: there is no model of this name.
    """
    return models.entry(name).card


def create(
    name: str, source_vocabulary: int | None, target_vocabulary: int, **overrides: Any
) -> "Seq2Seq":
    """Builds a registered model.

    Args:
        name: a name of `list_models()`.
        source_vocabulary, target_vocabulary: number of token ids, special ones included. With
            `source_features`, the number of numbers per frame, the first is None.
        **overrides: constructor arguments that differ from the registered ones, such as
            `dropout=0.2`, and `dtype="mixed_bfloat16"`.

    Returns:
        A built `Seq2Seq`.

    Raises:
        UnknownName: there is no model of this name. The message holds the nearest names.
        ZooError: an unknown override, or a value of the wrong type or out of range.
    """
    if overrides.get("dtype") is not None:
        check_dtype(name, overrides["dtype"])
    if source_vocabulary is not None and models.overrides(name).get("source_features"):
        overrides = {"source_features": None} | overrides  # ids for a size that reads frames
    model = models.create(
        name, source_vocabulary=source_vocabulary, target_vocabulary=target_vocabulary, **overrides
    )
    try:
        model.build()
    except ValueError as error:
        reason = " ".join(str(error).split())
        chosen = "".join(f" {key}={value}" for key, value in overrides.items())
        raise ZooError(f"{name} cannot be built with{chosen}: {reason}") from error
    return model


def check_dtype(name, dtype):
    """Raises `ZooError` unless Keras knows the precision, or `UnknownName` for an unknown model."""
    import keras

    models.loaded(name)
    try:
        keras.dtype_policies.get(dtype)
    except (ValueError, TypeError):
        raise ZooError(
            f"dtype must be a precision such as 'float32' or 'mixed_bfloat16', got {dtype!r}"
        ) from None
