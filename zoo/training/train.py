"""`zoo.train`: makes the model and the run folder, and hands both to the loop."""

import contextlib
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from zoo.backend import make_repeatable
from zoo.data.describe import describe
from zoo.data.readers.oddities import DataWarning
from zoo.data.task import Task
from zoo.decoding import Ensemble
from zoo.errors import ZooError
from zoo.evaluation.metrics import check_metrics
from zoo.inspection.abstract import trainable
from zoo.inspection.limits import check_batches, check_positions
from zoo.runs.folder import check_ready, writing
from zoo.runs.model_choice import (
    DECIDED,
    check_options,
    choose_training,
    create_for,
)
from zoo.runs.recipe import Recipe
from zoo.runs.run import Run
from zoo.text.text_model import TextModel
from zoo.training.batches import make_batches
from zoo.training.devices import check_recipe
from zoo.training.loop import Training
from zoo.training.objective import check_r_drop

FEW = 600  # updates below which a training is said to be short


def train(
    name: str | TextModel,
    task: Task,
    recipe: Recipe | Mapping[str, Any],
    folder: str | os.PathLike,
    overrides: Mapping[str, Any] | None = None,
    resume: bool = False,
    overwrite: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    progress: bool = True,
    distribution: tf.distribute.Strategy | None = None,
) -> Run:
    """Trains a model on a task and leaves a run folder.

    Args:
        name: a registered model; or a family, which stands for the size, options and recipe that
            the task recommends for it, else for the size that fits the vocabulary, with enough
            positions; or a `TextModel`, as `zoo.from_pretrained` and `zoo.load` give, whose weights
            and tokenizers are the start. The `TextModel` is not changed.
        task: what to train on.
        recipe: how to train; or a mapping of the fields in which the recipe differs from that of
            the model.
        folder: path of the run folder.
        overrides: constructor arguments that differ from the registered ones.
        resume: continues an interrupted run in `folder` exactly where it stopped.
        overwrite: replaces a run in `folder`.
        callbacks: Keras callbacks. They cannot set the learning rate, which follows the schedule.
        progress: describes the task first, and draws a progress bar.
        distribution: trains on several devices or machines; see
            `zoo.training.devices.make_distribution`.

    Returns:
        The `Run`, with the best weights by the task's first metric on the validation split.

    Raises:
        ZooError: the folder holds a run already; the run to resume is finished, or is another one
            than asked for; an override is unknown, or the task or the recipe decides it; the task
            lacks a split, or names an unknown metric; a `TextModel` is an ensemble or has no
            registered name; R-drop without dropout; loss or weights are not finite; there is too
            little memory, or there are too few positions.
        Interrupted: Ctrl-C. The message says how to resume.
    """
    options = dict(overrides or {})
    check_options(options)
    check_metrics(task.metrics)
    for split in ("train", "validation"):
        task.examples(split, 1)  # a missing split fails now, not after an epoch
    check_ready(folder, resume, overwrite)  # before anything that takes long
    if isinstance(name, TextModel):
        pretrained, label = name, name.label
        if isinstance(name.model, Ensemble):
            raise ZooError("an ensemble cannot be trained; train each of its models")
        if name.name is None:
            raise ZooError("this text model has no registered name; give TextModel its name=")
        registered = name.name
        kept = {key: x for key, x in name.overrides.items() if key not in DECIDED}
        options = kept | options
        task = task.with_tokenizers(name.source_tokenizer, name.target_tokenizer)
    elif resume and is_resolved(Run(folder), name, options):
        pretrained, label, registered = None, None, name
    else:
        pretrained, label = None, None
        registered, options, recipe = choose_training(name, options, recipe, task)
    if not isinstance(recipe, Recipe):
        recipe = Recipe.of_model(registered, task.name, **recipe)
    recipe = recipe.with_defaults(task.encode("train")[1].lengths.sum())
    model, batches = prepare(registered, task, recipe, options, distribution)
    if not resume:
        check_r_drop(model, recipe)
    if pretrained is not None and not resume:
        copy_weights(pretrained.model, model)
    with writing(folder):
        run = Run.create(folder, registered, options, task, recipe, resume, overwrite, label)
        if progress and not resume:
            print(describe(task))
            print(f"\n{registered}, {trainable(model):,} parameters\n", flush=True)
        training = Training(
            run, model, task, recipe, batches, resume, callbacks, progress, distribution
        )
        if progress and not resume and not recipe.steps:
            warn_if_short(math.ceil(training.total / recipe.accumulate), recipe)
        return training.run_to_the_end()


def is_resolved(run, name, overrides):
    """Whether a run's config, or the checkpoint it started from, says all that its model needs."""
    return run.config.get("pretrained") or (name, overrides) == (run.name, run.overrides)


def prepare(name, task, recipe, overrides, distribution=None):
    """Makes what a training needs: the untrained model of a registered name, and its `Batches`.

    Args:
        recipe: `Recipe` with its defaults.
        name, task, overrides, distribution: as in `train`.

    Raises:
        ZooError: there is too little memory, or there are too few positions.
    """
    make_repeatable(recipe)
    if distribution is not None:
        check_recipe(recipe, distribution)
    tokenizers = task.source_tokenizer, task.target_tokenizer
    with contextlib.nullcontext() if distribution is None else distribution.scope():
        model = create_for(*tokenizers, name, recipe.precision, overrides, recipe.optimizer)
    check_positions(model, task)
    batches = make_batches(task, recipe, model.count_params())
    check_batches(model, batches.buckets, distribution)
    return model, batches


def warn_if_short(updates, recipe):
    """Warns of a training with few updates, as on a few hundred pairs in batches for many."""
    if updates < FEW:
        smaller = max(128, recipe.tokens // 8)
        batches = f"smaller batches (tokens={smaller}) or " if smaller < recipe.tokens else ""
        warnings.warn(
            f"the training has only {updates} updates; {batches}more epochs make more",
            DataWarning,
            stacklevel=1,
        )


def copy_weights(source, target):
    """Gives `target` the weights of `source`, another model.

    Raises:
        ZooError: the weights differ in number or shape.
    """
    if [v.shape for v in source.weights] != [v.shape for v in target.weights]:
        raise ZooError(
            "the overrides make another architecture than that of the pre-trained weights; leave "
            "out those that change a layer"
        )
    for mine, theirs in zip(target.weights, source.weights):
        mine.assign(theirs)
