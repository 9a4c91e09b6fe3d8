"""Describes a task in a table: the pairs of each split, and the tokens of each side."""

from tabulate import tabulate

from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.tokenizers import (
    AtomTokenizer,
    ByteT5Tokenizer,
    ByteTokenizer,
    DecomposedTokenizer,
    NumberTokenizer,
    SymbolTokenizer,
)
from zoo.printable import printable, token_texts


def describe(task):
    """The table of a `Task`: str. Tokens are counted in the train split."""
    sizes = ", ".join(f"{len(examples):,} {split}" for split, examples in task.splits.items())
    rows = []
    for side, packed in zip(("source", "target"), task.encode("train")):
        tokenizer = getattr(task, f"{side}_tokenizer")
        lengths = f"{packed.lengths.mean():.1f}", f"{packed.lengths.max()}"
        if isinstance(tokenizer, FrontEnd):
            frames = f"frames of {tokenizer.features}"
            rows.append((side, frames, "", *lengths, task.examples("train")[0].source))
            continue
        shown = packed[0].tolist()
        rows.append(
            (
                side,
                kind(tokenizer),
                f"{tokenizer.size:,}",
                *lengths,
                " ".join(map(printable, token_texts(tokenizer, shown[:12]))),
            )
        )
    return tabulate(
        rows,
        (sizes, "tokens are", "vocabulary", "mean per text", "longest", "first tokens"),
        disable_numparse=True,
    )


def kind(tokenizer):
    """The kind of a tokenizer's tokens, in words."""
    if isinstance(tokenizer, (AtomTokenizer, NumberTokenizer)):
        return "atoms and bonds" if isinstance(tokenizer, AtomTokenizer) else "numbers in bins"
    if isinstance(tokenizer, DecomposedTokenizer):
        return "parts of characters"
    if isinstance(tokenizer, SymbolTokenizer):
        return "symbols between blanks" if tokenizer.separator else "characters"
    return "bytes" if isinstance(tokenizer, (ByteTokenizer, ByteT5Tokenizer)) else "pieces of words"
