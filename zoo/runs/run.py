"""A run: its folder, config, recipe, history, weights and evaluations. See `zoo.runs.folder`."""

import json
import os
import pathlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import zoo
from zoo.backend import precision_here
from zoo.data.task import Task
from zoo.data.tokenizers import tokenizer_from_config
from zoo.errors import TooLittleMemory, UnknownName, ZooError, first_line
from zoo.evaluation.evaluate import Report
from zoo.files import write_text
from zoo.runs import folder as folders
from zoo.runs.evaluations import Evaluation, read_evaluations, write_evaluation
from zoo.runs.facts import training_facts
from zoo.runs.model_choice import check_options, create_for
from zoo.runs.recipe import Recipe
from zoo.runs.task import learnt_from, load_task
from zoo.runs.weights import load_weights
from zoo.seq2seq import Seq2Seq
from zoo.text.text_model import TextModel


class Run:
    """A trained model, with all that is needed to use or to repeat it.

    Args:
        folder: path of an existing run folder.

    Attributes:
        folder: `pathlib.Path`.
        config: dict, config.json.
        name: the registered name of the model.
        overrides: the constructor arguments in which the model differs from the registered one.
        recipe: `Recipe`.
        source_tokenizer: as in `zoo.data.tokenizers`, or a front end for frames.
        target_tokenizer: as in `zoo.data.tokenizers`.
        max_source_length: the longest source of the task, in tokens or frames.
        max_target_length: the longest target of the task, in tokens.
        training: counts and seconds of the training if it was in this process, or None.

    Raises:
        ZooError: `folder` is not a run folder, or its config is broken.
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = pathlib.Path(folder)
        folders.check_run_folder(folder)
        self.config: dict[str, Any] = folders.read_config(folder)
        model, task = self.config["model"], self.config["task"]
        self.name: str = model["name"]
        self.overrides: dict[str, Any] = dict(model["overrides"])
        self.task_name: str = task["name"]
        self.task_options: dict[str, Any] = dict(task["options"])
        self.max_source_length, self.max_target_length = self.config["longest"]
        try:
            check_options(self.overrides)
            self.recipe = Recipe.from_dict(self.config["recipe"])
            self.source_tokenizer = tokenizer_from_config(self.config["source_tokenizer"])
            self.target_tokenizer = tokenizer_from_config(self.config["target_tokenizer"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.broken(error) from error
        self.weights = self.folder / folders.WEIGHTS
        self.checkpoint = self.folder / folders.CHECKPOINT
        self.epochs = self.folder / "epochs"
        self.training: dict[str, Any] | None = None
        self._model: Seq2Seq | None = None

    def broken(self, error: Exception) -> ZooError:
        """The `ZooError` of a config that names what there is not."""
        kind = "" if isinstance(error, ZooError) else f"{type(error).__name__}: "
        path = self.folder / folders.CONFIG
        if isinstance(error, UnknownName) and error.kind in ("model", "task"):
            return ZooError(
                f"{self.folder} is a run of the {error.kind} '{error.name}', which is not in the "
                "zoo; if it is your own, set ZOO_VARIANTS to its file"
            )
        return ZooError(f"{path} is broken ({kind}{first_line(error)}); {folders.AGAIN}")

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike,
        name: str,
        overrides: dict[str, Any],
        task: Task,
        recipe: Recipe,
        resume: bool = False,
        overwrite: bool = False,
        pretrained: str | None = None,
    ) -> "Run":
        """Makes the folder and its config, or opens one to resume; called while `writing` it.

        Raises:
            ZooError: that would lose or mix runs.
        """
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
        config |= {"learnt_from": learnt_from(task)} if any(learnt_from(task)) else {}
        if resume:
            run = cls(folder)
            known = run.config | {"recipe": run.recipe.to_dict()}
            asked = {key: x for key, x in config.items() if key not in ("zoo", "learnt_from")}
            other = [key for key, x in json.loads(json.dumps(asked)).items() if known.get(key) != x]
            if other:
                raise ZooError(
                    f"cannot go on with {folder}: {', '.join(other)} in its config "
                    "and what is asked for differ"
                )
            return run
        folders.check_free(folder, overwrite)
        folders.clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
        config["sha256"] = folders.digest(config)
        text = json.dumps(config, indent=1, ensure_ascii=False)
        write_text(folder / folders.CONFIG, text + "\n")
        return cls(folder)

    def writing(self) -> AbstractContextManager[None]:
        """Holds the folder for this process while it is written to.

        Raises:
            ZooError: another process holds it.
        """
        return folders.writing(self.folder)

    @property
    def history(self) -> list[dict[str, float]]:
        """Rows of history.jsonl, one per validation."""
        return folders.read_history(self.folder)

    def add_history(self, row: dict[str, float]) -> None:
        """Appends a row."""
        folders.write_history(self.folder, [*self.history, row])

    def keep_history(self, validations: int) -> None:
        """Drops the rows after the first `validations`, which a resumed run writes again.

        Raises:
            ZooError: rows are missing.
        """
        rows = self.history
        if len(rows) < validations:
            raise ZooError(
                f"{self.folder / folders.HISTORY} has {len(rows)} of the {validations} validations "
                "of this run; put it back, or train it again with --overwrite"
            )
        folders.write_history(self.folder, rows[:validations])

    @property
    def evaluations(self) -> list[Evaluation]:
        """What was scored; the last evaluation comes last."""
        return read_evaluations(self.folder)

    def write_evaluation(
        self,
        report: Report,
        limit: int = 0,
        others: Sequence[str | os.PathLike] = (),
        max_length: int | None = None,
    ) -> pathlib.Path:
        """Keeps an evaluation beside those of other splits, strategies, limits and voters.

        Args:
            report: what `zoo.evaluate_model` gave.
            limit: how many examples were scored; 0 for all.
            others: folders of the runs that voted, too.
            max_length: the maximum number of tokens in an output, or None for the task's own.

        Returns:
            The file with its predictions.

        Raises:
            ZooError: another process trains or evaluates in the folder.
        """
        others = tuple(map(str, others))
        evaluation = Evaluation.of(report, limit=limit, max_length=max_length, others=others)
        rows = list(zip(report.sources, report.outputs, report.references))
        with self.writing():
            return write_evaluation(self.folder, evaluation, rows)

    def task(self) -> Task:
        """The run's task, loaded; its tokenizers are those of the checkpoint it started from.

        Raises:
            ZooError: the task has other vocabularies now, as with a later release of its data.
        """
        return load_task(self)

    @property
    def model(self) -> Seq2Seq:
        """The model with its best weights, in float32 where 16 bits would be slower.

        Raises:
            ZooError: the weights are missing, damaged, or of another model.
        """
        if self._model is None:
            if not self.weights.exists():
                raise ZooError(self.missing_weights())
            sides = self.source_tokenizer, self.target_tokenizer
            try:
                model = create_for(*sides, self.name, precision_here(self.recipe), self.overrides)
            except TooLittleMemory:
                raise
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise self.broken(error) from error
            load_weights(self.weights, model)
            self._model = model
        return self._model

    def missing_weights(self) -> str:
        """What to do about weights that are not there."""
        if self.history:
            return f"{self.weights} is missing; put it back, or train it again with --overwrite"
        command = folders.resuming(self.folder)
        return f"{self.folder} has no trained weights yet; go on with: {command}"

    def adopt(self, model: Seq2Seq) -> None:
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
            training=lambda: training_facts(self),
        )
