"""Lines of early printed books to their text: seven books of 1476 to 1572, 150 lines each.

The pictures are as Reul et al. 2017 published them, those of one book in black and white. Lines
come in the order of the pages: of each book, the first 100 lines train, the next 20 validate, and
the last 30 test. With so few lines, it helps to learn `rendered_lines` first, to save that model
(`zoo.save_pretrained`), and to train its folder on this task.
"""

import re

from zoo.data.archive import archive_files
from zoo.data.download import download
from zoo.data.front_ends.pictures import PixelColumns
from zoo.data.made_files import made_files
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_positive
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("cer", "wer", "perplexity")
COMMIT = "0c8b2ae18f9160d865a066aace16aabb6c929de6"
ORIGIN = f"https://github.com/chreul/OCR_Testdata_EarlyPrintedBooks/archive/{COMMIT}.tar.gz"
ARCHIVE = "early_printed/OCR_Testdata_EarlyPrintedBooks.tar.gz"
CONTENTS = "66a6fb5994f96dbdda7ccc497e9f6b5ec14465d1585e8b2a65896d0f8908d5fa"
LINE = re.compile(r"Books/(\d+)/GT/(.+)\.(?:nrm|bin)\.png")
LINES = {"train": slice(0, 100), "validation": slice(100, 120), "test": slice(120, 150)}
VERSION = 1  # of the files; another one is written to another folder


@register_task(
    "printed_lines",
    title="Pictures of lines of early printed books to their text",
    source="OCR test data of early printed books (Reul et al. 2017; github.com/chreul)",
    licence="CC BY-NC-SA 4.0: not for commercial use",
    metrics=METRICS,
    # The best of results/applications without another training first.
    families={
        "whisper": application(
            {"max_positions": 128, "dropout": 0.1},
            learning_rate=0.002,
            warmup=0.1,
            tokens=512,
            buckets=2,
            steps=18965,
        )
    },
    published=[
        (
            "Mean of six books, with much pre-training and voting",
            "CER 2.5",
            "https://arxiv.org/abs/1802.10038",
        ),
    ],
)
def printed_lines(
    height=48,
    stack=4,
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Pictures of lines to their text. Each character is a token.

    Args:
        height: int, pixels to which a picture is scaled.
        stack: int, columns of pixels that become one frame.
        train_limit, validation_limit, test_limit: int or None, take the first lines of the split
            only, book after book.

    Returns:
        `Task` with splits "train" (700 lines), "validation" (140) and "test" (210). Sources are
        paths in the cache folder, and the group of an example is its book.

    Raises:
        ZooError: a value out of range, or the data cannot be read or written.
    """
    check_positive(height=height, stack=stack)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    splits = {
        split: [Example(path, (text,), path.split("/")[-2]) for path, text in rows]
        for split, rows in made_files(f"printed_lines/{VERSION}", write, "30 MB").items()
    }
    return Task(
        "printed_lines",
        dict(
            height=height,
            stack=stack,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        PixelColumns(height, stack),
        SymbolTokenizer.from_texts((x.references[0] for x in splits["train"]), ""),
        METRICS,
    )


def write(folder):
    """Writes the pictures of the archive into a folder. Returns the files and texts of each split.

    Raises:
        ZooError: the archive is broken, or a line has no text.
    """
    files = archive_files(download(ARCHIVE, ORIGIN), ORIGIN, CONTENTS)
    books: dict = {}
    for name in sorted(files):
        if found := LINE.fullmatch(name):
            book, line = found.groups()
            text = files.get(f"Books/{book}/GT/{line}.gt.txt", b"").decode("utf-8")
            if not text.strip():
                raise ZooError(f"{name} has no text beside it")
            books.setdefault(book, []).append((f"{book}/{line}.png", " ".join(text.split())))
            path = folder / book / f"{line}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(files[name])
    return {
        split: [row for lines in books.values() for row in lines[place]]
        for split, place in LINES.items()
    }
