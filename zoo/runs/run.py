"""A run folder: what was trained, how, how it went, and the weights; and text in, text out from it.

config.json            model, task, recipe, tokenizers and longest lengths: all that is needed to use or repeat the run
history.jsonl          one line an epoch: training loss and validation metrics
best.weights.h5        Keras weights of the best epoch by the task's first metric
last.checkpoint.npz    every variable and the position, to go on from
epochs/                weights at the ends of the last epochs, where the recipe averages them
scores.json            scores of the last evaluation; predictions.tsv: source, output and references of each example
"""

import functools
import json
import pathlib

import zoo
from zoo import registry
from zoo.data.tokenizers import SymbolTokenizer, tokenizer_from_config
from zoo.decoding import Ensemble, Greedy, generate, score
from zoo.errors import ZooError, check_positive, first_line
from zoo.evaluation.alignment import attention_of
from zoo.files import write_text
from zoo.runs.folder import check_free, check_run_folder, read_history
from zoo.runs.recipe import Recipe
from zoo.text.stream import numbered, stream_texts

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

    def encode(self, text, longest=None, known=True):
        """Text -> token ids with the end token, at most `longest` (default: as many as the longest source of the run's task).

        Raises:
            ZooError: an empty text, a symbol outside the vocabulary unless `known` is False, or a text that is too long.
        """
        longest = self.max_source_length if longest is None else longest
        check_positive(longest=longest)
        if not text.strip():
            raise ZooError("the source is empty")
        if known:
            self.check_known(self.source_tokenizer, text)
        length = self.source_tokenizer.length(text)
        if length > longest:
            raise ZooError(
                f"{shown(text)} has {length} tokens, the end token included, and at most {longest} are allowed; "
                f"the run has seen up to {self.max_source_length}; allow more with --longest"
            )
        return self.source_tokenizer.encode(text)

    def check_known(self, tokenizer, text):
        """Raises `ZooError` for a text with symbols that a tokenizer lacks."""
        unknown = tokenizer.unknown(text)
        if unknown:
            more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
            raise ZooError(
                f"{shown(text)} has {', '.join(map(repr, unknown[:5]))}{more}, which the vocabulary of this "
                f"{self.task_name} run lacks"
            )

    def generate(
        self,
        texts,
        strategy=Greedy(),
        longest=None,
        max_length=None,
        others=(),
        replace_unknown=False,
    ):
        """Texts to texts.

        Args:
            texts: list of str.
            strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
            longest: int, the most tokens of a source; None is as many as the longest source of the run's task.
            max_length: int, the most tokens of an output; None is as many as the longest target of the run's task, or twice
                `longest` where that is more.
            others: runs of the same task that decode with this one, as an ensemble.
            replace_unknown: bool, whether sources may have symbols that the vocabulary lacks, and each `<unk>` of an output is
                replaced by the source symbol that it looked at most (Luong et al. 2015, "Addressing the Rare Word Problem").

        Returns:
            For each text a list of (output text, score), best first.

        Raises:
            ZooError: as `encode` does; or runs with other tokenizers.
        """
        return list(
            self.stream(list(texts), strategy, longest, max_length, others, replace_unknown)
        )

    def stream(
        self,
        texts,
        strategy=Greedy(),
        longest=None,
        max_length=None,
        others=(),
        replace_unknown=False,
    ):
        """Yields what `generate` gives, text by text, from any iterable of texts and in bounded memory."""
        model = self.voting_with(others)
        if replace_unknown:
            self.check_replaceable(model)
        max_length = (
            max(self.max_target_length, 2 * (longest or 0)) if max_length is None else max_length
        )
        check_positive(max_length=max_length)
        encode = functools.partial(self.encode, longest=longest, known=not replace_unknown)
        split = self.source_tokenizer.split if replace_unknown else None
        decode = self.target_tokenizer.decode
        return stream_texts(
            model, texts, encode, decode, strategy, max_length, split, self.recipe.compiled
        )

    def check_replaceable(self, model):
        """Raises `ZooError` where unknown symbols cannot be replaced by what an output looked at."""
        if not model.attentive:
            raise ZooError(
                f"unknown symbols are replaced by what the output looked at, and {type(model).__name__} has no "
                "attention"
            )
        if not all(
            isinstance(t, SymbolTokenizer) for t in (self.source_tokenizer, self.target_tokenizer)
        ):
            raise ZooError(
                f"the vocabularies of this {self.task_name} run have no unknown symbols to replace"
            )

    def voting_with(self, others):
        """This run's model, or where there are others, an ensemble of all. Raises `ZooError` for runs with other tokenizers."""
        for other in others:
            if any(
                self.config[key] != other.config[key]
                for key in ("source_tokenizer", "target_tokenizer")
            ):
                raise ZooError(
                    f"{other.folder} has other tokenizers than {self.folder}, so that they cannot decode together"
                )
        return Ensemble([self.model, *(other.model for other in others)]) if others else self.model

    def score(self, pairs, longest=None):
        """Pairs (source text, target text) -> a list of `Score`, by teacher forcing. Raises as `encode` does."""

        def encode(pair):
            source, target = self.encode(pair[0], longest), pair[1]
            self.check_known(self.target_tokenizer, target)
            return source, self.target_tokenizer.encode(target)

        encoded = list(numbered(iter(pairs), encode, "pair"))
        sources, targets = ([pair[side] for pair in encoded] for side in (0, 1))
        return score(self.model, sources, targets, jit=self.recipe.compiled)

    def align(self, text, output=None, longest=None):
        """Attention of an output, by default the greedy one, over a source text of at most `longest` tokens.

        Returns:
            source symbols, output symbols (both with the end token), and the weights as a float array [T, S].
        """
        source = self.encode(text, longest)
        if output is None:
            target = generate(
                self.model, [source], Greedy(), max(self.max_target_length, 2 * (longest or 0))
            )[0][0].ids
            target = target + [self.model.end_id]
        else:
            self.check_known(self.target_tokenizer, output)
            target = self.target_tokenizer.encode(output)
        return attention_of(
            self.model, source, target, self.source_tokenizer, self.target_tokenizer
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


def shown(text):
    """A text in quotes, cut where it is long."""
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}...'"
