"""Documents: read, split by their text, cut, joined, and made into a vocabulary."""

import gzip
import hashlib

import numpy as np
import pytest

from zoo.data import multi30k
from zoo.data.documents import (
    cut,
    join_words,
    joined,
    noised,
    read_documents,
    read_pieces,
    split_words,
    word_tokenizer,
)
from zoo.data.task import Example
from zoo.errors import ZooError

ALL = {"train": None, "validation": None, "test": None}


@pytest.fixture
def file(tmp_path):
    """A text file of 300 documents of 1 to 12 words."""
    path = tmp_path / "text.txt"
    path.write_text(
        "".join(f"word{i} " + "is here, " * (i % 6) + "\n\n" for i in range(300)), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    "text, words",
    [
        ("Thank you for inviting me.", "Thank you for inviting me ."),
        (
            "(A boat), it's 3.5 m long: wait... [what]?!",
            "( A boat ) , it's 3.5 m long : wait . . . [ what ] ? !",
        ),
        ("", ""),
        ("...", ". . ."),
        ('"quoted," he said', '"quoted," he said'),
        ("U.S. (see) x", "U.S . ( see ) x"),
    ],
)
def test_words_and_back(text, words):
    assert " ".join(split_words(text)) == words
    assert join_words(split_words(text)) == text


def test_only_white_space_is_lost():
    assert join_words(split_words(" a  b ( c ) .\td ")) == "a b (c). d"


def test_splits_by_hash_in_the_order_of_the_file(file):
    splits = read_documents(str(file))
    lines = [line for line in map(str.strip, file.read_text().splitlines()) if line]
    assert sum(map(len, splits.values())) == 300
    for split, places in (("test", {0}), ("validation", {1}), ("train", set(range(2, 20)))):
        assert splits[split] == [
            t for t in lines if int(hashlib.sha256(t.encode()).hexdigest(), 16) % 20 in places
        ]


def test_gzip_is_the_same(file, tmp_path):
    (tmp_path / "text.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert read_documents(str(tmp_path / "text.gz")) == read_documents(str(file))


def test_multi30k_has_its_own_splits(tmp_path, monkeypatch):
    names = []

    def download(name, origin, sha256):
        names.append(name)
        assert (
            origin.startswith("https://")
            and origin.endswith(name.rsplit("/", 1)[1])
            and len(sha256) == 64
        )
        (tmp_path / "x.gz").write_bytes(gzip.compress(name.encode()))
        return tmp_path / "x.gz"

    monkeypatch.setattr(multi30k, "download", download)
    found = read_documents("")
    assert found == {split: [name] for split, name in zip(("train", "validation", "test"), names)}
    assert names == [f"multi30k/raw/{name}.en.gz" for name in ("train", "val", "test_2016_flickr")]
    both = read_documents("multi30k:en+de")
    assert both["train"] == ["multi30k/raw/train.en.gz", "multi30k/raw/train.de.gz"]
    with pytest.raises(ZooError, match="unknown language 'dd'; nearest: de"):
        read_documents("multi30k:en+dd")


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.txt", b"\xff\xfe", "not UTF-8 text"),
        ("a.gz", b"plain", "not a whole gzip file"),
        ("a.gz", gzip.compress(b"text" * 99, mtime=0)[:-9], "not a whole gzip file"),
        ("a.txt", b"one\ntwo\n", "has 2 documents"),
        ("a.txt", b"", "too few for train and validation and test"),
        ("a.txt", None, "No such file"),
    ],
)
def test_files_that_are_no_text(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ZooError, match=message) as found:
        read_documents(str(tmp_path / name))
    assert str(tmp_path / name) in str(found.value) and "\n" not in str(found.value)


def test_a_path_that_is_none():
    with pytest.raises(ZooError, match="path must be the name of a text file, got 3"):
        read_documents(3)


def test_cut_into_even_pieces_without_single_words():
    words = list("abcdefg")
    assert cut(words, 7) == cut(words, 99) == [words]
    assert cut(words, 4) == [list("abc"), list("defg")]
    assert cut(words, 2) == [list("bc"), list("de"), list("fg")]
    assert cut([], 3) == cut(["a"], 3) == []


