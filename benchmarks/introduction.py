"""What a suite says of itself: the comment at the top of its file."""

import itertools


def question(suite) -> str:
    """What a suite asks: the first paragraph of the comment at the top of its file, or ""."""
    text = next(iter(paragraphs(suite)), "")
    name, _, rest = text.partition(": ")  # "The quick comparison: four variants ..."
    return rest[:1].upper() + rest[1:] if rest and name.startswith("The ") else text


def paragraphs(suite) -> list[str]:
    """The paragraphs of the comment at the top of a suite's file, without the commands."""
    head = itertools.takewhile(
        lambda line: line.startswith("#"), suite.file.read_text(encoding="utf-8").split("\n")
    )
    text = "\n".join(line[1:].strip() for line in head)
    found = [" ".join(part.split()) for part in text.split("\n\n")]
    return [part for part in found if part and not part.startswith("python -m ")]
