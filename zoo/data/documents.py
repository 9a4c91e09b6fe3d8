"""Plain text for pre-training: documents, their words, a vocabulary, and reproducible noise.

Words stand between white space. Brackets and punctuation at their edges are tokens of their own:
"(a boat)." has the five tokens "(", "a", "boat", ")" and ".". Joined by blanks, tokens are a text
that any other tokenizer can read; `join_words` puts the punctuation back where it stood.
"""

import collections
import hashlib
import re

import numpy as np

from zoo.data.generated import check_count
from zoo.data.multi30k import LANGUAGES, SPLITS, multi30k_file
from zoo.data.readers.digest import checked_text
from zoo.data.readers.lines import lines
from zoo.data.splits import split_of
from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError, check_choice, check_positive, check_seed
from zoo.files import expanded

MULTI30K = "multi30k:"  # then languages, joined by "+"
OPENING, CLOSING = "([{", ".,!?;:)]}"
EDGES = re.compile(rf"([{re.escape(OPENING)}]*)(.*?)([{re.escape(CLOSING)}]*)")


def read_documents(path):
    """Reads the documents of every split.

    Args:
        path: str, a UTF-8 text file with one document per line, gzipped if it ends in ".gz". Empty
            lines are skipped. The SHA-256 of a document's text decides its split. "" is the English
            side of Multi30k with its own splits (the test split of 2016), which
            `zoo.data.download` fetches; "multi30k:en+de" is its English, then its German side.

    Returns:
        Dict of split name to list of str, in the order of the file.

    Raises:
        ZooError: the file cannot be read or downloaded, is not such a text, or leaves a split
            empty.
    """
    if not isinstance(path, str):
        raise ZooError(f"path must be the name of a text file, got {path!r}")
    path = path or f"{MULTI30K}en"
    if path.startswith(MULTI30K):
        languages = path.removeprefix(MULTI30K).split("+")
        for language in languages:
            check_choice(LANGUAGES, language=language)
        return {
            split: [text for x in languages for text in nonempty_lines(multi30k_file(split, x))]
            for split in SPLITS
        }
    splits = {"train": [], "validation": [], "test": []}
    for document in nonempty_lines(expanded(path)):
        splits[split_of(document)].append(document)
    empty = [split for split, documents in splits.items() if not documents]
    if empty:
        count = sum(map(len, splits.values()))
        raise ZooError(
            f"{path} has {count} documents (one per line), too few for {' and '.join(empty)}"
        )
    return splits


def nonempty_lines(path):
    """The lines of a text file that are not empty, without white space at their ends.

    Raises what `zoo.data.readers.lines.lines` raises.
    """
    return [line.strip() for line in lines(path) if line.strip()]


def split_words(text):
    """Cuts a text into words and punctuation marks: list of str.

    Example:
        >>> split_words("Thank you (all).")
        ['Thank', 'you', '(', 'all', ')', '.']
    """
    words = []
    for chunk in text.split():
        opening, core, closing = EDGES.fullmatch(chunk).groups()
        words += [*opening, *([core] if core else []), *closing]
    return words


def join_words(words):
    """Joins words to a text, with blanks but before closing and after opening marks."""
    text = ""
    for word in words:
        text += word if not text or text[-1] in OPENING or word in CLOSING else f" {word}"
    return text


def read_pieces(path, join, max_length, reserved, limits):
    """Reads documents and cuts them into pieces. Pieces of a single word are left out.

    Args:
        path: as `read_documents` takes it.
        join: bool, whether to join consecutive documents into pieces that hold them whole.
        max_length: int, the maximum number of words in a piece, at least 2.
        reserved: collection of str, words that no document may hold.
        limits: dict of split name to the number of documents to take, or None for all.

    Returns:
        Dict of split name to list of pieces, each a list of words; and a `Counter` of the words of
        the whole train split.

    Raises:
        ZooError: any error of `read_documents`, a value out of range, or a document with a reserved
            word.
    """
    check_positive(
        max_length=max_length,
        **{f"{k}_limit": limit for k, limit in limits.items() if limit is not None},
    )
    if max_length < 2:
        raise ZooError(f"max_length must be at least 2, got {max_length}")
    if not isinstance(join, bool):
        raise ZooError(f"join must be true or false, got {join!r}")
    splits = {
        split: [split_words(text) for text in texts]
        for split, texts in read_documents(path).items()
    }
    for word in reserved:
        if any(word in words for documents in splits.values() for words in documents):
            raise ZooError(
                f"a document of {path or 'Multi30k'} holds {word!r}, which the task reserves"
            )
    counts = collections.Counter(word for words in splits["train"] for word in words)
    pieces = {}
    for split, documents in splits.items():
        kept = (
            joined(documents[: limits[split]], max_length) if join else documents[: limits[split]]
        )
        pieces[split] = [piece for words in kept for piece in cut(words, max_length)]
    empty = [split for split, kept in pieces.items() if not kept]
    if empty:
        raise ZooError(
            f"no document of {path or 'Multi30k'} for {' and '.join(empty)} has two words"
        )
    return pieces, counts


