"""Commands to actions: SCAN (Lake and Baroni 2018), which asks whether a model can compose.

"simple" draws train and test alike, and every variant solves it. "length" tests on longer actions
than it trains on, and "jump" on combinations of a word that it trains on alone. Variants are
expected to fail on these two, and the score says how far.
"""

import re

from zoo.data.download import download
from zoo.data.readers.lines import lines
from zoo.data.splits import with_validation
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_choice
from zoo.registry import register_task

METRICS = ("exact_match", "token_error_rate", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/brendenlake/SCAN/c4b756cbc010d75c912f16c42c8f15dc6b7e6c8f/"
)
FILES = {  # train and test
    "simple": (
        (
            "simple_split/tasks_train_simple.txt",
            "941bb8a088c5f53ceff12fde902dc008933cf0c4203cc672c47b5f79d73262dd",
        ),
        (
            "simple_split/tasks_test_simple.txt",
            "1fe1c8f5a19d0dc40e41bab94278f45f66f3dc415a978bd29855a23440610fc6",
        ),
    ),
    "length": (
        (
            "length_split/tasks_train_length.txt",
            "b034212dc7cf87ce62f3a067dd6ad49c4d5cd18d51d615d13825516bcb1ebbc2",
        ),
        (
            "length_split/tasks_test_length.txt",
            "0760752ed34a75116ae11dcc1ee17526b7500060da1366540730fa24894d7db3",
        ),
    ),
    "jump": (
        (
            "add_prim_split/tasks_train_addprim_jump.txt",
            "e3c78485692e028eed4205e1b8b3fd0e785ef2c12d45b5b89204dadf5b239e23",
        ),
        (
            "add_prim_split/tasks_test_addprim_jump.txt",
            "8147ae2651422c701162e174d9d66158daa57858a26b30317ac61797118ac7a5",
        ),
    ),
}
SWEEP = (
    "https://github.com/robertodessi/SCAN-CNN/blob/305558810756554f0edc9458ab1102949ebeb681/"
    "figure_workdir/main_exp/graph_average_accuracy_all_split_no_latex.py"
)
LINE = re.compile(r"IN: (\S.*?) OUT: (\S.*?)\s*")


@register_task(
    "scan",
    title="Commands in simplified English to sequences of actions",
    source="SCAN (Lake and Baroni 2018)",
    licence="BSD",
    metrics=METRICS,
    published=[
        ("Convolutions; split=jump (Dessì and Baroni 2019)", "exact match 69.24 ± 8.17", SWEEP),
        ("Convolutions; split=simple (Dessì and Baroni 2019)", "exact match 99.97 ± 0.03", SWEEP),
    ],
)
def scan(split="simple", train_limit=None, validation_limit=None, test_limit=None):
    """Commands such as "jump twice after look" to actions such as "I_LOOK I_JUMP I_JUMP".

    Each word is a token.

    Args:
        split: "simple" (16,728 commands to train, 4,182 to test), "length" (16,990 and 3,920) or
            "jump" (14,670 and 7,706).
        train_limit, validation_limit, test_limit: int or None, take the first commands of the split
            only.

    Returns:
        `Task` with splits "train", "validation" (5 % of the original train split, by the command's
        hash) and "test".

    Raises:
        ZooError: another split, a limit below 1, or data that cannot be downloaded.
    """
    check_choice(FILES, split=split)
    seen, tested = (
        read(download(f"scan/{file}", ORIGIN + file, digest)) for file, digest in FILES[split]
    )
    source = SymbolTokenizer.from_texts((example.source for example in seen), " ")
    target = SymbolTokenizer.from_texts((example.references[0] for example in seen), " ")
    return Task(
        "scan",
        dict(
            split=split,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(with_validation(seen, tested), train_limit, validation_limit, test_limit),
        source,
        target,
        METRICS,
    )


def read(path):
    """The examples of a file. Raises `ZooError` for a line that is not an example."""
    examples = []
    for number, line in enumerate(lines(path), 1):
        found = LINE.fullmatch(line)
        if not found:
            raise ZooError(f"{path}, line {number}: not 'IN: command OUT: actions'")
        examples.append(Example(found[1], (found[2],)))
    return examples
