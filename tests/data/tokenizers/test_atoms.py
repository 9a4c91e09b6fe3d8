"""Molecules as atoms and bonds."""

from zoo.data.tokenizers import AtomTokenizer, tokenizer_from_config


def test_an_atom_is_a_symbol():
    smiles = "ClC(Br)=C[nH]%12[C@@H]/B"
    tokenizer = AtomTokenizer.from_texts([smiles])
    assert tokenizer.split(smiles) == [
        *("Cl", "C", "(", "Br", ")", "=", "C", "[nH]", "%12", "[C@@H]", "/", "B")
    ]
    ids = tokenizer.encode(smiles)
    assert len(ids) == tokenizer.length(smiles) == 13 and tokenizer.decode(ids) == smiles
    assert tokenizer.unknown("CI[Na+]") == ["I", "[Na+]"]
    assert tokenizer.decode(tokenizer.encode("CIC")) == "C<unk>C"


def test_it_comes_back_from_its_configuration():
    tokenizer = AtomTokenizer.from_texts(["ClC[nH]"])
    again = tokenizer_from_config(tokenizer.get_config())
    assert isinstance(again, AtomTokenizer) and again.symbols == ("C", "Cl", "[nH]")
