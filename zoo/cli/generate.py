"""`zoo generate` and `zoo score`: texts in, outputs or log-probabilities out."""

import itertools
import sys

from tqdm import tqdm

from zoo.cli.opening import add_longest, add_others, add_run, open_text_model
from zoo.cli.search_options import add_strategy, check_search, make_strategy
from zoo.cli.texts import LINE_OF_INPUT, check_texts, lines_of_input
from zoo.errors import ZooError
from zoo.printable import printable, token_texts

CHUNK = 4096  # pairs that are scored together
FEW = 8  # up to this many texts, decoding ends sooner than compiling would


def add_commands(command):
    """Declares `zoo generate` and `zoo score`."""
    sub = command(
        "generate",
        generate_command,
        "decode texts with a trained model; without a text, lines of standard input",
    )
    add_run(sub)
    sub.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="a source, or the path of a file of frames (default: lines of standard input)",
    )
    add_others(sub)
    sub.add_argument(
        "--n-best",
        type=int,
        default=1,
        metavar="N",
        help="outputs per text, with their scores if more than one (default: 1)",
    )
    add_longest(sub)
    sub.add_argument(
        "--replace-unknown",
        action="store_true",
        help="accept sources with unknown symbols, and replace each <unk> of an output by the "
        "source symbol that it looked at most",
    )
    add_strategy(sub)

    sub = command(
        "score",
        score_command,
        "log-probability of given outputs; lines of standard input: SOURCE, a tab, TARGET",
    )
    add_run(sub)
    sub.add_argument("--tokens", action="store_true", help="also of every token")
    add_longest(sub)


def generate_command(options):
    """`zoo generate RUN [TEXT ...]`."""
    check_search(options)
    check_texts(*options.text)
    if options.n_best < 1:
        raise ZooError(f"--n-best must be a whole number above 0, got {options.n_best}")
    if options.n_best > (options.beam or options.sample or 1):
        raise ZooError(
            f"--n-best is {options.n_best} but --beam is {options.beam or 1}; "
            f"set --beam {options.n_best} or more, or --sample"
        )
    others = [open_text_model(other) for other in options.others]
    model = open_text_model(options.run).with_others(others)
    from zoo.text.decoding import Decoding
    from zoo.text.stream import NumberedError

    strategy = make_strategy(options, model.target_tokenizer)
    few = 0 < len(options.text) <= FEW
    decoding = Decoding(
        strategy,
        options.longest,
        options.max_length,
        options.replace_unknown,
        compiled=False if few else None,
    )
    outputs = model.stream(options.text or lines_of_input(), decoding)
    try:
        with tqdm(outputs, unit=" texts", disable=sys.stdout.isatty() or None) as progress:
            for best in progress:
                for text, score in best[: options.n_best]:
                    line = printable(text)
                    print(line if options.n_best == 1 else f"{score:.4f}\t{line}")
    except NumberedError as error:
        if options.text:
            raise
        raise ZooError(f"{LINE_OF_INPUT.format(error.number)}: {error.reason}") from None


def score_command(options):
    """`zoo score RUN`."""
    model = open_text_model(options.run)
    for (_, target), score in scored(model, read_pairs(), options.longest):
        line = f"{score.log_probability:.4f}"
        if options.tokens:
            ids = model.target_tokenizer.encode(target)
            names = token_texts(model.target_tokenizer, ids)
            parts = [f"{printable(name)}:{value:.4f}" for name, value in zip(names, score.tokens)]
            line += "\t" + " ".join(parts)
        print(line)


def scored(model, pairs, longest):
    """Yields (pair, `Score`) in order; pairs before a bad one come before its error."""
    done = 0
    for chunk, error in until_error(pairs):
        try:
            scores = model.score(chunk, longest)
        except ZooError as bad:
            number = getattr(bad, "number", 1)  # a single pair is not numbered
            error = ZooError(
                f"{LINE_OF_INPUT.format(done + number)}: {getattr(bad, 'reason', bad)}"
            )
            chunk = chunk[: number - 1]
            scores = model.score(chunk, longest) if chunk else []
        yield from zip(chunk, scores)
        if error:
            raise error
        done += len(chunk)


def until_error(items):
    """Yields (list of up to `CHUNK` items, the `ZooError` that reading the next one raised)."""
    items = iter(items)
    while True:
        chunk, error = [], None
        try:
            for item in itertools.islice(items, CHUNK):
                chunk.append(item)
        except ZooError as found:
            error = found
        if not chunk and error:
            raise error
        if not chunk:
            return
        yield chunk, error


def read_pairs():
    """Yields (source, target) of each line of standard input.

    Raises:
        ZooError: a line is not SOURCE, a tab, TARGET.
    """
    for number, line in enumerate(lines_of_input(), 1):
        parts = line.split("\t")
        if len(parts) != 2 or not all(part.strip() for part in parts):
            raise ZooError(
                f"{LINE_OF_INPUT.format(number)} is not SOURCE, a tab, TARGET: {line[:60]!r}"
            )
        yield tuple(parts)
