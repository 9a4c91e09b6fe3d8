"""Inspects a user's pairs before a model is trained on them: `zoo data inspect`.

Memory grows by about 50 bytes per pair, and with the number of distinct words.
"""

import array
import collections
import hashlib
import html
import re
import unicodedata

import numpy as np
from tabulate import tabulate

from zoo.data.front_ends.choice import kind_of
from zoo.data.front_ends.front_end import file_of
from zoo.data.own_splits import below
from zoo.data.readers.oddities import Oddities
from zoo.data.readers.pairs import folder_of, open_pairs, path_list
from zoo.data.splits import split_of
from zoo.data.tokenizers.choice import Writing
from zoo.errors import ZooError

MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
# UTF-8 that was read as Latin-1 or Windows-1252
MISREAD = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")
FAR_APART = 9  # times as many characters as the other side
LONG = 1000  # characters of a text


class Side:
    """The texts of one side.

    Attributes:
        writing: `Writing`, the words and characters of the texts.
        characters, words: arrays of int, the length of each text.
    """

    def __init__(self):
        self.writing = Writing()
        self.characters = array.array("I")
        self.words = array.array("I")

    def add(self, text):
        """Counts one more text."""
        self.writing.add(text)
        self.characters.append(len(text))
        self.words.append(len(text.split()))

    def figures(self):
        """Dict of name to figure, as the report's table shows them."""
        words = np.array(self.words)
        characters = np.array(self.characters)
        vocabulary = self.writing.vocabulary
        return {
            "words per text, mean": f"{words.mean():.1f}",
            "half have at most": f"{np.median(words):.0f}",
            "99 of 100 have at most": f"{np.percentile(words, 99):.0f}",
            "most words": f"{words.max():,}",
            "characters per text, mean": f"{characters.mean():.1f}",
            "most characters": f"{characters.max():,}",
            "distinct words": f"{len(vocabulary):,}",
            "seen once": f"{sum(n == 1 for n in vocabulary.values()):,}",
            "distinct characters": f"{len(self.writing.characters):,}",
            "tokenizer that fits": self.writing.fitting(),
        }


class Inspection:
    """Everything that `zoo data inspect` reports.

    Args:
        data, columns: as `zoo.data.readers.pairs.open_pairs` takes them.

    Attributes:
        splits: dict of split to its number of pairs.
        cut: bool, whether the splits were cut by hash.
        sides: two `Side`, source and target.
        oddities: `Oddities`.
        repeated: dict of a kind of repetition to how often it occurs.
        kind: str, what most sources name, such as "recording"; None if they are texts.

    Raises:
        ZooError: any error of `open_pairs`, or there are no pairs.
    """

    def __init__(self, data, columns=None):
        self.sides = Side(), Side()
        self.oddities = Oddities()
        self.splits, kinds = {}, collections.Counter()
        of_texts, of_files = Oddities(), Oddities()
        sources, pairs = {}, {}
        opened = open_pairs(data, columns, self.oddities)
        self.cut, folder = None in opened, folder_of(data)
        for given, rows in opened.items():
            for number, (source, target) in enumerate(rows, 1):
                key = below(source, folder)
                split = given or split_of(key)
                self.splits[split] = self.splits.get(split, 0) + 1
                for side, text in zip(self.sides, (source, target)):
                    side.add(text)
                sources.setdefault(split, array.array("Q")).append(hashed(key))
                pairs.setdefault(split, array.array("Q")).append(hashed(f"{key}\t{target}"))
                place = f"pair {number:,}" + (f" of {given}" if given else "")
                kinds[kind_of(source)] += 1
                for kind in odd(source, target):
                    of_texts.add(kind, place)
                for kind in odd_file(source, target, folder):
                    of_files.add(kind, place)
        if not self.splits:
            raise ZooError(f"{' and '.join(map(str, path_list(data)))} has no pair")
        if "train" not in self.splits:
            raise ZooError(f"{' and '.join(map(str, path_list(data)))} has no pair for training")
        self.splits = {
            split: self.splits[split]
            for split in ("train", "validation", "test")
            if split in self.splits
        }
        self.repeated = repeated(sources, pairs, self.cut)
        [(self.kind, _)] = kinds.most_common(1)
        self.oddities.include(of_texts if self.kind is None else of_files)

    def report(self):
        """The report: str."""
        how = "cut by the hash of the source" if self.cut else "as given"
        missing = [split for split in ("validation", "test") if split not in self.splits]
        if missing and self.cut:
            how += f"; too few: none is left for {' and '.join(missing)}"
        elif missing:
            how += f"; training cuts {' and '.join(missing)} from train"
        tables = [
            tabulate(
                [(split, f"{count:,}") for split, count in self.splits.items()],
                ("split", f"pairs, {how}"),
                disable_numparse=True,
                colalign=("left", "right"),
            )
        ]
        source, target = (side.figures() for side in self.sides)
        if self.kind is not None:  # figures of paths say nothing
            source = dict.fromkeys(source, "") | {"tokenizer that fits": self.kind}
        tables.append(
            tabulate(
                [(name, source[name], target[name]) for name in source],
                ("", "source", "target"),
                disable_numparse=True,
                colalign=("left", "right", "right"),
            )
        )
        tables.append(
            tabulate(
                [(name, f"{count:,}") for name, count in self.repeated.items()],
                ("what occurs more than once", "pairs"),
                disable_numparse=True,
                colalign=("left", "right"),
            )
        )
        return "\n\n".join(
            [*tables, "\n".join(["oddities:", *(self.oddities.lines() or ["none"])])]
        )


