"""Options that choose how outputs are searched. Nothing here imports TensorFlow."""

import math
import re

from zoo.backend import check_memory
from zoo.cli.texts import check_texts
from zoo.errors import ZooError

FLOAT = INTEGER = 4  # bytes
TOKENS = r"(<\|[^|]+\|>)+"  # such as "<|en|><|transcribe|>", which say what Whisper is to do

SAMPLING = {  # options of `zoo.Sample`: type, help
    "temperature": (float, "below 1 sharpens, above 1 flattens (default: 1)"),
    "top_k": (int, "draw from the K most probable tokens only"),
    "top_p": (float, "draw from the most probable tokens that make up this share"),
    "min_p": (float, "draw from tokens with at least this share of the best one's probability"),
    "seed": (int, "seed of the draws (default: 0)"),
}
CONSTRAINTS = {  # options of `zoo.Constraints`: type, help
    "min_length": (int, "minimum number of tokens in an output"),
    "max_length": (
        int,
        "maximum number of tokens in an output (default: the longest target that the run was "
        "trained on; 128 for a checkpoint)",
    ),
    "min_ratio": (float, "minimum length of an output, as a multiple of the source's"),
    "max_ratio": (float, "maximum length of an output, as a multiple of the source's"),
    "no_repeat_ngram": (int, "no sequence of N tokens occurs twice in an output"),
    "repetition_penalty": (float, "above 1 makes tokens that are in the output less probable"),
}
BEAM = ("length_penalty", "coverage_penalty", "early_stopping", "groups", "diversity")


def add_strategy(sub):
    """Declares the options that choose a search strategy and its constraints."""
    group = sub.add_argument_group("beam search")
    group.add_argument("--beam", type=int, metavar="K", help="keep K hypotheses (default: greedy)")
    group.add_argument(
        "--length-penalty", type=float, help="0 favours short outputs (default: 0.6)"
    )
    group.add_argument(
        "--coverage-penalty",
        type=float,
        help="what it costs to overlook source tokens, for models with attention (default: 0)",
    )
    group.add_argument(
        "--early-stopping",
        action="store_true",
        default=None,
        help="stop at K finished hypotheses, even if another could still overtake them",
    )
    group.add_argument(
        "--groups", type=int, metavar="G", help="split the beam into G diverse groups"
    )
    group.add_argument(
        "--diversity",
        type=float,
        help="what a token costs for each earlier group that took it (default: 0.5)",
    )
    group = sub.add_argument_group("sampling")
    group.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help="draw N outputs per text, and print the most probable; --n-best N prints all",
    )
    for name, (kind, text) in SAMPLING.items():
        group.add_argument(flag(name), type=kind, help=text)
    group = sub.add_argument_group("constraints", "lengths count the end token")
    for name, (kind, text) in CONSTRAINTS.items():
        group.add_argument(flag(name), type=kind, help=text)
    group.add_argument(
        "--prefix",
        metavar="TEXT",
        help="begin every output with this text, or a "
        "Whisper's with tokens such as '<|en|><|transcribe|>'",
    )
    group.add_argument(
        "--forbid",
        action="append",
        default=[],
        metavar="TOKEN",
        help="never write this token; may be given again",
    )


def check_search(options):
    """Checks what can be checked before a model is loaded.

    Raises:
        ZooError: options that do not go together, or a count that is not above 0.
    """
    for name in ("beam", "sample", "max_length", "groups"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise ZooError(f"{flag(name)} must be a whole number above 0, got {value}")
    if options.beam is not None and options.sample is not None:
        raise ZooError("--beam searches and --sample draws; choose one")
    for asked, names, needed in (
        (options.beam, BEAM, "--beam K"),
        (options.sample, SAMPLING, "--sample N"),
    ):
        for name in given(options, names):
            if asked is None:
                raise ZooError(f"{flag(name)} needs {needed}")
    if options.diversity is not None and (options.groups or 1) < 2:
        raise ZooError("--diversity needs --groups G of 2 or more")
    for least, most in (("min_length", "max_length"), ("min_ratio", "max_ratio")):
        low, high = getattr(options, least), getattr(options, most)
        if low is not None and high is not None and low > high:
            raise ZooError(f"{flag(least)} {low} is above {flag(most)} {high}")
    if options.max_length:  # the ids of an output, and its place in the cache of one layer
        needed = options.max_length * (INTEGER + FLOAT)
        check_memory(needed, f"--max-length {options.max_length}", "--max-length")
    for name in CONSTRAINTS:
        value = getattr(options, name)
        if value is not None and not math.isfinite(value):
            raise ZooError(f"{flag(name)} must be a number, got {value}")


def make_strategy(options, tokenizer):
    """Makes the strategy that checked options ask for.

    Args:
        options: parsed arguments with those of `add_strategy`.
        tokenizer: reads a prefix and forbidden tokens.

    Raises:
        ZooError: a value out of range, or a text that the tokenizer cannot write.
    """
    from zoo.decoding import Beam, Constraints, Greedy, Sample

    limits = given(options, CONSTRAINTS)
    limits.pop("max_length", None)  # decoding takes it by itself
    constraints = Constraints(
        **limits,
        prefix=to_ids(options.prefix, tokenizer) if options.prefix else (),
        forbidden=tuple(single_id(token, tokenizer) for token in options.forbid),
    )
    if options.sample is not None:
        return Sample(options.sample, **given(options, SAMPLING), constraints=constraints)
    if options.beam is not None:
        beam = given(options, BEAM)
        if beam.get("groups", 1) > 1:
            beam.setdefault("diversity", 0.5)
        return Beam(options.beam, **beam, constraints=constraints)
    return Greedy(constraints)


def given(options, names):
    """Those of the named options that the user gave."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def flag(name):
    """How an option is typed: "min_length" -> "--min-length"."""
    return "--" + name.replace("_", "-")


def to_ids(text, tokenizer):
    """Token ids of a part of an output, without the end token.

    Raises:
        ZooError: the vocabulary lacks a symbol of the text.
    """
    check_texts(text)
    if hasattr(tokenizer, "tasks") and re.fullmatch(TOKENS, text):
        return tokenizer.prefix(*re.findall(r"<\|([^|]+)\|>", text))
    unknown = tokenizer.unknown(text)
    if unknown:
        raise ZooError(
            f"'{text}' has {', '.join(map(repr, unknown[:5]))}, which the target vocabulary lacks"
        )
    return tuple(i for i in tokenizer.encode(text) if i != tokenizer.end_id)


def single_id(token, tokenizer):
    """The id of a token. Raises `ZooError` if the text is not exactly one token."""
    begin = getattr(tokenizer, "begin_id", None)  # opens every text of BART
    ids = [i for i in to_ids(token, tokenizer) if i != begin]
    if len(ids) != 1:
        raise ZooError(f"--forbid takes a single token, and '{token}' is {len(ids)}")
    return ids[0]