def joined(documents, max_length):
    """Joins consecutive documents up to `max_length` words: list of lists of words."""
    pieces = [[]]
    for words in documents:
        if len(pieces[-1]) + len(words) > max_length:
            pieces.append([])
        pieces[-1] += words
    return pieces


def cut(words, max_length):
    """Cuts words into pieces of at most `max_length` whose lengths differ by at most one.

    Pieces of a single word are left out.
    """
    count = -(-len(words) // max_length)
    bounds = [len(words) * i // count for i in range(count + 1)] if count else []
    return [words[low:high] for low, high in zip(bounds, bounds[1:]) if high - low > 1]


def word_tokenizer(counts, vocabulary, reserved):
    """A `SymbolTokenizer` of the reserved words and the most frequent others.

    Args:
        counts: `Counter` of words.
        vocabulary: int, the maximum number of words besides the reserved ones. Ties go by the
            alphabet.
        reserved: sequence of str.
    """
    check_positive(vocabulary=vocabulary)
    return SymbolTokenizer(
        [*reserved, *sorted(counts, key=lambda word: (-counts[word], word))[:vocabulary]],
        separator=" ",
    )


def denoising_task(name, options, reserved, noise, metrics):
    """The `Task` of undoing noise in plain text.

    Args:
        name: str, the name by which the task is registered.
        options: dict of all options of the task. Those used here are path, sha256, join,
            max_length, vocabulary, draws, seed and a limit per split. The task keeps the absolute
            path of a user's file, and its SHA-256.
        reserved: sequence of str, words that the noise puts in.
        noise: as `noised` takes it.
        metrics: tuple of metric names.

    Raises:
        ZooError: any error of `read_pieces`, `word_tokenizer` and `noised`.
    """
    options = dict(options)
    path, expected = options["path"], options.pop("sha256")
    if isinstance(path, str) and path and not path.startswith(MULTI30K):
        options["path"], options["sha256"] = checked_text(path, expected)
    limits = {split: options[f"{split}_limit"] for split in ("train", "validation", "test")}
    pieces, counts = read_pieces(
        options["path"], options["join"], options["max_length"], reserved, limits
    )
    tokenizer = word_tokenizer(counts, options["vocabulary"], reserved)
    splits = noised(pieces, noise, options["draws"], options["seed"])
    return Task(name, options, splits, tokenizer, tokenizer, metrics)


def noised(pieces, noise, draws, seed):
    """Makes examples by adding noise to pieces of text.

    Args:
        pieces: dict of split name to list of pieces, as `read_pieces` returns.
        noise: function that takes a piece and a `numpy.random.Generator`, and returns a source and
            a target, lists of words.
        draws: int, examples per piece of the train split. Other splits have one per piece.
        seed: int, not negative. An example depends only on the seed, on its piece and on the number
            of the draw.

    Returns:
        Dict of split name to list of `Example`.

    Raises:
        ZooError: a value out of range.
    """
    check_positive(draws=draws)
    check_seed(seed)
    check_count(draws * len(pieces["train"]), "draws")
    splits = {}
    for split, kept in pieces.items():
        digests = [
            int.from_bytes(hashlib.sha256(" ".join(words).encode()).digest()[:8], "big")
            for words in kept
        ]
        splits[split] = [
            make(words, noise, np.random.default_rng([seed, draw, digest]))
            for draw in range(draws if split == "train" else 1)
            for words, digest in zip(kept, digests)
        ]
    return splits


def make(words, noise, rng):
    """The `Example` of a piece."""
    source, target = noise(words, rng)
    return Example(" ".join(source), (" ".join(target),))
