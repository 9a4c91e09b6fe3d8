"""Which tokenizer fits a text: symbols between blanks, characters, learnt pieces of words, or bytes; and its vocabulary.

Words are symbols where there are few and all are seen often, as phonemes or actions are. Short texts of few characters, such as
spellings, numbers or dates, are taken character by character. Other text is cut into learnt pieces, of which there are as many
as it can teach; both sides share them where they are written in the same characters. Bytes are left for text that has too few
words to teach pieces and too many characters to list them.
"""

import collections
import dataclasses

from zoo.data.pieces import KINDS as PIECES
from zoo.data.pieces import PieceTokenizer
from zoo.data.tokenizers import ByteTokenizer, SymbolTokenizer
from zoo.errors import ZooError, check_choice, check_positive

TOKENIZERS = ("word", "character", "byte", *PIECES)
MOST_WORDS, OFTEN = 1000, 20  # words are symbols up to so many, seen so often on average
MOST_CHARACTERS, FEW_WORDS = (
    300,
    3.5,
)  # characters are symbols up to so many, in texts of so few words on average
WORDS_TO_LEARN_FROM, WORDS_A_PIECE = 5000, 60  # words of text that pieces need at all, and each
SIZES = (500, 1000, 2000, 4000, 8000, 16_000, 32_000)
SAME_SCRIPT = 0.95  # share of each side's characters, blanks left out, that the other has, too


@dataclasses.dataclass
class Writing:
    """What the texts of a side are made of.

    Attributes:
        texts, words: int, how many there are, words between white space.
        vocabulary: `Counter` of the words; characters: `Counter` of the characters.
    """

    texts: int = 0
    vocabulary: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    characters: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    @classmethod
    def of(cls, texts):
        """Counts an iterable of str."""
        found = cls()
        for text in texts:
            found.add(text)
        return found

    def add(self, text):
        """Counts one more."""
        self.texts += 1
        self.vocabulary.update(text.split())
        self.characters.update(text)

    @property
    def words(self):
        return self.vocabulary.total()

    def fitting(self):
        """The name of the tokenizer that fits, of `TOKENIZERS`."""
        once = sum(count == 1 for count in self.vocabulary.values())
        if (
            self.words > 1.5 * self.texts
            and len(self.vocabulary) <= min(MOST_WORDS, self.words / OFTEN)
            and once <= 0.05 * len(self.vocabulary)
        ):
            return "word"
        few = len(self.characters) <= MOST_CHARACTERS
        if few and self.words <= FEW_WORDS * self.texts:
            return "character"
        if self.words >= WORDS_TO_LEARN_FROM:
            return "bpe"
        return "character" if few else "byte"

    def writes_as(self, other):
        """Whether nearly all characters of each side are of those that the other has."""

        def share(mine, theirs):
            ink = {c: n for c, n in mine.items() if not c.isspace()}
            return sum(n for c, n in ink.items() if c in theirs) / max(1, sum(ink.values()))

        return (
            min(share(self.characters, other.characters), share(other.characters, self.characters))
            >= SAME_SCRIPT
        )


def fitting_size(words, characters):
    """How many pieces to learn from a text of so many words and distinct characters: the largest of `SIZES` that pays."""
    return max(
        [size for size in SIZES if size * WORDS_A_PIECE <= words] + [SIZES[0], 2 * characters]
    )


def choose_tokenizers(sources, targets, kinds=(None, None), shared=None, size=None):
    """A tokenizer for each side.

    Args:
        sources, targets: lists of str, what vocabularies are learnt from.
        kinds: pair of names of `TOKENIZERS`; None chooses what fits.
        shared: bool, whether both sides have one vocabulary; None shares learnt pieces of texts in the same characters.
        size: int, ids of learnt pieces; None takes what the text can teach.

    Returns:
        Source tokenizer, target tokenizer (the same object where shared), and the pair of their names.

    Raises:
        UnknownName: another kind. ZooError: one vocabulary for two kinds, or a size that the texts cannot fill.
    """
    check_choice((None, *TOKENIZERS), source_tokenizer=kinds[0])
    check_choice((None, *TOKENIZERS), target_tokenizer=kinds[1])
    if size is not None:
        check_positive(vocabulary=size)
    written = Writing.of(sources), Writing.of(targets)
    kinds = tuple(kind or side.fitting() for kind, side in zip(kinds, written))
    if shared and kinds[0] != kinds[1]:
        raise ZooError(
            f"one vocabulary for both sides needs one kind of tokenizer, and they are {kinds[0]} and {kinds[1]}"
        )
    if shared is None:
        shared = kinds[0] == kinds[1] and kinds[0] in PIECES and written[0].writes_as(written[1])

    def make(kind, texts, sides):
        if kind in PIECES:
            characters = len(set().union(*(side.characters for side in sides)))
            learnt = size or fitting_size(sum(side.words for side in sides), characters)
            return PieceTokenizer.from_texts(texts, learnt, kind, exact=size is not None)
        if kind == "byte":
            return ByteTokenizer()
        return SymbolTokenizer.from_texts(texts, "" if kind == "character" else " ")

    if shared:
        both = make(kinds[0], (text for side in (sources, targets) for text in side), written)
        return both, both, kinds
    return make(kinds[0], sources, written[:1]), make(kinds[1], targets, written[1:]), kinds
