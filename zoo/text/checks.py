"""What texts and tokenizers a model can take; everything else is one line that says why."""

from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError


def check_known(tokenizer, text, label):
    """Raises `ZooError` for a text with symbols that the tokenizer of `label` lacks."""
    unknown = tokenizer.unknown(text)
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise ZooError(
            f"{shown(text)} has {', '.join(map(repr, unknown[:5]))}{more}, "
            f"which the vocabulary of {label} lacks"
        )


def check_length(text, ids, longest, seen, label):
    """Raises `ZooError` for a source longer than `longest` tokens; None means no limit.

    `seen` is the longest source that `label` was trained on, or None.
    """
    if longest is None or len(ids) <= longest:
        return
    advice = f"; {label} has seen up to {seen}; allow more with --longest" if seen else ""
    raise ZooError(
        f"{shown(text)} has {len(ids)} tokens, the end token included, "
        f"and at most {longest} are allowed{advice}"
    )


def check_positions(text, ids, positions):
    """Raises `ZooError` for a source with more tokens than the model has positions."""
    if positions is not None and len(ids) > positions:
        raise ZooError(
            f"{shown(text)} has {len(ids)} tokens, and the model {positions} positions for it"
        )


def check_tokenizers(model, source_tokenizer, target_tokenizer):
    """Raises `ZooError` for tokenizers with more ids than the model, or another end token."""
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
        raise ZooError(f"the vocabularies of {text_model.label} have no unknown symbols to replace")


def shown(text, most=40):
    """A text in quotes for a message, cut after `most` characters."""
    return f"'{text}'" if len(text) <= most else f"'{text[:most]}...'"
