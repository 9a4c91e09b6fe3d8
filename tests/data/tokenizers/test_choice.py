"""Which tokenizer is chosen for which text."""

import random
import unicodedata

import pytest

from zoo.data.tokenizers import ByteTokenizer, PieceTokenizer, SymbolTokenizer
from zoo.data.tokenizers.choice import SIZES, Writing, choose_tokenizers, fitting_size
from zoo.errors import UnknownName, ZooError


def prose(words, seed, letters="abcdefghijklmnopqrstuvwxyz", count=3000):
    random.seed(seed)
    lexicon = ["".join(random.choices(letters, k=random.randint(2, 9))) for _ in range(count)]
    return [" ".join(random.choices(lexicon, k=10)) for _ in range(words // 10)]


PHONEMES = [
    " ".join(random.Random(i).choices([f"P{j}" for j in range(40)], k=6)) for i in range(500)
]
SPELLINGS = ["".join(random.Random(i).choices("abcdefgh'", k=8)) for i in range(500)]
PROSE, CYRILLIC = prose(20_000, 0), prose(20_000, 1, "абвгдежзиклмнопрст")
SIGNS = [
    "".join(random.Random(i).choices([chr(0x4E00 + j) for j in range(2000)], k=20))
    for i in range(100)
]


@pytest.mark.parametrize(
    "texts, kind",
    [
        (PHONEMES, "word"),
        (SPELLINGS, "character"),
        (PROSE, "bpe"),
        (PROSE[:50], "character"),
        (SIGNS, "byte"),
        ([f"{i % 28} March {i}" for i in range(999)], "character"),
        (["one", "two"], "character"),
        ([], "character"),
        (["a b c d e f"] * 3, "character"),  # few words, but none that is seen often
    ],
)
def test_what_fits(texts, kind):
    assert Writing.of(texts).fitting() == kind


def test_the_size_grows_with_the_text():
    assert fitting_size(500, 30) == SIZES[0] and fitting_size(10**9, 30) == SIZES[-1]
    assert fitting_size(600_000, 90) == 8000 and fitting_size(6000, 2000) == 4000


def test_pieces_are_shared_where_both_sides_are_written_alike():
    source, target, kinds = choose_tokenizers(PROSE, prose(20_000, 2))
    assert source is target and isinstance(source, PieceTokenizer) and kinds == ("bpe", "bpe")
    source, target, _ = choose_tokenizers(PROSE, CYRILLIC)
    assert source is not target and source.unknown("а") and not target.unknown(CYRILLIC[0])
    source, target, _ = choose_tokenizers(PROSE, CYRILLIC, shared=True)
    assert source is target and not source.unknown(PROSE[0]) and not source.unknown(CYRILLIC[0])
    source, target, _ = choose_tokenizers(PROSE, PROSE, shared=False, size=600)
    assert source is not target and source.size == target.size == 600


def test_symbols_are_those_of_their_side():
    source, target, kinds = choose_tokenizers(SPELLINGS, PHONEMES)
    assert kinds == ("character", "word") and source.separator == "" and target.separator == " "
    assert source.size == 4 + 9 and target.size == 4 + 40
    source, target, _ = choose_tokenizers(SPELLINGS, SPELLINGS[:3] + ["xyz"], shared=True)
    assert source is target and source.size == 4 + 12


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_a_size_that_was_not_asked_for_gives_way(kind):
    source, _, _ = choose_tokenizers(["ab ba"] * 5000, ["ab"] * 5000, (kind, None))
    assert 4 + 3 <= source.size < SIZES[0] and source.decode(source.encode("ab ba")) == "ab ba"


def test_kinds_that_are_asked_for():
    source, target, kinds = choose_tokenizers(PROSE, PHONEMES, ("byte", "character"))
    assert (
        isinstance(source, ByteTokenizer)
        and isinstance(target, SymbolTokenizer)
        and kinds == ("byte", "character")
    )
    assert isinstance(
        choose_tokenizers(PROSE, PROSE, ("unigram", "unigram"), size=500)[0], PieceTokenizer
    )


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kinds": ("words", None)}, "unknown source_tokenizer 'words'; nearest: word"),
        ({"kinds": (None, "BPE")}, "unknown target_tokenizer 'BPE'"),
        ({"size": 0}, "vocabulary must be a whole number above 0"),
        ({"kinds": ("byte", "word"), "shared": True}, "they are byte and word"),
        ({"kinds": ("bpe", "bpe"), "size": 10}, "cannot make 10 pieces"),
        ({"kinds": ("bpe", "bpe"), "size": 10**6}, "cannot make"),
        (
            {"kinds": ("byte", "word"), "size": 500},
            "these texts are read by byte and word; add source_tokenizer=bpe or target_tokenizer=b",
        ),
    ],
)
def test_mistakes(options, message):
    with pytest.raises((UnknownName, ZooError), match=message):
        choose_tokenizers(PROSE, PROSE, **options)


def hangul(count, seed=0, syllables=1200, length=(2, 3, 4)):
    """Made-up Korean words of syllables as frequent as Zipf's law has them."""
    rng = random.Random(seed)
    lexicon = rng.sample([chr(code) for code in range(0xAC00, 0xD7A4)], syllables)
    weights = [1 / (rank + 8) for rank in range(syllables)]
    return ["".join(rng.choices(lexicon, weights, k=rng.choice(length))) for _ in range(count)]


def chinese(count, **options):
    """Made-up words of Chinese characters, as frequent as the syllables of `hangul`."""
    shift = 0x4E00 - 0xAC00  # as many characters follow as there are syllables
    return ["".join(chr(ord(c) + shift) for c in word) for word in hangul(count, **options)]


def test_single_short_words_of_a_large_script_are_read_by_character():
    words = chinese(8000)
    assert len(set("".join(words))) > 1000
    assert Writing.of(words).fitting() == "character"
    source, target, kinds = choose_tokenizers(words, PHONEMES)
    assert kinds == ("character", "word") and source.decode(source.encode(words[0])) == words[0]


@pytest.mark.parametrize("words", [hangul(900), hangul(6000, syllables=11_000), hangul(50)])
def test_short_korean_words_are_read_letter_by_letter(words):
    source, target, kinds = choose_tokenizers(words, PHONEMES)
    assert kinds == ("decomposed", "word") and source.size < 4 + 68
    assert [source.decode(ids) for ids in source.encode_batch(words)] == words


def test_korean_that_would_not_come_back_is_read_by_character():
    letters = unicodedata.normalize("NFD", hangul(1)[0])
    words = [*hangul(8000), letters]
    source, _, kinds = choose_tokenizers(words, PHONEMES)
    assert kinds == ("character", "word") and source.decode(source.encode(letters)) == letters
    with pytest.raises(ZooError, match="is not composed .*; choose the tokenizer character"):
        choose_tokenizers(words, PHONEMES, ("decomposed", None))


@pytest.mark.parametrize(
    "texts, kind",
    [
        (chinese(900), "byte"),  # characters too rare, and too little text for pieces
        (chinese(6000, syllables=11_000), "bpe"),  # characters too rare
        (hangul(8000, length=(20,)), "bpe"),  # long words
        ([" ".join(hangul(5, i)) for i in range(2000)], "bpe"),  # sentences
    ],
)
def test_other_texts_of_a_large_script_are_not(texts, kind):
    assert Writing.of(texts).fitting() == kind


@pytest.mark.parametrize("shared", ["maybe", 1, "true"])
def test_shared_is_a_flag(shared):
    with pytest.raises(ZooError, match="shared must be true, false or null"):
        choose_tokenizers(PROSE, PROSE, shared=shared)
