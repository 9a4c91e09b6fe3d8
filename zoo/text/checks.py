"""Checks whether a model can take a text or a tokenizer; what fails is a one-line `ZooError`."""

import numpy as np

from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.tokenizers import NumberTokenizer, SymbolTokenizer
from zoo.errors import ZooError


def check_known(tokenizer, text, label):
    """Raises `ZooError` for a text with symbols that the tokenizer of `label` lacks."""
    unknown = tokenizer.unknown(text)
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        small = text.lower()
        case = "" if small == text or tokenizer.unknown(small) else "; it knows small letters"
        raise ZooError(
            f"{shown(text)} has {', '.join(map(repr, unknown[:5]))}{more}, "
            f"which the vocabulary of {label} lacks{case}"
        )


def encoded(tokenizer, text, limits, label, read=True):
    """The ids of a source, or its frames.

    Args:
        tokenizer: as in `zoo.data.tokenizers`, or a front end, which knows how long a file is
            before it reads it.
        text: the source.
        limits: the longest source that is allowed, the longest that `label` was trained on, and
            the model's positions, each None for no limit.
        label: what messages call the model.
        read: bool, whether a file is read; None is returned otherwise.

    Raises:
        ZooError: the source is too long, or names no file that can be read; or it is a series that
            was not scaled.
    """
    longest, seen, positions = limits
    is_file = isinstance(tokenizer, FrontEnd)
    ids = None if is_file else tokenizer.encode(text)
    check_scale(tokenizer, text)
    length = tokenizer.length(text) if is_file else len(ids)
    check_length(tokenizer, text, length, longest, seen, label)
    check_positions(tokenizer, text, length, positions)
    return tokenizer.encode(text) if is_file and read else ids


def check_scale(tokenizer, text):
    """Raises `ZooError` for a series that was not scaled as those of the training.

    Bins from below 0 are for series of mean 0 and standard deviation 1, others for a mean magnitude
    of 1; see the task `forecast`.
    """
    if not isinstance(tokenizer, NumberTokenizer):
        return
    values = np.array(tokenizer.split(text), "float64")
    if not values.size:
        return
    if tokenizer.low < 0:
        if abs(values.mean()) > 0.5 or values.std() > 2:
            raise ZooError(
                f"the series has mean {values.mean():.6g} and standard deviation "
                f"{values.std():.6g}; subtract the mean and divide by the standard deviation "
                "first, and undo both in the output"
            )
    elif np.abs(values).mean() > tokenizer.high:
        raise ZooError(
            f"the mean magnitude of the series is {np.abs(values).mean():.6g}, and the model knows "
            f"numbers up to {tokenizer.high:g}; divide the series by its mean magnitude first, and "
            "multiply the output by it"
        )


def check_length(tokenizer, text, length, longest, seen, label):
    """Raises `ZooError` for a source longer than `longest` tokens; None means no limit.

    `seen` is the longest source that `label` was trained on, or None.
    """
    if longest is None or length <= longest:
        return
    advice = f"; {label} has seen up to {seen}; allow more with --longest" if seen else ""
    raise ZooError(
        f"{shown(text)} has {length} {unit_of(tokenizer, True)}, "
        f"and at most {longest} are allowed{advice}"
    )


def check_positions(tokenizer, text, length, positions):
    """Raises `ZooError` for a source with more tokens than the model has positions."""
    if positions is not None and length > positions:
        raise ZooError(
            f"{shown(text)} has {length} {unit_of(tokenizer)}, and the model {positions} positions "
            "for it"
        )


def encoded_output(tokenizer, text, model, label=None):
    """The ids of a given output.

    Args:
        tokenizer: as in `zoo.data.tokenizers`.
        text: the output.
        model: `Seq2Seq` or `Ensemble`.
        label: whose vocabulary must have all symbols, as messages call it; None lets them be.

    Raises:
        ZooError: it has an unknown symbol, or more tokens than the model has positions.
    """
    if label:
        check_known(tokenizer, text, label)
    ids, positions = tokenizer.encode(text), model.longest_target()
    if positions is not None and len(ids) > positions:
        raise ZooError(
            f"the output {shown(text)} has {len(ids)} tokens, and the model {positions} positions "
            "for it"
        )
    return ids


def unit_of(tokenizer, precisely=False):
    """What a source's length is counted in, in words."""
    if isinstance(tokenizer, FrontEnd):
        return "frames"
    return "tokens, the end token included" if precisely else "tokens"


def check_tokenizers(model, source_tokenizer, target_tokenizer):
    """Raises `ZooError` for tokenizers with more ids than the model, or another end token."""
    sides = [
        ("source", source_tokenizer, model.source_vocabulary),
        ("target", target_tokenizer, model.target_vocabulary),
    ]
    features = getattr(source_tokenizer, "features", None)
    if features != model.source_features:
        read = [f"frames of {n}" if n else "ids" for n in (features, model.source_features)]
        raise ZooError(f"the source tokenizer gives {read[0]}, and the model reads {read[1]}")
    for side, tokenizer, size in sides[1:] if features else sides:
        if tokenizer.size > size:
            raise ZooError(
                f"the {side} tokenizer has {tokenizer.size} ids, and the model only {size}"
            )
        if tokenizer.end_id != model.end_id:
            raise ZooError(
                f"the {side} tokenizer ends with id {tokenizer.end_id}, "
                f"and the model with {model.end_id}"
            )


def check_same_tokenizers(one, other):
    """Raises `ZooError` for two text models that cannot decode together."""
    for side in ("source_tokenizer", "target_tokenizer"):
        if getattr(one, side).get_config() != getattr(other, side).get_config():
            raise ZooError(
                f"{other.label} has other tokenizers than {one.label}, "
                "so that they cannot decode together"
            )


def check_replaceable(text_model):
    """Raises `ZooError` if unknown symbols cannot be replaced by what an output looked at."""
    model = text_model.model
    if not model.attentive:
        raise ZooError(
            "unknown symbols are replaced by what the output looked at, "
            f"and {type(model).__name__} has no attention"
        )
    tokenizers = (text_model.source_tokenizer, text_model.target_tokenizer)
    if not all(isinstance(tokenizer, SymbolTokenizer) for tokenizer in tokenizers):
        kinds = " and ".join(dict.fromkeys(type(t).__name__ for t in tokenizers))
        raise ZooError(
            "unknown symbols can be replaced only where both sides are characters or words, and "
            f"{text_model.label} has {kinds}"
        )


def shown(text, most=40):
    """A text in quotes for a message, cut after `most` characters."""
    return f"'{text}'" if len(text) <= most else f"'{text[:most]}...'"
