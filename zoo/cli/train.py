"""`zoo train` and `zoo find-lr`: what they are asked for, checked before TensorFlow is loaded, and done."""

import pathlib
import shutil
import tempfile

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.cli.use import check_picture, open_checkpoint, open_run, print_report
from zoo.errors import ZooError
from zoo.runs.folder import check_free, is_checkpoint
from zoo.runs.model_choice import any_name, fitted
from zoo.runs.recipe import Recipe

FINE_TUNING = {
    "learning_rate": 1e-4,
    "epochs": 5,
}  # a fresh model's recipe would undo what a checkpoint knows


def train_command(options):
    """`zoo train MODEL TASK` and `zoo train --resume RUN`."""
    if options.resume:
        fine = ("command", "resume", "overwrite", "strategy", "tensorboard")
        others = [value for key, value in vars(options).items() if key not in fine]
        if options.overwrite or any(value is not None and value != [] for value in others):
            raise ZooError(
                "--resume goes on with a run as it is; it takes no model, task or other option"
            )
        strategy = open_strategy(options.strategy)
        run = open_run(options.resume)
        report_training(
            run.name,
            run.task(),
            run.recipe,
            options.resume,
            run.overrides,
            strategy,
            options.tensorboard,
            resume=True,
        )
        return
    asked = Asked(options)
    folder = options.out or pathlib.Path("runs") / f"{asked.label}-s{asked.recipe.seed}"
    strategy, model = open_strategy(options.strategy), asked.model()
    if not asked.checkpoint:
        registry.models.check_overrides(any_name(asked.name), asked.overrides)
    if strategy is None:  # of several workers the first one looks
        check_free(folder, options.overwrite)
    task = asked.task()
    model = model or asked.fit(task)
    report_training(
        model,
        task,
        asked.recipe,
        folder,
        asked.overrides,
        strategy,
        options.tensorboard,
        overwrite=options.overwrite,
    )


def open_strategy(name):
    """The strategy of a name of `STRATEGIES`, made before TensorFlow computes anything; None for none."""
    if name is None:
        return None
    import_tensorflow()
    from zoo.training.devices import make_strategy

    return make_strategy(name)


class Asked:
    """What `zoo train` and `zoo find-lr` are asked to train: checked, and nothing loaded yet.

    Attributes:
        label: str, the model and what it is trained on, for the name of a folder.
        recipe: `Recipe`; overrides: dict of constructor arguments.

    Raises:
        ZooError: a name that is not known, options that do not go together, a value out of its range.
    """

    def __init__(self, options):
        if not options.model or not (options.task or options.data):
            raise ZooError(
                "name a model and a task, as in: zoo train transformer_mini g2p; or your own data, as in: "
                "zoo train transformer_mini --data pairs.tsv"
            )
        if options.data and options.task:
            raise ZooError(f"--data takes the place of a task; leave out {options.task} or --data")
        if options.columns and not options.data:
            raise ZooError("--columns names the columns of --data FILE")
        self.name, self.task_name = options.model, options.task or "files"
        registry.tasks.entry(self.task_name)
        self.checkpoint = is_checkpoint(self.name)
        self.overrides, self.task_options = (
            registry.key_values(options.set),
            registry.key_values(options.task_option),
        )
        about = options.task
        if options.data:
            self.task_options |= {"data": options.data, "columns": options.columns}
            about = "-".join(
                pathlib.Path(path).name.split(".")[0] for path in options.data
            ).replace(":", "-")
        self.label = f"{pathlib.Path(self.name).expanduser().resolve().name}-{about}"
        self.given = {
            name: getattr(options, name)
            for name in Recipe.fields()
            if getattr(options, name) is not None
        }
        self.recipe = (
            Recipe.from_dict(self.given)
            if self.checkpoint
            else Recipe.of_model(any_name(self.name), **self.given)
        )

    def model(self):
        """The `TextModel` of a checkpoint, which then decides the recipe; None for a name, which `fit` makes a model's."""
        if not self.checkpoint:
            import_tensorflow()
            return None
        model = open_checkpoint(self.name)
        self.recipe = Recipe.of_model(model.name, **FINE_TUNING | self.given)
        return model

    def task(self):
        """The task, loaded."""
        return registry.create_task(self.task_name, **self.task_options)

    def fit(self, task):
        """The registered model that the name stands for in front of a task; overrides and recipe become this model's."""
        name, self.overrides = fitted(
            self.name, self.overrides, task.source_tokenizer, task.target_tokenizer
        )
        self.recipe = Recipe.of_model(name, **self.given)
        return name


def report_training(
    name, task, recipe, folder, overrides, strategy, tensorboard, resume=False, overwrite=False
):
    """Trains, scores the test split, and says where everything is. A worker that is not the first one only trains."""
    from zoo.evaluation.evaluate import evaluate_model
    from zoo.training.devices import is_chief
    from zoo.training.loop import train

    if not is_chief(strategy):
        with tempfile.TemporaryDirectory() as private:
            if resume:
                shutil.copytree(folder, private, dirs_exist_ok=True)
            train(
                name,
                task,
                recipe,
                private,
                overrides,
                resume=resume,
                progress=False,
                strategy=strategy,
            )
        return
    callbacks = []
    if tensorboard:
        from zoo.training.tensorboard import TensorBoard

        callbacks.append(TensorBoard(task, folder, jit=recipe.compiled))
    run = train(
        name, task, recipe, folder, overrides, resume, overwrite, callbacks, strategy=strategy
    )
    report = evaluate_model(run.model, task, "test", jit=recipe.compiled)
    run.write_predictions(report)
    print_report(report)
    print(f'\nrun folder: {folder}\ntry: zoo generate {folder} "{report.sources[0]}"')


def find_lr_command(options):
    """`zoo find-lr MODEL TASK`."""
    check_picture(options.out)
    asked = Asked(options)
    if asked.checkpoint:
        raise ZooError(
            "find-lr sweeps the rate of a registered model that starts from scratch, not of a checkpoint"
        )
    import_tensorflow()
    task = asked.task()
    name = asked.fit(task)
    from zoo.training.find_lr import find_lr, write_sweep

    rates, losses, best = find_lr(
        name, task, asked.recipe, asked.overrides, options.low, options.high, options.sweep
    )
    write_sweep(rates, losses, best, options.out)
    print(
        f"the loss falls the fastest at {best:.2g}; the recipe's highest rate is {asked.recipe.learning_rate:g}\n"
        f"{options.out}\ntry: --learning-rate {best:.1g}"
    )
