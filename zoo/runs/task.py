"""The task of a run or a saved model, loaded again for an evaluation or to go on."""

import contextlib

from zoo import registry
from zoo.data.fitting import fitted_to
from zoo.data.own_test import own_test
from zoo.data.task import Task, create_task
from zoo.data.tokenizers.pieces import learnt_already
from zoo.errors import ZooError
from zoo.evaluation.metrics import metric
from zoo.json_fields import check_fields
from zoo.text.text_model import TextModel

SIDES = ("source_tokenizer", "target_tokenizer")


def learnt_from(task):
    """What the pieces of each side were learnt from: two digests; None for other tokenizers."""
    return [getattr(getattr(task, side), "learnt_from", None) for side in SIDES]


def load_task(run):
    """The task of a `Run`, with the tokenizers of the run.

    Pieces that the run has already are not learnt again, as long as the texts are the same.

    Raises:
        ZooError: the config asks for options that the task lacks; or the task has other
            vocabularies now, as with a later release of its data.
    """
    try:
        registry.tasks.check_overrides(run.task_name, run.task_options)
    except ZooError as error:
        raise run.broken(error) from error
    own = [getattr(run, side) for side in SIDES]
    digests = run.config.get("learnt_from", [])
    if run.config.get("pretrained"):
        with fitted_to(*own), naming(run):
            return create_task(run.task_name, **run.task_options).with_tokenizers(*own)
    known = {digest: pieces for digest, pieces in zip(digests, own) if digest}
    with learnt_already(known), naming(run):
        task = create_task(run.task_name, **run.task_options)
    for side in SIDES:
        if getattr(task, side).get_config() != run.config[side]:
            raise ZooError(
                f"{run.folder} was trained on other data: the task {run.task_name} has another "
                f"{side} now; install the versions that it was trained with, or train it again"
            )
    return task


@contextlib.contextmanager
def naming(run):
    """An error in loading a user's own data also names the run that was trained on them."""
    try:
        yield
    except ZooError as error:
        if "data" not in run.task_options:
            raise
        raise ZooError(f"the data that {run.folder} was trained on: {error}") from error


def task_of(text_model: TextModel) -> Task:
    """The task that a saved model was trained on, with its tokenizers.

    Raises:
        ZooError: the folder does not say what the model was trained on, or the task cannot be
            loaded, such as a user's own files.
    """
    known = (text_model.training or {}).get("task")
    if not known:
        raise ZooError(
            f"{text_model.label} does not say which task it was trained on; train it on one first: "
            f"zoo train {text_model.label} TASK"
        )
    check_fields(known, {"name": str, "options": dict}, text_model.label, "training.task")
    own = [getattr(text_model, side) for side in SIDES]
    with fitted_to(*own):
        task = create_task(known["name"], **known["options"])
    if all(getattr(task, side).get_config() == x.get_config() for side, x in zip(SIDES, own)):
        return task
    return task.with_tokenizers(*own)


def own_test_of(text_model: TextModel, data, columns, split: str) -> Task:
    """A user's own pairs as a test of a model, with the metrics of its task that pairs allow.

    Args:
        text_model: the model.
        data, columns, split: as `zoo.data.own_test.own_test` takes them.

    Raises:
        ZooError: the data are missing or broken, or do not fit the model's tokenizers; the model
            names a metric that there is not.
    """
    known = (text_model.training or {}).get("task") or {}
    name, options = known.get("name"), known.get("options") or {}
    metrics = options.get("metrics")
    if (
        metrics is None
        and name in registry.list_tasks()
        and not {"data", "form", "target"} & {*options}
    ):  # options that may change the metrics
        metrics = registry.tasks.entry(name).card["metrics"]
    metrics = [metrics] if isinstance(metrics, str) else metrics or ()
    return own_test(
        data,
        columns,
        split,
        text_model.source_tokenizer,
        text_model.target_tokenizer,
        [name for name in metrics if metric(name).also != "groups"],
        text_model.longest_target or 0,
    )
