"""Options of the command line that choose a decoding strategy and its constraints. Nothing here imports TensorFlow."""

from zoo.errors import ZooError

SAMPLING = {  # options of `zoo.Sample`: type, help
    "temperature": (float, "below 1 sharpens, above 1 flattens (default: 1)"),
    "top_k": (int, "from the K most probable tokens only"),
    "top_p": (float, "from the most probable tokens that make up this share"),
    "min_p": (float, "from tokens of at least this share of the most probable one's"),
    "seed": (int, "of the draws (default: 0)"),
}
CONSTRAINTS = {  # options of `zoo.Constraints`: type, help
    "min_length": (int, "the least tokens of an output"),
    "max_length": (
        int,
        "the most tokens of an output (default: what the run has seen; 128 for a checkpoint)",
    ),
    "min_ratio": (float, "the least tokens of an output, as a multiple of the source's"),
    "max_ratio": (float, "the most tokens of an output, as a multiple of the source's"),
    "no_repeat_ngram": (int, "no N tokens in a row twice in an output"),
    "repetition_penalty": (float, "above 1 makes tokens that are there already less probable"),
}


def add_strategy(sub):
    """The options that choose a decoding strategy and its constraints."""
    group = sub.add_argument_group("beam search")
    group.add_argument("--beam", type=int, metavar="K", help="K hypotheses (default: greedy)")
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
        help="stop at K finished hypotheses, though another might overtake them",
    )
    group.add_argument("--groups", type=int, metavar="G", help="cut the beam into G diverse groups")
    group.add_argument(
        "--diversity",
        type=float,
        help="what a token costs for each earlier group that took it (default: 0.5)",
    )
    group = sub.add_argument_group("sampling")
    group.add_argument("--sample", type=int, metavar="N", help="draw N outputs")
    for name, (kind, text) in SAMPLING.items():
        group.add_argument(f"--{name.replace('_', '-')}", type=kind, help=text)
    group = sub.add_argument_group("constraints", "lengths count the end token")
    for name, (kind, text) in CONSTRAINTS.items():
        group.add_argument(f"--{name.replace('_', '-')}", type=kind, help=text)
    group.add_argument("--prefix", metavar="TEXT", help="every output begins with it")
    group.add_argument(
        "--forbid",
        action="append",
        default=[],
        metavar="TOKEN",
        help="never put it out; may be given again",
    )


def make_strategy(options, tokenizer):
    """The strategy that the options ask for; `tokenizer` reads a prefix and forbidden tokens.

    Raises:
        ZooError: an option of a strategy that is not asked for, or a value out of range.
    """
    from zoo.decoding import Beam, Constraints, Greedy, Sample

    given = lambda names: {
        name: getattr(options, name) for name in names if getattr(options, name) is not None
    }
    beam = given(("length_penalty", "coverage_penalty", "early_stopping", "groups", "diversity"))
    sampling, limits = given(SAMPLING), given(CONSTRAINTS)
    if options.beam is not None and options.sample is not None:
        raise ZooError("--beam searches and --sample draws; choose one")
    for asked, names, needed in (
        (options.beam, beam, "--beam K"),
        (options.sample, sampling, "--sample N"),
    ):
        if names and asked is None:
            raise ZooError(f"--{next(iter(names)).replace('_', '-')} needs {needed}")
    limits.pop("max_length", None)  # `generate` takes it by itself
    constraints = Constraints(
        **limits,
        prefix=to_ids(options.prefix, tokenizer) if options.prefix else (),
        forbidden=tuple(single_id(token, tokenizer) for token in options.forbid),
    )
    if options.sample is not None:
        return Sample(options.sample, **sampling, constraints=constraints)
    if options.beam is not None:
        beam |= {"diversity": 0.5} if beam.get("groups", 1) > 1 and "diversity" not in beam else {}
        return Beam(options.beam, **beam, constraints=constraints)
    return Greedy(constraints)


def to_ids(text, tokenizer):
    """Token ids of a part of an output. Raises `ZooError` where the vocabulary lacks a symbol."""
    unknown = tokenizer.unknown(text)
    if unknown:
        raise ZooError(
            f"'{text}' has {', '.join(map(repr, unknown[:5]))}, which the target vocabulary lacks"
        )
    return tuple(i for i in tokenizer.encode(text) if i != tokenizer.end_id)


def single_id(token, tokenizer):
    """The id of a token. Raises `ZooError` for a text of several."""
    ids = to_ids(token, tokenizer)
    if len(ids) != 1:
        raise ZooError(f"--forbid takes a single token, and '{token}' is {len(ids)}")
    return ids[0]
