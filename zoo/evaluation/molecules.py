"""Whether outputs are molecules, which RDKit can tell."""

from zoo.errors import ZooError
from zoo.evaluation.counts import one_each


def valid_counts(hypotheses, references):
    """Per example: 1 if the output is the SMILES of a molecule, else 0; and 1.

    A molecule parses, and its atoms have bonds that chemistry allows. An empty output has none.

    Raises:
        ZooError: RDKit is not installed.
    """
    valid = [bool(text) and is_molecule(text) for text in hypotheses]
    return one_each(valid)


def is_molecule(smiles):
    """Whether RDKit reads a text as a molecule."""
    try:
        from rdkit import Chem, rdBase
    except ImportError:
        raise ZooError(
            "molecules are checked by RDKit: pip install 'seq2seq-zoo[chemistry]'"
        ) from None
    with rdBase.BlockLogs():
        return Chem.MolFromSmiles(smiles) is not None
