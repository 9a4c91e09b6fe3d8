"""English spelling to phonemes, with the split of the PRONASYL 2007 letter-to-phoneme challenge.

Papers are compared on this split. The dictionary is older than that of the task `g2p`, whose split
is our own, and has no stress. An output is right if it equals one of the word's pronunciations.
"""

from zoo.data.download import download
from zoo.data.readers.lines import lines
from zoo.data.splits import grouped, with_validation
from zoo.data.task import Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.registry import register_task

METRICS = ("wrong_words", "per", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/AdolfVonKleist/Phonetisaurus/"
    "f08d3dfb10b8d619e665a9581d2a327bcc2504f7/test/g014b2b/"
)
FILES = {
    "train": ("g014b2b.train", "5882433c3a14a9a0614b5f724ce74872851092e816852c82d6b74913b2085384"),
    "test": ("g014b2b.ref", "b1f24ab99ae8be1d37ee951984646a248c4fd5ae8b0a24a2f4ba2cfa0e2fc46a"),
}
G2P_SEQ2SEQ = (
    "https://github.com/cmusphinx/g2p-seq2seq/blob/006cb406f758ee17512bf7db257c98cc904069a1/"
    "README.md"
)


@register_task(
    "cmudict",
    title="English spelling to phonemes, split of PRONASYL 2007",
    licence="BSD-3-Clause",
    metrics=METRICS,
    baseline="dictionary",
    source="CMU Pronouncing Dictionary, as Phonetisaurus distributes it",
    published=[
        ("Transformer, 2 layers of 256 units (g2p-seq2seq)", "word error rate 20.2", G2P_SEQ2SEQ),
        ("n-grams (Phonetisaurus)", "word error rate 24.4", G2P_SEQ2SEQ),
    ],
)
def cmudict(train_limit=None, validation_limit=None, test_limit=None):
    """English words in capitals to phonemes without stress.

    Each letter of a word is a token; phonemes stand between blanks.

    Args:
        train_limit, validation_limit, test_limit: int or None, take the first words of the split
            only, in alphabetical order.

    Returns:
        `Task` with splits "train", "validation" (5 % of the original train split, by the word's
        hash) and "test".

    Raises:
        ZooError: a limit that is not above zero, or data that cannot be downloaded.
    """
    seen, tested = (
        grouped(read(download(f"cmudict_pronasyl2007/{file}", ORIGIN + file, digest)))
        for file, digest in FILES.values()
    )
    source = SymbolTokenizer.from_texts((example.source for example in seen), separator="")
    target = SymbolTokenizer.from_texts(
        (text for example in seen for text in example.references), " "
    )
    return Task(
        "cmudict",
        dict(train_limit=train_limit, validation_limit=validation_limit, test_limit=test_limit),
        limited(with_validation(seen, tested), train_limit, validation_limit, test_limit),
        source,
        target,
        METRICS,
    )


def read(path):
    """Yields (word, phonemes) for each pronunciation. Raises `ZooError` for a line without one."""
    for number, line in enumerate(lines(path), 1):
        word, *pronunciations = map(str.strip, line.split("\t"))
        if not (word and pronunciations and all(pronunciations)):
            raise ZooError(
                f"{path}, line {number}: not a word and its pronunciations, with tabs between them"
            )
        yield from ((word, " ".join(phonemes.split())) for phonemes in pronunciations)
