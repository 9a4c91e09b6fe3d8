"""Says what a picture shows in other words: the English descriptions of Multi30k, task 2.

Five people described each picture without seeing what the others wrote. The numbers of the files
are not the people's: the first description of a picture is the longest, and the fifth the shortest.
Copying the source scores well, since all five name the same things. `source_bleu` says how much of
an output is copied.
"""

from zoo.data.download import download
from zoo.data.readers.parallel import parallel_lines
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import check_choice
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("bleu", "source_bleu", "chrf", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/multi30k/dataset/"
    "a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task2/"
)
SPLITS = {"train": "train", "validation": "val", "test": "test_2016"}
DESCRIPTIONS = (1, 2, 3, 4, 5)
DIGESTS = {  # SHA-256 of each description's file
    "train": (
        "a0e057f07a9733199c0d755d77f6d583dc6f40a3180734b1130a216e2fdf3a3b",
        "d79dd70a9eafb2d1fe40151621278c4ae69b3c148c5052a53d7c7a41bf3ba023",
        "86e16fdcc699bcb6bca0f87c3cf1051f7de5ee3674dd588cedc5200194282749",
        "3771b84e010ad6197806d2a1188cb07c12149e3e0d178dd5966dee5763733686",
        "73988689307fe836994eae59735dc840c15da9775455fa76e6ed22606a042a91",
    ),
    "validation": (
        "4ce8f8ffbef4a1c066e3f35a5ffc764666c26c318a733d9bdc6349577f1c6f9c",
        "4103944d652127e5af33ba2761d71cb6c0e1509c1a67d4387dc67ad768cfb752",
        "6ecd848713d98faa9c6db2e9e457a778335358e6e3a4743cf4e929a0516e399a",
        "bfab4f0cbdac6233f206bbbfbd324dc02b258e291c3f410a69f9884171008788",
        "4b6a6541b7b58d545eff7feead4187aeb0439a7178a7bed6951121e0ecbaee66",
    ),
    "test": (
        "bf64274c8e1f73ba57d47409f707a640b3874a06e7e83adfb5a6d4c055bc6b29",
        "36c12dac199e336e74ebe91c5240a1c6cefce7af2a3f3a2054d184947932bc3c",
        "2188662d22b01c5ecf7ae6a7c003b45fc83c510d34999c2340078e75088b0f1f",
        "dcb6a0ad2ae40f54a1f9e9f20d3146c7f0a662feece2e78d2d511667bf229f08",
        "60e31317f0d960aed273d8ec527411935fb1ff3dee2c9cc9572259739ff193c0",
    ),
}


@register_task(
    "captions",
    title="Descriptions of pictures to other descriptions of the same picture",
    source="Multi30k, task 2 (Elliott et al. 2016)",
    licence="none stated with the files",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "transformer": application(
            {"norm_first": True, "dropout": 0.1}, tokens=1024, buckets=3, steps=6441
        )
    },
    baseline="copy",
)
def captions(
    source=3,
    pieces=8000,
    kind="bpe",
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """One English description to the four others, in pieces of words that both sides share.

    Args:
        source: int from 1, the longest description, to 5, the shortest; the others are targets.
        pieces: int, size of the vocabulary, learnt from all descriptions of the whole train split.
        kind: "bpe" or "unigram".
        train_limit, validation_limit, test_limit: int or None, take the first pictures of the split
            only.

    Returns:
        `Task` with splits "train" (29,000 pictures), "validation" (1,014) and "test" (1,000), with
        four references each.

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded or read.
    """
    check_choice(DESCRIPTIONS, source=source)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    splits = {split: read(split, source) for split in SPLITS}
    tokenizer = PieceTokenizer.from_texts(all_texts(splits["train"]), pieces, kind)
    return Task(
        "captions",
        dict(
            source=source,
            pieces=pieces,
            kind=kind,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        tokenizer,
        tokenizer,
        METRICS,
    )


def read(split, source):
    """The examples of a split.

    Raises what `download` and `parallel_lines` raise.
    """
    files = [f"raw/{SPLITS[split]}.{number}.en.gz" for number in DESCRIPTIONS]
    paths = [
        download(f"multi30k/task2/{file}", ORIGIN + file, digest)
        for file, digest in zip(files, DIGESTS[split])
    ]
    examples = []
    for texts in parallel_lines(*paths):
        others = texts[: source - 1] + texts[source:]
        examples.append(Example(texts[source - 1], tuple(dict.fromkeys(others))))
    return examples
