"""Text in, text out: the one object that a run, a public checkpoint and a model in memory all give.

    text = zoo.load("runs/first")          # or zoo.from_pretrained("google-t5/t5-small")
    text.generate(["a b c"], zoo.Beam(4))  # for each text a list of (output, score)
    text.score([("a b c", "c b a")])       # log-probabilities of given outputs
    text.align("a b c")                    # attention of the output over the source

`zoo.train` takes a text model as its start, and `zoo.save_pretrained` writes one as a checkpoint.
"""

import collections
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from zoo.data.front_ends.front_end import FrontEnd
from zoo.decoding import Ensemble, Greedy, generate, score, stream
from zoo.decoding.score import Score, check_room
from zoo.decoding.strategy import Strategy
from zoo.errors import ZooError
from zoo.seq2seq import Seq2Seq
from zoo.text import checks
from zoo.text.attention import attention_of
from zoo.text.decoding import Decoding, default_output_length, longest_output
from zoo.text.stream import decoded, encoded_texts, numbered

Outputs = list[tuple[str, float]]  # (text, score) of each hypothesis, best first


class TextModel:
    """A model with its tokenizers.

    Args:
        model: `Seq2Seq` or `Ensemble`; or a function without arguments that gives it, which is
            called when the model is first needed.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`; or, for the source, a
            front end of `zoo.data.front_ends`, which reads the files that sources name.
        longest_source, longest_target: of the task it was trained on, in tokens with the end token;
            None if there is no task.
        known_only: whether texts with symbols outside the vocabulary are refused.
        compiled: whether decoding is compiled by XLA unless a `Decoding` says otherwise.
        label: what messages call it, such as the run's folder or the checkpoint's name.
        name: a registered name of the model's family, or None if there is none.
        overrides: the constructor arguments in which the model differs from that name.
        training: what it was trained on, as `zoo.runs.facts` says it, or a function that says it;
            None if that is not known. A saved folder keeps it.
        checkpoint_files: the JSON files of the checkpoint it was read from, by name.

    Raises:
        ZooError: a tokenizer does not fit the model.
    """

    def __init__(
        self,
        model: Seq2Seq | Ensemble | Callable[[], Seq2Seq | Ensemble],
        source_tokenizer: Any,
        target_tokenizer: Any,
        *,
        longest_source: int | None = None,
        longest_target: int | None = None,
        known_only: bool = False,
        compiled: bool = True,
        label: str = "a model in memory",
        name: str | None = None,
        overrides: dict[str, Any] | None = None,
        training: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
        checkpoint_files: dict[str, dict] | None = None,
    ):
        self.source_tokenizer, self.target_tokenizer = source_tokenizer, target_tokenizer
        self.longest_source, self.longest_target = longest_source, longest_target
        self.known_only, self.compiled = known_only, compiled
        self.label, self.name = label, name
        self.overrides = dict(overrides or {})
        self._training = training
        self.checkpoint_files = dict(checkpoint_files or {})
        self._model: Seq2Seq | Ensemble | None = None
        if isinstance(model, (Seq2Seq, Ensemble)):
            checks.check_tokenizers(model, source_tokenizer, target_tokenizer)
            self._model = model
        else:
            self._load = model

    @property
    def model(self) -> Seq2Seq | Ensemble:
        """The model; loaded at first use."""
        if self._model is None:
            model = self._load()
            checks.check_tokenizers(model, self.source_tokenizer, self.target_tokenizer)
            self._model = model
        return self._model

    @property
    def training(self) -> dict[str, Any] | None:
        """What the model was trained on, or None if that is not known."""
        return self._training() if callable(self._training) else self._training

    def encode(self, text: str, longest: int | None = None) -> list[int] | np.ndarray:
        """The token ids of a source, with the end token; or the frames of the file that it names.

        Raises:
            ZooError: the text is empty, has a symbol outside the vocabulary, names no file that can
                be read, or has more than `longest` tokens; None allows `longest_source`.
        """
        return self._encode(text, Decoding(longest=longest), room=1)

    def _encode(self, text, decoding, room, read=True):
        """`encode` next to an output of `room` tokens; False for `read` checks a file alone."""
        if not text.strip():
            raise ZooError("the source is empty")
        if self.known_only and not decoding.replace_unknown:
            checks.check_known(self.source_tokenizer, text, self.label)
        seen = self.longest_source
        limits = decoding.longest or seen, seen, self.model.longest_source(room)
        return checks.encoded(self.source_tokenizer, text, limits, self.label, read)

    def _encode_pair(self, text, output, longest):
        """The ids of a source and of a given output."""
        known_to = self.label if self.known_only else None
        target = checks.encoded_output(self.target_tokenizer, output, self.model, known_to)
        return self._encode(text, Decoding(longest=longest), len(target)), target

    def max_length(self, decoding: Decoding) -> int:
        """The maximum number of tokens in an output. `ZooError` if it is beyond the model."""
        if decoding.max_length is not None:
            check_room(self.model, decoding.max_length)
            return decoding.max_length
        if self.longest_target is not None:
            return longest_output(self.model, self.longest_target, decoding.longest or 0)
        return default_output_length(self.model)

    def generate(
        self, texts: Iterable[str], decoding: Decoding | Strategy = Decoding()
    ) -> list[Outputs]:
        """Decodes texts.

        Args:
            texts: sources.
            decoding: a strategy such as `Beam(4)`, or a `Decoding`, which also sets lengths.

        Returns:
            For each text a list of (output, score), best first.

        Raises:
            ZooError: `texts` is a single string; or any error of `encode`, with the text's number.
        """
        return list(self.stream(texts if isinstance(texts, str) else list(texts), decoding))

    def stream(
        self, texts: Iterable[str], decoding: Decoding | Strategy = Decoding()
    ) -> Iterator[Outputs]:
        """Yields what `generate` returns, text by text, from any iterable and in bounded memory.

        An error about a text is raised after the outputs of all texts before it, unless `texts` is
        a list or a tuple, which is checked first. Of files, only that they are there and how long
        they are is checked first; each is read in its turn.
        """
        if isinstance(texts, str):
            raise ZooError("a list of texts is needed, and this is a single one; put it in [ ]")
        if isinstance(decoding, Strategy):
            decoding = Decoding(decoding)
        if decoding.replace_unknown:
            checks.check_replaceable(self)
        max_length = self.max_length(decoding)
        symbols = collections.deque[list[str]]()  # of sources whose outputs are still to come

        def encode(text):
            ids = self._encode(text, decoding, max_length)
            if decoding.replace_unknown:
                symbols.append(self.source_tokenizer.split(text))
            return ids

        def check(text):
            self._encode(text, decoding, max_length, read=False)

        held = list[Exception]()
        files = isinstance(self.source_tokenizer, FrontEnd)
        encoded = encoded_texts(texts, encode, held, check if files else None)
        jit = self.compiled if decoding.compiled is None else decoding.compiled
        options = self.model, encoded, decoding.strategy, max_length
        found = stream(*options, details=decoding.replace_unknown, jit=jit)
        return decoded(found, self.target_tokenizer, symbols, held)

    def score(self, pairs: Iterable[tuple[str, str]], longest: int | None = None) -> list[Score]:
        """Log-probabilities of given outputs, by teacher forcing.

        Args:
            pairs: (source, output) texts.
            longest: as in `encode`.

        Raises:
            ZooError: any error of `encode`, with the number of the pair.
        """

        def encode(pair):
            return self._encode_pair(*pair, longest)

        encoded = list(numbered(pairs, encode, "pair"))
        sources, targets = ([pair[side] for pair in encoded] for side in (0, 1))
        return score(self.model, sources, targets, jit=self.compiled)

    def align(
        self, text: str, output: str | None = None, longest: int | None = None
    ) -> tuple[list[str], list[str], np.ndarray]:
        """Attention of an output over its source.

        Args:
            text: the source.
            output: the output; None decodes greedily.
            longest: as in `encode`.

        Returns:
            S source and T output symbols, with their end tokens, and float weights `[T, S]`.

        Raises:
            ZooError: any error of `encode`, or the model has no attention.
        """
        if output is None:
            decoding = Decoding(longest=longest)
            limit = self.max_length(decoding)
            source = self._encode(text, decoding, limit)
            best = generate(self.model, [source], Greedy(), limit, jit=self.compiled)[0][0]
            target = [*best.ids, self.model.end_id] if best.ended else best.ids
        else:
            source, target = self._encode_pair(text, output, longest)
        tokenizers = self.source_tokenizer, self.target_tokenizer
        return attention_of(self.model, source, target, *tokenizers)

    def with_others(self, others: Sequence["TextModel"]) -> "TextModel":
        """An ensemble: this model and others vote on every token.

        Raises:
            ZooError: the tokenizers of the models differ.
        """
        for other in others:
            checks.check_same_tokenizers(self, other)
        if not others:
            return self
        voting = copy.copy(self)
        voting._model = None
        voting._load = lambda: Ensemble([self.model, *(other.model for other in others)])
        return voting
