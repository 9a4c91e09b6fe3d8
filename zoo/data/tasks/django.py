"""English descriptions to lines of Python, or back: the Django corpus (Oda et al. 2015).

It is a small task of code generation, or of saying what code does. The lines are in the order of
Django's source. Papers take the first 16,000 to train, the next 1,000 to validate and the last
1,805 to test (Ling et al. 2016, Yin and Neubig 2017). Names and strings of a test line are often
unseen in training, so both sides are cut into pieces of words.
"""

import warnings

from zoo.data.download import download
from zoo.data.readers.oddities import DataWarning
from zoo.data.readers.parallel import parallel_lines
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import check_choice, check_positive
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = {
    "code": ("exact_match", "tokenised_bleu", "perplexity"),
    "words": ("bleu", "exact_match", "perplexity"),
}
ORIGIN = (
    "https://raw.githubusercontent.com/odashi/ase15-django-dataset/"
    "c37fa281ced0de16aa7868415522905f8380686e/django/"
)
FILES = {
    "all.anno": "86b38c7bf6ffe2882d4603f799e92f48ddaab8a7d9b2af41bba923e59b41800a",
    "all.code": "d20b345fd3cdcf8d54b9cd123b3de4078f8f9a3c6bfc9fed9cd215bc857f99db",
}
LATENT_PREDICTOR = "https://arxiv.org/abs/1603.06744"
SPLITS = {
    "train": slice(0, 16_000),
    "validation": slice(16_000, 17_000),
    "test": slice(17_000, None),
}


@register_task(
    "django",
    title="English descriptions to lines of Python",
    source="Django corpus (Oda et al. 2015)",
    licence="MIT",
    metrics=METRICS["code"],
    # The best of results/applications.
    families={
        "bilstm_bahdanau": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=1024, buckets=3, steps=6847
        )
    },
    published=[
        (
            "Latent predictor network; target=code (Ling et al. 2016)",
            "exact match 62.3",
            LATENT_PREDICTOR,
        ),
        (
            "Phrase-based machine translation; target=code (Ling et al. 2016)",
            "exact match 31.5",
            LATENT_PREDICTOR,
        ),
    ],
)
def django(
    pieces=4000,
    kind="bpe",
    longest=250,
    train_limit=None,
    validation_limit=None,
    test_limit=None,
    target="code",
):
    """Descriptions such as "import module warnings." to code such as "import warnings".

    Args:
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        longest: int, the most tokens of a line that trains or validates, and of an output. All test
            lines are kept.
        train_limit, validation_limit, test_limit: int or None, take the first lines of the split
            only.
        target: "code", or "words" for lines of Python to their descriptions.

    Returns:
        `Task` with splits "train" (16,000 lines), "validation" (1,000) and "test" (1,805).

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded.
    """
    options = dict(
        pieces=pieces,
        kind=kind,
        longest=longest,
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    check_positive(longest=longest)
    check_choice(METRICS, target=target)
    if target != "code":  # else not stored, so older runs can be resumed
        options["target"] = target
    pairs = parallel_lines(
        *(
            download(f"django/django/{file}", ORIGIN + file, digest)
            for file, digest in FILES.items()
        )
    )
    tokenizer = PieceTokenizer.from_texts(
        (text for pair in pairs[SPLITS["train"]] for text in pair), pieces, kind
    )
    if target == "words":
        pairs = [(code, text) for text, code in pairs]
    splits = {
        split: [Example(source, (output,)) for source, output in pairs[place]]
        for split, place in SPLITS.items()
    }
    count = sum(map(len, splits.values()))
    for split in ("train", "validation"):
        splits[split] = [
            x
            for x in splits[split]
            if max(map(tokenizer.length, (x.source, *x.references))) <= longest
        ]
    left_out = count - sum(map(len, splits.values()))
    if left_out:
        warnings.warn(
            f"django leaves out {left_out} pairs of train and validation with a side longer than "
            f"{longest} tokens",
            DataWarning,
            stacklevel=2,
        )
    return Task(
        "django",
        options,
        limited(splits, train_limit, validation_limit, test_limit),
        tokenizer,
        tokenizer,
        METRICS[target],
        max_target_length=longest,
    )
