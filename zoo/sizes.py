"""What a model's name stands for in front of data: the size of a family that fits, and embeddings that both sides can share.

So `zoo train transformer multi30k` says enough.
"""

from zoo import registry
from zoo.errors import ZooError

SYMBOLS = 1000  # ids up to which both vocabularies hold symbols, such as characters or phonemes; above, pieces of words
APART = {"all": "target", "inputs": "none"}  # tied_embeddings where source and target have vocabularies of their own


def family_names(family):
    """Names of the registered models of a family, sorted; none where no model has this family."""
    return [name for name in registry.list_models(f"{family}_*") if registry.card(name)["family"] == family]


def any_name(name):
    """`name`, or where it is a family one of its models. Raises `UnknownName` for a name that is neither."""
    return next(iter(family_names(name)), None) or registry.models.entry(name).name


def fitted(name, overrides, source_tokenizer, target_tokenizer):
    """The model that a name stands for, and its overrides, for given tokenizers.

    Args:
        name: str, a registered model, which stands for itself, or a family: "mini" for symbols, "midi" for pieces of words.
        overrides: dict of constructor arguments that were asked for.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        The registered name, and the overrides with `tied_embeddings` that two different vocabularies allow.

    Raises:
        UnknownName: no such model or family. ZooError: a family without that size.
    """
    vocabulary = max(source_tokenizer.size, target_tokenizer.size)
    names = family_names(name)
    if names:
        fitting = f"{name}_{'mini' if vocabulary <= SYMBOLS else 'midi'}"
        if fitting not in names:
            raise ZooError(f"there is no {fitting}, the size for a vocabulary of {vocabulary:,}; name one of "
                           f"{', '.join(names)}")
        name = fitting
    tied = registry.models.overrides(name).get("tied_embeddings")
    if tied in APART and source_tokenizer.get_config() != target_tokenizer.get_config():
        overrides = {"tied_embeddings": APART[tied]} | overrides
    return name, overrides
