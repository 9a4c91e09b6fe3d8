"""Molecules in SMILES as atoms, bonds and brackets."""

import re

from zoo.data.tokenizers.symbols import SymbolTokenizer

# An atom in brackets, one of two letters, a ring's number of two digits, or a single character.
ATOM = re.compile(r"\[[^\]\s]*\]|Br|Cl|%\d\d|.", re.DOTALL)


class AtomTokenizer(SymbolTokenizer):
    """Tokenizes SMILES (Weininger 1988), as Schwaller et al. 2018 do: an atom is a symbol.

    Args:
        symbols: sequence of distinct str; symbol `i` has id `4 + i`.

    Raises:
        ZooError: as `SymbolTokenizer`.

    Example:
        >>> AtomTokenizer(["C", "Cl", "[nH]"]).encode("CCl[nH]")
        [4, 5, 6, 2]
    """

    FIELDS = {"symbols": [str]}

    def __init__(self, symbols):
        super().__init__(symbols, "")

    @classmethod
    def from_texts(cls, texts):
        """A tokenizer of all symbols of `texts`, sorted."""
        return cls(sorted({symbol for text in texts for symbol in ATOM.findall(text)}))

    def split(self, text):
        return ATOM.findall(text)

    def get_config(self):
        return {"class_name": "AtomTokenizer", "symbols": list(self.symbols)}

    @classmethod
    def from_config(cls, config):
        return cls(config["symbols"])