def hashed(text):
    """64 bits of a text's BLAKE2 hash: int."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def repeated(sources, pairs, cut):
    """Counts repetitions.

    Args:
        sources, pairs: dicts of split to hashes of its sources and of its pairs.
        cut: bool, whether the hash of the source cut the splits, so that no source is in two.

    Returns:
        Dict of a kind of repetition to how often it occurs.
    """
    sources, pairs = (
        {split: np.array(found, "uint64") for split, found in side.items()}
        for side in (sources, pairs)
    )
    every = np.concatenate(list(pairs.values()))
    counts = {
        "pairs that occurred before": len(every) - len(np.unique(every)),
        "pairs whose source occurred before with another target": len(np.unique(every))
        - len(np.unique(np.concatenate(list(sources.values())))),
    }
    for split in sources:
        if split != "train" and not cut:
            counts[f"sources of {split} that are in train"] = int(
                np.isin(sources[split], sources["train"]).sum()
            )
            counts[f"pairs of {split} that are in train"] = int(
                np.isin(pairs[split], pairs["train"]).sum()
            )
    return counts


def odd_file(source, target, folder):
    """Yields the kinds of oddity of a pair whose source names a file below a folder."""
    try:
        missing = file_of(source, folder) is None
    except OSError:  # a text that is too long for a path
        missing = True
    if missing:
        yield "sources whose file is missing"
    yield from odd_texts(target)


def odd(source, target):
    """Yields the kinds of oddity of a pair of texts."""
    if source == target:
        yield "pairs with the same text on both sides"
    longer, shorter = max(len(source), len(target)), min(len(source), len(target))
    if longer > FAR_APART * shorter:
        yield f"pairs with a side more than {FAR_APART} times as long as the other"
    if longer > LONG:
        yield f"pairs with a text of more than {LONG:,} characters"
    yield from odd_texts(source, target)
    if is_ids(source) or is_ids(target):
        yield "pairs with a side of whole numbers only, which may be token ids"


def odd_texts(*texts):
    """Yields the kinds of oddity that any text of a pair may have."""
    if any("\ufffd" in text for text in texts):
        yield "pairs with U+FFFD, which stands for text that could not be read"
    if any(
        not text.isprintable() and any(unicodedata.category(c) == "Cc" for c in text)
        for text in texts
    ):
        yield "pairs with control characters"
    if any(map(MISREAD.search, texts)):
        yield "pairs that look like UTF-8 that was read as Latin-1"
    if any(MARKUP.search(text) or "&" in text and html.unescape(text) != text for text in texts):
        yield "pairs with HTML tags or entities"
    if not all(unicodedata.is_normalized("NFC", text) for text in texts):
        yield "pairs not in Unicode's form NFC, in which equal letters may differ"


def is_ids(text):
    """Whether a text is several whole numbers and nothing else."""
    words = text.split()
    return len(words) > 1 and all(word.isdecimal() for word in words)
