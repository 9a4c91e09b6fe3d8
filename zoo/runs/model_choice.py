"""What a model's name stands for in front of data: the size of a family that fits, and embeddings that both sides can share.

So `zoo train transformer multi30k` says enough.
"""

from zoo import registry
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import UnknownName, ZooError

SYMBOLS = 1000  # ids of a vocabulary of characters, phonemes and the like at most; words are more
APART = {
    "all": "target",
    "inputs": "none",
}  # tied_embeddings where source and target have vocabularies of their own


def family_names(family):
    """Names of the registered models of a family, sorted; none where no model has this family."""
    return [
        name
        for name in registry.list_models(f"{family}_*")
        if registry.card(name)["family"] == family
    ]


def any_name(name):
    """`name`, or where it is a family one of its models. Raises `UnknownName` for a name that is neither."""
    names = registry.list_models()
    if name in names:
        return name
    families = {registry.card(model)["family"]: model for model in names}
    if name not in families:
        raise UnknownName("model", name, [*families, *names])
    return families[name]


def fitted(name, overrides, source_tokenizer, target_tokenizer):
    """The model that a name stands for, and its overrides, for given tokenizers.

    Args:
        name: str, a registered model, which stands for itself, or a family: "mini" where both sides are
            symbols, such as characters or phonemes, and "midi" where one is words, pieces of words or bytes.
        overrides: dict of constructor arguments that were asked for.
        source_tokenizer, target_tokenizer: as in `zoo.data.tokenizers`.

    Returns:
        The registered name, and the overrides with `tied_embeddings` that two different vocabularies allow.

    Raises:
        UnknownName: no such model or family. ZooError: a family without that size.
    """
    if any_name(name) != name:
        names = family_names(name)
        symbols = all(
            isinstance(t, SymbolTokenizer) and t.size <= SYMBOLS
            for t in (source_tokenizer, target_tokenizer)
        )
        fitting = f"{name}_{'mini' if symbols else 'midi'}"
        if fitting not in names:
            raise ZooError(
                f"there is no {fitting}, the size that fits these data; name one of {', '.join(names)}"
            )
        name = fitting
    tied = registry.models.overrides(name).get("tied_embeddings")
    if tied in APART and source_tokenizer.get_config() != target_tokenizer.get_config():
        overrides = {"tied_embeddings": APART[tied]} | overrides
    return name, overrides
