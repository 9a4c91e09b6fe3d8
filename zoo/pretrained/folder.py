"""`zoo.from_pretrained` reads a public checkpoint, and `zoo.save_pretrained` writes one."""

import os
import pathlib

from zoo.data.front_ends.whisper import WhisperLogMel
from zoo.errors import ZooError, check_choice
from zoo.files import atomic_folder, expanded
from zoo.json_fields import check_fields
from zoo.pretrained import checkpoint, tokenizer_files, weights, zoo_format
from zoo.pretrained.hub import fetch
from zoo.registry.trained import trained_folder
from zoo.text.text_model import TextModel

FORMATS = ("zoo", "transformers")
CONFIG, GENERATION = "config.json", "generation_config.json"
OWN = "seq2seq_zoo"  # what transformers has no field for, in a config.json that the zoo wrote


def from_pretrained(name: str | os.PathLike, dtype: str | None = None) -> TextModel:
    """Reads a trained model: of any family as `save_pretrained` writes it, or a public checkpoint
    of T5, FLAN-T5, ByT5, BART, Marian, GPT-2 or Whisper.

    Args:
        name: a trained model of `zoo list --trained`; path of a folder; or OWNER/NAME on the
            Hugging Face hub. A repository is downloaded once into the hub's cache; with
            HF_HUB_OFFLINE=1 only the cache is read.
        dtype: the precision, such as "mixed_bfloat16"; None means float32.

    Raises:
        ZooError: there is no such checkpoint, it is broken or pickled, has no tokenizer, or asks
            for a model or an option that the zoo lacks.
    """
    there = expanded(name).is_dir()  # a folder of the user's comes first
    folder = fetch(name) if there else trained_folder(name) or fetch(name)
    config = weights.read_json(folder / CONFIG)
    if config.get("model_type") == zoo_format.MODEL_TYPE:
        return zoo_format.read(folder, config, dtype, str(name))
    found = checkpoint.read(folder, dtype)
    source, target = tokenizer_files.read(
        folder,
        found.config["model_type"],
        found.model.source_vocabulary,
        found.model.target_vocabulary,
    )
    padding = padding_of(source, target)
    if padding != found.pad:
        raise ZooError(
            f"{folder}: the tokenizer pads with {padding}, and {CONFIG} with {found.pad}"
        )
    return TextModel(
        found.model,
        source,
        target,
        label=str(name),
        name=found.name,
        overrides=found.overrides,
        checkpoint_files={CONFIG: found.config, GENERATION: found.generation},
        **read_own(found.config, folder / CONFIG),
    )


def save_pretrained(
    text_model: TextModel, folder: str | os.PathLike, format: str = "zoo", dtype: str = "float32"
) -> None:
    """Writes a folder that `from_pretrained` reads: config, weights and tokenizers.

    With format "zoo" there is a model card, too. The folder is written whole or not at all.

    Args:
        text_model: of a run or a checkpoint, as `zoo.load` gives; or of a model in memory,
            `TextModel(model, source_tokenizer, target_tokenizer)`.
        folder: a new or an empty folder.
        format: "zoo" for any family; or "transformers" for a folder of T5, BART, Marian, GPT-2 or
            Whisper that transformers loads, too. There tokenizers that transformers lacks, such as
            a `SymbolTokenizer`, go to zoo_tokenizers.json, which only the zoo reads.
        dtype: the type of the weights in the file, "float32", or "float16" with format "zoo".

    Raises:
        ZooError: the folder is not empty, or transformers cannot represent the model.
    """
    check_choice(FORMATS, format=format)
    if format == "zoo":
        zoo_format.write(text_model, folder, dtype)
        return
    if dtype != "float32":
        raise ZooError(f"a folder for transformers has float32 weights, got dtype {dtype!r}")
    source, target = text_model.source_tokenizer, text_model.target_tokenizer
    files = text_model.checkpoint_files
    pad = padding_of(source, target)
    config, tensors = checkpoint.export(text_model.model, pad, files.get(CONFIG))
    ids = {
        key: value
        for key, value in config.items()
        if key.endswith("_token_id") and value is not None
    }
    if config["model_type"] == "whisper" and not isinstance(source, WhisperLogMel):
        raise ZooError(
            "transformers' Whisper pads every recording to one length, and this model was trained "
            "without that; save it with format='zoo'"
        )
    config = {key: value for key, value in config.items() if key != OWN} | own_facts(text_model)
    found = tokenizer_files.files(source, target, config["model_type"])
    with atomic_folder(pathlib.Path(folder)) as temporary:
        checkpoint.write_json(config, temporary / CONFIG)
        checkpoint.write_json(ids | files.get(GENERATION, {}), temporary / GENERATION)
        for name, data in found.items():
            (temporary / name).write_bytes(data)
        weights.write(tensors, temporary)


def own_facts(text_model):
    """What config.json keeps of a model besides transformers' fields: {} or {`OWN`: ...}."""
    facts = {"known_only": True} if text_model.known_only else {}
    longest = [text_model.longest_source, text_model.longest_target]
    facts |= {"longest": longest} if None not in longest else {}
    return {OWN: facts} if facts else {}


def read_own(config, path):
    """The arguments of `TextModel` that `own_facts` wrote.

    Raises:
        ZooError: they are broken. The message names `path`.
    """
    check_fields(config, {f"{OWN}?": {"known_only?": bool, "longest?": [int]}}, path)
    facts = config.get(OWN, {})
    source, target = zoo_format.check_longest(facts, path)
    return {
        "known_only": facts.get("known_only", False),
        "longest_source": source,
        "longest_target": target,
    }


def padding_of(source, target):
    """The padding id that two tokenizers share. Raises `ZooError` if they differ.

    A front end in place of a tokenizer has none.
    """
    sides = (source, target) if hasattr(source, "size") else (target,)
    pads = {getattr(tokenizer, "pad_id", 0) for tokenizer in sides}
    if len(pads) > 1:
        raise ZooError(
            f"source and target tokenizer pad with different ids, {sorted(pads)}; "
            "a checkpoint has one"
        )
    return pads.pop()
