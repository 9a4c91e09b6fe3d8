"""Chemical reactions: reactants and reagents to the product, both as SMILES. USPTO-15K.

The reactions are from patents (Lowe 2012), as Coley et al. 2017 selected and split them. The files
number atoms, so that each atom of the product is known in the reactants. The numbers are removed,
and brackets that then say nothing: "[CH3:1][OH:2]" becomes "CO". An output must be spelled as in
the file to be right.
"""

import importlib.util
import re
import zipfile

from zoo.data.download import download
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import AtomTokenizer
from zoo.errors import ZooError, first_line
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("exact_match", "top_5", "valid_molecules", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/wengong-jin/nips17-rexgen/"
    "fb7dea369b0721b88cd0133a7d66348d244f65d3/USPTO-15K/data.zip"
)
DIGEST = "66b4f5cb6b5de4bd7c3d72bdb7fa0c5073c4b97984109f0dae0b10997a9aa723"
FILES = {"train": "data/train.txt", "validation": "data/valid.txt", "test": "data/test.txt"}
NUMBER = re.compile(r":\d+\]")
# An atom that SMILES writes without brackets; hydrogens follow from its bonds. "[nH]" is another.
PLAIN = re.compile(r"\[(Br|Cl|[BCNOPSFI]|[bcops]|n(?!H))(?:H\d?)?\]")


@register_task(
    "reactions",
    title="Reactants and reagents to the product of a reaction",
    source="USPTO-15K (Coley et al. 2017), of nips17-rexgen",
    licence="MIT",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "bilstm_bahdanau": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=1024, buckets=3, steps=22607
        )
    },
    baseline="nearest",
)
def reactions(
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Molecules such as "CO.CC(=O)Cl" to the product "COC(C)=O". Each atom and bond is a token.

    Validity is scored if RDKit is installed (extra `chemistry`), and the best of five outputs if a
    search gives as many (`zoo evaluate RUN --beam 5`).

    Args:
        train_limit, validation_limit, test_limit: int or None, take the first reactions of the
            split only.

    Returns:
        `Task` with splits "train" (10,500 reactions), "validation" (1,500) and "test" (3,000).

    Raises:
        ZooError: a limit below 1, or data that cannot be downloaded or read.
    """
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    splits = read(download("uspto_15k/data.zip", ORIGIN, DIGEST))
    tokenizer = AtomTokenizer.from_texts(all_texts(splits["train"]))
    checked = importlib.util.find_spec("rdkit") is not None
    return Task(
        "reactions",
        dict(train_limit=train_limit, validation_limit=validation_limit, test_limit=test_limit),
        limited(splits, *limits),
        tokenizer,
        tokenizer,
        tuple(name for name in METRICS if checked or name != "valid_molecules"),
    )


def read(path):
    """The examples of each split.

    Raises:
        ZooError: the file is not such an archive, or a line is not a reaction.
    """
    splits: dict = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for split, name in FILES.items():
                text = archive.read(name).decode("ascii")
                splits[split] = [
                    reaction(line, f"{path}, {name}, line {number}")
                    for number, line in enumerate(text.splitlines(), 1)
                ]
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError) as error:
        raise ZooError(
            f"{path} is not a zip file with the reactions of {', '.join(FILES.values())}: "
            f"{first_line(error)}"
        ) from None
    return splits


def reaction(line, place):
    """The example of a line "REACTANTS>>PRODUCT EDITS". Raises `ZooError` for another one."""
    before, found, after = line.partition(" ")[0].partition(">>")
    if not found or not before or not after:
        raise ZooError(f"{place}: not 'REACTANTS>>PRODUCT EDITS'")
    return Example(unnumbered(before), (unnumbered(after),))


def unnumbered(smiles):
    """SMILES without the numbers of atoms, nor brackets that nothing needs."""
    return PLAIN.sub(r"\1", NUMBER.sub("]", smiles))
