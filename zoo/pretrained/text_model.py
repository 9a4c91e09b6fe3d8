"""Text in, text out with a public checkpoint, and the way back to one.

    model = zoo.from_pretrained("google-t5/t5-small")
    model.generate(["translate English to German: The house is wonderful."])

`model.model` is a `Seq2Seq` like any other: it trains on the zoo's recipe, and `model.save_pretrained("folder")` writes what
transformers loads.
"""

import pathlib

from zoo.decoding import Greedy
from zoo.errors import ZooError, check_positive
from zoo.files import atomic_folder
from zoo.pretrained import checkpoint, tokenizer_files, weights
from zoo.pretrained.hub import fetch
from zoo.text.stream import stream_texts

LONGEST = 128  # tokens of an output, where nothing else is asked for


class TextModel:
    """A model with its tokenizers.

    Args:
        model: `Seq2Seq`.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers` and `zoo.data.subword`.
        name: str, a registered name of the model's family; None where it is not known.
        overrides: dict, with which `zoo.create(name, source_tokenizer.size, target_tokenizer.size, **overrides)` builds it.
        config, generation: dicts, config.json and generation_config.json of the checkpoint it was read from, whose options that
            the zoo does not use are written again; empty for a model trained here.

    Raises:
        ZooError: a tokenizer with other ids than the model.
    """

    def __init__(
        self,
        model,
        source_tokenizer,
        target_tokenizer,
        name=None,
        overrides=None,
        config=None,
        generation=None,
    ):
        self.model, self.source_tokenizer, self.target_tokenizer = (
            model,
            source_tokenizer,
            target_tokenizer,
        )
        self.name, self.overrides = name, dict(overrides or {})
        self.config, self.generation = dict(config or {}), dict(generation or {})
        self.origin = "a model in memory"  # where the weights came from
        for side, tokenizer, size in (
            ("source", source_tokenizer, model.source_vocabulary),
            ("target", target_tokenizer, model.target_vocabulary),
        ):
            if tokenizer.size > size:
                raise ZooError(
                    f"the {side} tokenizer has {tokenizer.size} ids, and the model only {size}"
                )
            if tokenizer.end_id != model.end_id:
                raise ZooError(
                    f"the {side} tokenizer ends with id {tokenizer.end_id}, and the model with {model.end_id}"
                )

    def generate(self, texts, strategy=Greedy(), max_length=None, jit=True):
        """Texts to texts.

        Args:
            texts: list of str.
            strategy: `Greedy()`, `Beam(...)` or `Sample(...)`.
            max_length: int, the most tokens of an output; None is 128, or as many as a model with fewer positions has.
            jit: bool, False runs eagerly, for debugging.

        Returns:
            For each text a list of (output text, score), best first.

        Raises:
            ZooError: a single str, an empty text, or one with more tokens than the model has positions.
        """
        if isinstance(texts, str):
            raise ZooError("generate takes a list of texts, and got a single one; put it in [ ]")
        return list(self.stream(list(texts), strategy, max_length, jit))

    def stream(self, texts, strategy=Greedy(), max_length=None, jit=True):
        """Yields what `generate` gives, text by text, from any iterable of texts and in bounded memory."""
        max_length = min(LONGEST, self.positions or LONGEST) if max_length is None else max_length
        check_positive(max_length=max_length)
        return stream_texts(
            self.model,
            texts,
            self.encode,
            self.target_tokenizer.decode,
            strategy,
            max_length,
            jit=jit,
        )

    @property
    def positions(self):
        """The longest sequence that the model can take; None where there is no limit."""
        return self.model.max_positions if hasattr(self.model, "target_positions") else None

    def encode(self, text):
        """Text -> token ids with the end token. Raises `ZooError` for an empty text, or one that is too long."""
        if not text.strip():
            raise ZooError("the text is empty")
        ids = self.source_tokenizer.encode(text)
        if self.positions and len(ids) > self.positions:
            raise ZooError(
                f"the text has {len(ids)} tokens, and the model {self.positions} positions"
            )
        return ids

    def save_pretrained(self, folder):
        """Writes a folder that transformers loads, whole or not at all: config, weights in float32, and the tokenizers' files.

        Tokenizers that transformers has not, such as a `SymbolTokenizer`, go to zoo_tokenizers.json, which only the zoo reads.

        Raises:
            ZooError: a folder that is not empty, or a model that transformers cannot be.
        """
        own = {
            getattr(tokenizer, "pad_id", 0)
            for tokenizer in (self.source_tokenizer, self.target_tokenizer)
        }
        if len(own) > 1:
            raise ZooError(
                f"source and target tokenizer pad with different ids, {sorted(own)}; a checkpoint has one"
            )
        config, tensors = checkpoint.export(self.model, own.pop(), self.config)
        ids = {
            key: value
            for key, value in config.items()
            if key.endswith("_token_id") and value is not None
        }
        found = tokenizer_files.files(
            self.source_tokenizer, self.target_tokenizer, config["model_type"]
        )
        with atomic_folder(pathlib.Path(folder)) as temporary:
            checkpoint.write_json(config, temporary / "config.json")
            checkpoint.write_json(ids | self.generation, temporary / "generation_config.json")
            for name, data in found.items():
                (temporary / name).write_bytes(data)
            weights.write(tensors, temporary)


def from_pretrained(name, dtype=None):
    """Reads a checkpoint of T5, FLAN-T5, ByT5, BART or Marian.

    Args:
        name: path of a folder, or OWNER/NAME on the Hugging Face hub; what was fetched once is read from the hub's cache, and
            HF_HUB_OFFLINE=1 asks for no more than that.
        dtype: str, the precision, such as "mixed_bfloat16"; None is float32.

    Returns:
        `TextModel`.

    Raises:
        ZooError: no such checkpoint, one that is broken or pickled, a model or an option that the zoo has not, or no tokenizer.
    """
    folder = fetch(name)
    found = checkpoint.read(folder, dtype)
    source, target = tokenizer_files.read(
        folder,
        found.config["model_type"],
        found.model.source_vocabulary,
        found.model.target_vocabulary,
    )
    own = {getattr(tokenizer, "pad_id", 0) for tokenizer in (source, target)}
    if own != {found.pad}:
        raise ZooError(
            f"{folder}: the tokenizer pads with {sorted(own)[0]}, and config.json with {found.pad}"
        )
    read = TextModel(
        found.model, source, target, found.name, found.overrides, found.config, found.generation
    )
    read.origin = str(name)
    return read


def save_pretrained(model, source_tokenizer, target_tokenizer, folder):
    """Writes a model that was trained here as `TextModel.save_pretrained` does."""
    TextModel(model, source_tokenizer, target_tokenizer).save_pretrained(folder)