def test_joined_while_they_fit():
    assert joined([["a"], ["b", "c"], ["d"], ["e"] * 5, ["f"]], 3) == [
        ["a", "b", "c"],
        ["d"],
        ["e"] * 5,
        ["f"],
    ]
    assert joined([], 3) == [[]]


@pytest.mark.parametrize("join", [False, True])
def test_pieces_hold_every_word_once(file, join):
    pieces, counts = read_pieces(str(file), join, 5, [], ALL)
    assert all(2 <= len(piece) <= 5 for split in pieces.values() for piece in split)
    words = [word for text in read_documents(str(file))["train"] for word in split_words(text)]
    assert counts["here"] == words.count("here") and sum(counts.values()) == len(words)
    if not join:
        single = sum(1 for text in read_documents(str(file))["train"] if len(text.split()) == 1)
        assert sum(map(len, pieces["train"])) == len(words) - single


def test_limits_take_the_first_documents_and_keep_the_counts(file):
    pieces, counts = read_pieces(str(file), False, 99, [], ALL)
    fewer, same = read_pieces(str(file), False, 99, [], {"train": 20, "validation": 5, "test": 5})
    assert (
        same == counts
        and len(fewer["train"]) < 20
        and fewer["train"] == pieces["train"][: len(fewer["train"])]
    )


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((False, 1, [], ALL), "max_length must be at least 2"),
        ((False, 0, [], ALL), "max_length"),
        ((1, 9, [], ALL), "join must"),
        ((False, 9, ["is"], ALL), "holds 'is', which the task reserves"),
        ((False, 9, [], ALL | {"test": 0}), "test_limit"),
        ((False, 9, [], ALL | {"train": 2.5}), "train_limit"),
    ],
)
def test_mistakes_are_named(file, arguments, message):
    with pytest.raises(ZooError, match=message):
        read_pieces(str(file), *arguments)


def test_documents_of_one_word(tmp_path):
    (tmp_path / "a.txt").write_text("".join(f"w{i}\n" for i in range(200)))
    with pytest.raises(
        ZooError, match="no document of .* for train and validation and test has two words"
    ):
        read_pieces(str(tmp_path / "a.txt"), False, 9, [], ALL)
    assert read_pieces(str(tmp_path / "a.txt"), True, 9, [], ALL)[0]["test"]


def test_the_most_frequent_words_follow_the_reserved_ones():
    counts = {"b": 3, "a": 3, "rare": 1, "often": 9}
    assert word_tokenizer(counts, 3, ["<mask>"]).symbols == ("<mask>", "often", "a", "b")
    assert word_tokenizer(counts, 99, []).symbols == ("often", "a", "b", "rare")
    assert word_tokenizer(counts, 1, []).encode("often a") == [4, 3, 2]
    with pytest.raises(ZooError, match="vocabulary"):
        word_tokenizer(counts, 0, [])


def test_noise_is_a_function_of_seed_text_and_draw():
    def noise(words, rng):
        return [words[i] for i in rng.permutation(len(words))], words

    pieces = {"train": [list("abcdefgh"), list("ijklmnop")], "test": [list("abcdefgh")]}
    made = noised(pieces, noise, draws=3, seed=0)
    assert [e.references for e in made["train"]] == [("a b c d e f g h",), ("i j k l m n o p",)] * 3
    assert len({e.source for e in made["train"]}) == 6 and made["test"] == made["train"][:1]
    assert noised(pieces, noise, 3, 0) == made != noised(pieces, noise, 3, 1)
    assert noised({"train": pieces["train"][1:]}, noise, 1, 0)["train"] == [made["train"][1]]
    rng = np.random.default_rng(
        [0, 0, int.from_bytes(hashlib.sha256(b"a b c d e f g h").digest()[:8], "big")]
    )
    assert made["test"] == [
        Example(" ".join(noise(list("abcdefgh"), rng)[0]), ("a b c d e f g h",))
    ]
    for wrong in ({"draws": 0, "seed": 0}, {"draws": 1, "seed": -1}, {"draws": 1, "seed": True}):
        with pytest.raises(ZooError, match="draws|seed"):
            noised(pieces, noise, **wrong)
