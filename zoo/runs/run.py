"""A run folder: what was trained, how, how it went, and the weights; and text in, text out from it.

config.json            model, task, recipe, tokenizers and longest lengths: all that is needed to use or repeat the run
history.jsonl          one line an epoch: training loss and validation metrics
best.weights.h5        Keras weights of the best epoch by the task's first metric
last.checkpoint.npz    every variable and the position, to go on from
epochs/                weights at the ends of the last epochs, where the recipe averages them
scores.json            scores of the last evaluation; predictions.tsv: source, output and references of each example
"""

import json
import pathlib

import zoo
from zoo import registry
from zoo.data.tokenizers import tokenizer_from_config
from zoo.errors import ZooError, check_positive, first_line
from zoo.files import write_text
from zoo.runs.folder import check_free, check_run_folder, read_history
from zoo.runs.recipe import Recipe
from zoo.text.text_model import TextModel

FILES = (
    "config.json",
    "history.jsonl",
    "best.weights.h5",
    "last.checkpoint.npz",
    "scores.json",
    "predictions.tsv",
)


class Run:
    """A trained model with its tokenizers, task and recipe.

    Args:
        folder: path of an existing run folder.

    Raises:
        ZooError: `folder` is no run folder, or its config is broken.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        check_run_folder(folder)
        path = self.folder / "config.json"
        try:
            self.config = json.loads(path.read_text(encoding="utf-8"))
            self.name, self.overrides = (
                self.config["model"]["name"],
                self.config["model"]["overrides"],
            )
            self.recipe = Recipe.from_dict(self.config["recipe"])
            self.source_tokenizer = tokenizer_from_config(self.config["source_tokenizer"])
            self.target_tokenizer = tokenizer_from_config(self.config["target_tokenizer"])
            self.max_source_length, self.max_target_length = self.config["longest"]
            check_positive(
                longest_source=self.max_source_length, longest_target=self.max_target_length
            )
            self.task_name, self.task_options = (
                self.config["task"]["name"],
                dict(self.config["task"]["options"]),
            )
            self.overrides = dict(self.overrides)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ZooError(
                f"{path} is broken ({type(error).__name__}: {error}); train the run anew"
            ) from error
        self.weights, self.checkpoint = (
            self.folder / "best.weights.h5",
            self.folder / "last.checkpoint.npz",
        )
        self.epochs = self.folder / "epochs"
        self.training, self._model = None, None

    @classmethod
    def create(
        cls, folder, name, overrides, task, recipe, resume=False, overwrite=False, pretrained=None
    ):
        """Makes the folder and its config, or opens one to resume. Raises `ZooError` where that would lose or mix runs."""
        folder = pathlib.Path(folder)
        config = {
            "zoo": zoo.__version__,
            "model": {"name": name, "overrides": overrides},
            "task": {"name": task.name, "options": task.options},
            "recipe": recipe.to_dict(),
            "source_tokenizer": task.source_tokenizer.get_config(),
            "target_tokenizer": task.target_tokenizer.get_config(),
            "longest": [task.max_source_length, task.max_target_length],
        }
        config |= {"pretrained": pretrained} if pretrained else {}
        if resume:
            run = cls(folder)
            asked, known = (
                json.loads(json.dumps(config)),
                run.config | {"recipe": run.recipe.to_dict()},
            )
            other = [key for key in config if key != "zoo" and known.get(key) != asked[key]]
            if other:
                raise ZooError(
                    f"cannot go on with {folder}: its {', '.join(other)} is not what is asked for"
                )
            return run
        check_free(folder, overwrite)
        for name in FILES:  # whatever else lies in the folder is not ours to delete
            (folder / name).unlink(missing_ok=True)
        for weights in (folder / "epochs").glob("epoch_*.npz"):
            weights.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "config.json", json.dumps(config, indent=1, ensure_ascii=False) + "\n")
        return cls(folder)

    # History ----------------------------------------------------------------------------------------------------------

    @property
    def history(self):
        """Rows of history.jsonl, one a finished epoch."""
        return read_history(self.folder)

    def add_history(self, row):
        """Appends a row."""
        write_text(
            self.folder / "history.jsonl",
            "".join(json.dumps(r) + "\n" for r in [*self.history, row]),
        )

    def keep_history(self, epochs):
        """Drops rows after `epochs`, which a resumed run will write again."""
        write_text(
            self.folder / "history.jsonl",
            "".join(json.dumps(r) + "\n" for r in self.history[:epochs]),
        )

    def write_predictions(self, report):
        """Writes an evaluation's scores to scores.json and its outputs to predictions.tsv."""
        scores = {
            "strategy": report.strategy,
            "split": report.split,
            "scores": report.scores,
            "by_length": report.by_length,
        }
        write_text(self.folder / "scores.json", json.dumps(scores, indent=1) + "\n")
        rows = [("source", "output", "references")] + [
            (s, o, " | ".join(r))
            for s, o, r in zip(report.sources, report.outputs, report.references)
        ]
        write_text(self.folder / "predictions.tsv", "".join("\t".join(row) + "\n" for row in rows))

    # Use --------------------------------------------------------------------------------------------------------------

    def task(self):
        """The task of the run, loaded with its options, and with the tokenizers of the model that the run started from.

        Raises:
            ZooError: the task has other vocabularies now, such as with a later release of its data.
        """
        task = registry.create_task(self.task_name, **self.task_options)
        if self.config.get("pretrained"):
            return task.with_tokenizers(self.source_tokenizer, self.target_tokenizer)
        for side in ("source_tokenizer", "target_tokenizer"):
            if getattr(task, side).get_config() != self.config[side]:
                raise ZooError(
                    f"{self.folder} was trained on other data: the task {self.task_name} has another {side} now; "
                    "install the versions that it was trained with, or train it anew"
                )
        return task

    @property
    def model(self):
        """The model with its best weights. Raises `ZooError` where the weights are missing or broken."""
        if self._model is None:
            if not self.weights.is_file():
                raise ZooError(
                    f"{self.folder} has no trained weights yet; go on with: zoo train --resume {self.folder}"
                )
            model = create_for(
                self.source_tokenizer,
                self.target_tokenizer,
                self.name,
                self.recipe.precision,
                self.overrides,
            )
            try:
                model.load_weights(self.weights)
            except (
                Exception
            ) as error:  # h5py and Keras each raise their own for a broken file or another model's
                raise ZooError(
                    f"{self.weights} is broken ({first_line(error)}); train the run anew"
                ) from error
            self._model = model
        return self._model

    def adopt(self, model):
        """Takes a model that is in memory already."""
        self._model = model

    def text_model(self) -> TextModel:
        """Text in, text out with the run's best weights, which are loaded at first use."""
        return TextModel(
            lambda: self.model,
            self.source_tokenizer,
            self.target_tokenizer,
            longest_source=self.max_source_length,
            longest_target=self.max_target_length,
            known_only=True,
            compiled=self.recipe.compiled,
            label=str(self.folder),
            name=self.name,
            overrides=self.overrides,
        )


def create_for(source_tokenizer, target_tokenizer, name, precision, overrides):
    """A registered model for these tokenizers, which decide its vocabularies and the ids that open and close a target."""
    return registry.create(
        name,
        source_tokenizer.size,
        target_tokenizer.size,
        start_id=target_tokenizer.start_id,
        end_id=target_tokenizer.end_id,
        dtype=precision,
        **overrides,
    )
