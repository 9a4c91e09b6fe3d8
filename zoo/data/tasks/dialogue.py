"""Reserving a table: the dialogues of task 5 of dialog bAbI (Bordes et al. 2017).

A response follows from all that was said before, and from what the restaurants' list has answered.
The split "new_words" has restaurants, cities and dishes that no other split has. A model without a
way to copy cannot write them.
"""

from zoo.data.download import download
from zoo.data.readers.lines import lines
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("exact_match", "whole_dialogues", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/HLTCHKUST/Mem2Seq/"
    "4224ccf9e14956115cfdc98814d340d9bd7b953e/data/dialog-bAbI-tasks/"
)
FILES = {
    "train": (
        "dialog-babi-task5trn.txt",
        "4200d60e301a94ba5a3f0675179d0f5f51ea1ac52d8cc855cd62a2e7e2a6b2d9",
    ),
    "validation": (
        "dialog-babi-task5dev.txt",
        "1b5c95aee4b3120872af02840537508f9c585daea95e893c1ee7bc85c320d0e3",
    ),
    "test": (
        "dialog-babi-task5tst.txt",
        "584d16f1931de4793a983fbf0bfbfc3adb5f2feff974005eaddf7459debce8af",
    ),
    "new_words": (
        "dialog-babi-task5tst-OOV.txt",
        "e009111ff20308c0abdb3356d2449f140939ded022623578b2e1e4263b1a8350",
    ),
}
MEMN2N = "https://github.com/crossderek/chatbot-MemN2N-tensorflow"
USER, SYSTEM, FACT = "user:", "system:", "fact:"  # what is said, answered, and known


@register_task(
    "dialogue",
    title="Dialogues about a table in a restaurant to the next response",
    source="dialog bAbI, task 5 (Bordes et al. 2017)",
    licence="none stated with the files",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "pointer_generator": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=512, buckets=3, steps=2128
        )
    },
    baseline="ending",
    recipe={"tokens": 1024},
    published=[
        (
            "Memory network that chooses among all responses (a reimplementation)",
            "right responses 98.5, with new words 64.9",
            MEMN2N,
        )
    ],
)
def dialogue(
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """All that was said so far to the next response. Each word is a token.

    Args:
        train_limit, validation_limit, test_limit: int or None, take the first responses of the
            split only. The last limit is also that of "new_words".

    Returns:
        `Task` with splits "train" (18,340 responses), "validation" (18,457), "test" (18,398) and
        "new_words" (18,368), of 1,000 dialogues each. The group of an example is its dialogue.

    Raises:
        ZooError: a limit below 1, or data that cannot be downloaded or read.
    """
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    splits = {
        split: read(download(f"dialog_babi/{file}", ORIGIN + file, digest))
        for split, (file, digest) in FILES.items()
    }
    tokenizer = SymbolTokenizer.from_texts(all_texts(splits["train"]), " ")
    new_words = splits.pop("new_words")[:test_limit]
    return Task(
        "dialogue",
        dict(train_limit=train_limit, validation_limit=validation_limit, test_limit=test_limit),
        limited(splits, *limits) | {"new_words": new_words},
        tokenizer,
        tokenizer,
        METRICS,
    )


def read(path):
    """The examples of a file, one for each response.

    Raises:
        ZooError: a line is not "NUMBER text TAB response", nor "NUMBER fact".
    """
    examples, said, number = [], [], 1
    for place, line in enumerate(lines(path), 1):
        if not line.strip():
            said, number = [], number + 1
            continue
        turn, _, text = line.partition(" ")
        heard, answered, response = text.partition("\t")
        if not turn.isdecimal() or not heard.strip() or bool(answered) != bool(response.strip()):
            raise ZooError(f"{path}, line {place}: not a number, a text, a tab and a response")
        if not answered:
            said.append(f"{FACT} {heard}")
            continue
        said.append(f"{USER} {heard}")
        examples.append(Example(" ".join(said), (response.strip(),), str(number)))
        said.append(f"{SYSTEM} {response.strip()}")
    if not examples:
        raise ZooError(f"{path} holds no response")
    return examples
