"""The table that describes a task."""

from zoo.data.describe import describe, kind
from zoo.data.task import Example, Task
from zoo.data.tokenizers import ByteTokenizer, PieceTokenizer, SymbolTokenizer


def test_splits_vocabularies_and_lengths():
    task = Task(
        "toy",
        {},
        {"train": [Example("ab", ("A",)), Example("b", ("A A",))], "test": [Example("a", ("A",))]},
        SymbolTokenizer("ab", ""),
        SymbolTokenizer(["A"], " "),
        ("exact_match",),
    )
    source, target = describe(task).splitlines()[-2:]
    assert "2 train, 1 test" in describe(task)
    assert source.split() == ["source", "characters", "6", "2.5", "3", "a", "b", "</s>"]
    assert target.split() == "target symbols between blanks 5 2.5 3 A </s>".split()


def test_no_token_reaches_a_terminal_raw():
    tokenizer = ByteTokenizer()
    task = Task("toy", {}, {"train": [Example("\x1b\n", ("\x07",))]}, tokenizer, tokenizer, ())
    assert "\x1b" not in describe(task) and r"\x1b \n </s>" in describe(task)


def test_kinds():
    pieces = PieceTokenizer.from_texts(["a b c"] * 9, 12, exact=False)
    assert kind(ByteTokenizer()) == "bytes" and kind(pieces) == "pieces of words"
