"""Reactions, on a small archive of the form of the real one."""

import io
import zipfile

import pytest
from rdkit import Chem

from zoo.data.task import Example, create_task
from zoo.data.tasks.reactions import unnumbered
from zoo.errors import ZooError

LINE = "[CH3:1][OH:2].[Cl:3][C:4]([CH3:5])=[O:6]>>COC(C)=O 2;;4-3-1.0"


def zipped(**texts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"data/{name}.txt", text)
    return held.getvalue()


def test_reactions(files):
    files["data.zip"] = zipped(train=f"{LINE}\n{LINE}\n", valid=LINE, test=LINE)
    task = create_task("reactions", train_limit=1)
    example = Example("CO.ClC(C)=O", ("COC(C)=O",))
    assert task.splits == {"train": [example], "validation": [example], "test": [example]}
    ids = task.source_tokenizer.encode(example.source)
    assert len(ids) == 11 and task.source_tokenizer.decode(ids) == example.source
    assert task.metrics[:2] == ("exact_match", "top_5")


@pytest.mark.parametrize(
    "numbered, plain",
    [
        ("[CH3:1][CH2:2][c:3]1[cH:4][n:5]1", "CCc1cn1"),
        ("[nH:1][NH2:2][Br:13]", "[nH]NBr"),
        ("[N+:1](=[O:2])[O-:3]", "[N+](=O)[O-]"),
        ("[C@@H:1][Si:2][Na+:3][2H:4][SnH:5]", "[C@@H][Si][Na+][2H][SnH]"),
    ],
)
def test_atoms_lose_their_numbers_and_idle_brackets(numbered, plain):
    assert unnumbered(numbered) == plain


def test_a_molecule_stays_the_same_molecule():
    numbered = (
        "[CH3:1][C:2]([CH3:3])([CH3:4])[c:5]1[nH:6][c:7]2[cH:8][cH:9][c:10]([NH:11][C:12]=[O:13])"
        "[cH:26][c:27]2[c:28]1[CH:29]=[N:30][OH:31]"
    ).replace("[C:12]", "[CH:12]")
    molecule = Chem.MolFromSmiles(numbered)
    for atom in molecule.GetAtoms():
        atom.SetAtomMapNum(0)
    again = Chem.MolFromSmiles(unnumbered(numbered))
    assert Chem.MolToSmiles(again) == Chem.MolToSmiles(molecule)


def test_reactions_refuses(files):
    files["data.zip"] = zipped(train=LINE, valid="CO>O", test=LINE)
    with pytest.raises(ZooError, match="data/valid.txt, line 1: not 'REACTANTS>>PRODUCT EDITS'"):
        create_task("reactions")
    files["data.zip"] = zipped(train=LINE)
    with pytest.raises(ZooError, match="not a zip file with the reactions of data/train.txt"):
        create_task("reactions")
    files["data.zip"] = files["data.zip"][:40]
    with pytest.raises(ZooError, match="not a zip file"):
        create_task("reactions")
